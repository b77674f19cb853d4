"""What waits for whom, and nothing that would only be refused."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.access.models import Delegation
from governance.actors import Actor
from governance.reading import read_once
from workflows.cases.models import Task
from workflows.cases.queries import DECIDED, tasks_for
from workflows.lifecycle.models import ApprovalRound
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
def _asking_again(actor: Actor) -> list[UUID]:
    """The cases in whose open round this person decided on what is no longer there."""
    rounds = ApprovalRound.objects.filter(
        state=ApprovalRound.State.OPEN, decisions__person=actor.person_id
    )
    rows = rounds.distinct().select_related("case__policy_version", "version__model")
    return [row.case_id for row in rows if not _decided_on_present(row, actor)]


def _decided_on_present(round_: ApprovalRound, actor: Actor) -> bool:
    present = digest_of(round_.version, round_.case, Move(round_.move))
    mine = round_.decisions.filter(person=actor.person_id)
    return mine.filter(Q(digest=present or "") | Q(kind__in=OUT)).exists()


@read_once
def _decided_by_other_eyes(actor: Actor) -> list[UUID]:
    """Only where somebody has decided, and a deputy is or was in play, it is asked in full."""
    ever = Delegation.objects.filter(Q(giver=actor.person_id) | Q(deputy=actor.person_id))
    if not ever.exists():
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
