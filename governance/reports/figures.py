"""The figures of a comparison: each with its finding in words and the table behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from governance.reports import findings
from governance.reports.figure_tables import (
    Curve,
    Lines,
    Payload,
    calibration_columns,
    columns,
    curves_of,
    given,
    read_at,
    steps,
    tenth_rows,
    tenths_of,
    threshold_rows,
)
from governance.reports.figure_views import FigureView
from governance.reports.numbers import decimal, percent
from governance.reports.other_figures import (
    distribution,
    errors,
    over_time,
    predicted,
    recall,
    residuals,
    separation,
)
from governance.reports.plots import (
    Part,
    Trace,
    axis,
    bars,
    dots,
    guide,
    in_percent,
    layout,
    line,
    spot,
)

FALSE_ALARMS = 0.1
RISKIEST = 0.2


def figures_of(payload: Payload) -> list[FigureView]:
    """Give all figures of a comparison, in the order of the report."""
    found = [draw(payload) for draw in DRAWINGS[payload["kind"]]]
    if payload["over_time"]:
        found.append(over_time(payload))
    return [replace(figure, plot=in_percent(figure.plot)) for figure in found]


def _roc(payload: Payload) -> FigureView:
    ours, theirs = curves_of(payload)
    found = [
        percent(read_at(part.others, part.events, FALSE_ALARMS)) for part in given(ours, theirs)
    ]
    return FigureView(
        name="roc",
        title=_("Separation (ROC)"),
        finding=_("At %(share)s false alarms") % {"share": percent(FALSE_ALARMS)},
        detail=findings.found(found),
        plot={
            "data": [
                guide(1),
                *([line("champion", theirs.others, theirs.events)] if theirs else []),
                line("challenger", ours.others, ours.events),
            ],
            "layout": layout(
                axis(_("False positive rate"), end=1),
                axis(_("True positive rate"), end=1),
                legend="lower right",
            ),
        },
        columns=columns(_("False positive rate"), theirs),
        rows=steps(ours, theirs, lambda part: (part.others, part.events)),
    )


def _gains(payload: Payload) -> FigureView:
    ours, theirs = curves_of(payload)
    found = [
        percent(read_at(part.population, part.events, RISKIEST)) for part in given(ours, theirs)
    ]
    return FigureView(
        name="gains",
        title=_("Events found (gains)"),
        finding=_("Among the riskiest %(share)s of cases") % {"share": percent(RISKIEST)},
        detail=findings.found(found),
        plot={
            "data": [
                guide(1),
                *([line("champion", theirs.population, theirs.events)] if theirs else []),
                line("challenger", ours.population, ours.events),
            ],
            "layout": layout(
                axis(_("Share of cases, riskiest first"), end=1, share=True),
                axis(_("Share of events found"), end=1, share=True),
                legend="lower right",
            ),
        },
        columns=columns(_("Share of cases, riskiest first"), theirs),
        rows=steps(ours, theirs, lambda part: (part.population, part.events)),
    )


def _ks(payload: Payload) -> FigureView:
    ours, theirs = curves_of(payload)
    gaps = [decimal(abs(float(part.ks["gap"])) * 100, 1) for part in given(ours, theirs)]
    cutoff = decimal(ours.ks["cutoff"], 3)
    data = [
        *(_gap_traces("champion", theirs) if theirs else []),
        *_gap_traces("challenger", ours),
    ]
    return FigureView(
        name="ks",
        title=_("Distance of the classes (KS)"),
        finding=_("The widest gap is %(gap)s points") % {"gap": gaps[0]},
        detail=findings.at_score(cutoff, gaps[1:]),
        plot={
            "data": data,
            "layout": layout(
                axis(_("Share of cases, riskiest first"), end=1, share=True),
                axis(_("Events found less false alarms"), share=True),
            ),
        },
        columns=columns(_("Share of cases, riskiest first"), theirs),
        rows=steps(ours, theirs, lambda part: (part.population, part.gap)),
    )


def _calibration(payload: Payload) -> FigureView:
    ours, theirs = tenths_of(payload)
    end = max(max(float(row["predicted"]), float(row["high"])) for row in (*ours, *(theirs or ())))
    return FigureView(
        name="calibration",
        title=_("Calibration by tenth"),
        finding=_("In the riskiest tenth"),
        detail=findings.calibration(ours, theirs),
        plot={
            "data": [
                guide(end * 1.05),
                *([dots("champion", theirs)] if theirs else []),
                dots("challenger", ours),
            ],
            "layout": layout(
                axis(_("Predicted share"), end=end * 1.05, share=True),
                axis(_("Observed share"), end=end * 1.05, share=True),
                legend="upper left",
            ),
        },
        columns=calibration_columns(theirs),
        rows=tenth_rows(ours, theirs, ("predicted", "observed"), lambda part: percent(part, 1)),
    )


def _lift(payload: Payload) -> FigureView:
    ours, theirs = tenths_of(payload)
    found = [decimal(part[0]["lift"], 1) for part in given(ours, theirs)]
    data = [bars("challenger", _positions(ours), [float(row["lift"]) for row in ours])]
    if theirs:
        lifts = [float(row["lift"]) for row in theirs]
        data.insert(0, bars("champion", _positions(theirs), lifts))
    across = axis(_("Tenth, riskiest first")) | {"dtick": 1, "rangemode": "normal"}
    return FigureView(
        name="lift",
        title=_("Lift by tenth"),
        finding=_("The riskiest tenth"),
        detail=findings.lift(found),
        plot={
            "data": data,
            "layout": layout(across, axis(_("Times the average")))
            | {"barmode": "group", "bargap": 0.3},
        },
        columns=columns(_("Tenth, riskiest first"), theirs),
        rows=tenth_rows(ours, theirs, ("lift",), lambda part: decimal(part, 2)),
    )


def _thresholds(payload: Payload) -> FigureView:
    """The challenger alone: what another cut-off would do."""
    table, at = payload["thresholds"]["challenger"], payload["at_cutoff"]["challenger"]
    cutoffs = [float(value) for value in table["cutoff"]]
    recall, precision = ([float(value) for value in table[n]] for n in ("recall", "precision"))
    traces = [
        line("challenger", cutoffs, recall) | {"name": _("Recall")},
        line("champion", cutoffs, precision) | {"name": _("Precision")},
    ]
    return FigureView(
        name="thresholds",
        title=_("What another cut-off would do"),
        finding=_("At a score of %(score)s") % {"score": decimal(at["cutoff"], 3)},
        detail=findings.at_cutoff(at),
        plot={
            "data": traces,
            "layout": layout(axis(_("Cut-off")) | {"rangemode": "normal"}, axis("", end=1)),
        },
        columns=(_("Cut-off"), _("Precision"), _("Recall"), _("F1"), _("Approved")),
        rows=threshold_rows(table),
    )


def _gap_traces(part: Part, curve: Curve) -> list[Trace]:
    """Draw the gap between the classes, and mark where it is widest."""
    at = float(curve.ks["population"])
    return [
        line(part, curve.population, curve.gap),
        spot(part, at, float(curve.ks["gap"])),
    ]


def _positions(tenths: Lines) -> list[float]:
    return [float(place) for place in range(1, len(tenths) + 1)]


DRAWINGS: Mapping[str, Sequence[Callable[[Payload], FigureView]]] = {
    "binary": (_roc, _calibration, _ks, _gains, _lift, distribution, _thresholds),
    "regression": (predicted, residuals, distribution, errors),
    "multiclass": (separation, recall),
}
