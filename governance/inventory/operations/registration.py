"""Putting a model into the inventory."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.models import Person, Portfolio
from governance.access.permissions import Permission
from governance.access.queries import hidden, person_of, require, visible_to
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Duplicate, Invalid, NotFound
from governance.inventory.models import RegisteredModel


@transaction.atomic
def register_model(
    *,
    name: str,
    title: str,
    portfolio: str,
    tier: int,
    purpose: str = "",
    description: str = "",
    kind: str = RegisteredModel.Kind.BINARY,
    actor: Actor,
) -> RegisteredModel:
    """Puts a model into the inventory; who registers it owns it at first.

    Raises:
        NotFound: no such portfolio for the actor. NotAllowed: may not register there.
        Invalid: bad name, title, tier or kind. Duplicate: the name is taken.
    """
    place = _portfolio(portfolio, actor)
    require(actor, Permission.MODEL_REGISTER, place)
    _refuse_bad_model(name, title, tier, kind)
    model = RegisteredModel.objects.create(
        name=name,
        title=title,
        portfolio=place,
        tier=tier,
        purpose=purpose,
        description=description,
        kind=kind,
        owner=Person.objects.get(pk=person_of(actor)),
    )
    _record(model, actor)
    return model


def _record(model: RegisteredModel, actor: Actor) -> None:
    record(
        Action.MODEL_REGISTERED,
        actor=actor,
        subject=("model", model.pk),
        portfolio_id=model.portfolio_id,
        after={
            "name": model.name,
            "title": model.title,
            "tier": model.tier,
            "portfolio": model.portfolio.name,
            "kind": str(model.kind),
        },
    )


def _portfolio(name: str, actor: Actor) -> Portfolio:
    place = visible_to(actor, Portfolio.objects.filter(name=name)).first()
    if place is None:
        raise NotFound(
            _("There is no portfolio {name} that you can see.").format(name=name),
            remedy=_("Name one of your portfolios."),
            field="portfolio",
        )
    return place


def _refuse_bad_model(name: str, title: str, tier: int, kind: str) -> None:
    _refuse_bad_slug(name)
    if hidden("model", name):
        raise Invalid(
            _("No model can be called {name}: another page has that address.").format(name=name),
            remedy=_("Choose another name."),
            field="name",
        )
    if not title.strip():
        raise Invalid(_("A model needs a title."), field="title")
    if tier not in RegisteredModel.Tier.values:
        raise Invalid(_("The tier is 1, 2 or 3."), field="tier")
    if RegisteredModel.objects.filter(name=name).exists():
        raise Duplicate(
            _("The model name {name} is taken.").format(name=name),
            remedy=_("Choose another name, or add a version to that model."),
            field="name",
        )
    if kind not in RegisteredModel.Kind.values:
        kinds = ", ".join(RegisteredModel.Kind.values)
        raise Invalid(_("The kind is one of {kinds}.").format(kinds=kinds), field="kind")


def _refuse_bad_slug(name: str) -> None:
    try:
        validate_slug(name)
    except ValidationError as error:
        raise Invalid(
            _("“{name}” is not a model name.").format(name=name),
            remedy=_("Use letters, digits, hyphens and underscores."),
            field="name",
        ) from error
