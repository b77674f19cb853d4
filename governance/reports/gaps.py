"""Fairness at the cut-off and the cases on which the models disagree, ready to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from governance.reports.numbers import decimal, percent, whole

Payload = Mapping[str, Any]

SMALLEST_P = 0.001
CRITERIA: Mapping[str, tuple[Promise, Promise]] = {
    "demographic_parity": (
        gettext_lazy("Demographic parity"),
        gettext_lazy("approved, of all cases"),
    ),
    "equal_opportunity": (
        gettext_lazy("Equal opportunity"),
        gettext_lazy("approved, of cases without the event"),
    ),
    "equalised_odds": (
        gettext_lazy("Equalised odds"),
        gettext_lazy("approved, with or without the event: the wider gap"),
    ),
    "predictive_parity": (
        gettext_lazy("Predictive parity"),
        gettext_lazy("without the event, of approved cases"),
    ),
}


@dataclass(frozen=True, slots=True)
class GapRow:
    """The widest gap between two segments under one criterion, in points of per cent.

    `before` is the champion's, `after` the challenger's with its interval; texts, or "–".
    """

    name: str
    note: str
    before: str
    after: str
    interval: str
    between: str


def gap_rows(payload: Payload) -> list[GapRow]:
    """Give one row a criterion; none where the cases have no segments to compare."""
    if (fairness := payload.get("fairness")) is None:
        return []
    ours, theirs = fairness["challenger"], fairness["champion"]
    return [
        GapRow(
            name=str(name),
            note=str(note),
            before=_points(theirs[criterion]),
            after=_points(ours[criterion]),
            interval=_interval(ours[criterion]),
            between=_("%(highest)s against %(lowest)s") % ours[criterion],
        )
        for criterion, (name, note) in CRITERIA.items()
        if ours[criterion]
    ]


def disagreement(payload: Payload) -> str:
    """Say on how many cases only one of the models decides rightly; empty where unknown."""
    found = payload.get("disagreement")
    if found is None:
        return ""
    cases = found["only_challenger"] + found["only_champion"]
    said = ngettext(
        "At the cut-off one model alone decides rightly on %(cases)s case: "
        "%(challenger)s times the challenger, %(champion)s times the champion "
        "(McNemar, p %(p)s).",
        "At the cut-off one model alone decides rightly on %(cases)s cases: "
        "%(challenger)s times the challenger, %(champion)s times the champion "
        "(McNemar, p %(p)s).",
        cases,
    )
    return said % {
        "cases": whole(cases),
        "challenger": whole(found["only_challenger"]),
        "champion": whole(found["only_champion"]),
        "p": _p(float(found["p_value"])),
    }


def costs(payload: Payload) -> str:
    """Say what the cut-off in use costs and which one would cost least; empty without costs."""
    found = payload.get("costs")
    if found is None:
        return ""
    return " ".join(filter(None, (_priced(found), _gained(found))))


def _gained(found: Mapping[str, Any]) -> str:
    """Say what right decisions cost, where they do not cost nothing."""
    right = [found.get(part, "0") for part in ("true_positive", "true_negative")]
    if not any(float(cost) for cost in right):
        return ""
    return _(
        "An event that is found costs %(found)s, a case that is let through rightly %(through)s; "
        "below 0 is a gain."
    ) % {"found": _cost(right[0]), "through": _cost(right[1])}


def _priced(found: Mapping[str, Any]) -> str:
    ours = found["challenger"]
    return _(
        "Where a missed event costs %(missed)s and a false alarm %(alarm)s, a case costs %(cost)s "
        "at the cut-off in use, %(used)s; %(cheapest)s would cost least: %(least)s."
    ) % {
        "missed": _cost(found["false_negative"]),
        "alarm": _cost(found["false_positive"]),
        "cost": _cost(ours["cost"]),
        "used": decimal(ours["cutoff"], 3),
        "cheapest": decimal(ours["cheapest_cutoff"], 3),
        "least": _cost(ours["cheapest_cost"]),
    }


def _cost(value: str) -> str:
    exact = Decimal(value)
    return decimal(value, 0 if exact == exact.to_integral_value() else 3)


def _p(value: float) -> str:
    return f"< {decimal(SMALLEST_P, 3)}" if value < SMALLEST_P else f"= {decimal(value, 3)}"


def _points(gap: Mapping[str, str] | None) -> str:
    return "–" if gap is None else percent(gap["difference"], 1)


def _interval(gap: Mapping[str, str]) -> str:
    return _("%(low)s to %(high)s") % {
        "low": percent(gap["low"], 1),
        "high": percent(gap["high"], 1),
    }
