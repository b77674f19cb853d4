"""One line a model and target: what shall stand there, what stands there, and how they differ."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.inventory.models import RegisteredModel
from workflows.gitops.models import PromotionAlarm, PullRequest
from workflows.targets.models import Promotion, PromotionState, Target

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

OVER = (PromotionState.CLOSED.value, PromotionState.SUPERSEDED.value)
DEPLOYED = PromotionState.DEPLOYED.value


@dataclass(frozen=True, slots=True)
class DeploymentLine:
    """One model at one target: what shall stand there, what stands there, and how they differ.

    `desired` is the newest promotion that was not closed, `live` the one last reported deployed.
    """

    model: RegisteredModel
    target: Target
    desired: Promotion | None
    live: Promotion | None
    pull_request: PullRequest | None

    @property
    def settled(self) -> bool:
        """Whether what stands there is what shall stand there."""
        return self.desired == self.live


def deployments(model_ids: "Collection[UUID]") -> list[DeploymentLine]:
    """Return every target that one of these models was ever promoted to, by model and route.

    However often that was, three promotions of a line are read at most.
    """
    lines: dict[tuple[UUID, UUID], list[Promotion]] = {}
    for promotion in _told(model_ids):
        key = promotion.version.model_id, promotion.target_id
        lines.setdefault(key, []).append(promotion)
    found = [_line(promotions) for promotions in lines.values()]
    return sorted(
        found, key=lambda line: (line.model.title, line.target.position, line.target.name)
    )


def unsettled() -> QuerySet[Promotion]:
    """What shall stand somewhere and does not."""
    return Promotion.objects.exclude(state=DEPLOYED).filter(_desired())


def standing_alarms() -> QuerySet[PromotionAlarm]:
    """The alarms that nobody has answered, about what shall stand or stands."""
    about = Promotion.objects.filter(_desired() | _live(), pk=OuterRef("promotion"))
    return PromotionAlarm.objects.filter(Exists(about), closed_at=None)


def _told(model_ids: "Collection[UUID]") -> QuerySet[Promotion]:
    """The newest of each line: of all, of those that were not closed, and of those deployed."""
    newest = Q(~Exists(_newer())) | _desired() | _live()
    rows = Promotion.objects.filter(newest, version__model__in=model_ids)
    known = rows.select_related("target", "version__model__portfolio", "pull_request")
    return known.defer("approved_content").order_by("-created_at", "-id")


def _desired() -> Q:
    return Q(~Q(state__in=OVER), ~Exists(_newer().exclude(state__in=OVER)))


def _live() -> Q:
    return Q(~Exists(_newer().filter(state=DEPLOYED)), state=DEPLOYED)


def _newer() -> QuerySet[Promotion]:
    """The promotions of the same line that were asked for after an outer one."""
    later = Q(created_at__gt=OuterRef("created_at"))
    same = Q(created_at=OuterRef("created_at"), pk__gt=OuterRef("pk"))
    line = {"target": OuterRef("target"), "version__model": OuterRef("version__model")}
    return Promotion.objects.filter(later | same, **line)


def _line(promotions: list[Promotion]) -> DeploymentLine:
    newest = promotions[0]
    live = next((row for row in promotions if row.state == DEPLOYED), None)
    desired = next((row for row in promotions if row.state not in OVER), None)
    return DeploymentLine(
        model=newest.version.model,
        target=newest.target,
        desired=desired,
        live=live,
        pull_request=getattr(desired, "pull_request", None),
    )
