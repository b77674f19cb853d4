"""The figures of a comparison: drawn by Plotly, told in words, backed by a table."""

import json
from typing import Any

import plotly.graph_objects as go
import pytest
from django.utils import translation

from governance.evaluation.comparison import compare
from governance.reports.figure_tables import tenths_of
from governance.reports.figure_views import FigureView
from governance.reports.figures import figures_of
from tests.governance.evaluation.samples import pair_of

NAMES = ["roc", "calibration", "ks", "gains", "lift", "distribution", "thresholds"]
TOKENS = {"token:accent", "token:accent-soft", "token:ink-3", "token:rule-2"}


@pytest.fixture(scope="module")
def payload() -> dict[str, Any]:
    return compare(*pair_of(), margin=0.005).payload


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    return compare(pair_of()[0], None, margin=0.005).payload


def coloured(part: Any) -> Any:
    """What the page's script does: names of colours become colours."""
    if isinstance(part, dict):
        return {key: coloured(value) for key, value in part.items()}
    if isinstance(part, list):
        return [coloured(value) for value in part]
    return "#0b5563" if isinstance(part, str) and part in TOKENS else part


def named(payload: dict[str, Any], name: str) -> FigureView:
    return next(figure for figure in figures_of(payload) if figure.name == name)


@pytest.mark.parametrize("which", ["payload", "alone"])
def test_plotly_accepts_every_figure(which: str, request: pytest.FixtureRequest) -> None:
    """Each attribute is one that Plotly knows; only our colours' names are unknown to it."""
    figures = figures_of(request.getfixturevalue(which))
    assert [figure.name for figure in figures] == NAMES
    for figure in figures:
        text = json.dumps(coloured(figure.plot))
        assert "token:" not in text
        assert len(text) < 25_000
        go.Figure(json.loads(text))


def test_challenger_is_solid_and_champion_dashed(payload: dict[str, Any]) -> None:
    """The colours of the page, by name."""
    _, champion, challenger = named(payload, "roc").plot["data"]
    assert champion["line"] == {"color": "token:ink-3", "dash": "dash", "width": 1.5}
    assert challenger["line"] == {"color": "token:accent", "dash": "solid", "width": 2.25}


def test_every_figure_has_words_and_a_table(payload: dict[str, Any]) -> None:
    """For readers who do not see it, and for print."""
    for figure in figures_of(payload):
        assert figure.finding
        assert figure.detail.endswith(".")
        assert figure.rows
        assert all(len(row) == len(figure.columns) for row in figure.rows)


def test_a_first_version_has_no_champion_in_words_or_lines(alone: dict[str, Any]) -> None:
    """One curve, one column."""
    for figure in figures_of(alone):
        assert "champion" not in figure.summary.lower()
        assert "Champion" not in figure.columns
        assert all(trace.get("name") != "Champion" for trace in figure.plot["data"])


def test_the_finding_reads_the_curve(payload: dict[str, Any]) -> None:
    """The sentence and the table name the same number."""
    figure = named(payload, "roc")
    row = next(row for row in figure.rows if row[0] == "10%")
    told = figure.detail.removeprefix("the challenger finds ").partition("%")[0]
    assert figure.finding == "At 10% false alarms"
    assert float(told) == pytest.approx(float(row[2].removesuffix("%")), abs=0.51)


def test_numbers_follow_the_language(payload: dict[str, Any]) -> None:
    """A decimal comma in German."""
    with translation.override("de"):
        row = named(payload, "lift").rows[0]
    assert "," in row[1]
    assert "." not in row[1]


def test_per_cent_is_written_in_the_readers_language(payload: dict[str, Any]) -> None:
    """Axes, intervals and traces alike are hundredths, with the sign as the language has it."""
    english = named(payload, "calibration").plot
    with translation.override("de"):
        german = named(payload, "calibration").plot
    assert english["layout"]["xaxis"]["ticksuffix"] == "%"
    assert german["layout"]["yaxis"]["ticksuffix"] == "\N{NO-BREAK SPACE}%"
    first = tenths_of(payload)[0][0]
    challenger = german["data"][-1]
    assert challenger["y"][0] == pytest.approx(100 * float(first["observed"]), abs=0.001)
    length = 100 * (float(first["high"]) - float(first["observed"]))
    assert challenger["error_y"]["array"][0] == pytest.approx(length, abs=0.01)
    assert "share" not in german["layout"]["xaxis"]


def test_what_is_no_share_stays_a_number(payload: dict[str, Any]) -> None:
    """The axis of the scores, beside one of shares."""
    layout = named(payload, "distribution").plot["layout"]
    assert "ticksuffix" not in layout["xaxis"]
    assert layout["yaxis"]["ticksuffix"] == "%"
