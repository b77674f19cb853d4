"""Open rounds whose tasks are not what their progress asks for, read for many at once."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from governance.reading import gathered
from workflows.cases.models import Task
from workflows.lifecycle.models import ApprovalRound, Decision
from workflows.lifecycle.queries.ahead import Matter, digests_of
from workflows.lifecycle.queries.content import AGREEING, REFUSING
from workflows.lifecycle.queries.enough import Asked, escalated_among
from workflows.policies.definition import Move
from workflows.policies.progress import Vote, progress_of


def rounds_out_of_step(round_ids: Collection[UUID]) -> list[UUID]:
    """Which of these open rounds have tasks too many or too few. A few queries for all of them.

    What people have said counts for what stood there then, so that only rounds in which somebody
    has decided are asked for what stands there now.
    """
    rows = ApprovalRound.objects.select_related("version__model__portfolio", "case__policy_version")
    rounds = rows.filter(pk__in=round_ids, state=ApprovalRound.State.OPEN)
    votes = _votes_in(round_ids)
    digests = digests_of(
        {one.pk: Matter(one.version, one.case, Move(one.move)) for one in rounds if votes[one.pk]}
    )
    asked = [
        Asked(one.version, one.case, one, votes[one.pk], digests.get(one.pk) or "")
        for one in rounds
        if not votes[one.pk] or digests[one.pk]
    ]
    tasks = _tasks_in(one.case.pk for one in asked)
    return [one.round.pk for one in asked if _is_out_of_step(one, tasks[one.case.pk])]


def _votes_in(round_ids: Collection[UUID]) -> Mapping[UUID, list[Decision]]:
    rows = Decision.objects.filter(round__in=round_ids, kind__in=AGREEING | REFUSING)
    said = rows.order_by("decided_at").only("round", "digest", "person", "role", "step", "kind")
    return gathered(round_ids, ((row.round_id, row) for row in said))


def _tasks_in(case_ids: Iterable[UUID]) -> Mapping[UUID, list[Task]]:
    ids = set(case_ids)
    rows = Task.objects.filter(case__in=ids).exclude(step="")
    return gathered(ids, ((row.case_id, row) for row in rows))


def _is_out_of_step(one: Asked, tasks: Collection[Task]) -> bool:
    votes = [
        Vote(row.person_id, row.role_id, row.step, row.kind in AGREEING)
        for row in one.decisions
        if row.digest == one.digest
    ]
    progress = progress_of(one.rules, votes, escalated_among(list(tasks), one))
    wanted = {(step.step.name, role) for step in progress.open_steps for role in step.open_roles}
    mine = [task for task in tasks if task.verb == one.round.move and task.state == Task.State.OPEN]
    return {(task.step, task.role_id) for task in mine} != wanted
