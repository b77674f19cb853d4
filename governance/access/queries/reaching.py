"""All that an actor holds and may do and where, read at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, Exists, F, Q, QuerySet, Value, When
from django.db.models.fields import BooleanField, CharField, DateTimeField, Field, UUIDField

from governance.access.models import Delegation, RoleAssignment, RolePermission, User
from governance.access.permissions import SYSTEM_PERMISSIONS
from governance.access.queries.assignments import held_by, lent_to, live, open_delegations
from governance.access.reach import Held, Holding, Reach
from governance.access.scopes import ORGANISATION, Scope
from governance.actors import Actor, ActorKind
from governance.reading import read_once

# Stand in the SQL that is kept, where an actor's ids go.
ACCOUNT, PERSON = UUID(int=1), UUID(int=2)
USABLE, LENT, PAIRED = "usable", "lent", "paired"

# Role, what the row says of it, portfolio, model, team, granted at, second factor, delegation. A
# row is an assignment (it says nothing more), a permission of a role, or the mark of the account
# (no role).
Row = tuple[str | None, str, Any, Any, Any, Any, Any, Any]


@read_once
def reach_of(actor: Actor) -> Reach:
    """All that an actor may do, in one query; then every question about any row is free.

    Within a page it is as old as the page. Elsewhere each call reads anew.
    """
    if actor.is_system:
        return Reach.of([(ORGANISATION, name) for name in SYSTEM_PERMISSIONS])
    found = held_now(actor).reach()
    token = actor.token_permissions
    return found if token is None else found.only(token)


@read_once
def held_now(actor: Actor) -> Held:
    """The live assignments that reach an actor, what is lent to them included; a token aside.

    Nothing unless the account is usable.
    """
    rows = _own(actor) if actor.account_id else []
    marks = {said for role, said, *_rest in rows if role is None}
    if not marks:
        return Held()
    if LENT in marks:
        rows += _lent(actor)
    return _held(rows, lent=LENT in marks, paired=PAIRED in marks)


def _held(rows: Iterable[Row], *, lent: bool, paired: bool) -> Held:
    holdings, gives = [], defaultdict(set)
    for role, said, portfolio, model, team, granted_at, second_factor, delegation in rows:
        if role and said:
            gives[role].add(said)
        elif role:
            place, since = Scope(_id(portfolio), _id(model)), _moment(granted_at)
            ids = {"team": _id(team), "delegation": _id(delegation)}
            second = bool(second_factor)
            holdings.append(Holding(role, place, **ids, granted_at=since, second_factor=second))
    given = {role: frozenset(permissions) for role, permissions in gives.items()}
    return Held(tuple(holdings), given, lent, paired)


def _own(actor: Actor) -> list[Row]:
    """What was given to the actor, and marks: the account is usable, more is lent to it, or was."""
    sql, parameters = _prepared(connection.vendor)
    person = actor.person_id if actor.kind is ActorKind.PERSON else None
    ids = {_key(ACCOUNT): _key(actor.account_id), _key(PERSON): _key(person)}
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids.get(value, value) for value in parameters])
        rows: list[Row] = cursor.fetchall()
    return rows


def _lent(actor: Actor) -> list[Row]:
    """What others lend; rare enough to be built each time."""
    lent = lent_to(actor.person_id)
    rows = [row for each in lent for row in _given(each, F("delegation"))]
    return rows + list(_giving({row[0] for row in rows}))


@cache
def _prepared(_vendor: str) -> tuple[str, tuple[Any, ...]]:
    """SQL of the reading, made once: building it takes longer than the database needs for it."""
    direct = RoleAssignment.objects.filter(Q(account=ACCOUNT) | Q(person=PERSON))
    _by_name, by_team = held_by(PERSON)
    roles = [live(rows).order_by().values("role") for rows in (direct, by_team)]
    gives = RolePermission.objects.filter(Q(role__in=roles[0]) | Q(role__in=roles[1]))
    usable = User.objects.filter(pk=ACCOUNT, is_active=True, person__active=True).order_by()
    lent = Case(
        When(Exists(open_delegations(PERSON)), then=Value(LENT)),
        default=Value(USABLE),
        output_field=CharField(),
    )
    ever = Delegation.objects.filter(Q(giver=PERSON) | Q(deputy=PERSON))
    rows: QuerySet[Any, Any] = _given(direct).union(
        _given(by_team),
        _permissions(gives),
        _marked(usable, lent),
        _marked(usable.filter(Exists(ever)), Value(PAIRED, output_field=CharField())),
        all=True,
    )
    return rows.query.sql_with_params()


def _marked(account: QuerySet[User], mark: Case | Value) -> QuerySet[User, Any]:
    """A mark of the account as a row of the reading."""
    return account.values_list(_nothing(CharField()), mark, *_blank())


def _given(
    rows: QuerySet[RoleAssignment], delegation: F | Value | None = None
) -> QuerySet[RoleAssignment, Any]:
    """Assignments as rows of the reading; `delegation` names the one that lends each."""
    columns = ("portfolio", "model", "team", "granted_at", "role__mfa_required")
    says_nothing = Value("", output_field=CharField())
    through = delegation or _nothing(UUIDField())
    return live(rows).order_by().values_list(F("role"), says_nothing, *map(F, columns), through)


def _giving(roles: Iterable[str | None]) -> QuerySet[RolePermission, Any]:
    return _permissions(RolePermission.objects.filter(role__in=[role for role in roles if role]))


def _permissions(rows: QuerySet[RolePermission]) -> QuerySet[RolePermission, Any]:
    """What roles give, as rows of the reading."""
    return rows.order_by().values_list(F("role"), F("permission"), *_blank())


def _blank() -> list[Value]:
    ids = [UUIDField() for _ in range(3)]
    fields: tuple[Field[Any, Any], ...] = (*ids, DateTimeField(), BooleanField(), UUIDField())
    return [_nothing(field) for field in fields]


def _nothing(field: "Field[Any, Any]") -> Value:
    return Value(None, output_field=field)


def _key(value: UUID | None) -> Any:  # noqa: ANN401  as the database takes it
    return UUIDField().get_db_prep_value(value, connection)


def _id(value: UUID | str | None) -> UUID | None:
    """SQLite keeps ids as text, and SQL of our own gets them as they are."""
    return UUID(value) if isinstance(value, str) else value


def _moment(value: datetime | str) -> datetime:
    """SQLite keeps moments as text, in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)
