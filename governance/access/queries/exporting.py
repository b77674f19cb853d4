"""The live grants as rows of a table, for an export."""

from collections.abc import Iterator

from governance.access.models import RoleAssignment
from governance.access.permissions import Permission
from governance.access.queries.assignments import live
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
