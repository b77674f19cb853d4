"""The desk for programs: the site as it was on a past day."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from governance.access.api import actor_of
from workflows.desk.queries.as_of import as_of

router = Router(tags=["log"])


class VersionThenOut(Schema):
    """A version, and the state it was in."""

    model: str
    number: int
    label: str
    portfolio: str
    state: str
    champion: bool
    since: datetime


class AssignmentThenOut(Schema):
    """Who held which role where."""

    role: str
    holder: str
    scope: str
    place: str


class PolicyThenOut(Schema):
    """The wording of a policy that was in force; `as_told`: whether its row has that digest still.

    `name` is empty where the rows of a policy that the log tells of are gone.
    """

    id: UUID
    name: str
    number: int
    digest: str
    as_told: bool


class AsOfOut(Schema):
    """What was at the end of a day, told by the log."""

    day: date
    at: datetime
    versions: list[VersionThenOut]
    assignments: list[AssignmentThenOut]
    policies: list[PolicyThenOut]


@router.get("/as-of", response=AsOfOut)
def read_as_of(request: HttpRequest, day: date) -> AsOfOut:
    """Versions, champions, roles and policies at the end of a past day, as far as you see them."""
    found = as_of(actor_of(request), day)
    return AsOfOut(
        day=found.day,
        at=found.at,
        versions=[
            VersionThenOut(
                model=one.version.model.name,
                number=one.version.number,
                label=one.version.label,
                portfolio=one.version.model.portfolio.name,
                state=one.state,
                champion=one.champion,
                since=one.moved_at,
            )
            for one in found.versions
        ],
        assignments=[
            AssignmentThenOut(
                role=row.role_id,
                holder=str(row.person or row.account or row.team),
                scope=row.scope_kind,
                place=str(row.model or row.portfolio or ""),
            )
            for row in found.assignments
        ],
        policies=[
            PolicyThenOut(
                id=one.policy_id,
                name=one.policy.name if one.policy else "",
                number=one.number,
                digest=one.digest,
                as_told=one.as_told,
            )
            for one in found.policies
        ],
    )
