"""Rows of access: people, roles, duties, reviews. No verbs."""

from governance.access.models.duties import (
    BreakGlass,
    ConflictRule,
    Delegation,
    GrantProposal,
    Involvement,
)
from governance.access.models.people import (
    ApiToken,
    Person,
    Team,
    User,
)
from governance.access.models.reviews import (
    AccessReview,
    AccessReviewItem,
    GroupMapping,
)
from governance.access.models.roles import (
    PERMISSIONS,
    Portfolio,
    PortfolioGroupPermission,
    Role,
    RoleAssignment,
    RolePermission,
)

__all__ = [
    "PERMISSIONS",
    "AccessReview",
    "AccessReviewItem",
    "ApiToken",
    "BreakGlass",
    "ConflictRule",
    "Delegation",
    "GrantProposal",
    "GroupMapping",
    "Involvement",
    "Person",
    "Portfolio",
    "PortfolioGroupPermission",
    "Role",
    "RoleAssignment",
    "RolePermission",
    "Team",
    "User",
]
