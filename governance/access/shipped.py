"""What every site starts with beside its roles: which duties exclude each other. Pure.

Sources: SR 26-2 and MaRisk AT 4.3.1 on independence of validation and approval; the four-eyes
principle that the product is named for. Sites add rules; those that ship cannot be taken away.
"""

from dataclasses import dataclass

from governance.access.permissions import SENSITIVE, SHIPPED_ROLES, Permission
from governance.access.separation import MAKERS, Part


@dataclass(frozen=True, slots=True)
class ShippedRule:
    """A conflict rule as it is written into the table. `kind` is part or role."""

    name: str
    kind: str
    first: str
    second: str
    reason: str


SIGNERS = (Part.VALIDATOR, Part.APPROVER, Part.MERGER)

# Who played one of the values may not play the key afterwards.
_EXCLUDED = {
    Part.VALIDATOR: (*sorted(MAKERS), Part.APPROVER),
    Part.APPROVER: (*sorted(MAKERS), Part.VALIDATOR),
    Part.MERGER: (*sorted(MAKERS), Part.VALIDATOR, Part.APPROVER),
    Part.AUTHOR: SIGNERS,
    Part.UPLOADER: SIGNERS,
    Part.SUBMITTER: SIGNERS,
}

PART_RULES = tuple(
    ShippedRule(
        f"{earlier}-{wanted}",
        "part",
        earlier,
        wanted,
        "Nobody judges, signs or puts live what they made, checked or signed themselves.",
    )
    for wanted, parts in _EXCLUDED.items()
    for earlier in parts
)

_P = Permission
# Either side names a role, or a permission and so every role that gives it, added ones too.
_OPPOSED = (
    ("administrator-approver", _P.ASSIGNMENT_GRANT, _P.VERSION_APPROVE),
    ("administrator-author", _P.ASSIGNMENT_GRANT, _P.VERSION_SUBMIT),
    ("administrator-merger", _P.ASSIGNMENT_GRANT, _P.PROMOTION_MERGE),
    ("administrator-validator", _P.ASSIGNMENT_GRANT, _P.VERSION_VALIDATE),
    ("approver-merger", _P.VERSION_APPROVE, _P.PROMOTION_MERGE),
    ("author-approver", _P.VERSION_SUBMIT, _P.VERSION_APPROVE),
    ("author-merger", _P.VERSION_SUBMIT, _P.PROMOTION_MERGE),
    ("author-validator", _P.VERSION_SUBMIT, _P.VERSION_VALIDATE),
    ("validator-approver", _P.VERSION_VALIDATE, _P.VERSION_APPROVE),
    ("validator-merger", _P.VERSION_VALIDATE, _P.PROMOTION_MERGE),
)

ROLE_RULES = tuple(
    ShippedRule(
        f"role-{name}",
        "role",
        first,
        second,
        "Who holds both could prepare in one capacity what they agree to in the other.",
    )
    for name, first, second in _OPPOSED
)

SHIPPED_RULES = PART_RULES + ROLE_RULES

SENSITIVE_ROLES = frozenset(role.name for role in SHIPPED_ROLES if role.permissions & SENSITIVE)

# Who can give rights away signs in with a second factor.
MFA_ROLES = frozenset(
    role.name for role in SHIPPED_ROLES if _P.ASSIGNMENT_GRANT in role.permissions
)
