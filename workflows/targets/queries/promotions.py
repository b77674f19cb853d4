"""Promotions and what became of them: what stands where, what follows it, and when it may."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.inventory.models import ModelVersion
from governance.reading import ReadEach, gathered
from workflows.targets.models import Promotion, PromotionKind, PromotionState, Target
from workflows.targets.progress import UNDER_WAY

LATEST = datetime.max.replace(tzinfo=UTC)


def targets(actor: Actor) -> QuerySet[Target]:
    """The targets that an actor may see, in the order of the route."""
    return visible_to(actor, Target.objects.select_related("portfolio"))


def promotions(actor: Actor) -> QuerySet[Promotion]:
    """The promotions that an actor may see, with what a list shows, newest first."""
    rows = Promotion.objects.select_related("target", "version__model__portfolio")
    return visible_to(actor, rows).order_by("-created_at", "id")


def promotions_of(version: ModelVersion) -> list[Promotion]:
    """All promotions of a version, in the order of the route within each approval."""
    rows = version.promotions.select_related("target")
    return list(rows.order_by("created_at", "target__position", "target__name"))


def standing() -> QuerySet[Promotion]:
    """What stands at the targets by the last report: at most one for each model and target."""
    return Promotion.objects.filter(state=PromotionState.DEPLOYED)


@ReadEach
def standing_in(model_ids: Collection[UUID]) -> dict[UUID, list[Promotion]]:
    """The same for one model, in the order of the route, each with its target."""
    rows = standing().filter(version__model__in=model_ids).select_related("target", "version")
    found = rows.order_by("target__position", "target__name")
    return gathered(model_ids, ((row.version.model_id, row) for row in found))


def newer_than(promotion: Promotion) -> QuerySet[Promotion]:
    """Later promotions of the model to the same target that have come as far as a pull request."""
    return Promotion.objects.filter(
        target=promotion.target_id,
        version__model=promotion.version.model_id,
        created_at__gt=promotion.created_at,
        state__in=["open", "merged", "deployed"],
    )


def round_stands(promotion: Promotion) -> bool:
    """Whether every target of the approval's route, for this kind, has been deployed."""
    rows = _of_route(promotion)
    return not rows.exclude(state=PromotionState.DEPLOYED).exists()


def next_of_round(promotion: Promotion) -> QuerySet[Promotion]:
    """The waiting promotions of the same approval whose earlier targets are all deployed."""
    rows = _of_route(promotion)
    earlier = rows.filter(target__position__lt=OuterRef("target__position"))
    unfinished = earlier.exclude(state=PromotionState.DEPLOYED)
    return rows.filter(~Exists(unfinished), state=PromotionState.WAITING).select_related("target")


def soaked_at(promotion: Promotion) -> datetime | None:
    """When what stands at a target has stood, and been healthy where it must, long enough.

    None while it does not stand there, or must be healthy and is not.
    """
    since, target = promotion.deployed_at, promotion.target
    if target.health_required and since is not None:
        since = promotion.healthy_at and max(since, promotion.healthy_at)
    return since and since + timedelta(seconds=target.soak_s)


def unmerged_after(promotion: Promotion) -> QuerySet[Promotion]:
    """What follows at later targets of the route and has not merged."""
    rows = _of_route(promotion).filter(target__position__gt=promotion.target.position)
    return rows.filter(state__in=UNDER_WAY)


def soaking_before(promotion: Promotion) -> Promotion | None:
    """Return what must be healthy at an earlier target and has not been for its whole soak.

    Its first soak, or that since it was unhealthy: no time of ours tells them apart, as a cluster
    may report both within the same second.
    """
    if promotion.kind != PromotionKind.DEPLOY:
        return None
    rows = _of_route(promotion).filter(
        target__position__lt=promotion.target.position,
        target__health_required=True,
        state=PromotionState.DEPLOYED,
    )
    found = rows.select_related("target").order_by("target__position", "target__name")
    now = timezone.now()
    return next((row for row in found if (soaked_at(row) or LATEST) > now), None)


def is_repeatable(promotion: Promotion) -> bool:
    """Whether it is a deployment that was closed and that no other one has followed."""
    ours = (promotion.kind, promotion.state) == (PromotionKind.DEPLOY, PromotionState.CLOSED)
    return ours and _of_route(promotion).filter(pk=promotion.pk).exists()


def _of_route(promotion: Promotion) -> QuerySet[Promotion]:
    """What was asked for together: the same approval and kind; of earlier tries none counts."""
    rows = Promotion.objects.filter(approval_round=promotion.approval_round_id, kind=promotion.kind)
    if promotion.kind == PromotionKind.DEPLOY:
        return rows.filter(~Exists(_repeats()))
    return rows.filter(asked_at=promotion.asked_at)


def _repeats() -> QuerySet[Promotion]:
    """Deployments that were asked for in the place of a closed one."""
    same = {name: OuterRef(name) for name in ("approval_round", "target", "kind")}
    return Promotion.objects.filter(**same, created_at__gt=OuterRef("created_at"))
