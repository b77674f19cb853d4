"""Several versions beside each other: one table of measures, one figure with all ROC curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from governance.evaluation.labels import metric_title
from governance.reports.figure_tables import STEPS, Curve, curves_of, read_at
from governance.reports.figure_views import FigureView
from governance.reports.numbers import decimal, percent
from governance.reports.plots import Trace, axis, drawn, guide, in_percent, layout
from governance.reports.tables import digits_of, note_of, own_interval

MOST = 8
# One look a version: colours of the theme, and dashes for readers who do not tell colours apart.
COLOURS = ("accent", "ink-3", "validated", "warn", "deployed", "suspended", "bad", "submitted")
DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True, slots=True)
class Measured:
    """One version's name and what it was measured with."""

    name: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One version's value of one measure, with its own interval; texts, or "–"."""

    value: str
    interval: str
    best: bool


@dataclass(frozen=True, slots=True)
class SideRow:
    """One measure of all versions."""

    name: str
    note: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Versions as columns; `figure` is None where no event is predicted."""

    columns: Sequence[str]
    samples: Sequence[str]
    rows: Sequence[SideRow]
    figure: FigureView | None


def side_by_side(versions: Sequence[Measured]) -> SideBySide:
    """Put up to MOST versions of one kind beside each other, each as it was measured itself."""
    payloads = [version.payload for version in versions]
    lines = [{line["metric"]: line for line in payload["metrics"]} for payload in payloads]
    binary = all(payload["kind"] == "binary" for payload in payloads)
    return SideBySide(
        columns=[version.name for version in versions],
        samples=[_sample(payload) for payload in payloads],
        rows=[_row([known.get(metric) for known in lines]) for metric in lines[0]],
        figure=_roc(versions) if binary else None,
    )


def _sample(payload: Mapping[str, Any]) -> str:
    return _("%(rows)s cases") % {"rows": decimal(payload["sample"]["rows"], 0)}


def _row(lines: Sequence[Mapping[str, Any] | None]) -> SideRow:
    first = next(line for line in lines if line)
    best = _best(first, [line["challenger"] if line else None for line in lines])
    cells = [_cell(line, best=line is not None and line["challenger"] == best) for line in lines]
    return SideRow(str(metric_title(first["metric"])), note_of(first), cells)


def _best(line: Mapping[str, Any], values: Sequence[str | None]) -> str | None:
    known = [value for value in values if value is not None]
    if len(set(known)) < 2:  # noqa: PLR2004 - nobody is best among equals
        return None
    if line["ideal"] is not None:
        return min(known, key=lambda value: abs(float(value) - float(line["ideal"])))
    return (max if line["higher_is_better"] else min)(known, key=float)


def _cell(line: Mapping[str, Any] | None, *, best: bool) -> Cell:
    if line is None or line["challenger"] is None:
        return Cell("–", "", best=False)
    return Cell(decimal(line["challenger"], digits_of(line)), own_interval(line), best)


def _roc(versions: Sequence[Measured]) -> FigureView:
    curves = [curves_of(version.payload)[0] for version in versions]
    areas = [version.payload["metrics"][0]["challenger"] for version in versions]
    top = max(range(len(versions)), key=lambda place: float(areas[place]))
    figure = FigureView(
        name="roc",
        title=_("Separation (ROC)"),
        finding=_("The widest area"),
        detail=_("is that of %(name)s: AUC %(auc)s.")
        % {"name": versions[top].name, "auc": decimal(areas[top], 3)},
        plot={
            "data": [
                guide(1),
                *(
                    _line(place, version.name, curve)
                    for place, (version, curve) in enumerate(zip(versions, curves, strict=True))
                ),
            ],
            "layout": layout(
                axis(_("False positive rate"), end=1),
                axis(_("True positive rate"), end=1),
                legend="lower right",
            ),
        },
        columns=(_("False positive rate"), *(version.name for version in versions)),
        rows=tuple(
            (
                percent(step),
                *(percent(read_at(curve.others, curve.events, step), 1) for curve in curves),
            )
            for step in STEPS
        ),
    )
    return replace(figure, plot=in_percent(figure.plot))


def _line(place: int, name: str, curve: Curve) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": drawn(curve.others),
        "y": drawn(curve.events),
        "line": {
            "color": f"token:{COLOURS[place % MOST]}",
            "dash": DASHES[place % len(DASHES)],
            "width": 1.75,
        },
    }
