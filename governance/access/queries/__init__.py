"""Who may do what, where, and who may see what. Everything else asks here."""

from governance.access.queries.administrators import (
    Blocked,
    administrators,
    blocked_by_lone_administrator,
)
from governance.access.queries.candidates import Candidate, WhoCould, who_could
from governance.access.queries.conflicts import (
    Holder,
    PersonalClash,
    conflict_rules,
    conflicts_of_grant,
    conflicts_of_people,
    conflicts_report,
)
from governance.access.queries.delegations import (
    acting_for,
    delegations_of,
    givers_for,
    givers_of,
    one_pair_of_eyes,
)
from governance.access.queries.explaining import Explanation, Path, why
from governance.access.queries.history import (
    GrantEvent,
    export_grants,
    history_of_grants,
    short_grants,
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
from governance.access.queries.reviews import (
    emergencies_open,
    items_for,
    proposals_seen,
    reviewers_for,
    reviews_seen,
)
from governance.access.queries.rights import (
    asks_second_factor,
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
from governance.access.queries.seniority import held_before
from governance.access.queries.visibility import visible_to
from governance.access.reach import Scoped

__all__ = [
    "Blocked",
    "Candidate",
    "Explanation",
    "GrantEvent",
    "Holder",
    "Path",
    "PersonalClash",
    "Scoped",
    "WhoCould",
    "accounts_with_tokens",
    "acting_for",
    "administrators",
    "against",
    "asks_second_factor",
    "assignments_of",
    "assignments_seen",
    "blocked_by_lone_administrator",
    "can",
    "can_anywhere",
    "conflict_rules",
    "conflicts_of_grant",
    "conflicts_of_people",
    "conflicts_report",
    "covering",
    "delegations_of",
    "emergencies_open",
    "excluded_by",
    "export_grants",
    "givers_for",
    "givers_of",
    "giving",
    "held_before",
    "history_of_grants",
    "holders_of",
    "involvements_seen",
    "items_for",
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
    "proposals_seen",
    "reach_of",
    "require",
    "require_anywhere",
    "require_separate",
    "reviewers_for",
    "reviews_seen",
    "role_held",
    "roles",
    "roles_giving",
    "service_account",
    "short_grants",
    "token_actor",
    "visible_to",
    "who_could",
    "why",
]
