"""Teams, roles and the things that access is about, by the names that stand in addresses."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.models import (
    AccessReview,
    AccessReviewItem,
    BreakGlass,
    Person,
    Portfolio,
    Role,
    Team,
)
from governance.access.permissions import Permission
from governance.access.queries.reviews import emergencies_open, reviews_seen
from governance.access.queries.rights import can, portfolios_where
from governance.access.queries.visibility import visible_to
from governance.actors import Actor
from governance.errors import NotFound


def teams() -> QuerySet[Team]:
    """All teams with their members."""
    return Team.objects.prefetch_related("members")


def team_by_id(team_id: UUID) -> Team:
    """One team.

    Raises:
        NotFound: there is none.
    """
    if (found := teams().filter(pk=team_id).first()) is None:
        raise NotFound(_("There is no such team."))
    return found


def role_by_name(name: str) -> Role:
    """One role with its permissions.

    Raises:
        NotFound: there is none.
    """
    if (found := Role.objects.prefetch_related("permissions").filter(pk=name).first()) is None:
        raise NotFound(_("There is no role {role}.").format(role=name))
    return found


def people_active() -> QuerySet[Person]:
    """Who can be chosen in a form."""
    return Person.objects.filter(active=True)


def portfolios(actor: Actor) -> QuerySet[Portfolio]:
    """The portfolios that an actor sees, to say where somebody stands in for them."""
    return visible_to(actor, Portfolio.objects.all())


def model_named(actor: Actor, name: str) -> Any:  # noqa: ANN401  lives above us, known by name only
    """A registered model that the actor may see.

    Raises:
        NotFound: there is none, or none of theirs.
    """
    rows = apps.get_model("governance", "RegisteredModel").objects.select_related("portfolio")
    if (found := visible_to(actor, rows).filter(name=name).first()) is None:
        raise NotFound(_("There is no model {name}.").format(name=name), field="model")
    return found


def version_named(actor: Actor, name: str, number: int) -> Any:  # noqa: ANN401  as above
    """A version of a model that the actor may see.

    Raises:
        NotFound: there is none, or none of theirs.
    """
    rows = apps.get_model("governance", "ModelVersion").objects.select_related("model__portfolio")
    if (found := visible_to(actor, rows).filter(model__name=name, number=number).first()) is None:
        raise NotFound(
            _("{name} has no version {number}.").format(name=name, number=number), field="number"
        )
    return found


def review_seen(actor: Actor, review_id: UUID) -> AccessReview:
    """A review that the actor opened the like of, or in which they were asked.

    Raises:
        NotFound: there is none, or it is none of theirs.
    """
    asked = AccessReviewItem.objects.filter(reviewer=actor.person_id).values("review")
    known = AccessReview.objects.select_related("portfolio", "opened_by")
    rows = known.filter(pk__in=reviews_seen(actor).values("pk")) | known.filter(pk__in=asked)
    if (found := rows.filter(pk=review_id).first()) is None:
        raise NotFound(_("There is no such access review."))
    return found


def items_of(review: AccessReview) -> QuerySet[AccessReviewItem]:
    """What a review asks, with all that a row shows of it."""
    known = ("reviewer", "assignment__role", "assignment__person", "assignment__team")
    more = ("assignment__account__person", "assignment__portfolio", "assignment__model")
    return review.items.select_related(*known, *more, "assignment__granted_by").order_by(
        "assignment__role", "pk"
    )


def emergencies_seen(actor: Actor) -> QuerySet[BreakGlass]:
    """Emergencies that wait for a review where the actor may review them, and their own."""
    rows = emergencies_open().select_related("assignment__model")
    if can(actor, Permission.GLASS_REVIEW):
        return rows
    places = portfolios_where(actor, Permission.GLASS_REVIEW)
    return (
        rows.filter(person=actor.person_id)
        | rows.filter(assignment__portfolio__in=places)
        | rows.filter(assignment__model__portfolio__in=places)
    )
