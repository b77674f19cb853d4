"""One target: what it is, and every promotion that ever went there, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import can, reach_of
from governance.actors import Actor
from governance.inventory.models import ModelVersion
from governance.inventory.states import State
from workflows.desk.queries.deployments import gave_up
from workflows.desk.queries.lists import Narrowing, narrowed
from workflows.gitops.models import PullRequest
from workflows.lifecycle.queries import AGREEING
from workflows.targets.models import Promotion, PromotionKind, Target
from workflows.targets.queries import promotions

BEFORE = "stood_before"  # the version whose place was taken, in a promotion that came so far


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One promotion: its state in a word, who approved it, and what stood there before.

    `returns`: the reader may ask on the version's page that it takes its place again.
    """

    promotion: Promotion
    verdict: str
    approvers: Sequence[str]
    pull_request: PullRequest | None
    before: ModelVersion | None
    returns: bool

    @property
    def rolled_back(self) -> bool:
        """Whether `before` is what was rolled back from."""
        return self.promotion.kind == PromotionKind.ROLL_BACK


def may_change(actor: Actor, target: Target) -> bool:
    """Whether the reader may give a target other settings."""
    return can(actor, Permission.TARGET_CHANGE, target)


def facts_of(target: Target) -> list[tuple[str, object]]:
    """What the head of the page says."""
    portfolio = target.portfolio.title if target.portfolio else _("every portfolio")
    return [
        (_("Environment"), target.get_environment_display()),
        (_("Portfolio"), portfolio),
        (_("Order"), target.position),
        (_("Repository"), f"{target.repository} ({target.base_branch})"),
        (_("Path"), target.path),
        (_("Forge"), target.forge),
    ]


def history_of(target: Target, actor: Actor, narrowing: Narrowing) -> QuerySet[Promotion]:
    """The promotions to a target that the actor may see, newest first."""
    rows = narrowed(promotions(actor).filter(target=target), "version", narrowing)
    earlier = Promotion.objects.filter(
        target=OuterRef("target"),
        version__model=OuterRef("version__model"),
        deployed_at__lt=OuterRef("came_at"),
    ).exclude(pk=OuterRef("pk"))
    before = earlier.order_by("-deployed_at", "-id").values("version")[:1]
    rows = rows.annotate(came_at=Coalesce(F("deployed_at"), F("created_at")))
    rows = rows.annotate(**{BEFORE: Subquery(before, output_field=UUIDField())})
    known = ("pull_request", "approval_round", "target", "version__model__portfolio")
    return rows.select_related(*known).prefetch_related("approval_round__decisions__person")


def history_rows(page: Sequence[Promotion], actor: Actor) -> list[HistoryRow]:
    """What the page shows of each. The number of queries does not grow with them."""
    parked, reach = gave_up(row.pk for row in page), reach_of(actor)
    known = ModelVersion.objects.select_related("model").in_bulk(_before(page))
    offered: set[UUID] = set()
    rows = []
    for row in page:
        version, fresh = row.version, row.version_id not in offered
        offered.add(row.version_id)
        before = known.get(getattr(row, BEFORE))
        rows.append(
            HistoryRow(
                promotion=row,
                verdict="parked" if row.pk in parked else row.state,
                approvers=_approvers(row),
                pull_request=getattr(row, "pull_request", None),
                before=before if before and before.pk != version.pk else None,
                returns=fresh
                and version.state == State.SUPERSEDED
                and reach.allows(Permission.VERSION_ROLL_BACK, version),
            )
        )
    return rows


def _before(page: Iterable[Promotion]) -> list[UUID]:
    return [key for row in page if (key := getattr(row, BEFORE))]


def _approvers(promotion: Promotion) -> list[str]:
    """Who signed what its round passed with, in the order of their signatures."""
    passed = promotion.approval_round
    return [
        one.person.full_name
        for one in passed.decisions.all()
        if one.kind in AGREEING and one.digest == passed.digest
    ]
