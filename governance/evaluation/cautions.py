"""What makes a comparison doubtful: leaks of the outcome, overlaps, dates out of order. Pure.

A caution does not change the verdict; it says what a validator should look into.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from governance.evaluation.pairing import Pairing
from governance.evaluation.repeats import BY_CHANCE, marks_of, repeated_rows
from governance.evaluation.scored_data import ScoredData

# So well does nobody predict what has not happened yet.
TOO_GOOD: Mapping[str, float] = {"auc": 0.995, "macro_auc": 0.995, "r_squared": 0.999}
ENOUGH_COMMON = 0.5
# Two tables without a key: so unlikely must it be that they agree by chance, and so many of their
# rows must differ from each other before rows in common are believed.
DISTINCT, SHARED = 0.9, 0.01


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the tables besides their rows.

    Attributes:
        outcome: The name of the challenger's column of outcomes.
        inputs: The names of the inputs that the version takes.
        same_file: Whether challenger and champion brought the same file.
        uploaded: The day on which the challenger's table came, in days since 1970, if known.
    """

    outcome: str = ""
    inputs: frozenset[str] = frozenset()
    same_file: bool = False
    uploaded: int | None = None


def cautions_of(
    pairing: Pairing,
    metrics: list[dict[str, Any]],
    about: About,
) -> list[dict[str, str]]:
    """Give the codes of what is doubtful, each with what its sentence names."""
    found = (*_leaks(metrics, about), *_overlaps(pairing, about), *_dates(pairing, about))
    if pairing.challenger.key is None and (repeated := repeated_rows(pairing.challenger)):
        found = (*found, ("repeated_rows", f"{repeated}/{pairing.challenger.rows}"))
    if pairing.join == "one_table":
        found = (*found, ("champion_from_challenger", ""))
    return [{"code": code, "detail": detail} for code, detail in found]


def _leaks(metrics: list[dict[str, Any]], about: About) -> Iterator[tuple[str, str]]:
    if about.outcome in about.inputs:
        yield "label_in_inputs", about.outcome
    for line in metrics:
        least, value = TOO_GOOD.get(line["metric"]), line["challenger"]
        if least is not None and value is not None and float(value) >= least:
            yield "too_good", line["metric"]


def _overlaps(pairing: Pairing, about: About) -> Iterator[tuple[str, str]]:
    if about.same_file:
        yield "same_file", ""
    elif _same_scores(pairing):
        yield "same_scores", ""
    if pairing.join == "no_key" and not about.same_file:
        yield from _same_rows(pairing)
    if pairing.join == "too_few_common":
        yield "no_join", str(pairing.challenger.rows - pairing.challenger_only)
    common = pairing.challenger.rows
    whole = common + max(pairing.challenger_only, pairing.champion_only)
    if pairing.join == "key" and common < ENOUGH_COMMON * whole:
        yield "few_common", f"{common}/{whole}"


def _same_rows(pairing: Pairing) -> Iterator[tuple[str, str]]:
    """Tell of rows that seem to be the same cases though no key says so.

    Either what happened is the same in the same order, from the first rows or to the last ones,
    which chance would hardly bring; or what does not depend on the model (outcome, weight, day,
    segment) tells nearly every row apart, and both tables hold some of them.
    """
    ours, theirs = pairing.challenger, pairing.champion
    assert theirs is not None
    shorter, longer = sorted((ours.rows, theirs.rows))
    if _by_chance(ours, shorter) < BY_CHANCE and any(
        _alike(ours, theirs, place) for place in (slice(0, shorter), slice(-shorter, None))
    ):
        yield "same_rows", f"{shorter}/{longer}"
    elif (common := _common(ours, theirs)) > SHARED * shorter:
        yield "some_rows", f"{common}/{longer}"


def _alike(ours: ScoredData, theirs: ScoredData, place: slice) -> bool:
    """Say whether the same happened in all these rows; on the same days, where both name days."""
    pairs = [(ours.outcome, theirs.outcome)]
    if ours.date is not None and theirs.date is not None:
        pairs.append((ours.date, theirs.date))
    return all(np.array_equal(one[place], other[place]) for one, other in pairs)


def _by_chance(sample: ScoredData, rows: int) -> float:
    """Give how likely two tables of such cases have the same outcomes in so many rows."""
    _values, counts = np.unique(sample.outcome, return_counts=True)
    agreeing = float(((counts / counts.sum()) ** 2).sum())
    return agreeing**rows


def _common(ours: ScoredData, theirs: ScoredData) -> int:
    """Count the rows of both tables; 0 where their rows are too much alike to be told apart."""
    sides = marks_of(ours), marks_of(theirs)
    if sides[0].dtype != sides[1].dtype:
        return 0
    one, other = (np.unique(rows) for rows in sides)
    if one.size < DISTINCT * ours.rows or other.size < DISTINCT * theirs.rows:
        return 0
    return int(np.intersect1d(one, other, assume_unique=True).size)


def _same_scores(pairing: Pairing) -> bool:
    ours, theirs = pairing.challenger, pairing.champion
    return pairing.paired and theirs is not None and np.array_equal(ours.score, theirs.score)


def _dates(pairing: Pairing, about: About) -> Iterator[tuple[str, str]]:
    ours = pairing.challenger.date
    theirs = None if pairing.champion is None else pairing.champion.date
    if ours is None:
        return
    if about.uploaded is not None and int(ours.max()) > about.uploaded:
        yield "dates_ahead", _day(int(ours.max()))
    if theirs is not None and not pairing.paired and ours.max() < theirs.min():
        yield "older_cases", _day(int(ours.max()))


def _day(days: int) -> str:
    return str(np.datetime64(days, "D"))
