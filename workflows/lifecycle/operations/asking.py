"""Who is asked now: a round is opened and closed, and its tasks follow the stages of the policy."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.access.models import Person
from governance.actors import Actor
from governance.one_by_one import one_by_one, picked
from workflows.cases.models import Case, Task
from workflows.cases.operations import close_task, open_task
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations.moving import lock_for_system
from workflows.lifecycle.queries import digest_of, progress_in, rounds_out_of_step
from workflows.policies.definition import Definition, Move, MoveRules, Step
from workflows.policies.progress import Progress
from workflows.policies.queries import definition_of

ROLL_BACK_ROLE, ROLL_BACK_DAYS = "mlops_engineer", 1


def open_move(case: Case, definition: Definition, which: Move, *, actor: Actor) -> ApprovalRound:
    """Opens the round of a move and asks the roles of its first stage."""
    number = case.rounds.filter(move=which).count() + 1
    round_ = case.rounds.create(version=case.version, move=which, number=number)
    rules = definition.moves[which]
    _ask(round_, progress_in(None, rules, None), actor)
    return round_


def ask_to_merge(case: Case, definition: Definition, *, actor: Actor) -> None:
    """Asks those whom the policy names to put an approved version live."""
    for step in definition.moves[Move.DEPLOY].steps:
        for role in step.roles:
            ask_for_step(case, Task.Verb.MERGE, step, role=role, actor=actor)


def ask_next(
    round_: ApprovalRound,
    rules: MoveRules,
    digest: str,
    *,
    done_by: UUID | None = None,
    actor: Actor,
) -> None:
    """Brings the tasks of an open round to where it stands, after a decision or a change.

    Who is no longer needed is no longer asked; when a stage is complete the next is asked, and when
    what was signed has changed, so are those again who had signed.
    """
    progress = progress_in(round_, rules, digest)
    wanted = _wanted(progress)
    complete = {one.step.name for one in progress.steps if one.complete}
    rows = round_.case.tasks.select_related("case__version__model")
    for task in rows.filter(verb=round_.move, state=Task.State.OPEN).exclude(step=""):
        if (task.step, task.role_id) not in wanted:
            close_task(task, done_by=done_by if task.step in complete else None, actor=actor)
    _ask(round_, progress, actor)


def ask_again(round_: ApprovalRound, *, actor: Actor) -> None:
    """The same when nobody decided: nothing happens while checks are running."""
    move, case = Move(round_.move), round_.case
    digest = digest_of(round_.version, case, move)
    if digest is not None:
        rules = definition_of(case.policy_version).moves[move]
        ask_next(round_, rules, digest, actor=actor)


def _wanted(progress: Progress) -> set[tuple[str, str | None]]:
    return {(one.step.name, role) for one in progress.open_steps for role in one.open_roles}


def _ask(round_: ApprovalRound, progress: Progress, actor: Actor) -> None:
    verb = Task.Verb(round_.move)
    rows = round_.case.tasks.filter(verb=verb, state=Task.State.OPEN)
    asked = set(rows.values_list("step", "role"))
    for one in progress.open_steps:
        for role in one.open_roles:
            if (one.step.name, role) not in asked:
                ask_for_step(round_.case, verb, one.step, role=role, actor=actor)


def ask_for_step(
    case: Case,
    verb: Task.Verb,
    step: Step,
    *,
    role: str | None = None,
    due_on: date | None = None,
    actor: Actor,
) -> Task:
    """Asks the role of a step, or another one in its place, by the time that the step gives."""
    return open_task(
        case,
        verb,
        role=role or step.role,
        step=step.name,
        business_days=step.due_business_days,
        due_on=due_on,
        actor=actor,
    )


def ask_to_roll_back(case: Case, owner: Person, *, about: UUID | None = None, actor: Actor) -> None:
    """Asks who can take a version off, and its owner, to do so; once a case and condition."""
    if case.tasks.filter(verb=Task.Verb.ROLL_BACK, state=Task.State.OPEN, about=about).exists():
        return
    for asked in ({"role": ROLL_BACK_ROLE}, {"person": owner}):
        open_task(
            case,
            Task.Verb.ROLL_BACK,
            business_days=ROLL_BACK_DAYS,
            about=about,
            actor=actor,
            **asked,
        )


def close_round(round_: ApprovalRound, state: ApprovalRound.State, digest: str) -> None:
    """Ends a round with the digest that it ended on."""
    round_.state = state
    round_.digest = digest
    round_.closed_at = timezone.now()
    round_.save(update_fields=["state", "digest", "closed_at", "expires_at"])


def ask_all_again() -> int:
    """Brings the tasks of every open round to where it stands; returns how many rounds changed.

    What changes a case without a decision (a finding, a check that ran again) is noticed here.
    """
    rows = ApprovalRound.objects.filter(state=ApprovalRound.State.OPEN).values_list("pk", flat=True)
    return one_by_one(picked(list(rows), rounds_out_of_step), _asked_again)


@transaction.atomic
def _asked_again(round_id: UUID) -> bool:
    seen = ApprovalRound.objects.get(pk=round_id)
    lock_for_system(seen.version_id)
    rows = ApprovalRound.objects.select_related("case__policy_version", "version__model")
    round_ = rows.get(pk=round_id)
    if round_.state != ApprovalRound.State.OPEN:
        return False
    before = _open_tasks(round_)
    ask_again(round_, actor=Actor.system("schedule"))
    return _open_tasks(round_) != before


def _open_tasks(round_: ApprovalRound) -> set[UUID]:
    return set(round_.case.tasks.filter(state=Task.State.OPEN).values_list("pk", flat=True))
