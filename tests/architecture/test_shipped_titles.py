"""Words that ship as rows are translated when they are shown, so the catalogue must know them."""

from governance.access.labels import SHIPPED_REASONS
from governance.access.labels import SHIPPED_TITLES as ROLE_TITLES
from governance.access.permissions import SHIPPED_ROLES
from governance.access.shipped import SHIPPED_RULES
from workflows.policies.labels import SHIPPED_TITLES as POLICY_TITLES
from workflows.policies.shipped import SHIPPED


def test_the_titles_of_shipped_roles_are_marked() -> None:
    """A role added to those that ship is added to its titles too."""
    assert {*ROLE_TITLES, "MLOps engineer"} == {role.title for role in SHIPPED_ROLES}


def test_the_titles_of_shipped_policies_are_marked() -> None:
    """A policy added to those that ship is added to its titles too."""
    assert set(POLICY_TITLES) == {title for _name, title, _tier, _definition in SHIPPED}


def test_the_reasons_of_shipped_rules_are_marked() -> None:
    """A rule added to those that ship brings its reason."""
    assert set(SHIPPED_REASONS) == {rule.reason for rule in SHIPPED_RULES}
