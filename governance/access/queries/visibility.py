"""Who may see what: one narrowing for every list, count, export and API route."""

import json
from collections.abc import Collection
from typing import Any, TypeVar
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup, Model, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from governance.access.permissions import Permission
from governance.access.queries.reaching import reach_of
from governance.access.reach import Places, Reach
from governance.actors import Actor

M = TypeVar("M", bound=Model)


def visible_to(who: Actor | Reach, rows: QuerySet[M]) -> QuerySet[M]:
    """Narrows any list to what the actor may see. Every list, count, export and API route uses it.

    A model says by `scope` how it hangs on a registered model ("" for the registered model
    itself), or by `scope_portfolio` how it hangs on a portfolio (null there: seen by all).
    """
    reach = who if isinstance(who, Reach) else reach_of(who)
    return rows.filter(_visible(reach.where(Permission.MODEL_VIEW), rows.model))


def _visible(seen: Places, model: type[Model]) -> Q:
    if seen.everywhere:
        return Q()
    path = getattr(model, "scope_portfolio", None)
    if path is not None:
        return _among(path, seen.portfolios) | Q(**{f"{path}__isnull": True})
    return within(seen, model.scope)  # type: ignore[attr-defined]


def within(places: Places, path: str = "") -> Q:
    """Rows whose registered model lies in these places; `path` leads to it ("" for itself)."""
    if places.everywhere:
        return Q()
    prefix = f"{path}__" if path else ""
    return _among(f"{prefix}portfolio", places.portfolios) | _among(f"{prefix}pk", places.models)


def _among(path: str, ids: Collection[UUID]) -> Q:
    return Q(OneOf(F(path), ids)) if ids else Q(pk__in=())


class OneOf(Lookup):
    """`path IN ids` with all ids in one parameter: no limit to their number, and no cost each."""

    prepare_rhs = False

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        """As an array."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", [*parameters, list(self.rhs)]

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        """As a JSON list; SQLite keeps ids as text without hyphens."""
        left, parameters = self.process_lhs(compiler, connection)
        ids = json.dumps([key.hex for key in self.rhs])
        return f"{left} IN (SELECT value FROM json_each(%s))", [*parameters, ids]  # noqa: S608  a column
