"""Who is called in a text: a rule without rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.cases.mentions import mentions_in

NAMES = st.from_regex(r"[a-z][a-z0-9._-]{0,10}[a-z0-9]", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@dana and @Victor.V: see below, @dana!", ["dana", "victor.v"]),
        ("Ask @dana.", ["dana"]),
        ("(@dana)", ["dana"]),
        ("dana@example.org, a@b", []),
        ("@ dana @", []),
        ("@dana@example.org", ["dana@example.org"]),
    ],
)
def test_names_behind_a_sign_are_called(text: str, called: list[str]) -> None:
    """Once each and in order; addresses call nobody, and a sentence may end behind a name."""
    assert mentions_in(text) == called


@given(st.lists(NAMES, max_size=5, unique=True))
def test_whoever_is_called_is_found(names: list[str]) -> None:
    """Whatever stands around, as long as the names stand by themselves."""
    assert mentions_in(", ".join(f"@{name}" for name in names)) == names


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """No text breaks it, and no name is empty or twice there."""
    names = mentions_in(text)
    assert len(set(names)) == len(names)
    assert all(names)
