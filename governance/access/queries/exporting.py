"""The live grants, and what a review says of each, as rows of a table, for an export."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from governance.access.models import AccessReview, AccessReviewItem, ApiToken, RoleAssignment, User
from governance.access.permissions import Permission
from governance.access.queries.assignments import live
from governance.access.queries.finding import items_of
from governance.access.queries.people import assignments_seen
from governance.access.queries.rights import require_anywhere
from governance.actors import Actor

COLUMNS = (
    "role",
    "person",
    "full_name",
    "team",
    "service_account",
    "scope",
    "portfolio",
    "model",
    "starts",
    "ends",
    "granted_by",
    "source",
    "reason",
    "conflict_reason",
)

REVIEW_COLUMNS = (
    "holder",
    "kind",
    "account",
    "role",
    "scope",
    "portfolio",
    "model",
    "granted_at",
    "granted_by",
    "grant_reason",
    "last_signed_in",
    "reviewer",
    "answer",
    "answer_reason",
    "answered_at",
    "ended_at",
)


def grant_lines(actor: Actor) -> Iterator[tuple[str, ...]]:
    """All live grants where the actor may see people, in the order of `COLUMNS`.

    Raises:
        NotAllowed: the actor may see people nowhere.
    """
    require_anywhere(actor, Permission.PERSON_VIEW)
    rows = live(assignments_seen(actor)).order_by("role", "granted_at", "pk")
    return (_line(row) for row in rows.iterator(1000))


def _line(row: RoleAssignment) -> tuple[str, ...]:
    owner = row.account.person if row.account else row.person
    return (
        row.role_id,
        row.person.email if row.person else "",
        owner.full_name if owner else "",
        row.team.name if row.team else "",
        row.account.username if row.account else "",
        row.scope_kind,
        row.portfolio.name if row.portfolio else "",
        row.model.name if row.model else "",
        row.starts_at.isoformat(),
        row.ends_at.isoformat() if row.ends_at else "",
        row.granted_by.email if row.granted_by else "",
        row.source,
        row.reason,
        row.conflict_reason,
    )


def review_lines(review: AccessReview) -> list[tuple[str, ...]]:
    """Each grant under review with its answer, in the order of `REVIEW_COLUMNS`.

    `answer` is open, keep or remove. `last_signed_in` is the last time that the person did so with
    any account, or that a program used a token; a team does neither.
    """
    items = list(items_of(review))
    people = _last_signed_in(item.assignment.person_id for item in items)
    accounts = _last_used(item.assignment.account_id for item in items)
    return [_review_line(item, people, accounts) for item in items]


def _last_signed_in(people: Iterable[UUID | None]) -> dict[UUID, datetime | None]:
    rows = User.objects.filter(person__in={one for one in people if one}, kind=User.Kind.PERSON)
    return dict(rows.order_by().values_list("person").annotate(last=Max("last_login")))


def _last_used(accounts: Iterable[UUID | None]) -> dict[UUID, datetime | None]:
    rows = ApiToken.objects.filter(account__in={one for one in accounts if one})
    return dict(rows.order_by().values_list("account").annotate(last=Max("last_used_at")))


def _review_line(
    item: AccessReviewItem,
    people: Mapping[UUID, datetime | None],
    accounts: Mapping[UUID, datetime | None],
) -> tuple[str, ...]:
    row = item.assignment
    seen = people.get(row.person_id) if row.person_id else None
    if row.account_id:
        seen = accounts.get(row.account_id)
    return (
        *_holder(row),
        row.role_id,
        row.scope_kind,
        row.portfolio.name if row.portfolio else "",
        row.model.name if row.model else "",
        _moment(row.granted_at),
        row.granted_by.full_name if row.granted_by else "",
        row.reason,
        _moment(seen),
        item.reviewer.full_name,
        item.verdict,
        item.reason,
        _moment(item.decided_at),
        _moment(row.revoked_at),
    )


def _holder(row: RoleAssignment) -> tuple[str, str, str]:
    if row.account:
        return row.account.person.full_name, "service_account", row.account.username
    if row.team:
        return row.team.title, "team", row.team.name
    assert row.person is not None
    return row.person.full_name, "person", row.person.email


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
