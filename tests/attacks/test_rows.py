"""Which rows of the list of attacks have tests, by the ids of the tests: `A18-form`."""

import re
from functools import cache

import pytest

from tests.architecture.source import read
from tests.attacks.surfaces import offered as now_offered

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
# Those that are tried a second time, where a change of what is live is signed.
ON_WHAT_IS_LIVE = {9, 10, 27, 41, 42}
# Which actions an attacker would use: each is tried at every door that offers one of them.
SIGN, GRANT = ("begin_signature", "approve_version"), ("grant",)
ACTIONS = {
    **dict.fromkeys(range(1, 8), SIGN),
    8: ("add_artifact",),
    **dict.fromkeys((9, 10, 11, 13), SIGN),
    14: (*SIGN, "reject_version", "request_changes"),
    15: (*SIGN, "withdraw_version", "add_artifact"),
    16: (*SIGN, "revoke"),
    **dict.fromkeys((17, 18, 19), (*SIGN, *GRANT)),
    **dict.fromkeys((20, 21, 22), (*SIGN, "delegate")),
    23: (*SIGN, "merge_pull_request"),
    **dict.fromkeys((24, 25, 26, 27, 28), SIGN),
    29: ("set_tier",),
    **dict.fromkeys((30, 31), ("draft_policy", "put_policy_in_force")),
    32: ("create_version", "register_model", "submit_version"),
    33: ("register_model", "withdraw_version"),
    35: ("create_version", "register_model"),
    36: ("register_model",),
    **dict.fromkeys((38, 39, 40), ("submit_version", "withdraw_version")),
    **dict.fromkeys((41, 42, 43), SIGN),
}
# Rows that use no action: things that are only read, and what writes to rows behind all actions.
READ_ONLY = {34, 37, 44}
ID = re.compile(r"\bA(\d\d)-(form|api|admin|command|bulk|operation)\b")


@cache
def offered() -> dict[str, set[str]]:
    """The doors of each action, read once."""
    return {name: {str(one) for one in doors} for name, doors in now_offered().items()}


@cache
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


@pytest.mark.parametrize("row", sorted(REQUIRED))
def test_a_row_is_tried_at_every_door_that_offers_its_action(row: int) -> None:
    """A door that is added later asks for its attacks."""
    doors = {surface for name in ACTIONS.get(row, ()) for surface in offered()[name]}
    assert doors or row in READ_ONLY
    missing = doors - attacked()[row]
    assert not missing, [f"A{row:02}-{door}" for door in sorted(missing)]


@pytest.mark.parametrize("row", sorted(ON_WHAT_IS_LIVE))
def test_a_row_is_tried_on_what_is_live(row: int) -> None:
    """What stops or returns a model is signed by an operation and a form of its own."""
    assert offered()["sign_live_change"] == {"form"}
    ids = (f"A{row:02}-form-live" in module.text for module in read("tests/attacks"))
    assert any(ids), f"A{row:02} is not tried on what is live"


def test_the_actions_of_the_rows_are_there() -> None:
    """A renamed one would ask for nothing."""
    named = {name for names in ACTIONS.values() for name in names}
    assert named <= set(offered())
