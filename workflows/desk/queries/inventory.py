"""The inventory as a list: each model with its champion, its newest version and open alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils import timezone

from governance.access.permissions import Permission
from governance.access.queries import portfolios_where, visible_to
from governance.actors import Actor
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.queries import champions_of, models_for, newest_of
from governance.inventory.states import State
from governance.monitoring.queries import alerts_for
from workflows.desk.queries.lists import Narrowing
from workflows.desk.queries.revalidation import with_validations


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model in the inventory."""

    model: RegisteredModel
    champion: ModelVersion | None
    newest: ModelVersion | None
    alerts: int

    @property
    def late(self) -> bool:
        """Whether the validation of what is live is overdue."""
        due = getattr(self.model, "asked_by", None)
        return due is not None and bool(due < timezone.localdate())


@dataclass(frozen=True, slots=True)
class InventoryCounts:
    """What the sentence over the list says, whatever is narrowed."""

    models: int
    live: int
    alerted: int


def inventory_models(actor: Actor, narrowing: Narrowing) -> QuerySet[RegisteredModel]:
    """The models that an actor may see, narrowed, by title."""
    found = models_for(
        actor,
        words=narrowing.words,
        tier=narrowing.tier,
        portfolio=narrowing.portfolio,
        state=narrowing.state,
    )
    return found.order_by("title", "id")


def inventory_rows(models: Sequence[RegisteredModel], actor: Actor) -> list[ModelRow]:
    """The lines of these models. The number of queries does not grow with them.

    What only a line needs is read for those that are shown: a list that carried it would read it
    for every model before them.
    """
    ids = [model.pk for model in models]
    champions, newest, alerts = champions_of(ids), newest_of(ids), _open_alerts(ids, actor)
    return [
        ModelRow(m, champions.get(m.pk), newest.get(m.pk), alerts.get(m.pk, 0))
        for m in with_validations(models)
    ]


def inventory_counts(actor: Actor) -> InventoryCounts:
    """How many models the actor sees, how many of them are live, how many have an open alert."""
    live = ModelVersion.objects.filter(state=State.DEPLOYED.value)  # one of a model at most
    alerted = alerts_for(actor).filter(closed_at=None).order_by()
    return InventoryCounts(
        models=models_for(actor).count(),
        live=visible_to(actor, live).count(),
        alerted=alerted.values("version__model").distinct().count(),
    )


def may_register(actor: Actor) -> bool:
    """Whether the actor may register a model in any portfolio."""
    return portfolios_where(actor, Permission.MODEL_REGISTER).exists()


def _open_alerts(model_ids: list[UUID], actor: Actor) -> dict[UUID, int]:
    rows = alerts_for(actor).filter(closed_at=None, version__model__in=model_ids).order_by()
    return dict(rows.values_list("version__model").annotate(number=Count("pk")))
