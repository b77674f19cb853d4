"""Which rows of the list of attacks have tests, by the ids of the tests: `A18-form`."""

import re

import pytest

from tests.architecture.source import read

# Who may do what: rights, doors, sessions. Other subjects add theirs here.
ACCESS = {
    *range(1, 8),
    *range(16, 23),
    26,
    27,
    *range(32, 41),
    43,
    44,
}
# What is signed, under which rules, and who comes first.
POLICIES = {*range(8, 12), *range(13, 16), *range(23, 26), *range(28, 32), 41, 42}
REQUIRED = ACCESS | POLICIES
ID = re.compile(r"\bA(\d\d)-(form|api|admin|command|bulk|operation)\b")


def attacked() -> dict[int, set[str]]:
    """Rows and the doors that they were tried at."""
    found: dict[int, set[str]] = {}
    for module in read("tests/attacks"):
        for row, door in ID.findall(module.text):
            found.setdefault(int(row), set()).add(door)
    return found


def test_every_row_has_a_test() -> None:
    """A row without one is named."""
    missing = sorted(REQUIRED - set(attacked()))
    assert not missing, [f"A{row:02}" for row in missing]


@pytest.mark.parametrize("row", sorted(REQUIRED))
def test_a_row_is_tried_at_a_door_and_not_only_behind_it(row: int) -> None:
    """The operation is what every door shares; a door is what an attacker finds."""
    assert attacked()[row] - {"operation"}, f"A{row:02} is only tried at the operation"
