"""Forgeries of entries: bytes, order, number, all of history (T01 to T10, T15, T17)."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from governance.audit.canonical import canonical
from governance.trail.scopes import Scope
from tests.tampering.forging import ONE_VERSION, RETAIL_ONLY, Case, case, edited, resigned
from tests.tampering.logs import (
    VERSIONS,
    told,
)


def entries_changed() -> Iterator[Case]:
    whole, part = told().members(), told().members(ONE_VERSION)
    for name, members in (("whole", whole), ("part", part)):
        lines = members["entries.jsonl"].split(b"\n")[:-1]
        at = 3 if name == "whole" else 1
        other = lines[at].replace(b"0.8040", b"0.8041")
        forged = edited(
            members,
            "entries.jsonl",
            lambda _, o=other, at=at, lines=lines: [*lines[:at], o, *lines[at + 1 :]],
        )
        wrong = "root_mismatch" if name == "whole" else "inclusion_invalid"
        yield case(
            "T01", f"a figure in one line, {name}", forged, wrong, "entries_differ", "chain_broken"
        )
    yield case(
        "T03",
        "the last entry",
        edited(whole, "entries.jsonl", lambda lines: lines[:-1]),
        "entry_omitted",
    )
    yield case(
        "T04",
        "a middle entry",
        edited(whole, "entries.jsonl", lambda lines: lines[:9] + lines[10:]),
        "entry_omitted",
        "chain_gap",
    )
    inserted = edited(
        whole,
        "entries.jsonl",
        lambda lines: [*lines[:9], lines[2].replace(b"0.8040", b"0.1"), *lines[9:]],
    )
    yield case("T05", "a forged entry", inserted, "entry_surplus", "chain_gap")
    at_end = told()
    honest = at_end.members()
    at_end.add(("version", UUID(int=77)))
    added = edited(honest, "entries.jsonl", lambda lines: [*lines, at_end.lines[-1]])
    yield case("T05", "a forged entry at the end", added, "entry_surplus")
    yield case(
        "T06",
        "two entries",
        edited(whole, "entries.jsonl", lambda lines: [lines[1], lines[0], *lines[2:]]),
        "root_mismatch",
    )
    yield case(
        "T07",
        "an entry twice",
        edited(whole, "entries.jsonl", lambda lines: [*lines, lines[-1]]),
        "entry_surplus",
        "chain_gap",
    )
    surplus = edited(part, "entries.jsonl", lambda lines: [*lines, lines[-1]])
    yield case("T07", "an entry twice, part", surplus, "entry_surplus")
    proof = part["inclusion.jsonl"].split(b"\n")[-2]
    both = edited(surplus, "inclusion.jsonl", lambda lines: [*lines, proof])
    yield case(
        "T07", "an entry and its proof twice", both, "order_broken", "chain_gap", "entry_surplus"
    )


def logs_rewritten() -> Iterator[Case]:
    log = told()
    kept, older = log.seal(), told(20).members()
    yield case("T08", "the log cut back", older, "cut_back", since=kept)
    for scope in (Scope(), RETAIL_ONLY):
        # Another history, by whoever has the key.
        rewritten = told(40, seed=2)
        known = rewritten.members(scope)
        where = "whole" if scope.is_whole else "part"
        yield case("T09", f"all rewritten, no anchor, {where}", known)
        found = "history_rewritten" if scope.is_whole else "since_unproven"
        yield case("T09", f"all rewritten, an anchor, {where}", known, found, since=kept)
        proven = edited(known, "earlier.jsonl", lambda _: [canonical({"note": kept, "proof": []})])
        yield case(
            "T09", f"all rewritten, a false proof, {where}", proven, "history_rewritten", since=kept
        )
    vouched = told()
    vouched.checkpoints[5] = vouched.note(5)
    for scope in (Scope(), RETAIL_ONLY):
        where = "whole" if scope.is_whole else "part"
        yield case(
            "T09",
            f"another history before a former checkpoint, {where}",
            vouched.members(scope),
            "history_rewritten",
            since=told(23, seed=2).note(5),
        )
    other = told(23, seed=5)
    yield case("T10", "two logs of one size", other.members(), "fork", since=kept)
    yield case("T10", "the very checkpoint that was kept, honest", told().members(), since=kept)
    restored = told(20)
    restored.add(VERSIONS[0], details={"after": "the backup"})
    for _ in range(30):
        restored.add(VERSIONS[1])
    yield case(
        "T17",
        "restored from a backup and continued",
        restored.members(),
        "history_rewritten",
        since=kept,
    )
    grown = told()
    grown.seal()
    grown.add(VERSIONS[0])
    yield case("T08", "an honest continuation", grown.members(), since=kept)
    grown.checkpoints.clear()
    grown.add(VERSIONS[0])
    yield case(
        "T08", "an honest continuation without former checkpoints", grown.members(), since=kept
    )
    grown.checkpoints.clear()
    wrong = edited(grown.members(), "entries.jsonl", lambda lines: lines[:5] + lines[6:])
    yield case("T08", "a hole below the kept checkpoint", wrong, "history_rewritten", since=kept)
    mismatched = told()
    mismatched.checkpoints[7] = told(7, seed=9).note(7)
    yield case(
        "T17",
        "a former checkpoint of another history",
        mismatched.members(),
        "history_rewritten",
        "checkpoint_mismatch",
    )
    same_size = told()
    twin = told(23, seed=8).note(23)
    forked = same_size.members()
    forked = edited(
        forked, "earlier.jsonl", lambda lines: [*lines, canonical({"note": twin, "proof": []})]
    )
    yield case("T10", "two roots of one size in one export", forked, "fork")


def forms_changed() -> Iterator[Case]:
    log = told()
    log.add(VERSIONS[0], details={"word": "é", "number": 1})
    raw = log.lines[-1]
    for name, other in (
        ("a key twice", raw.replace(b'"number":1', b'"number":1,"number":1')),
        ("white space", raw.replace(b'"number":1', b'"number": 1')),
        ("1.0 for 1", raw.replace(b'"number":1', b'"number":1.0')),
        ("1e0 for 1", raw.replace(b'"number":1', b'"number":1e0')),
        ("-0", raw.replace(b'"number":1', b'"number":-0')),
        ("beyond 2^53", raw.replace(b'"number":1', b'"number":9007199254740992')),
        ("NaN", raw.replace(b'"number":1', b'"number":NaN')),
        ("an escape that needs none", raw.replace("é".encode(), b"\\u00e9")),
        ("a lone surrogate", raw.replace("é".encode(), b"\\ud800")),
        (
            "keys in another order",
            raw.replace(b'"number":1,"word":"\xc3\xa9"', b'"word":"\xc3\xa9","number":1'),
        ),
        ("a byte order mark", b"\xef\xbb\xbf" + raw),
        ("a carriage return", raw + b"\r"),
        ("no UTF-8", raw.replace("é".encode(), b"\xff")),
        ("a list", b"[]"),
        ("no object", b"null"),
        ("nested without end", b"[" * 30000),
        ("a member more", raw.replace(b'"v":1', b'"v":1,"x":1')),
        ("more of its subject", raw.replace(b'"type":"version"}', b'"type":"version","x":1}')),
        ("a subject without a type", raw.replace(b'"type":"version"}', b'"type":1}')),
        ("a subject without an id", re.sub(rb'"id":"[^"]+","prev"', b'"id":1,"prev"', raw)),
        ("a subject of another form", raw.replace(b'"type":"version"}', b'"type":"Version"}')),
        ("a subject of two lines", raw.replace(b'"type":"version"}', b'"type":"a\\nb"}')),
        ("a subject with another id", re.sub(rb'"id":"[^"]+","prev"', b'"id":"x","prev"', raw)),
        ("nested too deep", raw.replace(b'"number":1', b'"number":' + b"[" * 63 + b"]" * 63)),
        ("the first, with one before it", re.sub(rb'"seq":[0-9]+', b'"seq":1', raw)),
        ("an id of another form", re.sub(rb'"id":"[^"]+","origin"', b'"id":"x","origin"', raw)),
        ("another format", raw.replace(b'"v":1', b'"v":2')),
        ("true for a format", raw.replace(b'"v":1', b'"v":true')),
        ("number 0 of its subject", _with_seq(raw, 0)),
        ("true for a number", _with_seq(raw, True)),
        ("a time of another form", raw.replace(b"+00:00", b"Z").replace(b'Z"', b'z"')),
        ("another form of the hash before it", _with_prev(raw, bytes.upper)),
        ("an origin that is no text", raw.replace(b'"origin":"bank.example/log"', b'"origin":7')),
        ("an action that is no text", raw.replace(b'"action":"version.submitted"', b'"action":7')),
        ("personal that is no object", raw.replace(b'"personal":{}', b'"personal":[]')),
        ("evidence that is no list", raw.replace(b'"evidence":[]', b'"evidence":{}')),
    ):
        assert other != raw, name
        again = told()
        again.add(VERSIONS[0], details={"word": "é", "number": 1})
        yield case("T15", name, resigned(again, other), "line_invalid")
    words = told()
    words.add(VERSIONS[0], details={"word": "é", "number": 1})
    other = words.lines[-1].replace(b'"evidence":[]', b'"evidence":["x"]')
    yield case("T15", "evidence of words, which names no file", resigned(words, other))
    first = told()
    named = [at for at, line in enumerate(first.lines) if b'"prev":"' in line][-1]
    claimed = re.sub(rb'"prev":"[0-9a-f]{64}"', b'"prev":null', first.lines[named])
    forged = edited(first.members(), "entries.jsonl", lambda lines: _with(lines, named, claimed))
    yield case("T15", "no entry before it, although it is not the first", forged, "line_invalid")
    decomposed = edited(
        told().members(),
        "entries.jsonl",
        lambda lines: [*lines[:-1], lines[-1].replace("é".encode(), "e\u0301".encode())],
    )
    yield case("T15", "NFD for NFC", decomposed, "root_mismatch")
    astral = told()
    astral.add(VERSIONS[0], details={"\U0001f600": 1, "\uff5e": 2})
    yield case("T15", "keys that UTF-16 orders otherwise, honest", astral.members())
    points = told()
    points.add(VERSIONS[0], details={"\U0001f600": 1, "\uff5e": 2})
    emoji, wave = '"\U0001f600":1'.encode(), '"\uff5e":2'.encode()
    other = points.lines[-1].replace(emoji + b"," + wave, wave + b"," + emoji)
    yield case("T15", "keys in the order of code points", resigned(points, other), "line_invalid")
    deep = told()
    deep.add(VERSIONS[0], details={"number": nested(62)})
    yield case("T15", "nested as deep as can be, honest", deep.members())
    large = told()
    large.add(VERSIONS[0], details={"word": "a" * 70_000})
    yield case("T15", "a whole entry over 64 KiB", large.members(), "line_invalid")
    long = told().members()
    yield case(
        "T15",
        "a line over 64 KiB",
        edited(long, "entries.jsonl", lambda lines: [*lines, b'"' + b"a" * 70000 + b'"']),
        "line_invalid",
    )
    half = long | {"entries.jsonl": long["entries.jsonl"][:-1]}
    yield case("T28", "the last line feed is missing", half, "line_invalid")


def nested(levels: int) -> Any:
    """Lists within each other."""
    return [nested(levels - 1)] if levels > 1 else []


def _with_seq(raw: bytes, seq: object) -> bytes:
    value = json.loads(raw)
    value["subject"]["seq"] = seq
    return canonical(value)


def _with_prev(raw: bytes, change: Callable[[bytes], bytes]) -> bytes:
    return re.sub(rb'(?<="prev":")[0-9a-f]{64}', lambda found: change(found.group()), raw)


def _with(lines: list[bytes], at: int, line: bytes) -> list[bytes]:
    return [*lines[:at], line, *lines[at + 1 :]]
