"""Probabilities of an event, challenger against champion: what the report shows of them.

Intervals: AUC, Gini and KS by class (DeLong; KS at the cut-offs found), average precision by its
influence function, Brier score, log loss and expected cost as paired means, calibration slope and
intercept by the sandwich estimate. The calibration error has a value only.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any

import numpy as np

from governance.evaluation.calibration import Tenths, recalibration, stability_index, tenths
from governance.evaluation.characteristics import input_rows
from governance.evaluation.contest import Contest, measure_row
from governance.evaluation.curves import curve, histogram
from governance.evaluation.cutoffs import cheapest, cost_at, disagreement, thresholds
from governance.evaluation.decimals import decimal12, decimals
from governance.evaluation.measures import DECIDING, MEASURES, cost_measure
from governance.evaluation.ordering import Ordered, order
from governance.evaluation.overall import adjust, lines_of, overall
from governance.evaluation.pairing import Pairing, sample_facts
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.segments import Sides, gap_rows, month_rows, segment_rows
from governance.evaluation.statistics import Ranked, accuracy, confusion, f1, rank
from governance.evaluation.terms import Terms
from governance.evaluation.together import at_once

THRESHOLDS = 40
BINARY_PARTS = 12

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class _Setting:
    """Both samples, ranked, with a cut-off each."""

    pairing: Pairing
    challenger: Ranked
    champion: Ranked | None
    terms: Terms

    def cutoff_of(self, ranked: Ranked) -> float:
        """Give the policy's cut-off, or else the score at which the classes differ most."""
        given = self.terms.cutoff
        return ranked.ks_cutoff if given is None else given

    @property
    def contest(self) -> Contest[Ranked]:
        """Give what the measures are taken of."""
        paired, terms = self.pairing.paired, self.terms
        return Contest(self.challenger, self.champion, paired, terms.margin, terms.level)

    @property
    def sides(self) -> Sides:
        """Give what segments are cut of."""
        champion = self.champion
        return Sides(
            self.pairing,
            challenger_cutoff=self.cutoff_of(self.challenger),
            champion_cutoff=None if champion is None else self.cutoff_of(champion),
            margin=self.terms.margin,
            level=self.terms.level,
        )


def binary_parts(
    pairing: Pairing, challenger: ScoredData, champion: ScoredData | None, terms: Terms
) -> Iterator[Payload]:
    """Compare probabilities of an event; `challenger` and `champion` are the whole tables."""
    left, right = pairing.challenger, pairing.champion
    samples = [left] if right is None else [left, right]
    ranked, *others = at_once(_ranked, samples, left.rows)
    setting = _Setting(pairing, ranked, others[0] if others else None, terms)
    yield {"sample": sample_facts(pairing, challenger, champion)}
    yield from _measured(setting)
    yield {"fairness": _fairness(setting)}
    yield {"disagreement": _disagreement(setting)}
    yield {"costs": _costs(setting)}
    yield {"stability": _stability(setting, challenger, champion)}
    yield {
        "at_cutoff": _both(setting, lambda ranked: _at_cutoff(ranked, setting.cutoff_of(ranked)))
    }
    yield {"calibration": _both(setting, lambda ranked: _tenths(tenths(ranked, terms.level)))}
    yield {"thresholds": _both(setting, _thresholds)}
    yield {"curves": _both(setting, _curve)}
    yield {"distribution": _distribution(setting)}


def _ranked(sample: ScoredData) -> Ranked:
    """One model's rows by score, with what does not need the other one's."""
    ranked = rank(sample.score, sample.outcome, sample.weight)
    recalibration(ranked), tenths(ranked)
    return ranked


def _measured(setting: _Setting) -> Iterator[Payload]:
    """Give the lines with intervals, and the verdict over all of them."""
    contest, terms = setting.contest, setting.terms
    measures = (*MEASURES, cost_measure(terms.costs, setting.cutoff_of))
    rows = setting.challenger.rows
    metrics = at_once(partial(measure_row, contest), measures, rows)
    yield {"metrics": metrics}
    segments, months = segment_rows(setting.sides), month_rows(setting.sides)
    for family in (metrics, lines_of(segments), lines_of(months)):
        adjust(family)
    yield {
        "verdict": overall(metrics, segments, rows, terms.level, DECIDING),
        "segments": segments,
        "over_time": months,
    }


def _costs(setting: _Setting) -> dict[str, Any]:
    """What errors cost, and the cut-off that would cost each model least."""
    costs = setting.terms.costs

    def at(ranked: Ranked) -> dict[str, str]:
        best, used = cheapest(ranked, costs), setting.cutoff_of(ranked)
        return {
            "cutoff": decimal12(used),
            "cost": decimal12(cost_at(ranked, used, costs)),
            "cheapest_cutoff": decimal12(best),
            "cheapest_cost": decimal12(cost_at(ranked, best, costs)),
        }

    return {
        "false_negative": decimal12(costs.false_negative),
        "false_positive": decimal12(costs.false_positive),
        "true_negative": decimal12(costs.true_negative),
        "true_positive": decimal12(costs.true_positive),
        **_both(setting, at),
    }


def _stability(
    setting: _Setting, challenger: ScoredData, champion: ScoredData | None
) -> dict[str, Any] | None:
    """All rows count here, also those that only one of the tables has."""
    if champion is None or setting.champion is None:
        return None
    before = _whole(champion, setting.champion)
    after = _whole(challenger, setting.challenger)
    return {
        "psi": decimal12(stability_index(before, after)),
        "inputs": input_rows(champion, challenger),
    }


def _whole(sample: ScoredData, ranked: Ranked) -> Ordered:
    if sample.rows == ranked.rows:
        return ranked.ordered
    return order(sample.score, sample.outcome, sample.weight)


def _both(setting: _Setting, part: Callable[[Ranked], Any]) -> dict[str, Any]:
    champion = setting.champion
    return {
        "challenger": part(setting.challenger),
        "champion": None if champion is None else part(champion),
    }


def _at_cutoff(ranked: Ranked, cutoff: float) -> dict[str, Any]:
    cleared, missed, alarms, hits = confusion(ranked, np.array([cutoff]))[:, 0]
    return {
        "cutoff": decimal12(cutoff),
        "true_positives": _count(hits),
        "false_positives": _count(alarms),
        "true_negatives": _count(cleared),
        "false_negatives": _count(missed),
        "approval_rate": decimal12(float((cleared + missed) / ranked.mass)),
        "accuracy": decimal12(accuracy(ranked, cutoff).value),
        "f1": decimal12(f1(ranked, cutoff).value),
    }


def _count(mass: float) -> int | str:
    """Give a number of cases as a whole number, or their weight as a decimal string."""
    return int(mass) if float(mass).is_integer() else decimal12(float(mass))


def _thresholds(ranked: Ranked) -> dict[str, list[str]]:
    table = thresholds(ranked, THRESHOLDS)
    return {field.name: decimals(getattr(table, field.name)) for field in fields(table)}


def _disagreement(setting: _Setting) -> dict[str, Any] | None:
    """Only where both decided on the same cases."""
    ours, theirs = setting.challenger, setting.champion
    if theirs is None or not setting.pairing.paired:
        return None
    found = disagreement(ours, theirs, setting.cutoff_of(ours), setting.cutoff_of(theirs))
    return {**asdict(found), "p_value": decimal12(found.p_value)}


def _fairness(setting: _Setting) -> dict[str, Any]:
    sides, level = setting.sides, setting.terms.level
    pairing = sides.pairing
    return {
        "challenger": gap_rows(pairing.challenger, sides.challenger_cutoff, level),
        "champion": gap_rows(pairing.champion_labelled, sides.champion_cutoff, level),
    }


def _tenths(parts: Tenths) -> list[dict[str, Any]]:
    named = ("predicted", "observed", "low", "high", "lift", "captured")
    return [
        {"rows": _count(parts.rows[place]), "events": _count(parts.events[place])}
        | {name: decimal12(float(getattr(parts, name)[place])) for name in named}
        for place in range(parts.rows.size)
    ]


def _curve(ranked: Ranked) -> dict[str, Any]:
    points = curve(ranked)
    before = ranked.ordered.mass_before(np.array([ranked.tally.gap_from]))[0]
    return {
        "population": decimals(points.population),
        "events": decimals(points.events),
        "others": decimals(points.others),
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
        "edges": decimals(bins.edges),
        "challenger": decimals(bins.shares[0]),
        "champion": decimals(bins.shares[1]) if setting.champion else None,
    }
