"""What follows when a change of what is live stands at the last target, or goes no further."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.actors import Actor
from governance.audit.actions import Action
from governance.errors import NotAllowed
from governance.inventory.queries import champion_of
from workflows.cases.models import Case, LiveChange, Task
from workflows.cases.operations import close_case, close_task
from workflows.lifecycle.models import ApprovalRound, LivingVersion
from workflows.lifecycle.operations.conditions import void_conditions
from workflows.lifecycle.operations.deployment import compare_again, deploy_version, supersede
from workflows.lifecycle.operations.moving import lock_for_system, move
from workflows.lifecycle.queries import live_change_of, shall_stand
from workflows.targets.models import Promotion, PromotionKind
from workflows.targets.progress import STANDS, UNDER_WAY

Details = dict[str, str]


@transaction.atomic
def settle_promotion(promotion: Promotion, *, actor: Actor) -> None:
    """Notes that all of a promotion's route stands: the version moves as the kind says.

    Nobody does this by hand; GitOps reports it. Twice is once.

    Raises:
        NotAllowed: the actor is not the product itself. WrongState: the version cannot move so.
    """
    if promotion.kind == PromotionKind.DEPLOY:
        deploy_version(promotion.version_id, promotion_id=promotion.pk, actor=actor)
        return
    _refuse_people(actor)
    version = lock_for_system(promotion.version_id)
    if (case := _open_case(promotion.approval_round_id)) is None:
        return
    details = {"promotion": str(promotion.pk), "case": str(case.pk)}
    SETTLE[PromotionKind(promotion.kind)](version, live_change_of(case.pk), details, actor)
    compare_again(version)
    _end_roll_back_tasks(version, actor)
    close_case(case, "done", actor=actor)


@transaction.atomic
def abandon_promotion(promotion: Promotion, *, actor: Actor) -> None:
    """Notes that a pull request was closed: with the last of a change its case ends.

    Raises:
        NotAllowed: the actor is not the product itself.
    """
    _refuse_people(actor)
    lock_for_system(promotion.version_id)
    rows = Promotion.objects.filter(approval_round=promotion.approval_round_id)
    left = rows.filter(state__in=[*UNDER_WAY, *STANDS]).exists()
    case = _open_case(promotion.approval_round_id)
    if case is not None and not left:
        close_case(case, "not_merged", actor=actor)


def _refuse_people(actor: Actor) -> None:
    if not actor.is_system:
        raise NotAllowed(_("Nobody does this by hand; the repository reports what is live."))


def _open_case(round_id: UUID) -> Case | None:
    """The case of a change that has not ended, under its lock; None for an approval's."""
    round_ = ApprovalRound.objects.get(pk=round_id)
    rows = Case.objects.select_for_update(of=("self",)).filter(pk=round_.case_id, closed_at=None)
    return rows.filter(live_change__isnull=False).select_related("version__model").first()


def _suspended(version: LivingVersion, _c: LiveChange, details: Details, actor: Actor) -> None:
    move(version, "suspend", Action.VERSION_SUSPENDED, actor=actor, details=details)


def _retired(version: LivingVersion, _c: LiveChange, details: Details, actor: Actor) -> None:
    move(version, "retire", Action.VERSION_RETIRED, actor=actor, details=details)
    void_conditions(version, "retired", actor=actor)


def _resumed(version: LivingVersion, _c: LiveChange, details: Details, actor: Actor) -> None:
    """Another version may have become the champion meanwhile; there is never more than one."""
    if (champion := champion_of(version.model_id)) is not None:
        supersede(champion.pk, version, actor)
    version.deployed_at = timezone.now()
    move(version, "resume", Action.VERSION_RESUMED, actor=actor, details=details)


def _rolled_back(
    version: LivingVersion, change: LiveChange, details: Details, actor: Actor
) -> None:
    """The champion makes place first: superseded, or suspended where that was asked for."""
    champion = champion_of(version.model_id)
    if champion is not None and shall_stand(change)[0] != change.case.version:
        _suspended(lock_for_system(champion.pk), change, details, actor)
    elif champion is not None:
        supersede(champion.pk, version, actor)
    version.deployed_at = timezone.now()
    move(version, "roll_back", Action.VERSION_ROLLED_BACK, actor=actor, details=details)


SETTLE: dict[PromotionKind, Callable[[LivingVersion, LiveChange, Details, Actor], None]] = {
    PromotionKind.RESUME: _resumed,
    PromotionKind.RETIRE: _retired,
    PromotionKind.ROLL_BACK: _rolled_back,
    PromotionKind.SUSPEND: _suspended,
}


def _end_roll_back_tasks(version: LivingVersion, actor: Actor) -> None:
    """What a breached condition asked for has been done."""
    rows = Task.objects.filter(
        verb=Task.Verb.ROLL_BACK, state=Task.State.OPEN, case__version__model=version.model_id
    )
    champion = champion_of(version.model_id)
    for task in rows.select_related("case__version__model"):
        if task.case.version != champion:
            close_task(task, actor=actor)
