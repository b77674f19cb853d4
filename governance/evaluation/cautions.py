"""What makes a comparison doubtful: leaks of the outcome, overlaps, dates out of order. Pure.

A caution does not change the verdict; it says what a validator should look into.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from governance.evaluation.pairing import Pairing

# So well does nobody predict what has not happened yet.
TOO_GOOD: Mapping[str, float] = {"auc": 0.995, "macro_auc": 0.995, "r_squared": 0.999}
ENOUGH_COMMON = 0.5


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
    common = pairing.challenger.rows
    whole = common + max(pairing.challenger_only, pairing.champion_only)
    if pairing.join == "key" and common < ENOUGH_COMMON * whole:
        yield "few_common", f"{common}/{whole}"


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
