"""What waits for whom, and nothing that would only be refused."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from governance.access.queries import held_now
from governance.actors import Actor
from governance.reading import read_once
from workflows.cases.models import Task
from workflows.cases.queries import DECIDED, decided_by, tasks_for
from workflows.lifecycle.models import ApprovalRound, Decision
from workflows.lifecycle.queries.ahead import Matter, digests_of
from workflows.lifecycle.queries.content import OUT
from workflows.lifecycle.queries.standing import standing_of
from workflows.policies.definition import Move


def tasks_waiting_for(actor: Actor) -> QuerySet[Task]:
    """What waits for a person, those cases among it that changed after they had decided.

    Not what their deputy has decided for them already, or whoever they stand in for.
    """
    rows = tasks_for(actor, again=_asking_again(actor))
    return rows.exclude(pk__in=decided) if (decided := _decided_by_other_eyes(actor)) else rows


@read_once
def _asking_again(actor: Actor) -> frozenset[UUID]:
    """The cases in whose open round this person decided on what is no longer there."""
    if not decided_by(actor):
        return frozenset()
    mine = Decision.objects.filter(person=actor.person_id, round__state=ApprovalRound.State.OPEN)
    known = ("round__case__policy_version", "round__version__model__portfolio")
    decided: dict[ApprovalRound, list[Decision]] = {}
    for decision in mine.select_related(*known):
        decided.setdefault(decision.round, []).append(decision)
    back = {one: said for one, said in decided.items() if not any(d.kind in OUT for d in said)}
    present = digests_of({r.pk: Matter(r.version, r.case, Move(r.move)) for r in back})
    return frozenset(
        one.case_id
        for one, said in back.items()
        if (present[one.pk] or "") not in {decision.digest for decision in said}
    )


@read_once
def _decided_by_other_eyes(actor: Actor) -> list[UUID]:
    """Only where somebody has decided, and a deputy is or was in play, it is asked in full."""
    if not held_now(actor).paired:
        return []
    begun = ApprovalRound.objects.filter(
        case=OuterRef("case"), state=ApprovalRound.State.OPEN, decisions__isnull=False
    )
    rows = tasks_for(actor, again=_asking_again(actor))
    doubtful = rows.filter(Exists(begun), verb__in=DECIDED).select_related("case__policy_version")
    matters = {one.pk: Matter(one.case.version, one.case, Move(one.verb)) for one in doubtful}
    present = digests_of(matters)
    return [key for key, one in matters.items() if not standing_of(actor, *one, present[key]).may]


def decided_since() -> QuerySet[Decision]:
    """The decisions in the `case` of an outer row that are newer than its `since`."""
    return Decision.objects.filter(round__case=OuterRef("case"), decided_at__gt=OuterRef("since"))


def kind_words(kind: str) -> str:
    """What a kind of decision is called; its name where this release does not know it."""
    return str(dict(Decision.Kind.choices).get(kind, kind))
