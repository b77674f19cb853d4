"""Writes of promotions. What is done about one in a forge is gitops' part."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import NotFound, WrongState
from governance.inventory.models import ModelVersion
from governance.outbox.operations import enqueue
from governance.sentences import Words, kept
from workflows.targets.models import Promotion, PromotionKind, PromotionState, Target
from workflows.targets.progress import LATER, UNDER_WAY, may_move
from workflows.targets.queries import (
    approved_content,
    content_of,
    host_of,
    next_of_round,
    settings_revision,
    soaked_at,
    targets_of,
)
from workflows.targets.rendered import RenderedFile, content_digest

if TYPE_CHECKING:
    from workflows.lifecycle.models import ApprovalRound

OPEN = "promotion.open"
OBSERVE = "promotion.observe"
CLOSE = "promotion.close"


@transaction.atomic
def create_promotions(
    approval_round: "ApprovalRound",
    version: ModelVersion,
    *,
    kind: str = PromotionKind.DEPLOY,
    actor: Actor,
) -> list[Promotion]:
    """Write down what shall stand at each target of the route, and ask for the first of them.

    Part of the transaction that decided on it. A second call returns the first call's promotions;
    of another kind than deploy, while one of them is under way. Only a deployment takes the
    targets in their order: what stops, removes or brings back goes everywhere at once.

    Raises:
        Conflict: No active target waits for this model.
    """
    route = targets_of(version, kind)
    there = Promotion.objects.filter(approval_round=approval_round.pk, version=version, kind=kind)
    if kind != PromotionKind.DEPLOY:
        there = there.filter(state__in=[*UNDER_WAY, PromotionState.MERGED])
    if not there.exists():
        at = timezone.now()
        made = [_create(approval_round.pk, version, target, kind, at, actor) for target in route]
        first = route[0].position
        for promotion in made:
            if kind != PromotionKind.DEPLOY or promotion.target.position == first:
                _ask_for(promotion)
    return list(there.order_by("target__position", "target__name"))


def repeat_promotion(promotion: Promotion, *, reason: str, actor: Actor) -> Promotion:
    """Write down once more what a closed promotion would have put at its target, and ask for it.

    Part of the caller's own transaction, which holds the version's lock.
    """
    files = content_of(promotion)
    made = _write(promotion.approval_round_id, promotion.version, promotion.target, files)
    more = {"instead_of": str(promotion.pk)}
    _record_requested(made, actor, more, {"reason": reason})
    if next_of_round(made).filter(pk=made.pk).exists():
        _ask_for(made, not_before=_longest_soak(made))
    return made


def close_promotions(version: ModelVersion, *, reason: Words, actor: Actor) -> int:
    """End what is still on its way for a version that goes no further; returns how many.

    Part of the caller's own transaction. One that may have a pull request is closed by gitops,
    which closes that first.
    """
    under_way = Promotion.objects.filter(version=version, state__in=UNDER_WAY).order_by("pk")
    under_way = under_way.select_related("target")
    for promotion in under_way:
        if promotion.state == PromotionState.WAITING:
            _close_waiting(promotion, reason, actor)
        else:
            payload = {"promotion_id": str(promotion.pk), "reason": kept(reason)}
            host = host_of(promotion.target)
            enqueue(CLOSE, str(promotion.pk), payload, host=host)
    return len(under_way)


def _close_waiting(promotion: Promotion, reason: Words, actor: Actor) -> None:
    closed = move_promotion(promotion.pk, PromotionState.CLOSED, reason=reason)
    record(
        Action.PROMOTION_CLOSED,
        actor=actor,
        subject=("promotion", closed.pk),
        portfolio_id=closed.version.model.portfolio_id,
        after={"state": closed.state},
        details={"reason": str(reason)},
    )


def move_promotion(
    promotion_id: UUID,
    state: str,
    *,
    reason: Words = "",
    **facts: Any,  # noqa: ANN401 - columns
) -> Promotion:
    """Lock a promotion and move it along one edge of its table, in the caller's transaction.

    Raises:
        WrongState: The table has no such edge.
    """
    promotion = locked(promotion_id)
    if not may_move(promotion.state, state):
        raise WrongState(
            _("A promotion that is “{before}” cannot become “{after}”.").format(
                before=PromotionState(promotion.state).label, after=PromotionState(state).label
            ),
            remedy=_("Look at it again: somebody was quicker."),
        )
    changes = {"state": state, **facts} | ({"state_reason": kept(reason)} if reason else {})
    for column, value in changes.items():
        setattr(promotion, column, value)
    promotion.save(update_fields=list(changes))
    return promotion


def deploy_promotion(promotion_id: UUID, *, at: datetime, actor: Actor) -> Promotion:
    """Note that what merged stands at its target; what stood there before is superseded.

    Returns the promotion; the next targets of the route are asked for after the soak.

    Raises:
        WrongState: It has not merged.
    """
    promotion = move_promotion(promotion_id, "deployed", deployed_at=at)
    _supersede_earlier(promotion, actor)
    record(
        Action.PROMOTION_DEPLOYED,
        actor=actor,
        subject=("promotion", promotion.pk),
        portfolio_id=promotion.version.model.portfolio_id,
        details={"version": str(promotion.version_id), "target": promotion.target.name},
    )
    for waiting in next_of_round(promotion):
        _ask_for(waiting, not_before=_longest_soak(waiting))
    return promotion


def locked(promotion_id: UUID) -> Promotion:
    """Return a promotion, locked until the caller's transaction ends.

    Raises:
        NotFound: There is none.
    """
    rows = Promotion.objects.select_for_update(of=("self",))
    found = rows.select_related("target", "version__model").filter(pk=promotion_id).first()
    if found is None:
        raise NotFound(_("There is no such promotion."))
    return found


def _create(
    approval_round_id: UUID,
    version: ModelVersion,
    target: Target,
    kind: str,
    asked_at: datetime,
    actor: Actor,
) -> Promotion:
    files = approved_content(version, target, kind)
    promotion = _write(approval_round_id, version, target, files, kind=kind, asked_at=asked_at)
    _record_requested(promotion, actor)
    return promotion


def _write(
    approval_round_id: UUID,
    version: ModelVersion,
    target: Target,
    files: Sequence[RenderedFile],
    **facts: Any,  # noqa: ANN401 - columns
) -> Promotion:
    return Promotion.objects.create(
        approval_round_id=approval_round_id,
        target=target,
        version=version,
        approved_content=[file.plain() for file in files],
        content_digest=content_digest(files),
        **facts,
    )


def _record_requested(
    promotion: Promotion,
    actor: Actor,
    more: Mapping[str, str] | None = None,
    personal: Mapping[str, str] | None = None,
) -> None:
    record(
        Action.PROMOTION_REQUESTED,
        actor=actor,
        subject=("promotion", promotion.pk),
        portfolio_id=promotion.version.model.portfolio_id,
        after={"state": promotion.state, "content_digest": promotion.content_digest},
        details={
            "version": str(promotion.version_id),
            "target": promotion.target.name,
            "target_revision": settings_revision(promotion.target),
            "approval_round": str(promotion.approval_round_id),
            "kind": promotion.kind,
            **(more or {}),
        },
        personal=personal,
    )


def _ask_for(promotion: Promotion, *, not_before: datetime | None = None) -> None:
    payload = {"promotion_id": str(promotion.pk)}
    host = host_of(promotion.target)
    enqueue(OPEN, str(promotion.pk), payload, host=host, not_before=not_before)


def _longest_soak(promotion: Promotion) -> datetime:
    """When the last of the earlier targets has soaked."""
    earlier = Promotion.objects.filter(
        approval_round=promotion.approval_round_id,
        kind=promotion.kind,
        target__position__lt=promotion.target.position,
    ).select_related("target")
    return max(filter(None, map(soaked_at, earlier)), default=timezone.now())


def _supersede_earlier(promotion: Promotion, actor: Actor) -> None:
    earlier = Promotion.objects.filter(
        target=promotion.target_id,
        version__model=promotion.version.model_id,
        state=PromotionState.DEPLOYED,
    ).exclude(pk=promotion.pk)
    for row in earlier.order_by("pk"):
        move_promotion(row.pk, "superseded", reason=LATER)
        record(
            Action.PROMOTION_SUPERSEDED,
            actor=actor,
            subject=("promotion", row.pk),
            portfolio_id=promotion.version.model.portfolio_id,
            details={"by": str(promotion.pk)},
        )
