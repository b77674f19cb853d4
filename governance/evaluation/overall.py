"""From many lines to one verdict, never from one aggregate alone. Pure.

Every line carries the p value of its difference. Among the measures, and among the segments,
they are adjusted for being several (Holm): looking at twenty segments must not find a worse one
by chance. One measure leads: the AUC, or what stands in its place where no event is predicted.
What it says does not stand when

    another deciding measure is worse beyond its margin, or
    a segment, or a class, is worse beyond the margin,

and the adjusted p value agrees. Better and not worse then become worse, with that reason.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.evaluation.decimals import decimal12
from governance.evaluation.several import holm, rows_needed
from governance.evaluation.verdict import Judgement, Reason

Line = dict[str, Any]

_GOOD = (str(Judgement.BETTER), str(Judgement.NOT_WORSE))


def adjust(lines: Sequence[Line]) -> None:
    """Write the adjusted p value beside each line's own, in place."""
    known = [line for line in lines if line["p_value"] is not None]
    for line, adjusted in zip(known, holm([float(i["p_value"]) for i in known]), strict=True):
        line["p_adjusted"] = decimal12(adjusted)


def lines_of(parts: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Give the lines of the parts that could be measured."""
    return [part["line"] for part in parts if part["line"]]


def overall(
    metrics: Sequence[Line],
    segments: Sequence[Mapping[str, Any]],
    rows: int,
    level: float,
    deciding: Sequence[str],
) -> dict[str, Any]:
    """Give the verdict over all adjusted lines, in plain JSON values.

    The first of `deciding` leads, the others may contradict it.
    """
    primary = next(line for line in metrics if line["metric"] == deciding[0])
    worse = [line["metric"] for line in metrics if _certainly_worse(line, level)]
    worse_segments = [
        part["segment"]
        for part in segments
        if part["line"] and _certainly_worse(part["line"], level)
    ]
    taken = ("metric", "difference", "low", "high", "margin", "smallest_detectable")
    return {
        **{name: primary[name] for name in taken},
        **_verdict(primary, set(worse) & set(deciding), worse_segments),
        "rows_needed": _rows_needed(primary, rows),
        "worse_metrics": worse,
        "worse_segments": worse_segments,
    }


def _verdict(primary: Line, worse: set[str], worse_segments: list[str]) -> dict[str, str]:
    judgement, reason = primary["verdict"], primary["reason"]
    if judgement in _GOOD and worse:
        judgement, reason = str(Judgement.WORSE), str(Reason.WORSE_ELSEWHERE)
    elif judgement in _GOOD and worse_segments:
        judgement, reason = str(Judgement.WORSE), str(Reason.WORSE_IN_SEGMENT)
    return {"verdict": judgement, "reason": reason}


def _certainly_worse(line: Mapping[str, Any], level: float) -> bool:
    adjusted = line.get("p_adjusted")
    certain = adjusted is not None and float(adjusted) <= 1 - level
    return certain and line["verdict"] == str(Judgement.WORSE)


def _rows_needed(primary: Line, rows: int) -> int | None:
    if primary["verdict"] != str(Judgement.NOT_ENOUGH_DATA) or not primary["smallest_detectable"]:
        return None
    return rows_needed(rows, float(primary["smallest_detectable"]), float(primary["margin"]))
