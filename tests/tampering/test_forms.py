"""The verifier's shortcut: a line of a known form is judged as if it had been decoded."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.trail.verifier import verify as verifier
from tests.tampering.cases import FORGERS, forged
from tests.tampering.logs import VERSIONS, Log, packed, told
from tests.tampering.verdicts import verdict

PLAIN = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=6)
NESTED = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
DETAILS = st.dictionaries(st.text(max_size=5), NESTED, max_size=5)


def line(details: dict[str, Any], **personal: str) -> bytes:
    """A line as the product writes it."""
    log = Log()
    log.add(VERSIONS[0], details=details, personal=personal)
    return log.lines[0]


def slow(raw: bytes) -> Any:
    """What decoding says: the facts, or the name of the check that failed."""
    try:
        return verifier._facts(verifier.decode(raw))
    except verifier.Broken as broken:
        return broken.check


def quick(forms: verifier.Forms, raw: bytes) -> Any:
    """What the forms say."""
    try:
        found = forms.facts(raw, verifier.tame(raw))
        return (*found[:7], list(found[7]), *found[8:])
    except verifier.Broken as broken:
        return broken.check


@given(DETAILS, DETAILS)
def test_a_form_says_what_decoding_says(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Whatever was learned before, an honest line gives the same facts."""
    forms = verifier.Forms()
    for details in (one, other, one):
        raw = line(details, comment="x")
        assert quick(forms, raw) == slow(raw)


@given(DETAILS, st.data())
def test_no_broken_line_slips_through_a_form(details: dict[str, Any], data: st.DataObject) -> None:
    """One byte changed, put in or taken out: the form refuses exactly what decoding refuses."""
    raw = line(details)
    forms = verifier.Forms()
    quick(forms, raw)
    at = data.draw(st.integers(0, len(raw) - 1))
    put = data.draw(st.sampled_from([b"", b'"', b"\\", b"0", b"1", b"-", b" ", b",", b"\xc3"]))
    changed = raw[:at] + put + raw[at + data.draw(st.integers(0, 1)) :]
    assert quick(forms, changed) == slow(changed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'"number":1', b'"number":01'),
        (b'"number":1', b'"number":-0'),
        (b'"number":1', b'"number":1.0'),
        (b'"number":1', b'"number":9007199254740992'),
        (b'"number":1', '"number":\u0661'.encode()),  # a digit, but not one of JSON
        (b'"word":"x"', b'"word":"\\u0078"'),
        (b'"word":"x"', b'"word":"\x1f"'),
        (b'"word":"x"', b'"word":"\xed\xa0\x80"'),
        (b'"word":"x"', b'"word":"x","word":"x"'),
        (b'"seq":1', b'"seq":2'),
        (b'"seq":1', b'"seq":0'),
        (b'"v":1', b'"v":2'),
        (b'"prev":null', b'"prev":"00"'),
    ],
)
def test_a_form_leaves_nothing_open_but_plain_values(one: bytes, other: bytes) -> None:
    """Each of these is refused, though the form of its line is known."""
    raw = line({"number": 1, "word": "x"})
    assert raw.count(one) == 1
    forms = verifier.Forms()
    quick(forms, raw)
    assert quick(forms, raw.replace(one, other)) == "line_invalid"


def test_forms_are_bounded() -> None:
    """A log in which every line is of its own kind fills no memory with forms."""
    forms = verifier.Forms()
    for number in range(verifier.MOST_FORMS_OF_ONE + 20):
        quick(forms, line({f"member{number}": 1}))
    assert forms.count == verifier.MOST_FORMS_OF_ONE


def test_processes_find_what_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shared among processes, with blocks of a few entries, the forgeries are named the same."""
    monkeypatch.setattr(verifier, "WORTH_PROCESSES", 0)
    monkeypatch.setattr(verifier, "CHUNK", 4096)
    path = tmp_path / "export.zip"
    for one in forged(FORGERS[0]):
        alone = verdict(one, path)
        shared = verifier.verify(str(path), list(one.keys), one.since, processes=2)
        assert (shared.checks, shared.entries > 0) == (alone[0], True), str(one)


def test_small_blocks_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Subtrees of blocks give the same root as leaf after leaf, whatever was signed in between."""
    path = tmp_path / "export.zip"
    for size in (1, 2, 3, 4, 5, 8, 31):
        log = told(size)
        path.write_bytes(packed(log.members()))
        for block in (1, 2, 4, 8):
            monkeypatch.setattr(verifier, "CHUNK", 1000 * block)
            report = verifier.verify(str(path), [log.vkey])
            assert (report.problems, report.entries) == ([], size)


def test_a_row_of_another_form_is_refused(tmp_path: Path) -> None:
    """Rows of disclosures are canonical as lines are: two readers could read others in two ways."""
    log = told(9)
    members = log.members()
    rows = [json.loads(row) for row in members["disclosures.jsonl"].split(b"\n")[:-1]]
    spaced = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    path = tmp_path / "export.zip"
    path.write_bytes(packed(members | {"disclosures.jsonl": spaced}))
    assert verifier.verify(str(path), [log.vkey]).checks == {"export_malformed"}
