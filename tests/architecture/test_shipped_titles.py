"""Words that ship as rows are translated when they are shown, so the catalogue must know them."""

from governance.access.labels import SHIPPED_REASONS
from governance.access.labels import SHIPPED_TITLES as ROLE_TITLES
from governance.access.permissions import SHIPPED_ROLES
from governance.access.shipped import SHIPPED_RULES
from workflows.policies.labels import SHIPPED_TITLES as POLICY_TITLES
from workflows.policies.labels import SHIPPED_WORDS
from workflows.policies.shipped import SHIPPED, SHIPPED_CALENDARS
from workflows.policies.wording import parse


def test_the_titles_of_shipped_roles_are_marked() -> None:
    """A role added to those that ship is added to its titles too."""
    assert set(ROLE_TITLES) == {role.title for role in SHIPPED_ROLES}


def test_the_titles_of_shipped_policies_are_marked() -> None:
    """A policy added to those that ship is added to its titles too."""
    assert set(POLICY_TITLES) == {title for _name, title, _tier, _definition in SHIPPED}


def test_the_words_of_shipped_policies_are_marked() -> None:
    """Titles of calendars and steps, and lines of checklists."""
    steps = [step for _n, _t, _tier, plain in SHIPPED for _move, step in parse(plain).steps()]
    words = {title for _name, title, _weekend, _days in SHIPPED_CALENDARS}
    words |= {step.title for step in steps if step.title}
    words |= {item.text for step in steps for item in step.checklist}
    assert set(SHIPPED_WORDS) == words


def test_the_reasons_of_shipped_rules_are_marked() -> None:
    """A rule added to those that ship brings its reason."""
    assert set(SHIPPED_REASONS) == {rule.reason for rule in SHIPPED_RULES}
