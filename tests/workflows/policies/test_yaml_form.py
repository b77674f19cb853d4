"""Policies as YAML: nothing is lost in either direction, and nothing hostile comes in. Pure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.policies.wordings import definitions, tier
from workflows.policies.definition import Definition
from workflows.policies.plain_reader import BadWording
from workflows.policies.shipped import SHIPPED
from workflows.policies.wording import parse, plain_of
from workflows.policies.yaml_form import Head, PolicyText, dump, load, read_policy, write_policy

HEAD = Head("tier-1", "Tier 1, material models", 1)


@settings(max_examples=15)
@given(definitions())
def test_export_and_import_are_inverse(definition: Definition) -> None:
    """Of the plain form and of the text, whatever a definition says."""
    assert parse(plain_of(definition)) == definition
    text = write_policy(HEAD, definition)
    read = read_policy(text)
    assert (read.head, read.definition) == (HEAD, definition)
    assert write_policy(read.head, read.definition) == text


@pytest.mark.parametrize("number", range(len(SHIPPED)))
def test_what_ships_is_written_as_it_is_kept(number: int) -> None:
    """The rows hold the one spelling of each wording."""
    plain = SHIPPED[number][3]
    assert plain_of(parse(plain)) == plain


def test_a_person_may_write_numbers_as_they_come() -> None:
    """0.70 without quotes is a decimal, and never a float."""
    text = write_policy(HEAD, parse(tier())).replace("margin: '0.01'", "margin: 0.010")
    text = text.replace("threshold: '0.7'", "threshold: 0.70")
    definition = read_policy(text).definition
    assert str(definition.margin) == "0.010"
    assert plain_of(definition)["moves"] == tier()["moves"]


HOSTILE = {
    "anchors": ("format: &a 2\ncalendar: *a\n", 1, "Anchors"),
    "aliases": ("format: 2\ncalendar: *a\n", 2, "Anchors"),
    "merge keys": ("a: {b: 1}\n<<: *a\n", 2, "Anchors"),
    "tags": ("format: 2\ncalendar: !!python/object/apply:os.system [id]\n", 2, "Tags"),
    "own tags": ("format: !mine 2\n", 1, "Tags"),
    "keys twice": ("format: 2\nmoves: {}\nformat: 2\n", 3, "twice"),
    "keys twice within": ("format: 2\nmoves:\n  approve: {}\n  approve: {}\n", 4, "twice"),
    "a key that is no word": ("? [a, b]\n: 1\n", 1, "one word"),
    "two documents": ("format: 2\n---\nformat: 2\n", 2, "second document"),
    "a tab": ("format: 2\n\tcalendar: x\n", 2, "no YAML"),
    "an open bracket": ("format: [2\n", 2, "no YAML"),
    "nothing": ("", 1, "empty"),
    "a list": ("- 1\n", 1, "names and values"),
    "NUL": ("format: \x00\n", 1, "no YAML"),
    "depth": ("a: " + "[" * 5000 + "]" * 5000, 1, "too deep"),
    "width": ("a: [" + "1," * 30_000 + "1]", 1, "too many"),
    "length": ("a: " + "x" * 300_000, 1, "longer than 256 KiB"),
    "a billion laughs": ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1, "Anchors"),
    "half a character": ('format: 2\ncalendar: "\\ud800"\n', 2, "nobody sees"),
    "half a character as a name": ('format: 2\n"\\ud800": 1\n', 2, "nobody sees"),
    "words turned around": ('format: 2\ncalendar: "\\u202ekcabllor"\n', 2, "nobody sees"),
    "words turned around as they are": ("format: 2\ncalendar: \u2067x\n", 2, "nobody sees"),
    "a line that YAML does not count": ('format: 2\ncalendar: "a\\Lb"\n', 2, "nobody sees"),
    "NUL in quotes": ('format: 2\ncalendar: "\\0"\n', 2, "nobody sees"),
}


@pytest.mark.parametrize(("text", "line", "words"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_at_its_line(text: str, line: int, words: str) -> None:
    """In words, and before anything is built from it."""
    with pytest.raises(BadWording, match=words) as refused:
        read_policy(text)
    assert refused.value.problems[0].line == line
    assert refused.value.message.startswith(f"Line {line}: ")


def test_every_problem_is_told_at_once_with_its_line() -> None:
    """An unknown key, a bad number, an unknown gate: all three, where they stand."""
    lines = write_policy(HEAD, parse(tier())).splitlines()
    quorum = next(at for at, line in enumerate(lines) if "quorum: 2" in line)
    gate = next(at for at, line in enumerate(lines) if "gate: auc_at_least" in line)
    lines[quorum] = lines[quorum].replace("2", "two")
    lines[gate] = lines[gate].replace("auc", "luck")
    lines.append("colour: blue")
    with pytest.raises(BadWording) as refused:
        read_policy("\n".join(lines))
    found = {problem.line: problem.message for problem in refused.value.problems}
    assert "whole number" in found[quorum + 1]
    assert "no gate “luck_at_least”" in found[gate + 1]
    assert "no setting “colour”" in found[len(lines)]


def test_loading_gives_back_what_was_dumped() -> None:
    """Words that look like something else stay words."""
    plain = {"a": ["true", "null", "12", "0.5", "~", "", "- x", "#", "é", "a: b"], "b": [True, 12]}
    assert load(dump(plain))[0] == plain


def broken(before: str, after: str) -> tuple[str, int]:
    """Tier 1 with other words in one place, and the line where they stand."""
    text = write_policy(HEAD, parse(tier()))
    assert before in text
    return text.replace(before, after, 1), text[: text.index(before)].count("\n") + 1


WRONG_NUMBERS = {
    "a thousand million digits behind the point": ("margin: '0.01'", "margin: '1e-999999999'"),
    "a long fraction": ("margin: '0.01'", f"margin: 0.{'1' * 5000}"),
    "a margin with a grouping sign": ("margin: '0.01'", "margin: 0.0_1"),
    "a margin in other digits": ("margin: '0.01'", "margin: \u0660.\u0661"),
    "a margin below nothing": ("margin: '0.01'", "margin: '-0'"),
    "a margin of one": ("margin: '0.01'", "margin: 1.0"),
    "a margin that is a list": ("margin: '0.01'", "margin: [0.1]"),
    "a threshold beyond all numbers": ("threshold: '0.7'", "threshold: 1e400"),
    "a threshold of many digits": ("threshold: '0.7'", f"threshold: {'9' * 5000}"),
    "a threshold that is a list": ("threshold: '0.7'", "threshold: [0.7]"),
    "a threshold that is a mapping": ("threshold: '0.7'", "threshold: {a: 0.7}"),
    "a threshold that is true": ("threshold: '0.7'", "threshold: true"),
    "a threshold that is none": ("threshold: '0.7'", "threshold: NaN"),
    "a quorum with a point": ("quorum: 2", "quorum: 2.0"),
    "a quorum that is true": ("quorum: 2", "quorum: true"),
    "a quorum in octal": ("quorum: 2", "quorum: 0o2"),
    "a quorum beyond all people": ("quorum: 2", "quorum: 999999999"),
    "a quorum of many digits": ("quorum: 2", f"quorum: {'9' * 5000}"),
}


@pytest.mark.parametrize(("before", "after"), WRONG_NUMBERS.values(), ids=WRONG_NUMBERS)
def test_a_number_that_is_none_is_refused_at_its_line(before: str, after: str) -> None:
    """In words; none of them is tried first, however long it would take."""
    text, line = broken(before, after)
    with pytest.raises(BadWording, match=r"decimal|threshold|number|needs") as refused:
        read_policy(text)
    assert min(abs(problem.line - line) for problem in refused.value.problems) <= 1


@pytest.mark.parametrize("setting", ["review", "freezes", "gates", "evidence", "validity"])
@pytest.mark.parametrize("given", ["false", "0", "''", "no"])
def test_a_setting_that_says_nothing_is_not_passed_over(setting: str, given: str) -> None:
    """Whoever writes `review: false` is told that this is no review, not that there is none."""
    text, line = broken("  retire:\n", f"  retire:\n    {setting}: {given}\n")
    with pytest.raises(BadWording) as refused:
        read_policy(text)
    assert line + 1 in {problem.line for problem in refused.value.problems}


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-W01-1", "2026-W02-1"), ("2026-12-18", "2026-W01-1"), ("20261218", "20261220")],
)
def test_a_freeze_is_of_days_as_people_write_them(first: str, last: str) -> None:
    """Weeks are read by Python, and sort behind every day of their year."""
    window = f"    freezes:\n    - title: x\n      first: '{first}'\n      last: '{last}'\n"
    text, line = broken("  deploy:\n", f"  deploy:\n{window}")
    with pytest.raises(BadWording, match="is not a day") as refused:
        read_policy(text)
    assert {line + 3, line + 4} & {problem.line for problem in refused.value.problems}


def test_a_title_is_as_long_as_a_row_holds() -> None:
    """Else it would be refused by the database, without a line."""
    text, line = broken(f"title: {HEAD.title}", f"title: {'x' * 201}")
    with pytest.raises(BadWording, match="At most 200 characters") as refused:
        read_policy(text)
    assert refused.value.problems[0].line == line


@pytest.mark.parametrize("other", ["1", "true", "'2'", "3", "null", "[2]"])
def test_another_format_is_not_half_understood(other: str) -> None:
    """Neither an earlier one nor what only looks like ours."""
    text, line = broken("format: 2", f"format: {other}")
    with pytest.raises(BadWording, match="known is 2") as refused:
        read_policy(text)
    assert refused.value.problems[0].line == line


@settings(max_examples=20)
@given(st.text(max_size=80), st.integers(0, 4000))
def test_whatever_is_typed_into_a_policy_is_read_or_refused_in_words(typed: str, at: int) -> None:
    """It breaks nothing, and what is taken comes back the same."""
    text = write_policy(HEAD, parse(tier()))
    read, lines = read_or_refused(text[:at] + typed + text[at:])
    assert read or lines
    assert all(line >= 1 for line in lines)
    assert read is None or read_policy(write_policy(read.head, read.definition)) == read


def read_or_refused(text: str) -> tuple[PolicyText | None, list[int]]:
    """What a text says, or the lines that are wrong with it."""
    try:
        return read_policy(text), []
    except BadWording as refused:
        return None, [problem.line for problem in refused.problems]
