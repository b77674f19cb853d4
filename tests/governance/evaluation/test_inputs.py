"""How far the inputs of the cases have moved: read with the scored table, told input by input."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from governance.evaluation import scored_scan
from governance.evaluation.calibration import stability_index
from governance.evaluation.characteristics import input_row
from governance.evaluation.comparison import compare
from governance.evaluation.ordering import sorted_values
from governance.evaluation.scored_data import ScoredColumns, read_scored
from governance.evaluation.scored_inputs import (
    MOST_LEVELS,
    NUMBER,
    TEXT,
    InputValues,
    inputs_in,
    kinds_of,
)
from governance.evaluation.scored_scan import scan
from governance.reports.content import content_of
from tests.governance.evaluation.samples import pair_of, write_csv

SCHEMA = [
    {"name": "income", "type": "float64"},
    {"name": "housing", "type": "string"},
    {"name": "score", "type": "number"},
    {"name": "absent", "type": "integer"},
]
COLUMNS = ScoredColumns(inputs=kinds_of(SCHEMA))
HEADER = "score,outcome,income,housing,note"


def rows(count: int = 400) -> list[str]:
    """Every tenth income is missing in one of four ways, every twentieth housing is empty."""
    missing = ("", "n/a", "nan", "1_0")
    return [
        f"0.{row % 90:02d}5,{row % 2},"
        f"{missing[row // 10 % 4] if row % 10 == 0 else row / 7},"
        f"{'' if row % 20 == 0 else ['own', ' rent', 'free'][row % 3]},x{row}"
        for row in range(count)
    ]


def characteristic_stability(
    reference: InputValues, current: InputValues, weights: np.ndarray | None = None
) -> float:
    """The index of one input; the weights are those of the current rows."""
    return float(input_row(reference, current, None, weights)["psi"])


def numbers(*values: float) -> InputValues:
    return InputValues("x", np.array(values, dtype=np.float64))


def texts(*levels: str) -> InputValues:
    names = tuple(sorted(set(levels)))
    return InputValues("x", np.array([names.index(one) for one in levels], dtype=np.int32), names)


def test_inputs_are_read_where_they_are_there(tmp_path: Path) -> None:
    """By the names of the schema; what is part of the table already is no input of its own."""
    found = read_scored(write_csv(tmp_path / "s.csv", HEADER, rows()), COLUMNS).inputs
    wide = replace(COLUMNS, inputs={f"x{n}" * 20: NUMBER for n in range(3000)} | COLUMNS.inputs)
    more = read_scored(tmp_path / "s.csv", wide).inputs
    assert [one.name for one in more] == [one.name for one in found], "of a very wide schema too"
    income, housing = found
    assert [one.name for one in found] == ["income", "housing"]
    assert np.isnan(income.values).sum() == 40
    assert income.values[1] == pytest.approx(1 / 7)
    assert housing.levels == ("", "free", "own", "rent")
    assert (housing.values == 0).sum() == 20


def test_both_readers_and_parquet_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the last bit; what the quick reader cannot read is left to the other one."""
    plain = [line.replace("n/a", "").replace("1_0", "") for line in rows()]
    path = write_csv(tmp_path / "s.csv", HEADER, plain)
    slow = scan(path, COLUMNS).inputs
    monkeypatch.setattr(scored_scan, "LARGE", 0)
    monkeypatch.setattr(scored_scan, "_take_all", None)
    quick = scan(path, COLUMNS).inputs
    pl.read_csv(path, infer_schema_length=None).write_parquet(tmp_path / "s.parquet")
    parquet = scan(tmp_path / "s.parquet", COLUMNS).inputs
    for other in (quick, parquet):
        for one, another in zip(slow, other, strict=True):
            assert (one.name, one.levels) == (another.name, another.levels)
            assert np.array_equal(one.values, another.values, equal_nan=not one.levels)


def test_a_segment_may_be_an_input_too(tmp_path: Path) -> None:
    """It is read once and counts for both."""
    columns = replace(COLUMNS, segment="housing")
    lines = [line.replace(",,x", ",own,x") for line in rows()]
    found = read_scored(write_csv(tmp_path / "s.csv", HEADER, lines), columns)
    assert [one.name for one in found.inputs] == ["income", "housing"]
    assert found.inputs[1].levels == found.segment_names


def test_a_column_that_names_cases_is_left_out(tmp_path: Path) -> None:
    """More different texts than a share can be given of; the table itself is taken."""
    columns = ScoredColumns(inputs={f"other {place}": TEXT for place in range(9)} | {"note": TEXT})
    lines = rows(MOST_LEVELS + 50)
    assert scan(write_csv(tmp_path / "s.csv", HEADER, lines), columns).inputs == []


def test_so_many_rows_that_not_all_inputs_fit() -> None:
    """The first ones are read, within a fixed number of cells."""
    wanted = {f"x{place}": NUMBER for place in range(300)}
    header = list(wanted)
    assert len(inputs_in(header, wanted, (), 1000)) == 100
    assert [one.name for one in inputs_in(header, wanted, (), 10_000_000)] == ["x0", "x1"]


def test_numbers_have_the_index_of_scores() -> None:
    """Over the reference's tenths, as the stability of the score itself."""
    random = np.random.default_rng(3)
    before, after = random.normal(0, 1, 5000), random.normal(0.3, 1.2, 3000)
    expected = stability_index(sorted_values(before), sorted_values(after))
    assert characteristic_stability(numbers(*before), numbers(*after)) == pytest.approx(
        expected, abs=1e-12
    )


def test_what_is_missing_is_a_class_of_its_own() -> None:
    """None before, half of them after: ln(0.5 / 0.0001) and ln(0.5) weigh in."""
    before, after = numbers(*[5.0] * 10), numbers(*[5.0] * 5, *[np.nan] * 5)
    expected = (0.5 - 1e-4) * np.log(0.5 / 1e-4) + (0.5 - 1) * np.log(0.5)
    assert characteristic_stability(before, after) == pytest.approx(expected)
    assert characteristic_stability(numbers(np.nan, np.nan), numbers(np.nan, np.nan)) == 0


def test_texts_are_compared_by_their_names() -> None:
    """The worked shares 0.5/0.5 and 0.75/0.25: 0.25 ln 1.5 - 0.25 ln 0.5; order says nothing."""
    before, after = texts("a", "b", "b", "a"), texts("b", "b", "a", "b")
    expected = 0.25 * np.log(1.5) - 0.25 * np.log(0.5)
    assert characteristic_stability(before, after) == pytest.approx(expected)
    assert characteristic_stability(texts("a", "b"), texts("c", "d")) > 5


def test_weights_count() -> None:
    """Three times the weight is three times the row."""
    once = characteristic_stability(texts("a", "b"), texts("a", "b"), np.array([3.0, 1.0]))
    assert once == pytest.approx(characteristic_stability(texts("a", "b"), texts(*"aaab")))


def test_the_report_tells_which_input_moved() -> None:
    """The one that moved most first, with its missing cases; only what changed, where asked."""
    challenger, champion = pair_of(rows=600)
    random = np.random.default_rng(5)
    still = InputValues("duration", random.normal(20, 5, 600))
    before = InputValues("income", random.normal(1000, 200, 600))
    after = InputValues("income", np.where(np.arange(600) < 60, np.nan, before.values + 400))
    kind = InputValues("changed", random.normal(0, 1, 600))
    payload = compare(
        replace(challenger, inputs=(still, after, kind)),
        replace(
            champion,
            outcome=champion.outcome.copy(),  # of another table
            inputs=(still, before, replace(texts(*"ab" * 300), name="changed")),
        ),
        margin=0.01,
    ).payload
    names = [row["name"] for row in payload["stability"]["inputs"]]
    assert names == ["income", "duration"]
    whole = content_of(payload, champion="1", challenger="2")
    assert [(row.tone, row.words, row.after) for row in whole.inputs] == [
        ("bad", "moved far", "10.0%"),
        ("good", "as before", "0.0%"),
    ]
    changed = content_of(payload, champion="1", challenger="2", only_changed=True)
    assert [row.name for row in changed.inputs] == ["income"]


def test_two_scores_of_one_table_have_no_moved_inputs() -> None:
    """The cases are the same."""
    challenger, champion = pair_of(rows=400)
    both = replace(challenger, champion=champion.score, inputs=(numbers(*range(400)),))
    theirs = both.by_champion()
    assert theirs
    assert compare(both, theirs, margin=0.01).payload["stability"]["inputs"] == []
