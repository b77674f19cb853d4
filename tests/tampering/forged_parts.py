"""Forgeries of clocks, files and personal values; parts left out (T18, T21 to T23, T26)."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from governance.audit.canonical import canonical
from governance.audit.lines import EvidenceRef
from governance.trail.scopes import Scope
from tests.tampering.forging import (
    ONE_VERSION,
    RETAIL_ONLY,
    Case,
    case,
    edited,
    edited_json,
    edited_row,
)
from tests.tampering.logs import (
    MARKETS,
    RETAIL,
    VERSIONS,
    Members,
    told,
)


def clocks_moved() -> Iterator[Case]:
    back = told()
    back.add(VERSIONS[0], step=timedelta(days=-2))
    yield case("T18", "put back", back.members(), warnings=frozenset({"clock_back"}), entry=23)
    ahead = told()
    ahead.add(VERSIONS[0], step=timedelta(days=365 * 90))
    yield case(
        "T18",
        "put forward",
        ahead.members(),
        warnings=frozenset({"clock_ahead"}),
        entry=23,
    )
    little = told()
    little.add(VERSIONS[0], step=timedelta(seconds=-20))
    yield case("T18", "seconds, as of two machines", little.members())


def evidence_replaced() -> Iterator[Case]:
    report = b"scored,label\n0.8,1\n"
    log = told()
    log.add(
        VERSIONS[0], evidence=(EvidenceRef("scored.csv", sha256(report).hexdigest(), len(report)),)
    )
    honest = log.members(files=[report])
    yield case("T21", "none, honest", honest)
    name = f"evidence/{sha256(report).hexdigest()}"
    yield case(
        "T21",
        "another file under its digest",
        honest | {name: b"scored,label\n0.9,1\n"},
        "evidence_mismatch",
    )
    other = f"evidence/{sha256(b'other').hexdigest()}"
    yield case("T21", "a file that no entry names", honest | {other: b"other"}, "evidence_mismatch")


def pages_replaced() -> Iterator[Case]:
    honest = told().members(page=b"<p>approved</p>")
    yield case("T21", "a page, honest", honest)
    other = honest | {"evidence.html": b"<p>rejected</p>"}
    yield case("T21", "another page", other, "document_mismatch")
    gone = {name: content for name, content in honest.items() if name != "evidence.html"}
    yield case("T21", "no page where there was one", gone, "document_mismatch")
    put = told().members() | {"evidence.html": b"<p>approved</p>"}
    yield case("T21", "a page that the log never closed", put, "document_mismatch")


def personal_values_changed() -> Iterator[Case]:
    honest = told().members()
    values = [json.loads(row) for row in honest["disclosures.jsonl"].split(b"\n")[:-1]]
    at = values[0]["index"]
    for kind, name, changes in (
        ("T22", "another value", {"value": "Somebody Else"}),
        ("T22", "another salt", {"salt": "00" * 32}),
        ("T22", "a short salt", {"salt": "00" * 31}),
        ("T22", "a salt of other digits", {"salt": "zz" * 32}),
        ("T22", "another path", {"path": "other"}),
        ("T22", "another entry's", {"index": values[-1]["index"] + 1}),
    ):
        yield case(
            kind,
            name,
            edited_row(honest, "disclosures.jsonl", 0, **changes),
            "personal_mismatch",
            entry=None,
        )
    swapped = edited_row(honest, "disclosures.jsonl", 0, salt=values[1]["salt"])
    yield case(
        "T22",
        "salts swapped",
        edited_row(swapped, "disclosures.jsonl", 1, salt=values[0]["salt"]),
        "personal_mismatch",
        entry=at,
    )
    beyond = canonical(values[-1] | {"index": 10**6})
    yield case(
        "T22",
        "of an entry that is not there",
        edited(honest, "disclosures.jsonl", lambda lines: [*lines, beyond]),
        "personal_mismatch",
        entry=None,
    )
    erased = edited(honest, "disclosures.jsonl", lambda lines: lines[1:])
    yield case("T23", "erased, honest", erased)
    restored = canonical(values[0] | {"value": "Dana Nobody"})
    yield case(
        "T23",
        "restored with another one",
        edited(erased, "disclosures.jsonl", lambda lines: [restored, *lines]),
        "personal_mismatch",
    )


def parts_left_out() -> Iterator[Case]:
    unclosed = told()
    add = unclosed.add
    unclosed.add = lambda subject, action, **more: add(  # type: ignore[method-assign]
        subject, action.replace("export.created", "export.requested"), **more
    )
    yield case("T26", "closed by another entry", unclosed.members(), "closing_invalid")
    begun = told()
    for _ in range(2):
        begun.add(VERSIONS[1], portfolio=RETAIL)
    raw = re.sub(rb'"prev":"[0-9a-f]{64}","seq":[0-9]+', b'"prev":null,"seq":1', begun.lines[-1])
    begun.lines[-1] = raw
    begun.checkpoints.clear()
    yield case("T07", "a subject that begins twice", begun.members(RETAIL_ONLY), "chain_gap")
    part, by_portfolio = told().members(ONE_VERSION), told().members(RETAIL_ONLY)

    def without(members: Members, at: int) -> Members:
        for name in ("entries.jsonl", "inclusion.jsonl"):
            members = edited(
                members, name, lambda lines: lines[:at] + lines[at + 1 :] if at >= 0 else lines[:at]
            )
        index = {json.loads(row)["index"] for row in members["inclusion.jsonl"].split(b"\n")[:-1]}
        return edited(
            members,
            "disclosures.jsonl",
            lambda lines: [row for row in lines if json.loads(row)["index"] in index],
        )

    yield case("T26", "in the middle", without(part, 1), "entry_omitted", "chain_gap")
    yield case("T26", "at the end", without(part, -1), "entry_omitted")
    yield case("T26", "in the middle, of a portfolio", without(by_portfolio, 2), "entry_omitted")
    yield case("T26", "at the end, of a portfolio", without(by_portfolio, -1), "entry_omitted")
    other = without(told().members(RETAIL_ONLY), -1)
    log = told()
    at = next(at for at in range(22, 0, -1) if at not in log.chosen(RETAIL_ONLY, 23))
    smuggled = edited(other, "entries.jsonl", lambda lines: [*lines, log.lines[at]])
    smuggled = edited(
        smuggled,
        "inclusion.jsonl",
        lambda lines: [
            *lines,
            canonical({"index": at, "proof": [one.hex() for one in log.proofs(23).inclusion(at)]}),
        ],
    )
    yield case(
        "T26", "an entry of another portfolio instead", smuggled, "scope_violated", "entries_differ"
    )
    yield case(
        "T26",
        "a proof too many",
        edited(part, "inclusion.jsonl", lambda lines: [*lines, lines[-1]]),
        "entry_omitted",
    )
    yield case(
        "T26",
        "a proof too few",
        edited(part, "inclusion.jsonl", lambda lines: lines[:-1]),
        "entry_surplus",
    )
    narrower = replace(RETAIL_ONLY, action="version.sub").to_json()
    yield case(
        "T26",
        "the scope was changed",
        edited_json(by_portfolio, "export.json", scope=narrower),
        "closing_invalid",
        "scope_violated",
    )
    yield case(
        "T26",
        "no such filter",
        edited_json(part, "export.json", scope={"x": 1}),
        "export_malformed",
    )
    for name, changes in (
        ("a number for an action", {"action": 7}),
        ("a number for a time", {"until": 7}),
        ("a text for portfolios", {"portfolios": "x"}),
        ("numbers for portfolios", {"portfolios": [7]}),
        ("a number for subjects", {"subjects": 7}),
        ("numbers for subjects", {"subjects": [[1, 2]]}),
        ("a subject of one part", {"subjects": [["version"]]}),
        ("a subject of three parts", {"subjects": [["version", "a", "b"]]}),
    ):
        scope = ONE_VERSION.to_json() | changes
        forged = edited_json(part, "export.json", scope=scope)
        yield case("T26", f"a scope with {name}", forged, "export_malformed")
    spaced = part["disclosures.jsonl"].replace(b'"index":', b'"index": ', 1)
    yield case(
        "T15",
        "a row of another form",
        part | {"disclosures.jsonl": spaced},
        "export_malformed",
    )
    halves = edited_json(part, "closing.json", index=1)
    halves["closing.json"] = halves["closing.json"].replace(b'"index":1', b'"index":1.0')
    yield case("T15", "a row with 1.0 for 1", halves, "export_malformed")
    yield from closings_forged(part)


def closings_forged(part: Members) -> Iterator[Case]:
    other = told().members(Scope(portfolios=(str(MARKETS),)))
    yield case(
        "T26",
        "the closing of another scope",
        part | {"closing.json": other["closing.json"]},
        "closing_invalid",
    )
    yield case(
        "T26",
        "a list for a closing",
        edited_json(part, "closing.json", line="[]"),
        "closing_invalid",
    )
    closing = json.loads(part["closing.json"])
    forged = closing["line"].replace('"entries":', '"entries":1')
    yield case(
        "T26",
        "another number in the closing",
        edited_json(part, "closing.json", line=forged),
        "closing_invalid",
    )
    yield case(
        "T26",
        "a closing without proof",
        edited_json(part, "closing.json", proof=[]),
        "closing_invalid",
    )
    yield case(
        "T26",
        "a closing that continues nothing",
        edited_json(part, "closing.json", consistency=["00" * 32]),
        "closing_invalid",
    )
    log = told()
    members = log.members(ONE_VERSION)
    log.add(VERSIONS[1])
    wrong = log.closing(len(log.lines) - 1, 23)
    yield case(
        "T26",
        "an entry that closes nothing",
        members | {"closing.json": canonical(wrong)},
        "closing_invalid",
    )
    one = told(1)
    close = one.add
    one.add = lambda subject, action, **more: close(  # type: ignore[method-assign]
        subject, action, **(more | {"details": more["details"] | {"entries": True}})
    )
    yield case("T15", "true for one entry", one.members(), "export_malformed")
    log = told()
    honest = log.members(ONE_VERSION)
    log.close(ONE_VERSION, log.chosen(ONE_VERSION, len(log.lines))[:-1])
    yield case(
        "T26",
        "the closing of another size",
        honest | {"closing.json": canonical(log.closing(len(log.lines) - 1, 23))},
        "closing_invalid",
    )
