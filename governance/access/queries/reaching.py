"""All that an actor may do and where, read at once: what `can` says one by one."""

from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, Exists, Q, QuerySet, Value, When
from django.db.models.fields import CharField, UUIDField

from governance.access.models import RoleAssignment, User
from governance.access.permissions import SYSTEM_PERMISSIONS
from governance.access.queries.rights import held_by, lent_to, live, open_delegations
from governance.access.reach import Reach
from governance.access.scopes import ORGANISATION, Scope
from governance.actors import Actor, ActorKind

# Stand in the SQL that is kept, where an actor's ids go.
ACCOUNT, PERSON = UUID(int=1), UUID(int=2)
USABLE, LENT = MARKS = ("usable", "lent")

Row = tuple[UUID | str | None, UUID | str | None, str | None]


def reach_of(actor: Actor) -> Reach:
    """All that an actor may do, in one query; then every question about any row is free.

    For pages. It is as old as its reading: operations ask `require`.
    """
    if actor.is_system:
        return Reach.of([(ORGANISATION, name) for name in SYSTEM_PERMISSIONS])
    if actor.account_id is None:
        return Reach.of([])
    found = Reach.of((Scope(_id(a), _id(b)), name) for a, b, name in _rows(actor) if name)
    token = actor.token_permissions
    return found if token is None else found.only(token)


def _rows(actor: Actor) -> Iterable[Row]:
    """Nothing unless the account is usable, as its mark says."""
    own = _own(actor)
    mark = next((row[2] for row in own if row[2] in MARKS), None)
    rows = (row for row in own if row[2] not in MARKS)
    if mark == LENT:
        return chain(rows, *map(_given, lent_to(actor.person_id)))
    return rows if mark else ()


def _own(actor: Actor) -> list[Row]:
    """What was given to the actor, and a mark: the account is usable, or more is lent to it."""
    sql, parameters = _prepared(connection.vendor)
    person = actor.person_id if actor.kind is ActorKind.PERSON else None
    ids = {_key(ACCOUNT): _key(actor.account_id), _key(PERSON): _key(person)}
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids.get(value, value) for value in parameters])
        rows: list[Row] = cursor.fetchall()
    return rows


@cache
def _prepared(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    """SQL of the reading, made once: building it takes longer than the database needs for it."""
    direct = RoleAssignment.objects.filter(Q(account=ACCOUNT) | Q(person=PERSON))
    _by_name, by_team = held_by(PERSON)
    usable = User.objects.filter(pk=ACCOUNT, is_active=True, person__active=True).order_by()
    mark = Case(
        When(Exists(open_delegations(PERSON)), then=Value(LENT)),
        default=Value(USABLE),
        output_field=CharField(),
    )
    nothing = Value(None, output_field=UUIDField())
    marked = usable.values_list(nothing, nothing, mark)
    rows: QuerySet[Any, Any] = _given(direct).union(_given(by_team), marked, all=True)
    return rows.query.sql_with_params()


def _given(rows: QuerySet[RoleAssignment]) -> QuerySet[RoleAssignment, Any]:
    columns = ("portfolio", "model", "role__permissions__permission")
    return live(rows).order_by().values_list(*columns)


def _key(value: UUID | None) -> Any:  # noqa: ANN401  as the database takes it
    return UUIDField().get_db_prep_value(value, connection)


def _id(value: UUID | str | None) -> UUID | None:
    """SQLite keeps ids as text, and SQL of our own gets them as they are."""
    return UUID(value) if isinstance(value, str) else value
