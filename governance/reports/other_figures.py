"""Figures that are no curve of an event: numbers, classes, scores, and measures over time."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from governance.evaluation.labels import metric_title
from governance.reports import findings
from governance.reports.figure_tables import Payload, columns, distribution_rows
from governance.reports.figure_views import FigureView
from governance.reports.numbers import percent, short
from governance.reports.plots import Part, Trace, axis, bars, drawn, layout, line, marker, name_of

Bins = Mapping[str, Sequence[str]]

SIDES: tuple[Part, Part] = ("champion", "challenger")
SOFT = {"color": "token:accent-soft", "line": {"color": "token:accent", "width": 1}}
STEPPED = {"color": "token:ink-3", "dash": "dash", "width": 1.5, "shape": "hvh"}
FREE = {"rangemode": "normal"}  # an axis that need not begin at nothing


def distribution(payload: Payload) -> FigureView:
    """Where the scores lie."""
    stability = payload["stability"]
    return _shares(
        payload["distribution"],
        name="distribution",
        title=_("Distribution of the scores"),
        across=_("Score"),
        finding=findings.shift(stability),
        detail=findings.stability(stability),
    )


def errors(payload: Payload) -> FigureView:
    """Where the residuals lie."""
    bins = payload["residuals"]
    share = max(float(part) for part in bins["challenger"])
    return _shares(
        bins,
        name="errors",
        title=_("Distribution of the errors"),
        across=_("Predicted less observed"),
        finding=_("The fullest bin"),
        detail=_("holds %(share)s of all cases.") % {"share": percent(share)},
    )


def _shares(
    bins: Mapping[str, Any], *, name: str, title: str, across: str, finding: str, detail: str
) -> FigureView:
    edges = [float(edge) for edge in bins["edges"]]
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    ours = [float(part) for part in bins["challenger"]]
    data = [bars("challenger", middles, ours) | {"marker": SOFT}]
    if bins["champion"]:
        shares = [float(part) for part in bins["champion"]]
        data.append(line("champion", middles, shares) | {"line": STEPPED})
    return FigureView(
        name=name,
        title=title,
        finding=finding,
        detail=detail,
        plot={
            "data": data,
            "layout": layout(axis(across) | FREE, axis(_("Share of cases"), share=True))
            | {"bargap": 0.05},
        },
        columns=columns(across, bins["champion"]),
        rows=distribution_rows(bins),
    )


# Numbers ---------------------------------------------------------------------------------------
def predicted(payload: Payload) -> FigureView:
    """Predictions against what happened, in bins of ascending prediction."""
    ours, theirs = payload["bins"]["challenger"], payload["bins"]["champion"]
    ends = [float(v) for part in (ours, theirs) if part for v in part["predicted"]]
    across = [min(ends), max(ends)]
    guide = line("champion", across, across) | {
        "line": {"color": "token:rule-2", "dash": "dot", "width": 1},
        "showlegend": False,
        "hoverinfo": "skip",
    }
    return FigureView(
        name="predicted",
        title=_("Predicted and observed"),
        finding=_("In the highest bin"),
        detail=_("%(predicted)s were predicted and %(seen)s observed, on average.")
        % {"predicted": short(ours["predicted"][-1]), "seen": short(ours["observed"][-1])},
        plot={
            "data": [guide, *(_means(part, bins) for part, bins in _parts(payload["bins"]))],
            "layout": layout(
                axis(_("Predicted")) | FREE, axis(_("Observed")) | FREE, legend="upper left"
            ),
        },
        columns=_bin_columns(payload["bins"], (_("predicted"), _("observed"))),
        rows=_bin_rows(payload["bins"], ("predicted", "observed")),
    )


def residuals(payload: Payload) -> FigureView:
    """The middle half of the residuals, in bins of ascending prediction."""
    ours = payload["bins"]["challenger"]
    across = [float(value) for value in ours["predicted"]]
    traces = [
        line("challenger", across, [float(value) for value in ours[edge]])
        | {"name": name, "showlegend": edge == "high"}
        | ({"fill": "tonexty", "fillcolor": "token:accent-soft"} if edge == "high" else {})
        for edge, name in (("low", ""), ("high", _("middle half")))
    ]
    return FigureView(
        name="residuals",
        title=_("Errors by prediction"),
        finding=_("In the highest bin"),
        detail=_("half of the errors lie between %(low)s and %(high)s.")
        % {"low": short(ours["low"][-1]), "high": short(ours["high"][-1])},
        plot={
            "data": traces,
            "layout": layout(
                axis(_("Predicted")) | FREE, axis(_("Predicted less observed")) | FREE
            ),
        },
        columns=_bin_columns(payload["bins"], (_("lower quarter"), _("upper quarter"))),
        rows=_bin_rows(payload["bins"], ("low", "high")),
    )


def _parts(both: Mapping[str, Any]) -> list[tuple[Part, Bins]]:
    parts: tuple[Part, Part] = ("champion", "challenger")
    return [(part, both[part]) for part in parts if both[part]]


def _means(part: Part, bins: Bins) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name_of(part),
        "x": drawn(float(value) for value in bins["predicted"]),
        "y": drawn(float(value) for value in bins["observed"]),
        "marker": marker(part),
    }


def _bin_columns(both: Mapping[str, Any], kinds: Sequence[str]) -> tuple[str, ...]:
    named = (f"{name_of(part)}, {kind}" for part, _bins in _parts(both) for kind in kinds)
    return (_("Bin, lowest first"), *named)


def _bin_rows(both: Mapping[str, Any], names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    parts = [bins for _part, bins in _parts(both)]
    most = max(len(bins[names[0]]) for bins in parts)
    return tuple(
        (
            str(place + 1),
            *(
                short(bins[name][place]) if place < len(bins[name]) else ""
                for bins in parts
                for name in names
            ),
        )
        for place in range(most)
    )


# Classes ---------------------------------------------------------------------------------------
def separation(payload: Payload) -> FigureView:
    """How well each class is told from the rest."""
    known = [part for part in payload["classes"] if part["line"]]
    weakest = min(known, key=lambda part: float(part["line"]["challenger"]), default=None)
    rows = [
        (part["segment"], part["line"]["champion"], part["line"]["challenger"]) for part in known
    ]
    return _by_name(
        rows,
        name="separation",
        title=_("Separation of each class (AUC)"),
        finding=_("Hardest to tell is %(name)s:")
        % {"name": weakest["segment"] if weakest else "–"},
        detail=_("AUC %(auc)s against all other classes.")
        % {"auc": short(weakest["line"]["challenger"] if weakest else 0)},
    )


def recall(payload: Payload) -> FigureView:
    """How many cases of each class are called so."""
    names, table = payload["sample"]["classes"], payload["confusion"]
    found = {part: _recalls(rows) for part, rows in table.items() if rows}
    theirs = found.get("champion", [None] * len(names))
    ours = found["challenger"]
    lowest = min(range(len(names)), key=lambda place: float(ours[place] or 0))
    return _by_name(
        list(zip(names, theirs, ours, strict=True)),
        name="recall",
        title=_("Cases of each class that are found"),
        finding=_("Least often found is %(name)s:") % {"name": names[lowest]},
        detail=_("%(share)s of its cases.") % {"share": percent(ours[lowest] or 0)},
    )


def _recalls(rows: Sequence[Sequence[str]]) -> list[str | None]:
    shares: list[str | None] = []
    for place, row in enumerate(rows):
        total = sum(float(value) for value in row)
        shares.append(str(float(row[place]) / total) if total else None)
    return shares


def _by_name(
    rows: Sequence[tuple[str, str | None, str | None]],
    *,
    name: str,
    title: str,
    finding: str,
    detail: str,
) -> FigureView:
    """Draw bars with a name each: champion beside challenger."""
    contested = any(champion is not None for _name, champion, _challenger in rows)
    names, first = [row[0] for row in rows], 1 if contested else 2
    data = [
        bars(part, [], [float(row[place] or 0) for row in rows]) | {"x": names}
        for place, part in enumerate(SIDES[first - 1 :], start=first)
    ]
    return FigureView(
        name=name,
        title=title,
        finding=finding,
        detail=detail,
        plot={
            "data": data,
            "layout": layout(axis(_("Class")) | {"type": "category"}, axis("", end=1))
            | {"barmode": "group", "bargap": 0.3},
        },
        columns=columns(_("Class"), contested),
        rows=tuple(
            (row[0], *(short(cell) if cell else "–" for cell in row[first:])) for row in rows
        ),
    )


# Time ------------------------------------------------------------------------------------------
def over_time(payload: Payload) -> FigureView:
    """The leading measure month by month, with the challenger's intervals."""
    known = [part for part in payload["over_time"] if part["line"]]
    months = [part["segment"] for part in known]
    contested = any(part["line"]["champion"] for part in known)
    sides = SIDES if contested else SIDES[1:]
    title = str(metric_title(known[0]["line"]["metric"])) if known else ""
    last = known[-1] if known else None
    data = [
        line(part, [], [float(row["line"][part] or "nan") for row in known])
        | {"x": months, "mode": "lines+markers", "connectgaps": False}
        for part in sides
    ]
    return FigureView(
        name="over-time",
        title=_("%(measure)s over time") % {"measure": title},
        finding=_("Last, in %(month)s:") % {"month": last["segment"] if last else "–"},
        detail=_("%(value)s on %(rows)s cases.")
        % {
            "value": short(last["line"]["challenger"] if last else 0),
            "rows": short(last["rows"] if last else 0),
        },
        plot={
            "data": [_without_gaps(trace) for trace in data],
            "layout": layout(axis("") | {"type": "category"}, axis(title) | FREE),
        },
        columns=columns(_("Month"), contested),
        rows=tuple(
            (
                part["segment"],
                *(short(cell) if (cell := part["line"][side]) else "–" for side in sides),
            )
            for part in known
        ),
    )


def _without_gaps(trace: Trace) -> Trace:
    """JSON has no word for a number that is none; Plotly leaves a gap for null."""
    values = trace["y"]
    return trace | {"y": [None if value != value else value for value in values]}  # noqa: PLR0124
