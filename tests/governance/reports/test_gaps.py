"""Fairness and disagreement in words."""

from typing import Any

import pytest
from django.utils import translation

from governance.evaluation.comparison import compare
from governance.reports.gaps import disagreement, gap_rows
from governance.reports.tables import verdict_sentence
from tests.governance.evaluation.samples import pair_of


@pytest.fixture(scope="module")
def payload() -> dict[str, Any]:
    return compare(*pair_of(), margin=0.005).payload


def test_each_criterion_is_one_row(payload: dict[str, Any]) -> None:
    """With both gaps, the interval, and the segments it lies between."""
    rows = gap_rows(payload)
    assert rows[0].name == "Demographic parity"
    assert len(rows) == 4
    assert "against" in rows[0].between
    assert rows[0].after.endswith("%")


def test_a_first_version_has_no_gap_before_it() -> None:
    """A dash, not a zero."""
    alone = compare(pair_of()[0], None, margin=0.005).payload
    assert {row.before for row in gap_rows(alone)} == {"–"}
    assert disagreement(alone) == ""


def test_disagreement_is_told_in_both_languages(payload: dict[str, Any]) -> None:
    """With the counts of both sides."""
    assert "McNemar" in disagreement(payload)
    with translation.override("de"):
        assert "Schwelle" in disagreement(payload)


def test_too_small_a_sample_says_what_would_be_enough() -> None:
    """The sentence ends with a number of cases to collect."""
    small = pair_of(200, challenger_noise=0.9, champion_noise=0.9)
    sentence = verdict_sentence(compare(*small, margin=0.005).payload)
    assert "not enough" in sentence
    assert "cases would show" in sentence
