"""The tables of a comparison: measures, segments and approval rates, champion before challenger.

Rows keep their numbers as recorded; the template writes them with `digits` in the reader's
language and draws the interval.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.evaluation.labels import IN_LIMIT, metric_title, reason_words
from governance.evaluation.verdict import Judgement, Reason
from governance.reports.numbers import decimal, percent, whole

Payload = Mapping[str, Any]

TONES: Mapping[str, str] = {
    Judgement.BETTER: "good",
    Judgement.NOT_WORSE: "good",
    IN_LIMIT: "warn",
    Judgement.WORSE: "bad",
}
DIGITS: Mapping[str, int] = {
    "brier": 4,
    "log_loss": 4,
    "calibration_error": 4,
    "calibration_slope": 2,
    "calibration_intercept": 2,
}
USUAL_DIGITS = 3
# In the target's unit, or in that of the costs.
IN_UNITS = {"rmse", "ase", "mae", "bias", "expected_cost"}
BY_SIZE = ((10_000, 0), (100, 1), (1, 3), (0, 4))
# As in the tables that SAS Model Manager reads, dmcas_fitstat.json and its likes.
SAS_NAMES: Mapping[str, str] = {
    "auc": "_C_",
    "gini": "_GINI_",
    "ks": "_KS_",
    "brier": "_ASE_",
    "ase": "_ASE_",
    "rmse": "_RASE_",
    "mae": "_MAE_",
    "log_loss": "_MCLL_",
}
FOUR_FIFTHS = 0.8  # 29 CFR 1607.4 D


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One line of the table: `before` is the champion's value, `after` the challenger's.

    `verdict` is a judgement, or "worse_in_limit" for a small loss within the margin; `change`,
    `low`, `high` and `margin` are decimal strings or None. `own` is the challenger's own interval
    in words, for a reader who has nothing to compare with; empty where there is none.
    """

    name: str
    note: str
    before: str | None
    after: str | None
    change: str | None
    low: str | None
    high: str | None
    margin: str | None
    verdict: str
    reason: str
    digits: int
    own: str = ""

    @property
    def tone(self) -> str:
        """Give the colour that repeats the verdict: good, warn, bad or none."""
        return TONES.get(self.verdict, "none")

    @property
    def changed(self) -> bool:
        """Say whether more than chance tells the two apart; without interval, whether it moved."""
        if self.change is None:
            return False
        if self.low is None or self.high is None:
            return float(self.change) != 0
        return float(self.low) > 0 or float(self.high) < 0

    @property
    def arrow(self) -> str:
        """Give the icon of the change's direction, which says nothing about good or bad."""
        if self.change is None:
            return ""
        number = float(self.change)
        return "arrow-up" if number > 0 else "arrow-down" if number < 0 else "equal"


def metric_rows(payload: Payload) -> list[MetricRow]:
    """Give the measures over all cases, in the order of the comparison."""
    return [
        _row(
            line,
            str(metric_title(line["metric"])),
            " · ".join(filter(None, (note_of(line), _known_as(payload, line["metric"])))),
        )
        for line in payload["metrics"]
    ]


def _known_as(payload: Payload, metric: str) -> str:
    """The other name with whose name it is, for those who come from there."""
    name = sas_name(payload, metric)
    return f"SAS {name}" if name else ""


def segment_rows(payload: Payload) -> list[MetricRow]:
    """Give the separation in each segment where both outcomes occur."""
    return _part_rows(payload["segments"])


def class_rows(payload: Payload) -> list[MetricRow]:
    """Give how well each class is told from the rest; none where no classes are predicted."""
    return _part_rows(payload.get("classes", ()))


def month_rows(payload: Payload) -> list[MetricRow]:
    """Give the leading measure of segments month by month; none without dates."""
    return _part_rows(payload["over_time"])


def _part_rows(parts: Iterable[Mapping[str, Any]]) -> list[MetricRow]:
    named = _("%(measure)s, %(segment)s")
    return [
        _row(
            part["line"],
            named % {"measure": metric_title(part["line"]["metric"]), "segment": part["segment"]},
            _size(part),
        )
        for part in parts
        if part["line"] is not None
    ]


def fairness_rows(payload: Payload) -> list[MetricRow]:
    """Give each segment's approval rate as a ratio to the highest one. Values only."""
    return [_fairness_row(line) for line in payload["segments"] if line.get("challenger")]


def caption(payload: Payload) -> str:
    """Say what the table was measured on."""
    sample, level = payload["sample"], percent(payload["level"])
    if sample["join"] == "no_champion":
        sentence = _("%(rows)s cases. Intervals: %(level)s.")
    elif sample["paired"]:
        sentence = _("Same %(rows)s cases for both. Intervals: %(level)s, paired.")
    else:
        sentence = _("%(rows)s cases against %(other)s others. Intervals: %(level)s, not paired.")
    other = whole(sample["champion_rows"] or 0)
    return sentence % {"rows": whole(sample["rows"]), "level": level, "other": other}


def sas_name(payload: Payload, metric: str) -> str:
    """Give what SAS calls a measure in its tables of fit statistics, or nothing."""
    if metric == "brier" and payload["kind"] != "binary":
        return ""  # SAS divides its average squared error by the number of classes
    return SAS_NAMES.get(metric, "")


def tally(payload: Payload) -> str:
    """Count the verdicts in words: 5 better, 2 worse, 1 not enough data."""
    verdicts = [row.verdict for row in metric_rows(payload)]
    counted = (
        (Judgement.BETTER, _("%(count)s better")),
        (Judgement.NOT_WORSE, _("%(count)s not worse")),
        ("worse_in_limit", _("%(count)s worse in limit")),
        (Judgement.WORSE, _("%(count)s worse")),
        (Judgement.NOT_ENOUGH_DATA, _("%(count)s not enough data")),
    )
    parts = [(words, verdicts.count(verdict)) for verdict, words in counted]
    return ", ".join(words % {"count": count} for words, count in parts if count)


def verdict_sentence(payload: Payload) -> str:
    """Say in one sentence what the comparison shows, with its numbers."""
    verdict = payload["verdict"]
    primary = next(line for line in payload["metrics"] if line["metric"] == verdict["metric"])
    digits = digits_of(primary)
    values = {
        "rows": whole(payload["sample"]["rows"]),
        "measure": str(metric_title(verdict["metric"])),
        "challenger": decimal(primary["challenger"] or 0, digits),
        "champion": decimal(primary["champion"] or 0, digits),
        "margin": decimal(verdict["margin"], digits),
        "smallest": decimal(verdict["smallest_detectable"] or 0, digits),
        "needed": whole(verdict["rows_needed"] or 0),
        "metrics": ", ".join(str(metric_title(name)) for name in verdict["worse_metrics"]),
        "segments": ", ".join(verdict["worse_segments"]),
    }
    return _sentence(verdict) % values


def _sentence(verdict: Mapping[str, Any]) -> str:
    sentences = {
        Judgement.BETTER: _(
            "The challenger does better than the champion on %(rows)s cases "
            "(%(measure)s %(challenger)s against %(champion)s)."
        ),
        Judgement.NOT_WORSE: _(
            "On %(rows)s cases the challenger is not worse than the champion by more than the "
            "margin of %(margin)s (%(measure)s %(challenger)s against %(champion)s)."
        ),
        Judgement.WORSE: _worse(verdict),
        Judgement.NO_CHAMPION: _(
            "First version: %(measure)s %(challenger)s on %(rows)s cases; there is no champion yet."
        ),
    }
    undecided = _(
        "%(rows)s cases are not enough to tell (%(measure)s %(challenger)s against %(champion)s); "
        "they would show a difference of %(smallest)s. About %(needed)s cases would show one "
        "of the margin, %(margin)s."
    )
    return sentences.get(verdict["verdict"], undecided)


def _worse(verdict: Mapping[str, Any]) -> str:
    if verdict["reason"] == Reason.WORSE_ELSEWHERE:
        return _(
            "On %(rows)s cases the challenger does no worse than the champion "
            "(%(measure)s %(challenger)s against %(champion)s), but is worse in: %(metrics)s."
        )
    if verdict["reason"] == Reason.WORSE_IN_SEGMENT:
        return _(
            "On all %(rows)s cases the challenger is not worse than the champion "
            "(%(measure)s %(challenger)s against %(champion)s), but it is in: %(segments)s."
        )
    return _(
        "The challenger does worse than the champion on %(rows)s cases "
        "(%(measure)s %(challenger)s against %(champion)s)."
    )


def _row(line: Mapping[str, Any], name: str, note: str) -> MetricRow:
    small_loss = line["reason"] == Reason.SMALL_LOSS_WITHIN_MARGIN
    turned = line["higher_is_better"] is False
    margin = line["margin"] if turned else f"-{line['margin']}"
    return MetricRow(
        name=name,
        note=note,
        before=line["champion"],
        after=line["challenger"],
        change=line["difference"],
        low=line["low"],
        high=line["high"],
        margin=margin if line["low"] is not None and line["ideal"] is None else None,
        verdict=IN_LIMIT if small_loss else line["verdict"],
        reason=str(reason_words(line["reason"])),
        digits=digits_of(line),
        own=own_interval(line),
    )


def own_interval(line: Mapping[str, Any]) -> str:
    """Give the interval of the challenger's own value: 0.71 to 0.79; empty where unknown."""
    if not line["challenger_interval"]:
        return ""
    low, high = (decimal(bound, digits_of(line)) for bound in line["challenger_interval"])
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def digits_of(line: Mapping[str, Any]) -> int:
    """Give how many digits tell values apart; a measure in the target's unit may be large."""
    if line["metric"] not in IN_UNITS:
        return DIGITS.get(line["metric"], USUAL_DIGITS)
    size = abs(float(line["challenger"] or 0))
    return next(digits for least, digits in BY_SIZE if size >= least)


def _fairness_row(line: Mapping[str, Any]) -> MetricRow:
    after = line["challenger"]["fairness_ratio"]
    before = line["champion"] and line["champion"]["fairness_ratio"]
    known = after is not None and before is not None
    return MetricRow(
        name=_("Approval rate, %(segment)s") % line,
        note=_ratio_note(line["challenger"]),
        before=before,
        after=after,
        change=str(float(after) - float(before)) if known else None,
        low=None,
        high=None,
        margin=None,
        verdict=str(Judgement.POINT_ONLY),
        reason=_size(line),
        digits=2,
    )


def _ratio_note(approved: Mapping[str, str | None]) -> str:
    """Say whether the rule of four fifths is kept, with the interval of the ratio."""
    if approved["ratio_low"] is None or approved["ratio_high"] is None:
        return _("ratio to the highest")
    interval = {
        "low": decimal(approved["ratio_low"], 2),
        "high": decimal(approved["ratio_high"], 2),
    }
    if float(approved["ratio_low"]) >= FOUR_FIFTHS:
        return _("ratio to the highest: %(low)s to %(high)s, above four fifths") % interval
    if float(approved["ratio_high"]) < FOUR_FIFTHS:
        return _("ratio to the highest: %(low)s to %(high)s, below four fifths") % interval
    return _("ratio to the highest: %(low)s to %(high)s, four fifths within") % interval


def note_of(line: Mapping[str, Any]) -> str:
    """Say which values of a measure are good."""
    if line["ideal"] is not None:
        return _("%(value)s is ideal") % {"value": decimal(line["ideal"], 0)}
    return _("higher is better") if line["higher_is_better"] else _("lower is better")


def _size(line: Mapping[str, Any]) -> str:
    cases = ngettext("%(count)s case", "%(count)s cases", line["rows"])
    counts = [cases % {"count": whole(line["rows"])}]
    if (number := line.get("events")) is not None:
        events = ngettext("%(count)s event", "%(count)s events", number)
        counts.append(events % {"count": whole(number)})
    return ", ".join(counts)
