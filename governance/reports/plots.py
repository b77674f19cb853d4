"""How a figure is drawn: Plotly traces and layouts as plain JSON.

Colours are names, "token:accent" for the challenger and "token:ink-3" for the champion; the
page's script replaces them by the theme's values when it draws. What all figures share (fonts,
grid, margins) stands in that script as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from django.utils.translation import gettext as _

from governance.reports.numbers import percent_sign

Part = Literal["challenger", "champion"]
Trace = dict[str, Any]

DRAWN_DIGITS = 5
_COLOURS: Mapping[str, str] = {"challenger": "token:accent", "champion": "token:ink-3"}
_FILLS: Mapping[str, str] = {"challenger": "token:accent", "champion": "token:rule-2"}


def name_of(part: Part) -> str:
    """Give a model's name in a legend."""
    return _("Challenger") if part == "challenger" else _("Champion")


def line(part: Part, x: Iterable[float], y: Iterable[float]) -> Trace:
    """Draw one model's curve: the challenger solid, the champion dashed."""
    dash = "solid" if part == "challenger" else "dash"
    width = 2.25 if part == "challenger" else 1.5
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name_of(part),
        "x": drawn(x),
        "y": drawn(y),
        "line": {"color": _COLOURS[part], "dash": dash, "width": width},
    }


def spot(part: Part, x: float, y: float) -> Trace:
    """Mark one place of a curve: the challenger filled, the champion hollow."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name_of(part),
        "x": drawn([x]),
        "y": drawn([y]),
        "marker": marker(part),
        "showlegend": False,
    }


def guide(end: float) -> Trace:
    """Draw the diagonal from nothing to `end`."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": drawn([0.0, end]),
        "y": drawn([0.0, end]),
        "line": {"color": "token:rule-2", "dash": "dot", "width": 1},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def dots(part: Part, rows: Sequence[Mapping[str, Any]]) -> Trace:
    """Draw predicted against observed shares; the challenger's with their intervals."""
    observed = [float(row["observed"]) for row in rows]
    trace: Trace = {
        "type": "scatter",
        "mode": "markers",
        "name": name_of(part),
        "x": drawn(float(row["predicted"]) for row in rows),
        "y": drawn(observed),
        "marker": marker(part),
    }
    if part == "challenger":
        highs = [float(row["high"]) for row in rows]
        lows = [float(row["low"]) for row in rows]
        trace["error_y"] = {
            "type": "data",
            "symmetric": False,
            "array": drawn(high - at for high, at in zip(highs, observed, strict=True)),
            "arrayminus": drawn(at - low for low, at in zip(lows, observed, strict=True)),
            "color": _COLOURS[part],
            "thickness": 1.5,
            "width": 0,
        }
    return trace


def bars(part: Part, x: Sequence[float], y: Sequence[float]) -> Trace:
    """Draw one model's bars: the challenger full, the champion as an outline."""
    outline = {"color": _COLOURS[part], "width": 1}
    return {
        "type": "bar",
        "name": name_of(part),
        "x": drawn(x),
        "y": drawn(y),
        "marker": {"color": _FILLS[part], "line": outline},
    }


def marker(part: Part) -> dict[str, Any]:
    """Give the marker of one model."""
    symbol = "circle" if part == "challenger" else "circle-open"
    return {"color": _COLOURS[part], "symbol": symbol, "size": 8}


def layout(x: Mapping[str, Any], y: Mapping[str, Any], *, legend: str = "") -> dict[str, Any]:
    """Give a layout with two axes; `legend` is "" (above), "lower right" or "upper left"."""
    places: Mapping[str, dict[str, Any]] = {
        "": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "lower right": {"x": 0.98, "y": 0.04, "xanchor": "right", "yanchor": "bottom"},
        "upper left": {"x": 0.02, "y": 0.98, "xanchor": "left", "yanchor": "top"},
    }
    return {"xaxis": dict(x), "yaxis": dict(y), "legend": places[legend]}


def axis(title: str, *, end: float | None = None, share: bool = False) -> dict[str, Any]:
    """Give an axis from nothing to `end`; `share` marks it for `in_percent`."""
    given: dict[str, Any] = {"title": {"text": title}, "rangemode": "tozero"}
    if end is not None:
        given["range"] = [0, round(end, DRAWN_DIGITS)]
    if share:
        given["share"] = True
    return given


def in_percent(plot: Mapping[str, Any]) -> dict[str, Any]:
    """Give the plot with shares as per cent, written as the reader writes it: 80% or 80 %.

    Plotly knows one way to write per cent only, so its numbers are hundredths already.
    """
    axes = {letter: dict(plot["layout"][f"{letter}axis"]) for letter in "xy"}
    traces = plot["data"]
    for letter, given in axes.items():
        if given.pop("share", False):
            given["ticksuffix"] = percent_sign()
            traces = [_hundredths(trace, letter) for trace in traces]
            if "range" in given:
                given["range"] = _times_hundred(given["range"])
    layout = {**plot["layout"], "xaxis": axes["x"], "yaxis": axes["y"]}
    return {"data": traces, "layout": layout}


def _hundredths(trace: Trace, letter: str) -> Trace:
    errors = trace.get(f"error_{letter}")
    more = {letter: _times_hundred(trace[letter])}
    if errors:
        lengths = {key: _times_hundred(errors[key]) for key in ("array", "arrayminus")}
        more[f"error_{letter}"] = errors | lengths
    return trace | more


def _times_hundred(values: Iterable[float]) -> list[float]:
    return drawn(value * 100 for value in values)


def drawn(values: Iterable[float]) -> list[float]:
    """Round numbers to what a screen can show."""
    return [round(float(value), DRAWN_DIGITS) for value in values]
