"""What the lists of the desk share: how they are narrowed."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from governance.access.models import Portfolio
from governance.access.queries import visible_to
from governance.actors import Actor

M = TypeVar("M", bound=Model)


class Shown(TextChoices):
    """Which deployments are shown, where not all of them are."""

    MOVING = "moving", _("On its way")
    ALARMED = "alarm", _("With an open alarm")
    DIFFERS = "differs", _("Differs from what was approved")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader typed and chose; it lives in the address."""

    words: str = ""
    portfolio: str = ""
    tier: str = ""
    state: str = ""
    overdue: bool = False
    shown: str = ""

    @property
    def chosen(self) -> bool:
        """Whether anything is narrowed at all."""
        return self != Narrowing()


def narrowed(rows: QuerySet[M], path: str, narrowing: Narrowing) -> QuerySet[M]:
    """A list whose rows hang on a version at `path`, by words, portfolio and tier."""
    model = f"{path}__model"
    if narrowing.words:
        places = (
            f"{model}__title",
            f"{model}__name",
            f"{path}__label",
            f"{path}__submitted_by__full_name",
        )
        found = Q()
        for place in places:
            found |= Q(**{f"{place}__icontains": narrowing.words})
        rows = rows.filter(found)
    if narrowing.portfolio:
        rows = rows.filter(**{f"{model}__portfolio__name": narrowing.portfolio})
    if narrowing.tier:
        rows = rows.filter(**{f"{model}__tier": narrowing.tier})
    return rows


def portfolios_seen(actor: Actor) -> list[Portfolio]:
    """The portfolios that an actor can choose among in a filter."""
    return list(visible_to(actor, Portfolio.objects.order_by("title")))
