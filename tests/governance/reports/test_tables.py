"""The table of measures, champion before challenger."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from governance.evaluation.comparison import compare
from governance.evaluation.labels import judgement_title
from governance.reports.numbers import decimal, percent, signed, whole
from governance.reports.tables import (
    caption,
    fairness_rows,
    metric_rows,
    segment_rows,
    tally,
    verdict_sentence,
)
from governance.templatetags.words import mark_of
from tests.governance.evaluation.samples import pair_of


@pytest.fixture(scope="module")
def payload() -> dict[str, Any]:
    return compare(*pair_of(), margin=0.005).payload


def test_each_measure_is_one_row(payload: dict[str, Any]) -> None:
    """With both values, the change, its interval and the verdict."""
    rows = metric_rows(payload)
    first = rows[0]
    assert [row.name for row in rows][:3] == ["AUC", "Gini", "KS"]
    assert first.note == "higher is better · SAS _C_"
    assert (first.verdict, first.tone) == ("better", "good")
    assert first.arrow == "arrow-up"
    assert first.margin == "-0.005"
    assert float(first.after or 0) > float(first.before or 1)


def test_a_lower_brier_score_is_good(payload: dict[str, Any]) -> None:
    """The arrow is the number's direction, the tone its meaning."""
    row = next(row for row in metric_rows(payload) if row.name == "Brier score")
    assert (row.arrow, row.tone, row.note) == ("arrow-down", "good", "lower is better · SAS _ASE_")


def test_segments_follow_with_their_size(payload: dict[str, Any]) -> None:
    """One that is too small is not judged."""
    rows = segment_rows(payload)
    assert rows[-1].name == "AUC, thin file"
    assert rows[-1].note.startswith("24 cases, ")
    assert (rows[-1].verdict, rows[-1].tone) == ("not_enough_data", "none")
    assert len(fairness_rows(payload)) == 3


def test_a_small_loss_has_its_own_word() -> None:
    """Worse, but within the margin."""
    noisier = pair_of(challenger_noise=0.9, champion_noise=0.2)
    first = metric_rows(compare(*noisier, margin=0.1).payload)[0]
    assert (first.verdict, first.tone) == ("worse_in_limit", "warn")
    assert str(judgement_title(first.verdict)) == mark_of(first.verdict).text == "Worse, in limit"


def test_the_caption_says_what_was_compared(payload: dict[str, Any]) -> None:
    """The same cases or not, and the level."""
    challenger, champion = pair_of()
    others = replace(challenger, key=None, outcome=challenger.outcome.copy())
    apart = compare(others, champion, margin=0.005).payload
    first = compare(challenger, None, margin=0.005).payload
    assert caption(payload) == "Same 1,500 cases for both. Intervals: 95%, paired."
    assert caption(apart) == "1,500 cases against 1,500 others. Intervals: 95%, not paired."
    assert caption(first) == "1,500 cases. Intervals: 95%."


def test_the_verdict_is_told_in_a_sentence(payload: dict[str, Any]) -> None:
    """With the numbers that it rests on."""
    first = compare(pair_of()[0], None, margin=0.005).payload
    close = compare(*pair_of(120, challenger_noise=0.9, champion_noise=0.9), margin=0.005).payload
    assert "does better than the champion on 1,500 cases (AUC 0." in verdict_sentence(payload)
    assert verdict_sentence(first).startswith("First version: AUC 0.")
    assert "120 cases are not enough to tell" in verdict_sentence(close)
    assert "better" in tally(payload)


def test_numbers_are_written_as_the_reader_does() -> None:
    """Point and comma, a real minus sign, no minus before zero."""
    assert (decimal("0.8044", 3), whole(48212), signed(-0.0071, 3)) == ("0.804", "48,212", "−0.007")
    assert (signed(0.0301, 2), signed(-0.0001, 2), percent(0.031, 1)) == ("+0.03", "0.00", "3.1%")
    with translation.override("de"):
        assert (decimal("0.8044", 3), whole(48212)) == ("0,804", "48.212")
