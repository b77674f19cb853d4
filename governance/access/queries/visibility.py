"""Who may see what: one narrowing for every list, count, export and API route."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from governance.access.permissions import Permission
from governance.access.projection import scopes_granting
from governance.access.queries.rights import assignments_of
from governance.actors import Actor

M = TypeVar("M", bound=Model)


def visible_to(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """Narrows any list to what the actor may see. Every list, count, export and API route uses it.

    A model says by `scope` how it hangs on a registered model ("" for the registered model
    itself), or by `scope_portfolio` how it hangs on a portfolio (null there: seen by all).
    """
    if actor.is_system:
        return rows
    return rows.filter(_visible(actor, rows.model))


def _visible(actor: Actor, model: type[Model]) -> Q:
    everywhere, portfolios, models = visible_scopes(actor)
    if everywhere:
        return Q()
    path = getattr(model, "scope_portfolio", None)
    if path is not None:
        return Q(**{f"{path}__in": portfolios}) | Q(**{f"{path}__isnull": True})
    prefix = f"{model.scope}__" if model.scope else ""  # type: ignore[attr-defined]
    return Q(**{f"{prefix}portfolio__in": portfolios}) | Q(**{f"{prefix}pk__in": models})


def visible_scopes(actor: Actor) -> tuple[bool, set[UUID], set[UUID]]:
    """Where an actor may see models: (everywhere, portfolio ids, model ids)."""
    token = actor.token_permissions
    if actor.account_id is None or (token is not None and Permission.MODEL_VIEW not in token):
        return False, set(), set()
    return scopes_granting(actor.account_id, Permission.MODEL_VIEW, assignments_of(actor))
