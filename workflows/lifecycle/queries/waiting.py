"""What waits for whom, and nothing that would only be refused."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from governance.access.queries import held_now
from governance.actors import Actor
from governance.reading import read_once
from workflows.cases.models import Task
from workflows.cases.queries import DECIDED, decided_by, tasks_for
from workflows.lifecycle.models import ApprovalRound, Decision
from workflows.lifecycle.queries.content import OUT, digest_of
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
    return frozenset(one.case_id for one, said in decided.items() if not _on_present(one, said))


def _on_present(round_: ApprovalRound, said: list[Decision]) -> bool:
    if any(one.kind in OUT for one in said):
        return True
    present = digest_of(round_.version, round_.case, Move(round_.move))
    return any(one.digest == (present or "") for one in said)


@read_once
def _decided_by_other_eyes(actor: Actor) -> list[UUID]:
    """Only where somebody has decided, and a deputy is or was in play, it is asked in full."""
    if not held_now(actor).paired:
        return []
    begun = ApprovalRound.objects.filter(
        case=OuterRef("case"), state=ApprovalRound.State.OPEN, decisions__isnull=False
    )
    rows = tasks_for(actor, again=_asking_again(actor))
    doubtful = rows.filter(Exists(begun), verb__in=DECIDED)
    return [task.pk for task in doubtful if not _may_decide(actor, task)]


def _may_decide(actor: Actor, task: Task) -> bool:
    version, case, move = task.case.version, task.case, Move(task.verb)
    return standing_of(actor, version, case, move, digest_of(version, case, move)).may


def decided_since() -> QuerySet[Decision]:
    """The decisions in the `case` of an outer row that are newer than its `since`."""
    return Decision.objects.filter(round__case=OuterRef("case"), decided_at__gt=OuterRef("since"))


def kind_words(kind: str) -> str:
    """What a kind of decision is called; its name where this release does not know it."""
    return str(dict(Decision.Kind.choices).get(kind, kind))
