"""Probabilities of several classes, challenger against champion: what the report shows. Pure.

Each class is ranked against the rest (`classes`); macro and weighted means stand among the
measures. The accuracy leads in segments and months, where a class may be missing.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from governance.evaluation.calibration import SMALLEST_SHARE
from governance.evaluation.characteristics import input_rows
from governance.evaluation.contest import Contest, measure_row
from governance.evaluation.decimals import decimal12, decimals
from governance.evaluation.groups import Rater, by_month, by_segment
from governance.evaluation.measures import MEASURES as OF_TWO
from governance.evaluation.measures import PRIMARY, Measure, same
from governance.evaluation.multiclass import (
    Classified,
    accuracy,
    brier,
    confusion,
    f1_by_class,
    log_loss,
    macro_auc,
    macro_f1,
    weighted_auc,
)
from governance.evaluation.ordering import Floats
from governance.evaluation.overall import adjust, lines_of, overall
from governance.evaluation.pairing import Pairing, sample_facts
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.statistics import Ranked
from governance.evaluation.terms import Terms

Payload = dict[str, Any]

DECIDING = ("macro_auc", "brier")
CLASS_PARTS = 5


def _rows(sample: Classified) -> int:
    return sample.rows


def _of_variance(margin: float, sample: Classified) -> float:
    shares = sample.prevalence
    return margin * float((shares * (1 - shares)).sum())


def _of_entropy(margin: float, sample: Classified) -> float:
    shares = sample.prevalence[sample.prevalence > 0]
    return -margin * float((shares * np.log(shares)).sum())


ACCURACY: Measure[Classified] = Measure("accuracy", accuracy, same, share=True, cases=_rows)
MEASURES: tuple[Measure[Classified], ...] = (
    Measure("macro_auc", macro_auc, same, share=True),
    Measure("weighted_auc", weighted_auc, same, share=True),
    ACCURACY,
    Measure("macro_f1", macro_f1, same, cases=_rows),
    Measure("brier", brier, _of_variance, higher_is_better=False, cases=_rows),
    Measure("log_loss", log_loss, _of_entropy, higher_is_better=False, cases=_rows),
)
AUC: Measure[Ranked] = next(measure for measure in OF_TWO if measure.name == PRIMARY)


def class_parts(
    pairing: Pairing, challenger: ScoredData, champion: ScoredData | None, terms: Terms
) -> Iterator[Payload]:
    """Compare probabilities of classes; `challenger` and `champion` are the whole tables."""
    ours = _classified(pairing.challenger)
    theirs = None if pairing.champion is None else _classified(pairing.champion)
    yield {"sample": sample_facts(pairing, challenger, champion) | {"classes": list(ours.names)}}
    yield _measured(pairing, Contest(ours, theirs, pairing.paired, terms.margin, terms.level))
    yield {"stability": _stability(challenger, champion)}
    yield {
        "confusion": _both(ours, theirs, lambda part: [decimals(row) for row in confusion(part)])
    }
    yield {"f1": _both(ours, theirs, lambda part: decimals(f1_by_class(part)))}


def _classified(sample: ScoredData) -> Classified:
    actual = sample.outcome.astype(np.int64)
    return Classified(sample.score, actual, sample.class_names, sample.weight)


def _measured(pairing: Pairing, contest: Contest[Classified]) -> Payload:
    metrics = [measure_row(contest, measure) for measure in MEASURES]
    rater = Rater(_classified, ACCURACY, contest.paired, contest.margin, contest.level)
    champion = pairing.champion_labelled
    segments, months = (
        rater.lines(cut(pairing.challenger), None if champion is None else cut(champion))
        for cut in (by_segment, by_month)
    )
    classes = _class_rows(contest)
    for family in (metrics, *map(lines_of, (classes, segments, months))):
        adjust(family)
    rows = contest.challenger.rows
    return {
        "verdict": overall(metrics, [*classes, *segments], rows, contest.level, DECIDING),
        "metrics": metrics,
        "classes": classes,
        "segments": segments,
        "over_time": months,
    }


def _class_rows(contest: Contest[Classified]) -> list[dict[str, Any]]:
    """Give one line for each class: how well it is told from the rest."""
    counts = contest.challenger.counts
    return [
        {"segment": name, "rows": int(counts[place]), "line": _class_line(contest, place)}
        for place, name in enumerate(contest.challenger.names)
    ]


def _class_line(contest: Contest[Classified], place: int) -> dict[str, Any] | None:
    try:
        ours, *theirs = (sample.against_rest(place) for sample in contest.samples)
    except ValueError:
        return None
    champion = theirs[0] if theirs else None
    return measure_row(Contest(ours, champion, contest.paired, contest.margin, contest.level), AUC)


def _stability(challenger: ScoredData, champion: ScoredData | None) -> dict[str, Any] | None:
    """Population stability index of the predicted classes."""
    if champion is None:
        return None
    before, after = (_predicted_shares(_classified(part)) for part in (champion, challenger))
    return {
        "psi": decimal12(float(((after - before) * np.log(after / before)).sum())),
        "inputs": input_rows(champion, challenger),
    }


def _predicted_shares(sample: Classified) -> Floats:
    mass = np.bincount(sample.predicted, sample.weight, len(sample.names)).astype(np.float64)
    shares: Floats = np.maximum(mass / mass.sum(), SMALLEST_SHARE)
    return shares


def _both(
    ours: Classified, theirs: Classified | None, part: Callable[[Classified], Any]
) -> dict[str, Any]:
    return {"challenger": part(ours), "champion": None if theirs is None else part(theirs)}
