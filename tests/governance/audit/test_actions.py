"""The catalogue of actions."""

import re

from django.utils.translation import override

from governance.audit.actions import Action
from governance.audit.labels import LABELS, label_of


def test_actions_are_alphabetical_and_follow_the_grammar() -> None:
    """Subject, dot, verb in the past; the member is named for its value."""
    assert [action.value for action in Action] == sorted(action.value for action in Action)
    for action in Action:
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", action.value)
        assert action.name == action.value.replace(".", "_").upper()


def test_every_action_has_a_label() -> None:
    """And an entry of a later release still shows its name."""
    assert set(LABELS) == set(Action)
    with override("en"):
        assert label_of("version.approved") == "Version approved"
        assert label_of("model.teleported") == "model.teleported"
