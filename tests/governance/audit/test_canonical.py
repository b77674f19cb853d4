"""One value, one byte string."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit.actions import Action
from governance.audit.canonical import LARGEST_INTEGER, NotCanonical, canonical, decode

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def nested(levels: int) -> list[Any]:
    """Lists within each other."""
    return [nested(levels - 1)] if levels > 1 else []


def test_keys_stand_in_the_order_of_rfc_8785() -> None:
    """Section 3.2.3 sorts by UTF-16 units, so the emoji stands before the Hebrew letter."""
    sample = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    values = list(decode(canonical(sample)).values())  # type: ignore[union-attr]
    assert [str(value).split()[0] for value in values] == [
        "Carriage", "One", "Control", "Latin", "Euro", "Emoji:", "Hebrew",
    ]  # fmt: skip


def test_text_and_literals_are_written_as_rfc_8785_shows() -> None:
    """The sample of section 3.2.2, without its floats."""
    value = {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
    expected = '{"literals":[null,true,false],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert canonical(value) == expected.encode()


def test_what_is_nested_as_deep_as_can_be_is_written() -> None:
    """64 levels: programs differ in how many they can read, so a limit stands in the format."""
    assert decode(canonical(nested(64))) == nested(64)


def test_what_python_has_and_json_lacks_becomes_text() -> None:
    """Ids, moments in UTC with microseconds, dates, decimals, enum members, tuples."""
    noon = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=1)))
    value = [UUID(int=1), noon, date(2026, 1, 2), Decimal("1E+2"), Action.CASE_OPENED, (1,)]
    assert canonical(value) == (
        b'["00000000-0000-0000-0000-000000000001","2026-11-23T11:00:00.000000Z","2026-01-02",'
        b'"100","case.opened",[1]]'
    )


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        b"bytes",
        {1: "a key that is no text"},
        {"a", "set"},
        nested(64),
        datetime(2026, 1, 1),
        "\ud800",
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    """Rather no entry than one that another program would print otherwise."""
    with pytest.raises(NotCanonical):
        canonical({"value": value})


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":NaN}',
        b'{"a":-0}',
        b'{"a":"\\u0041"}',
        b'{"a":1}\n',
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        b"[" * 100_000,
        b"[" * 65 + b"]" * 65,
        b"",
    ],
)
def test_bytes_that_are_not_canonical_are_refused(text: bytes) -> None:
    """T15: one meaning may not come in two byte strings."""
    with pytest.raises(NotCanonical):
        decode(text)


@given(JSON)
def test_decoding_gives_back_what_was_encoded(value: object) -> None:
    """For all JSON without floats."""
    assert decode(canonical(value)) == value
