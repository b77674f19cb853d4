"""Challenger against champion: everything the report shows, as one plain payload.

The payload is deterministic: the same tables give the same bytes on each run, and every number
is a decimal string of at most 12 significant digits. Its digest is part of what people sign.
It holds codes, not sentences; `labels.py` and `reports` put them into the reader's language.

Intervals: AUC, Gini and KS by class (DeLong; KS at the cut-offs found), average precision by its
influence function, Brier score and log loss as paired means, calibration slope and intercept by
the sandwich estimate. The calibration error has a value only.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

import numpy as np
import rfc8785

from governance.evaluation.calibration import Tenths, stability_index, tenths
from governance.evaluation.contest import Contest, measure_row
from governance.evaluation.curves import curve, histogram
from governance.evaluation.cutoffs import disagreement, thresholds
from governance.evaluation.decimals import decimal12, decimal_or_none
from governance.evaluation.measures import MEASURES
from governance.evaluation.ordering import Floats, Ordered, order
from governance.evaluation.overall import adjust, overall
from governance.evaluation.pairing import Pairing, pair
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.segments import Sides, gap_rows, segment_rows
from governance.evaluation.statistics import Ranked, accuracy, f1, rank

FORMAT = 1
TOOL_VERSION = "foureyes-evaluation/1"
THRESHOLDS = 40

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A finished comparison: its payload, the payload's digest and the verdict in one word."""

    payload: Payload
    digest: str
    verdict: str


@dataclass(frozen=True, slots=True, eq=False)
class _Setting:
    """Both samples, ranked, with a cut-off each."""

    pairing: Pairing
    challenger: Ranked
    champion: Ranked | None
    cutoff: float | None
    margin: float
    level: float

    def cutoff_of(self, ranked: Ranked) -> float:
        """Give the policy's cut-off, or else the score at which the classes differ most."""
        given = self.cutoff
        return ranked.ks_cutoff if given is None else given


def compare(
    challenger: ScoredData,
    champion: ScoredData | None,
    *,
    margin: float,
    level: float = 0.95,
    cutoff: float | None = None,
) -> Comparison:
    """Compare two scored tables, joined by key where both have one.

    Args:
        challenger: The new version's scores.
        champion: The live version's scores; None for a first version.
        margin: The loss of AUC that still counts as not worse.
        level: The level of all intervals.
        cutoff: Cases with a lower score are approved; None takes each model's KS cut-off.

    Raises:
        Invalid: The same case has different outcomes in the two tables.
    """
    pairing = pair(challenger, champion)
    left, right = pairing.challenger, pairing.champion
    samples = [left] if right is None else [left, right]
    with ThreadPoolExecutor(max_workers=2) as threads:  # numpy sorts without holding the lock
        ranked, *others = threads.map(lambda part: rank(part.score, part.outcome), samples)
    setting = _Setting(pairing, ranked, others[0] if others else None, cutoff, margin, level)
    payload = _payload(setting, challenger, champion)
    return Comparison(payload, payload_digest(payload), payload["verdict"]["verdict"])


def payload_digest(payload: Mapping[str, Any]) -> str:
    """Give the SHA-256 of the payload's RFC 8785 bytes, in hexadecimal."""
    return sha256(rfc8785.dumps(dict(payload))).hexdigest()


def _payload(setting: _Setting, challenger: ScoredData, champion: ScoredData | None) -> Payload:
    contest = Contest(
        setting.challenger,
        setting.champion,
        setting.pairing.paired,
        setting.margin,
        setting.level,
    )
    metrics = [measure_row(contest, measure) for measure in MEASURES]
    segments = segment_rows(_sides(setting))
    for family in (metrics, [part["auc"] for part in segments if part["auc"]]):
        adjust(family)
    return {
        "format": FORMAT,
        "kind": "binary",
        "tool_version": TOOL_VERSION,
        "level": decimal12(setting.level),
        "margin": decimal12(setting.margin),
        "sample": _sample(setting, challenger, champion),
        "verdict": overall(metrics, segments, setting.challenger.rows, setting.level),
        "metrics": metrics,
        "segments": segments,
        "fairness": _fairness(setting),
        "disagreement": _disagreement(setting),
        "stability": _stability(setting, challenger, champion),
        "at_cutoff": _both(setting, lambda ranked: _at_cutoff(ranked, setting.cutoff_of(ranked))),
        "calibration": _both(setting, lambda ranked: _tenths(tenths(ranked, setting.level))),
        "thresholds": _both(setting, _thresholds),
        "curves": _both(setting, _curve),
        "distribution": _distribution(setting),
    }


def _sample(
    setting: _Setting, challenger: ScoredData, champion: ScoredData | None
) -> dict[str, Any]:
    pairing = setting.pairing
    return {
        "join": pairing.join,
        "paired": pairing.paired,
        "rows": pairing.challenger.rows,
        "events": pairing.challenger.events,
        "challenger_rows": challenger.rows,
        "champion_rows": champion.rows if champion else None,
        "challenger_only": pairing.challenger_only,
        "champion_only": pairing.champion_only,
        "segments": len(challenger.segment_names),
    }


def _sides(setting: _Setting) -> Sides:
    pairing, champion = setting.pairing, setting.champion
    return Sides(
        challenger=pairing.challenger,
        champion=pairing.champion,
        challenger_cutoff=setting.cutoff_of(setting.challenger),
        champion_cutoff=None if champion is None else setting.cutoff_of(champion),
        paired=pairing.paired,
        margin=setting.margin,
        level=setting.level,
    )


def _stability(
    setting: _Setting, challenger: ScoredData, champion: ScoredData | None
) -> dict[str, Any] | None:
    """All rows count here, also those that only one of the tables has."""
    if champion is None or setting.champion is None:
        return None
    before = _whole(champion, setting.champion)
    after = _whole(challenger, setting.challenger)
    return {"psi": decimal12(stability_index(before, after))}


def _whole(sample: ScoredData, ranked: Ranked) -> Ordered:
    if sample.rows == ranked.rows:
        return ranked.ordered
    return order(sample.score, sample.outcome)


def _both(setting: _Setting, part: Callable[[Ranked], Any]) -> dict[str, Any]:
    champion = setting.champion
    return {
        "challenger": part(setting.challenger),
        "champion": None if champion is None else part(champion),
    }


def _at_cutoff(ranked: Ranked, cutoff: float) -> dict[str, Any]:
    place = ranked.ordered.from_cutoff(np.array([cutoff]))
    hits = int(ranked.events - ranked.ordered.events_before(place)[0])
    alarms = int(ranked.mass - ranked.ordered.mass_before(place)[0]) - hits
    return {
        "cutoff": decimal12(cutoff),
        "true_positives": hits,
        "false_positives": alarms,
        "true_negatives": int(ranked.others) - alarms,
        "false_negatives": int(ranked.events) - hits,
        "approval_rate": decimal12(1 - (hits + alarms) / ranked.rows),
        "accuracy": decimal12(accuracy(ranked, cutoff).value),
        "f1": decimal12(f1(ranked, cutoff).value),
    }


def _thresholds(ranked: Ranked) -> dict[str, list[str]]:
    table = thresholds(ranked, THRESHOLDS)
    return {field.name: _decimals(getattr(table, field.name)) for field in fields(table)}


def _disagreement(setting: _Setting) -> dict[str, Any] | None:
    """Only where both decided on the same cases."""
    ours, theirs = setting.challenger, setting.champion
    if theirs is None or not setting.pairing.paired:
        return None
    found = disagreement(ours, theirs, setting.cutoff_of(ours), setting.cutoff_of(theirs))
    return {**asdict(found), "p_value": decimal12(found.p_value)}


def _fairness(setting: _Setting) -> dict[str, Any]:
    sides = _sides(setting)
    return {
        "challenger": gap_rows(sides.challenger, sides.challenger_cutoff, setting.level),
        "champion": gap_rows(sides.champion_labelled, sides.champion_cutoff, setting.level),
    }


def _tenths(parts: Tenths) -> list[dict[str, Any]]:
    named = ("predicted", "observed", "low", "high", "lift", "captured")
    return [
        {"rows": int(parts.rows[place]), "events": int(parts.events[place])}
        | {name: decimal12(float(getattr(parts, name)[place])) for name in named}
        for place in range(parts.rows.size)
    ]


def _curve(ranked: Ranked) -> dict[str, Any]:
    points = curve(ranked)
    before = ranked.ordered.mass_before(np.array([ranked.tally.gap_from]))[0]
    return {
        "population": _decimals(points.population),
        "events": _decimals(points.events),
        "others": _decimals(points.others),
        "ks": {
            "cutoff": decimal12(ranked.ks_cutoff),
            "population": decimal12(float(1 - before / ranked.mass)),
            "gap": decimal12(ranked.tally.gap / (ranked.events * ranked.others)),
        },
    }


def _distribution(setting: _Setting) -> dict[str, Any]:
    samples = [setting.challenger, *([setting.champion] if setting.champion else [])]
    bins = histogram(*(sample.ordered for sample in samples))
    return {
        "edges": _decimals(bins.edges),
        "challenger": _decimals(bins.shares[0]),
        "champion": _decimals(bins.shares[1]) if setting.champion else None,
    }


def _decimals(values: Floats) -> list[str]:
    return [decimal_or_none(float(value)) or "0" for value in values]
