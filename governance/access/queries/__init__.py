"""Who may do what, where, and who may see what. Everything else asks here."""

from governance.access.queries.delegations import (
    acting_for,
    delegations_of,
    givers_for,
    givers_of,
    one_pair_of_eyes,
)
from governance.access.queries.identity import person_actor, token_actor
from governance.access.queries.parts import (
    against,
    excluded_by,
    part_words,
    played,
    require_separate,
)
from governance.access.queries.people import (
    accounts_with_tokens,
    assignments_seen,
    involvements_seen,
    people_found,
    permissions_of,
    person_by_id,
    service_account,
)
from governance.access.queries.reaching import reach_of
from governance.access.queries.rights import (
    assignments_of,
    can,
    can_anywhere,
    covering,
    giving,
    holders_of,
    live,
    live_assignments,
    open_delegations,
    person_of,
    portfolios_where,
    require,
    require_anywhere,
    role_held,
    roles,
    roles_giving,
)
from governance.access.queries.visibility import visible_to
from governance.access.reach import Scoped

__all__ = [
    "Scoped",
    "accounts_with_tokens",
    "acting_for",
    "against",
    "assignments_of",
    "assignments_seen",
    "can",
    "can_anywhere",
    "covering",
    "delegations_of",
    "excluded_by",
    "givers_for",
    "givers_of",
    "giving",
    "holders_of",
    "involvements_seen",
    "live",
    "live_assignments",
    "one_pair_of_eyes",
    "open_delegations",
    "part_words",
    "people_found",
    "permissions_of",
    "person_actor",
    "person_by_id",
    "person_of",
    "played",
    "portfolios_where",
    "reach_of",
    "require",
    "require_anywhere",
    "require_separate",
    "role_held",
    "roles",
    "roles_giving",
    "service_account",
    "token_actor",
    "visible_to",
]
