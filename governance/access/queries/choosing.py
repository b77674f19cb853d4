"""Where somebody may do something, as a form offers it; and what they chose there."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries.finding import model_named
from governance.access.queries.rights import can, portfolios_where
from governance.actors import Actor
from governance.errors import Invalid, NotFound

if TYPE_CHECKING:
    from governance.access.models import Portfolio
    from governance.inventory.models import RegisteredModel

EVERYWHERE = "*"  # no portfolio can be called that


def place_choices(actor: Actor, permission: Permission) -> list[tuple[str, str]]:
    """The portfolios where an actor may do something, and the whole organisation if they may there.

    Models are not among them: there may be a hundred thousand, so one is typed by its name.
    """
    found = [(row.name, row.title) for row in portfolios_where(actor, permission)]
    return [*found, (EVERYWHERE, _("Whole organisation"))] if can(actor, permission) else found


def portfolio_chosen(actor: Actor, permission: Permission, place: str) -> "Portfolio | None":
    """What one of `place_choices` stands for; None is the whole organisation."""
    places = portfolios_where(actor, permission)
    return None if place == EVERYWHERE else places.get(name=place)


def model_chosen(actor: Actor, portfolio: "Portfolio | None", name: str) -> "RegisteredModel":
    """The one model that was typed beside a place.

    Raises:
        Invalid: the actor sees no such model, or it is none of that place.
    """
    try:
        model: RegisteredModel = model_named(actor, name)
    except NotFound as missing:
        raise Invalid(missing.message, field="model") from missing
    if portfolio is not None and model.portfolio_id != portfolio.pk:
        message = _("{model} is no model of {place}.").format(model=model, place=portfolio)
        raise Invalid(message, field="model")
    return model
