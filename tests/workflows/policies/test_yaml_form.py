"""Policies as YAML: nothing is lost in either direction, and nothing hostile comes in. Pure."""

import pytest
from hypothesis import given, settings

from tests.workflows.policies.wordings import definitions, tier
from workflows.policies.definition import Definition
from workflows.policies.plain_reader import BadWording
from workflows.policies.shipped import SHIPPED
from workflows.policies.wording import parse, plain_of
from workflows.policies.yaml_form import Head, dump, load, read_policy, write_policy

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
