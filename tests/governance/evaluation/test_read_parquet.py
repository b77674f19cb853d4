"""A scored table as Parquet says the same as the one as CSV, or is refused as clearly."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from governance.evaluation import scored_parquet, scored_scan
from governance.evaluation.scored_columns import EPOCH
from governance.evaluation.scored_data import ScoredColumns, read_scored
from governance.evaluation.scored_refusals import UnreadableScores
from governance.evaluation.scored_scan import scan

ALL = ScoredColumns(segment="region", key="id")
ROWS = 60


def good_table(rows: int = ROWS) -> pl.DataFrame:
    random = np.random.default_rng(5)
    return pl.DataFrame(
        {
            "id": np.arange(rows),
            "score": random.random(rows),
            "outcome": (np.arange(rows) % 2).astype(np.int8),
            "region": ["n" if row % 3 else "s" for row in range(rows)],
        }
    )


def written(folder: Path, table: pl.DataFrame) -> Path:
    path = folder / "scored.parquet"
    table.write_parquet(path)
    return path


def refusal_of(path: Path) -> tuple[str, int | None, str]:
    with pytest.raises(UnreadableScores) as caught:
        scan(path, ALL)
    refusal = caught.value.refusal
    assert caught.value.remedy
    return refusal.code, refusal.row, refusal.column


def test_parquet_and_csv_say_the_same(tmp_path: Path) -> None:
    """Scores to the last bit, outcomes, segments, and keys that join across the two formats."""
    table = good_table()
    table.write_csv(tmp_path / "scored.csv")
    ours = read_scored(written(tmp_path, table), ALL)
    theirs = read_scored(tmp_path / "scored.csv", ALL)
    assert ours.segment_names == theirs.segment_names == ("n", "s")
    for part in ("score", "outcome", "segment", "key"):
        one, other = getattr(ours, part), getattr(theirs, part)
        assert one.dtype == other.dtype
        assert np.array_equal(one, other), part


def test_a_large_one_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same as at once; a bad value in a later piece is named by its own row."""
    path = written(tmp_path, good_table().rename({"region": "^r.*$"}))
    columns = replace(ALL, segment="^r.*$")
    whole = scan(path, columns)
    monkeypatch.setattr(scored_parquet, "PIECE", 7)
    parts = scan(path, columns)
    assert whole.segment_names == parts.segment_names
    for part, values in whole.arrays.items():
        assert np.array_equal(values, parts.arrays[part]), part
    ids = pl.Series("id", [*range(59), 3])
    assert refusal_of(written(tmp_path, good_table().with_columns(ids)))[1:] == (61, "id")
    bad = pl.Series("score", [0.5] * 40 + [1.5] * 20)
    found = refusal_of(written(tmp_path, good_table().with_columns(bad)))
    assert found == ("out_of_range", 42, "score")


def test_outcomes_may_be_true_and_false(tmp_path: Path) -> None:
    """As a data frame has them."""
    table = good_table().with_columns(pl.col("outcome").cast(pl.Boolean))
    assert scan(written(tmp_path, table), ALL).arrays["outcome"].sum() == ROWS // 2


def test_days_may_have_an_hour(tmp_path: Path) -> None:
    """As a data frame writes dates; the day is what counts."""
    days = pl.datetime_range(
        datetime(2026, 1, 1, 9), datetime(2026, 3, 1, 9), "1d", eager=True
    ).head(ROWS)
    table = good_table().with_columns(day=days)
    found = scan(written(tmp_path, table), ScoredColumns(date="day")).arrays["date"]
    first = date(2026, 1, 1).toordinal() - EPOCH
    assert found.tolist() == list(range(first, first + ROWS))


def set_at(row: int, column: str, value: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """The table with one other value; `row` counts from 0, below the header."""

    def change(table: pl.DataFrame) -> pl.DataFrame:
        values = table[column].to_list()
        values[row] = value
        return table.with_columns(pl.Series(column, values))

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (set_at(9, "score", float("nan")), ("not_finite", 11, "score")),
        (set_at(9, "score", float("inf")), ("not_finite", 11, "score")),
        (set_at(9, "score", -0.5), ("out_of_range", 11, "score")),
        (set_at(9, "score", None), ("column_empty", 11, "score")),
        (set_at(9, "outcome", 2), ("outcome_unknown", 11, "outcome")),
        (set_at(9, "outcome", None), ("column_empty", 11, "outcome")),
        (set_at(9, "region", None), ("column_empty", 11, "region")),
        (set_at(9, "id", 3), ("key_repeated", 11, "id")),
        (lambda t: t.with_columns(score=pl.lit("high")), ("not_a_number", 2, "score")),
        (lambda t: t.with_columns(score=pl.lit([0.5])), ("column_unreadable", None, "score")),
        (lambda t: t.with_columns(outcome=pl.lit(1)), ("one_class", None, "outcome")),
        (lambda t: t.drop("score"), ("column_missing", 1, "score")),
        (lambda t: t.head(49), ("too_few_rows", None, "")),
    ],
)
def test_a_bad_value_is_named(
    tmp_path: Path,
    change: Callable[[pl.DataFrame], pl.DataFrame],
    expected: tuple[str, int | None, str],
) -> None:
    """Row and column, as a spreadsheet with a header would show them."""
    assert refusal_of(written(tmp_path, change(good_table()))) == expected


def test_too_many_columns_are_refused_before_they_are_read(tmp_path: Path) -> None:
    """The footer says how many there are; polars would take a minute for a hundred thousand."""
    wide = pl.DataFrame({f"x{number}": [0.0] for number in range(1_500)})
    with pytest.raises(UnreadableScores) as caught:
        scan(written(tmp_path, wide), ALL)
    refusal = caught.value.refusal
    assert (refusal.code, refusal.row, refusal.details["width"]) == ("too_many_columns", 1, 1_500)


def test_too_many_rows_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The footer says how many there are."""
    monkeypatch.setattr(scored_scan, "MAX_ROWS", ROWS - 1)
    assert refusal_of(written(tmp_path, good_table()))[0] == "too_many_rows"


@pytest.mark.parametrize("kept", [4, 8, 15, 100, -1, -8, -9, -100])
def test_a_file_that_was_cut_off_is_refused(tmp_path: Path, kept: int) -> None:
    """Wherever it ends."""
    path = written(tmp_path, good_table())
    path.write_bytes(path.read_bytes()[:kept])
    assert refusal_of(path) == ("parquet_broken", None, "")


def test_a_forged_footer_is_refused(tmp_path: Path) -> None:
    """Its length says more than the file has."""
    path = written(tmp_path, good_table())
    plain = path.read_bytes()
    path.write_bytes(plain[:-8] + b"\xff\xff\xff\x7f" + plain[-4:])
    assert refusal_of(path) == ("parquet_broken", None, "")


def test_a_spoilt_footer_never_crashes_the_caller(tmp_path: Path) -> None:
    """Whatever the reader makes of it, or dies of, is a table within bounds or a refusal."""
    path = written(tmp_path, good_table())
    plain = path.read_bytes()
    random = np.random.default_rng(11)
    refused = 0
    for _try in range(4):
        spoilt = bytearray(plain)
        for place in random.integers(len(plain) // 2, len(plain) - 8, 6):
            spoilt[place] ^= int(random.integers(1, 256))
        path.write_bytes(spoilt)
        try:
            sample = read_scored(path, ALL)
        except UnreadableScores:
            refused += 1
        else:
            assert 0 <= sample.score.min() <= sample.score.max() <= 1
    assert refused
