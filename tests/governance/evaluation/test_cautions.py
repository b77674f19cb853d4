"""What makes a comparison doubtful is said beside it."""

from dataclasses import replace

import numpy as np
import pytest
from django.utils import translation

from governance.evaluation.cautions import About
from governance.evaluation.comparison import compare
from governance.evaluation.labels import CAUTIONS, caution_words
from governance.evaluation.repeats import repeated_rows
from governance.evaluation.scored_data import ScoredData
from tests.governance.evaluation.samples import pair_of


def codes(challenger: ScoredData, champion: ScoredData | None, about: About | None = None) -> set:
    found = compare(challenger, champion, margin=0.01, about=about).payload["cautions"]
    return {caution["code"] for caution in found}


def test_a_clean_comparison_warns_of_nothing() -> None:
    """So that a warning is read."""
    about = About(outcome="outcome", inputs=frozenset({"age", "income"}))
    assert codes(*pair_of(), about) == set()


def test_an_outcome_among_the_inputs_is_named() -> None:
    """The model is told what it shall predict."""
    assert codes(*pair_of(), About("default", frozenset({"default"}))) == {"label_in_inputs"}


def test_a_score_that_knows_the_outcome_is_too_good() -> None:
    """Nobody separates so well what has not happened yet."""
    challenger, champion = pair_of()
    told = replace(challenger, score=np.clip(challenger.outcome * 0.9 + 0.05, 0, 1))
    assert "too_good" in codes(told, champion)


def test_the_same_scores_twice_are_no_comparison() -> None:
    """Nor is the same file."""
    challenger, champion = pair_of()
    assert codes(challenger, challenger) == {"same_scores"}
    assert codes(challenger, champion, About(same_file=True)) == {"same_file"}


def test_few_common_cases_are_said() -> None:
    """Most of the cases were left out by the join."""
    challenger, champion = pair_of()
    left, right = challenger.take(np.arange(0, 1000)), champion.take(np.arange(900, 1500))
    assert codes(left, right) == {"few_common"}


def unkeyed(sample: ScoredData, rows: slice = slice(None)) -> ScoredData:
    """Rows of a table that has no key, as another upload brings them."""
    part = sample.take(np.arange(sample.rows)[rows])
    return replace(part, key=None, outcome=part.outcome.copy(), score=part.score.copy())


def test_the_same_rows_are_seen_without_a_key() -> None:
    """What happened in the same order is no chance; from the first row or to the last."""
    challenger, champion = pair_of()
    for rows in (slice(None), slice(0, 1200), slice(300, None)):
        assert codes(unkeyed(challenger), unkeyed(champion, rows)) == {"same_rows"}
        assert codes(unkeyed(challenger, rows), unkeyed(champion)) == {"same_rows"}
    found = compare(unkeyed(challenger), unkeyed(champion, slice(0, 1200)), margin=0.01)
    assert found.payload["cautions"][0]["detail"] == "1200/1500"


def test_other_rows_are_not_taken_for_the_same() -> None:
    """Other cases, and too few or too even ones for anything to be said."""
    challenger, _champion = pair_of()
    other, _rest = pair_of(seed=99)
    assert codes(unkeyed(challenger), unkeyed(other)) == set()
    rare = replace(unkeyed(challenger), outcome=(np.arange(1500) == 700).astype(np.int8))
    assert "same_rows" not in codes(rare, replace(unkeyed(rare), score=1 - rare.score))


def test_rows_that_stand_in_both_tables_are_counted() -> None:
    """Where days, weights and outcomes tell cases apart; in whatever order they come."""
    challenger, champion = pair_of()
    random = np.random.default_rng(4)
    weight = random.uniform(0.5, 2.0, 1500)
    ours = replace(challenger, key=None, weight=weight)
    shuffled = random.permutation(1500)[:900]
    theirs = replace(unkeyed(champion), weight=weight).take(shuffled)
    assert codes(ours, theirs) == {"some_rows"}
    found = compare(ours, theirs, margin=0.01).payload["cautions"]
    assert found == [{"code": "some_rows", "detail": "900/1500"}]
    apart = replace(theirs, weight=random.uniform(0.5, 2.0, 900))
    assert codes(ours, apart) == set()


def test_dates_after_the_upload_cannot_be_right() -> None:
    """A score of tomorrow, and cases that are all older than the champion's."""
    challenger, champion = pair_of()
    dated = replace(challenger, date=np.full(1500, 20_000, np.int32))
    assert codes(dated, champion, About(uploaded=20_000)) == set()
    assert codes(dated, champion, About(uploaded=19_999)) == {"dates_ahead"}
    unkeyed = replace(dated, key=None)
    later = replace(champion, date=np.full(1500, 20_001, np.int32))
    assert codes(unkeyed, replace(later, outcome=later.outcome.copy())) == {"older_cases"}


def test_the_champions_scores_may_come_from_the_challenger() -> None:
    """Then somebody should look whether they are the champion's."""
    challenger, champion = pair_of()
    both = replace(challenger, champion=champion.score)
    assert codes(both, both.by_champion()) == {"champion_from_challenger"}


@pytest.mark.parametrize("code", CAUTIONS)
def test_every_caution_has_a_sentence(code: str) -> None:
    """In both languages, with what it names."""
    for language in ("en", "de"):
        with translation.override(language):
            said = caution_words({"code": code, "detail": "auc"})
            assert said
            assert "%(" not in said


def twice(sample: ScoredData, rows: int) -> ScoredData:
    """The table without its key, its first rows once more at its end."""
    return replace(sample.take(np.append(np.arange(sample.rows), np.arange(rows))), key=None)


def test_rows_that_repeat_earlier_ones_are_told() -> None:
    """Also in a table of which only some scores are looked at; not with a key, nor for few."""
    sample = pair_of(2000)[0]
    assert codes(twice(sample, 300), None) == {"repeated_rows"}
    assert codes(twice(sample, 5), None) == codes(sample, None) == set()
    large = pair_of(110_000)[0]
    assert repeated_rows(twice(large, 9_000)) == 9_000
    assert repeated_rows(replace(large, key=None)) == 0


@pytest.mark.parametrize("digits", [1, 2, 3, 4])
def test_rounded_scores_are_no_repeated_rows(digits: int) -> None:
    """They are equal by chance, and so the outcomes beside them differ."""
    sample = replace(pair_of(3000)[0], key=None)
    assert codes(replace(sample, score=np.round(sample.score, digits)), None) == set()
