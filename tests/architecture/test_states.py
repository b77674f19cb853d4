"""A state of a version has all that a screen shows of it: what its recipe in the README lists."""

import pytest

from governance.inventory.states import IN_WORDS, State
from governance.project.environment import BASE_DIR
from governance.templatetags.words import STATES
from workflows.lifecycle.labels import needs
from workflows.lifecycle.transitions import EDGES

STATIC = BASE_DIR / "static"


@pytest.mark.parametrize("state", State)
def test_a_state_has_its_words_colour_and_icon(state: State) -> None:
    """In a sentence and on its pill; a colour and a drawing of its own."""
    assert state in IN_WORDS
    assert state in STATES
    assert f".is-{state} {{" in (STATIC / "css" / "app.css").read_text(encoding="utf-8")
    assert f'<symbol id="{state}"' in (STATIC / "icons.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", sorted(set(EDGES) - {"revalidate"}))
def test_a_move_says_what_it_needs(verb: str) -> None:
    """But for the one that nobody asks for: the product takes back what a higher tier reopens."""
    assert "{states}" not in str(needs(verb))
