"""Tables of numbers and of classes, with weights, dates and two models' scores."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from governance.evaluation.scored_data import ScoredColumns, UnreadableScores, read_scored
from governance.evaluation.scored_scan import scan
from tests.governance.evaluation.samples import write_csv

NUMBERS = ScoredColumns("said", "paid", weight="cases", date="day", kind="regression")
CLASSES = ScoredColumns("p_", "rating", kind="multiclass")


def numbers(tmp_path: Path, spoilt: str = "") -> Path:
    rows = [
        f"{place * 1.5},{place * 1.4},{1 + place % 3},2026-01-{1 + place % 28:02}"
        for place in range(80)
    ]
    rows[7:8] = [spoilt] if spoilt else rows[7:8]
    return write_csv(tmp_path / "numbers.csv", "said,paid,cases,day", rows)


def classes(tmp_path: Path, spoilt: str = "", header: str = "p_low,p_high,p_middle,rating") -> Path:
    names = ("low", "high", "middle")
    rows = [f"0.2,0.5,0.3,{names[place % 3]}" for place in range(80)]
    rows[7:8] = [spoilt] if spoilt else rows[7:8]
    return write_csv(tmp_path / "classes.csv", header, rows)


def test_numbers_of_any_size_are_read(tmp_path: Path) -> None:
    """With the weight and the day of each row."""
    sample = read_scored(numbers(tmp_path), NUMBERS)
    assert sample.kind == "regression"
    assert sample.outcome[2] == pytest.approx(2.8)
    assert sample.weight is not None
    assert sample.weight[:3].tolist() == [1, 2, 3]
    assert sample.date is not None
    assert str(np.datetime64(int(sample.date[0]), "D")) == "2026-01-01"


def test_classes_come_in_alphabetical_order(tmp_path: Path) -> None:
    """Whatever the order of the columns; outcomes are positions among them."""
    sample = read_scored(classes(tmp_path), CLASSES)
    assert sample.class_names == ("high", "low", "middle")
    assert sample.score[0].tolist() == [0.5, 0.2, 0.3]
    assert sample.outcome[:3].tolist() == [1, 0, 2]


def test_parquet_says_the_same(tmp_path: Path) -> None:
    """Numbers and classes, by column."""
    for path, columns in ((numbers(tmp_path), NUMBERS), (classes(tmp_path), CLASSES)):
        pl.read_csv(path, try_parse_dates=True).write_parquet(path.with_suffix(".parquet"))
        one, other = (scan(p, columns).arrays for p in (path, path.with_suffix(".parquet")))
        assert set(one) == set(other) >= {"score", "outcome"}
        assert all(np.array_equal(one[part], other[part]) for part in one)


def test_one_table_may_hold_both_models(tmp_path: Path) -> None:
    """The champion's score of the same rows."""
    rows = [f"0.{place:02},0.5,{place % 2}" for place in range(10, 90)]
    path = write_csv(tmp_path / "two.csv", "new,old,outcome", rows)
    sample = read_scored(path, ScoredColumns("new", champion="old"))
    theirs = sample.by_champion()
    assert theirs is not None
    assert set(theirs.score.tolist()) == {0.5}
    assert theirs.outcome is sample.outcome


@pytest.mark.parametrize(
    ("spoilt", "code", "column"),
    [
        ("nan,1,1,2026-01-01", "not_finite", "said"),
        ("1,inf,1,2026-01-01", "not_finite", "paid"),
        ("1,1e400,1,2026-01-01", "not_finite", "paid"),
        ("1e16,1,1,2026-01-01", "too_large", "said"),
        ("much,1,1,2026-01-01", "not_a_number", "said"),
        ("1,,1,2026-01-01", "column_empty", "paid"),
        ("1,1,-2,2026-01-01", "weight_not_positive", "cases"),
        ("1,1,0,2026-01-01", "weight_not_positive", "cases"),
        ("1,1,1e300,2026-01-01", "weight_too_large", "cases"),
        ("1,1,1,yesterday", "date_unreadable", "day"),
        ("1,1,1,2026-02-30", "date_unreadable", "day"),
        ("1,1,1,", "column_empty", "day"),
    ],
)
def test_a_bad_number_is_named_with_its_row(
    tmp_path: Path, spoilt: str, code: str, column: str
) -> None:
    """The header is row 1."""
    with pytest.raises(UnreadableScores) as refused:
        scan(numbers(tmp_path, spoilt), NUMBERS)
    refusal = refused.value.refusal
    assert (refusal.code, refusal.row, refusal.column) == (code, 9, column)


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        ("0.2,0.5,0.3,lowest", "class_unknown"),
        ("0.2,0.5,0.1,low", "not_sum_one"),
        ("0.2,1.5,0.3,low", "out_of_range"),
        ("0.2,nan,0.3,low", "not_finite"),
    ],
)
def test_a_bad_class_is_named_with_its_row(tmp_path: Path, spoilt: str, code: str) -> None:
    """An outcome without a column, probabilities that are none."""
    with pytest.raises(UnreadableScores) as refused:
        scan(classes(tmp_path, spoilt), CLASSES)
    assert (refused.value.refusal.code, refused.value.refusal.row) == (code, 9)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("q_low,q_high,q_middle,rating", "classes_too_few"),
        ("p_low,p__low,p_middle,rating", "column_repeated"),
    ],
)
def test_columns_of_classes_must_be_there(tmp_path: Path, header: str, code: str) -> None:
    """At least two, each of another class."""
    with pytest.raises(UnreadableScores) as refused:
        scan(classes(tmp_path, header=header), CLASSES)
    assert refused.value.refusal.code == code


def test_three_classes_where_two_were_said_are_refused(tmp_path: Path) -> None:
    """The third one is named with its row."""
    rows = [f"0.5,{place % 3}" for place in range(80)]
    path = write_csv(tmp_path / "three.csv", "score,outcome", rows)
    with pytest.raises(UnreadableScores) as refused:
        scan(path, ScoredColumns())
    refusal = refused.value.refusal
    assert (refusal.code, refusal.row, refusal.column) == ("outcome_unknown", 4, "outcome")
