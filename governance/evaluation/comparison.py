"""Challenger against champion: everything the report shows, as one plain payload.

The payload is deterministic: the same tables give the same bytes on each run, and every number
is a decimal string of at most 12 significant digits. Its digest is part of what people sign.
It holds codes, not sentences; `labels.py` and `reports` put them into the reader's language.
What it consists of follows from what is predicted: `binary_comparison`, `numeric_comparison`,
`class_comparison`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from governance.evaluation.binary_comparison import BINARY_PARTS, binary_parts
from governance.evaluation.cautions import About, cautions_of
from governance.evaluation.class_comparison import CLASS_PARTS, class_parts
from governance.evaluation.cutoffs import Costs
from governance.evaluation.decimals import decimal12
from governance.evaluation.numeric_comparison import NUMERIC_PARTS, numeric_parts
from governance.evaluation.pairing import Pairing, pair
from governance.evaluation.scored_data import ScoredData, Told
from governance.evaluation.scored_header import BINARY, MULTICLASS, REGRESSION
from governance.evaluation.terms import Terms

FORMAT = 2
TOOL_VERSION = "foureyes-evaluation/4"  # another one whenever a payload would be another one

Payload = dict[str, Any]
Compared = Callable[[Pairing, ScoredData, ScoredData | None, Terms], Iterator[Payload]]

# What a payload consists of, part after part, and how many parts there are.
KINDS: Mapping[str, tuple[Compared, int]] = {
    BINARY: (binary_parts, BINARY_PARTS),
    REGRESSION: (numeric_parts, NUMERIC_PARTS),
    MULTICLASS: (class_parts, CLASS_PARTS),
}


# What a report shows of a second comparison, with the version that was retrained.
OF_ORIGINAL = ("kind", "level", "margin", "sample", "metrics", "verdict", "cautions")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A finished comparison: its payload, the payload's digest and the verdict in one word."""

    payload: Payload
    digest: str
    verdict: str


def compare(
    challenger: ScoredData,
    champion: ScoredData | None,
    *,
    margin: float,
    level: float = 0.95,
    cutoff: float | None = None,
    costs: Costs | None = None,
    about: About | None = None,
    told: Told | None = None,
) -> Comparison:
    """Compare two scored tables, joined by key where both have one.

    Args:
        challenger: The new version's scores.
        champion: The live version's scores; None for a first version.
        margin: The loss of AUC, or of its likes, that still counts as not worse.
        level: The level of all intervals.
        cutoff: Cases with a lower score are approved; None takes each model's KS cut-off.
        costs: What a wrong decision costs; None: both kinds cost one.
        about: What is known of the tables besides their rows.
        told: Hears how many parts of the payload are there, of how many.

    Raises:
        Invalid: The same case has different outcomes in the two tables, or they predict
            different things.
    """
    terms = Terms(margin, level, cutoff, costs or Costs())
    pairing = pair(challenger, champion)
    measured = _measured(pairing, challenger, champion, terms, told)
    payload = {
        "format": FORMAT,
        "kind": challenger.kind,
        "tool_version": TOOL_VERSION,
        "level": decimal12(level),
        "margin": decimal12(margin),
        "cautions": cautions_of(pairing, measured["metrics"], about or About()),
        **measured,
    }
    return Comparison(payload, payload_digest(payload), payload["verdict"]["verdict"])


def with_original(comparison: Comparison, told: Payload) -> Comparison:
    """Add what was measured against the version that was retrained, where that is no champion.

    `told` is what `against_original` gave, or why the two cannot be compared.
    """
    payload = comparison.payload | {"original": told}
    return Comparison(payload, payload_digest(payload), comparison.verdict)


def against_original(comparison: Comparison) -> Payload:
    """Take of a comparison with the version that was retrained what its report shows."""
    return {name: comparison.payload[name] for name in OF_ORIGINAL}


def _measured(
    pairing: Pairing,
    challenger: ScoredData,
    champion: ScoredData | None,
    terms: Terms,
    told: Told | None,
) -> Payload:
    parts, number = KINDS[challenger.kind]
    measured: Payload = {}
    for done, part in enumerate(parts(pairing, challenger, champion, terms), start=1):
        measured |= part
        if told:
            told(done, number)
    return measured


def payload_digest(payload: Mapping[str, Any]) -> str:
    """Give the SHA-256 of the payload's RFC 8785 bytes, in hexadecimal.

    Without fractions, and with names of letters only, the standard library writes these bytes, in a
    twentieth of the time.
    """
    written = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(written.encode()).hexdigest()
