"""One comparison as the page and the signature see it."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve

from governance.errors import Invalid
from governance.evaluation.comparison import compare, payload_digest
from governance.evaluation.curves import POINTS, curve
from governance.evaluation.decimals import decimal12
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.statistics import rank
from tests.governance.evaluation.samples import cases, pair_of, seen


def metric(payload: dict[str, Any], name: str) -> dict[str, Any]:
    return next(line for line in payload["metrics"] if line["metric"] == name)


def test_a_better_challenger_is_called_better() -> None:
    """Same cases for both, joined by key; the interval lies above zero."""
    challenger, champion = pair_of()
    comparison = compare(challenger, champion, margin=0.005)
    verdict = comparison.payload["verdict"]
    assert comparison.verdict == verdict["verdict"] == "better"
    assert float(verdict["low"]) > 0
    assert comparison.payload["sample"]["join"] == "key"


def test_the_same_tables_give_the_same_bytes() -> None:
    """On a second run, and with the rows in another order."""
    challenger, champion = pair_of()
    order = np.random.default_rng(1).permutation(challenger.rows)
    first = compare(challenger, champion, margin=0.005)
    again = compare(challenger, champion, margin=0.005)
    shuffled = compare(challenger.take(order), champion.take(order[::-1]), margin=0.005)
    assert rfc8785.dumps(first.payload) == rfc8785.dumps(again.payload)
    assert first.digest == again.digest == shuffled.digest == payload_digest(first.payload)


def test_the_payload_survives_json() -> None:
    """What a database gives back has the same digest; no number in it is a float."""
    comparison = compare(*pair_of(), margin=0.005)
    text = json.dumps(comparison.payload)
    assert payload_digest(json.loads(text)) == comparison.digest
    assert not any(isinstance(value, float) for value in walk(comparison.payload))


def walk(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for part in value.values() for leaf in walk(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in walk(part)]
    return [value]


def test_without_champion_the_version_is_measured_alone() -> None:
    """The first version has values and intervals, and no verdict against anyone."""
    challenger, _ = pair_of()
    payload = compare(challenger, None, margin=0.005).payload
    line = metric(payload, "auc")
    expected = roc_auc_score(challenger.outcome, challenger.score)
    assert payload["verdict"]["verdict"] == "no_champion"
    assert float(line["challenger"]) == pytest.approx(expected)
    assert line["champion"] is line["difference"] is line["low"] is None
    assert payload["stability"] is payload["curves"]["champion"] is None


def test_tables_without_key_are_compared_as_two_samples() -> None:
    """Not paired, so the interval is wider."""
    challenger, champion = pair_of()
    paired = compare(challenger, champion, margin=0.005).payload
    unkeyed = replace(challenger, key=None, outcome=challenger.outcome.copy())
    alone = compare(unkeyed, champion, margin=0.005).payload
    assert alone["sample"]["join"] == "no_key"
    widths = [
        float(payload["verdict"]["high"]) - float(payload["verdict"]["low"])
        for payload in (paired, alone)
    ]
    assert widths[0] < widths[1]


def test_two_scores_of_one_table_are_paired_without_a_key() -> None:
    """The same rows in the same order: the result is that of a join by key."""
    joined = compare(*pair_of(), margin=0.005).payload
    one, other = (replace(part, key=None) for part in pair_of())
    other = replace(other, outcome=one.outcome)
    together = compare(one, other, margin=0.005).payload
    assert together["sample"]["join"] == "one_table"
    assert together["metrics"] == joined["metrics"]


def test_only_common_cases_count_where_tables_are_joined() -> None:
    """The rest is counted and named."""
    challenger, champion = pair_of()
    sample = compare(
        challenger.take(np.arange(0, 1200)), champion.take(np.arange(300, 1500)), margin=0.005
    ).payload["sample"]
    assert sample["rows"] == 900
    assert (sample["challenger_only"], sample["champion_only"]) == (300, 300)


def test_few_common_cases_are_not_joined() -> None:
    """Forty shared keys say nothing; the tables stand side by side."""
    challenger, champion = pair_of()
    sample = compare(
        challenger.take(np.arange(0, 700)), champion.take(np.arange(660, 1500)), margin=0.005
    ).payload["sample"]
    assert (sample["join"], sample["paired"]) == ("too_few_common", False)


def test_a_case_with_two_outcomes_is_refused() -> None:
    """The same key, another outcome: one of the tables is wrong."""
    challenger, champion = pair_of()
    flipped = challenger.outcome.copy()
    flipped[[3, 9]] ^= 1
    with pytest.raises(Invalid, match="2 cases have another outcome"):
        compare(replace(challenger, outcome=flipped), champion, margin=0.005)


def test_an_equal_model_is_not_worse() -> None:
    """The same scores again: no difference, and that is said as such."""
    challenger, _ = pair_of()
    verdict = compare(challenger, challenger, margin=0.005).payload["verdict"]
    assert (verdict["verdict"], verdict["reason"]) == ("not_worse", "same_ranking")
    assert verdict["difference"] == "0"


def test_spoilt_probabilities_are_not_saved_by_a_better_ranking() -> None:
    """No single aggregate decides: the Brier score is worse, so the challenger is."""
    challenger, champion = pair_of()
    spoilt = replace(challenger, score=challenger.score**0.25)
    payload = compare(spoilt, champion, margin=0.005).payload
    assert metric(payload, "auc")["verdict"] == "better"
    verdict = payload["verdict"]
    assert (verdict["verdict"], verdict["reason"]) == ("worse", "worse_elsewhere")
    assert {"brier", "log_loss"} <= set(verdict["worse_metrics"])


def test_one_segment_that_got_worse_is_not_hidden_by_the_others() -> None:
    """Better over all, turned round in one segment of a third of the cases."""
    challenger, champion = pair_of(rows=6000)
    third = np.arange(challenger.rows) % 3 == 0
    spoilt = np.where(third, np.random.default_rng(4).permutation(challenger.score), 0)
    split = replace(
        challenger,
        score=np.where(third, spoilt, challenger.score),
        segment=third.astype(np.int32),
        segment_names=("others", "third"),
    )
    noisy = replace(champion, segment=split.segment, segment_names=split.segment_names)
    payload = compare(split, noisy, margin=0.4).payload
    assert payload["verdict"]["worse_segments"] == []
    payload = compare(split, noisy, margin=0.05).payload
    assert payload["verdict"]["worse_segments"] == ["third"]
    assert payload["verdict"]["verdict"] == "worse"


def test_looking_at_many_segments_finds_no_worse_one_by_chance() -> None:
    """Two equal models, twenty segments: one sample in twenty may be called worse, no more."""
    alarms = 0
    for seed in range(20):
        challenger, champion = pair_of(1600, champion_noise=0.9, challenger_noise=0.9, seed=seed)
        segment = (np.arange(challenger.rows) % 20).astype(np.int32)
        names = tuple(f"s{number:02}" for number in range(20))
        sides = (
            replace(part, segment=segment, segment_names=names) for part in (challenger, champion)
        )
        alarms += bool(compare(*sides, margin=0.001).payload["verdict"]["worse_segments"])
    assert alarms <= 60 * 0.05 + 4


def test_an_undecided_comparison_says_how_many_cases_it_would_take() -> None:
    """The sample needed for the margin, from what this one shows."""
    challenger, champion = pair_of(200, challenger_noise=0.9, champion_noise=0.9)
    verdict = compare(challenger, champion, margin=0.005).payload["verdict"]
    assert verdict["verdict"] == "not_enough_data"
    smallest, margin = float(verdict["smallest_detectable"]), 0.005
    assert verdict["rows_needed"] == pytest.approx(200 * (smallest / margin) ** 2, abs=1)


def test_the_cases_on_which_only_one_is_right_are_counted() -> None:
    """Joined rows only."""
    challenger, champion = pair_of()
    found = compare(challenger, champion, margin=0.005, cutoff=0.3).payload["disagreement"]
    ours = (challenger.score >= 0.3) == (challenger.outcome == 1)
    theirs = (champion.score >= 0.3) == (challenger.outcome == 1)
    assert found["only_challenger"] == int((ours & ~theirs).sum())
    assert found["only_champion"] == int((theirs & ~ours).sum())
    others = replace(challenger, key=None, outcome=challenger.outcome.copy())
    unjoined = compare(others, champion, margin=0.005)
    assert unjoined.payload["disagreement"] is None


def test_fairness_is_measured_for_both_models() -> None:
    """Each criterion names the two segments furthest apart."""
    fairness = compare(*pair_of(), margin=0.005).payload["fairness"]
    for side in ("challenger", "champion"):
        assert set(fairness[side]) == {
            "demographic_parity",
            "equal_opportunity",
            "equalised_odds",
            "predictive_parity",
        }
        assert {fairness[side]["demographic_parity"]["highest"]} <= {"large", "middle"}


def test_calibration_is_judged_by_its_distance_from_the_ideal() -> None:
    """A slope of 0.5 against 1 is worse although a higher slope of 2 would be too."""
    challenger, champion = pair_of(champion_noise=0.2)
    for bend in (0.4, 2.5):
        odds = (challenger.score / (1 - challenger.score)) ** bend
        bent = replace(challenger, score=odds / (1 + odds))
        line = metric(compare(bent, champion, margin=0.005).payload, "calibration_slope")
        assert line["verdict"] == "worse"


def test_segments_have_their_own_numbers() -> None:
    """Rows, events, AUC and approval of each; a small one is not judged."""
    challenger, champion = pair_of()
    lines = compare(challenger, champion, margin=0.005).payload["segments"]
    assert [line["segment"] for line in lines] == ["large", "middle", "thin file"]
    assert sum(line["rows"] for line in lines) == challenger.rows
    assert lines[2]["line"]["reason"] == "too_few_events"
    assert max(float(line["challenger"]["fairness_ratio"]) for line in lines[:2]) == 1


def test_a_given_cutoff_is_used_for_both() -> None:
    """The policy's cut-off replaces each model's own."""
    payload = compare(*pair_of(), margin=0.005, cutoff=0.3).payload
    ours, theirs = payload["at_cutoff"]["challenger"], payload["at_cutoff"]["champion"]
    assert ours["cutoff"] == theirs["cutoff"] == "0.3"
    parts = ("true_positives", "false_positives", "true_negatives", "false_negatives")
    assert sum(ours[part] for part in parts) == 1500


def test_thinned_curve_lies_on_the_whole_one() -> None:
    """About two hundred points; the area under them is that of all 40,000 to 2e-4."""
    risk, outcome = cases(5, 40_000)
    score = seen(risk, 6, 0.5)
    points = curve(rank(score, outcome))
    others, events, _ = roc_curve(outcome, score)
    assert points.events.size <= POINTS + 2
    drawn = np.interp(others, points.others, points.events)
    assert np.abs(drawn - events).max() < 0.015
    assert np.trapezoid(points.events, points.others) == pytest.approx(
        roc_auc_score(outcome, score), abs=2e-4
    )


step = st.sampled_from([0.0, 1e-12, 0.25, 0.5, 1.0])
strange = st.lists(st.tuples(step, step, st.integers(0, 1)), min_size=50, max_size=60).filter(
    lambda rows: len({outcome for _, _, outcome in rows}) == 2
)


@given(strange, st.booleans())
def test_strange_samples_are_compared_all_the_same(
    rows: list[tuple[float, float, int]], joined: bool
) -> None:
    """Few values, certainties, one single event: an answer, never a number that is none."""
    ours, theirs, outcomes = (np.array(part) for part in zip(*rows, strict=True))
    outcome = outcomes.astype(np.int8)
    key = np.arange(len(rows)).astype(np.uint64) if joined else None
    segment = (np.arange(len(rows)) % 3).astype(np.int32)
    challenger, champion = (
        ScoredData(score, outcome, segment, ("a", "b", "c"), key) for score in (ours, theirs)
    )
    for other in (champion, None):
        payload = compare(challenger, other, margin=0.005).payload
        assert payload_digest(payload)
        assert all(line["verdict"] for line in payload["metrics"])


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_decimal12_keeps_twelve_digits(number: float) -> None:
    """No exponent, no lost digit, and the same again."""
    text = decimal12(number)
    assert "e" not in text.lower()
    assert float(text) == pytest.approx(number, rel=1e-11, abs=1e-18)
    assert decimal12(float(text)) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.1 + 0.2, "0.3"), (-0.0, "0"), (1e-20, "0"), (1200.0, "1200"), (1 / 3, "0.333333333333")],
)
def test_decimal12_is_what_people_would_write(number: float, text: str) -> None:
    """Trailing zeros and noise beyond the twelfth digit are gone."""
    assert decimal12(number) == text


def test_what_is_no_number_has_no_decimal_form() -> None:
    """NaN never reaches a digest."""
    with pytest.raises(ValueError, match="no decimal form"):
        decimal12(float("nan"))
