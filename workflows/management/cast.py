"""The people of the demo and of the tests: one for each role, and a stranger.

All set up through the real operations, so that the log tells how they came to their roles.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from governance.access.models import GrantProposal, Person, Portfolio, RoleAssignment, User
from governance.access.operations import (
    Holder,
    add_person,
    add_portfolio,
    add_service_account,
    bootstrap,
    confirm_proposal,
    grant,
    issue_token,
)
from governance.access.permissions import Permission
from governance.access.queries import person_actor
from governance.actors import Actor, Surface
from workflows.targets.models import Target
from workflows.targets.operations import add_target

PASSWORD = "two-pairs-of-eyes"  # noqa: S105 - printed by the demo, used nowhere else
PORTFOLIO = "retail-credit"
SERVICE = "ci-credit"
TOKEN_PERMISSIONS = (
    Permission.KPI_RECORD,
    Permission.MODEL_REGISTER,
    Permission.MODEL_VIEW,
    Permission.VERSION_CREATE,
    Permission.VERSION_SUBMIT,
    Permission.VERSION_WITHDRAW,
)


@dataclass(frozen=True, slots=True)
class Member:
    """One person: account name, full name, and the role held in the portfolio, if any."""

    username: str
    full_name: str
    role: str = ""
    everywhere: bool = False


CAST = (
    Member("dana", "Dana Developer", "model_developer"),
    Member("olive", "Olive Owner", "model_owner"),
    Member("victor", "Victor Validator", "model_validator"),
    Member("rita", "Rita Risk", "risk_officer"),
    Member("rolf", "Rolf Officer", "risk_officer"),
    Member("hanna", "Hanna Head", "head_of_model_risk"),
    Member("mo", "Mo Ops", "mlops_engineer"),
    Member("ada", "Ada Auditor", "auditor", everywhere=True),
    Member("alma", "Alma Admin", "administrator", everywhere=True),
    Member("sam", "Sam Stranger"),
)


def actor_named(username: str, surface: Surface = Surface.COMMAND) -> Actor:
    """The actor behind an account, as if signed in."""
    return person_actor(User.objects.get(username=username), session=username, surface=surface)


def gather(members: Iterable[Member] = CAST) -> Portfolio:
    """An empty site gets its administrators, a portfolio, and people with their roles."""
    bootstrap(actor=Actor.system("demo", Surface.COMMAND))
    first = actor_named("admin1")
    portfolio = add_portfolio(name=PORTFOLIO, title="Retail credit", actor=first)
    for member in members:
        _add(member, portfolio, first)
    return portfolio


def _add(member: Member, portfolio: Portfolio, administrator: Actor) -> None:
    person = add_person(
        full_name=member.full_name,
        email=f"{member.username}@example.org",
        username=member.username,
        password=PASSWORD,
        actor=administrator,
    )
    if member.role:
        give(
            member.role,
            Holder(person=person),
            portfolio=None if member.everywhere else portfolio,
            reason="Named by the model risk committee",
        )


def give(
    role: str,
    holder: Holder,
    *,
    portfolio: Portfolio | None = None,
    reason: str,
    conflict_reason: str = "",
) -> RoleAssignment:
    """The first administrator gives a role; where it takes two, the second one confirms."""
    given = grant(
        role,
        holder,
        portfolio=portfolio,
        reason=reason,
        conflict_reason=conflict_reason,
        actor=actor_named("admin1"),
    )
    if isinstance(given, GrantProposal):
        return confirm_proposal(given.pk, actor=actor_named("admin2"))
    return given


def add_pipeline(portfolio: Portfolio) -> str:
    """A service account for the developer's pipeline; returns the secret of its token."""
    administrator = actor_named("admin1")
    owner = Person.objects.get(accounts__username="dana")
    account = add_service_account(username=SERVICE, owner=owner, actor=administrator)
    give(
        "service_account",
        Holder(account=account),
        portfolio=portfolio,
        reason="Submits from the pipeline",
    )
    return issue_token(account, name="pipeline", permissions=TOKEN_PERMISSIONS, actor=administrator)


def add_production(portfolio: Portfolio) -> Target:
    """One target in the local forge: the repository that production is deployed from."""
    return add_target(
        name="production",
        environment="production",
        repository="risk-models",
        portfolio=portfolio,
        actor=actor_named("admin1"),
    )
