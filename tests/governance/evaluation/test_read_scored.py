"""A scored table is read in a process of its own, or refused with row, column and remedy."""

from pathlib import Path

import numpy as np
import pytest
from django.utils import translation

from governance.evaluation import scored_data, scored_scan
from governance.evaluation.scored_data import ScoredColumns, read_scored
from governance.evaluation.scored_header import MAX_COLUMNS, MAX_LINE
from governance.evaluation.scored_refusals import SENTENCES, UnreadableScores
from governance.evaluation.scored_scan import scan
from tests.governance.evaluation.samples import write_csv

HEADER = "id,score,outcome,region"
ALL = ScoredColumns(segment="region", key="id")


def good_rows(count: int = 60) -> list[str]:
    return [f"c{row},0.{row % 90:02d}5,{row % 2},{'ns'[row % 3 % 2]}" for row in range(count)]


def refusal_of(path: Path, columns: ScoredColumns = ALL) -> UnreadableScores:
    with pytest.raises(UnreadableScores) as caught:
        scan(path, columns)
    return caught.value


def test_a_good_table_is_read(tmp_path: Path) -> None:
    """Scores, outcomes, segments and keys arrive as arrays; spaces and a BOM do no harm."""
    rows = good_rows()
    rows[0] = "c0, 0.5 ,1.0,n"
    path = write_csv(tmp_path / "scored.csv", f"\ufeff{HEADER} ", rows)
    sample = read_scored(path, ALL)
    assert (sample.rows, sample.events) == (60, 31)
    assert (sample.score.dtype, sample.outcome.dtype) == (np.float64, np.int8)
    assert sample.score[:2].tolist() == [0.5, 0.015]
    assert sample.segment_names == ("n", "s")
    assert sample.segment is not None
    assert sample.segment[:3].tolist() == [0, 1, 0]
    assert sample.key is not None
    assert len(set(sample.key.tolist())) == 60


def test_segment_and_key_may_be_absent(tmp_path: Path) -> None:
    """Two columns are enough."""
    path = write_csv(tmp_path / "scored.csv", HEADER, good_rows())
    assert set(scan(path, ScoredColumns()).arrays) == {"score", "outcome"}


def test_the_refusal_crosses_the_process(tmp_path: Path) -> None:
    """The parent raises what the child found, with row, column and remedy."""
    rows = good_rows()
    rows[40] = "c40,nan,0,n"
    path = write_csv(tmp_path / "scored.csv", HEADER, rows)
    with pytest.raises(UnreadableScores) as caught:
        read_scored(path, ALL)
    refusal = caught.value.refusal
    assert (refusal.code, refusal.row, refusal.column) == ("not_finite", 42, "score")
    assert caught.value.message == "Row 42, column score: nan is not a finite number."
    assert caught.value.field == "score"


BAD_ROWS = [
    ("c9,,1,n", "column_empty", "score"),
    ("c9,n/a,1,n", "not_a_number", "score"),
    ('c9,"0,5",1,n', "not_a_number", "score"),
    ("c9,1_0e-2,1,n", "not_a_number", "score"),
    ("c9,\u0660.\u0665,1,n", "not_a_number", "score"),
    ("c9,NaN,1,n", "not_finite", "score"),
    ("c9,inf,1,n", "not_finite", "score"),
    ("c9,1e400,1,n", "not_finite", "score"),
    ("c9,1.01,1,n", "out_of_range", "score"),
    ("c9,-0.2,1,n", "out_of_range", "score"),
    ("c9,0.5,2,n", "outcome_unknown", "outcome"),
    ("c9,0.5,,n", "column_empty", "outcome"),
    ("c9,0.5,yes,n", "outcome_unknown", "outcome"),
    ("c9,0.5,1,", "column_empty", "region"),
    ("c9,0.5,1,a\tb", "segment_unreadable", "region"),
    (f"c9,0.5,1,{'x' * 101}", "segment_unreadable", "region"),
    (",0.5,1,n", "column_empty", "id"),
    ("c3,0.5,1,n", "key_repeated", "id"),
    ("c9,0.5,1", "row_ragged", ""),
    ("c9,0.5,1,n,x", "row_ragged", ""),
    ("", "row_ragged", ""),
    ('c9,"0.5"x,1,n', "quotes_wrong", ""),
    (f"c9,0.5,1,{'x' * MAX_LINE}", "line_too_long", ""),
]


@pytest.mark.parametrize(("row", "code", "column"), BAD_ROWS)
def test_a_bad_row_is_named(tmp_path: Path, row: str, code: str, column: str) -> None:
    """The header is row 1, as a spreadsheet shows it."""
    rows = good_rows()
    rows[9] = row
    error = refusal_of(write_csv(tmp_path / "scored.csv", HEADER, rows))
    assert (error.refusal.code, error.refusal.row) == (code, 11)
    assert error.refusal.column == column
    assert "11" in error.message
    assert error.remedy


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    """A name in Latin-1 stands in row 12."""
    rows = "\n".join([HEADER, *good_rows()]).encode().replace(b"c10,", b"M\xfcller,")
    path = tmp_path / "scored.csv"
    path.write_bytes(rows)
    assert (refusal_of(path).refusal.code, refusal_of(path).refusal.row) == ("not_utf8", 12)


def test_a_repeated_key_is_not_shown(tmp_path: Path) -> None:
    """Keys may be personal: the message names rows only."""
    rows = [*good_rows(), "c7,0.5,1,n"]
    error = refusal_of(write_csv(tmp_path / "scored.csv", HEADER, rows))
    assert error.message == "Row 62, column id: row 9 has the same key."


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("id,points,outcome,region", "column_missing"),
        ("id,Scores,outcome,region", "column_missing_near"),
        ("id,score,outcome,region,score", "column_repeated"),
        ("id,score,outcome,", "column_unnamed"),
        ("id;score;outcome;region", "wrong_separator"),
        ('id,"score,outcome,region', "quotes_wrong"),
        (",".join(f"x{place}" for place in range(MAX_COLUMNS + 1)), "too_many_columns"),
        ("", "empty_file"),
    ],
)
def test_a_bad_header_is_refused(tmp_path: Path, header: str, code: str) -> None:
    """The first row alone tells."""
    path = write_csv(tmp_path / "scored.csv", header, [])
    assert refusal_of(path, ALL).refusal.code == code


def test_a_missing_column_names_those_found_and_the_nearest(tmp_path: Path) -> None:
    """What is there, and what was probably meant."""
    path = write_csv(tmp_path / "scored.csv", "id,Scores,outcome,region", good_rows())
    error = refusal_of(path)
    assert error.message == "The column score is missing. Found: id, Scores, outcome, region."
    assert error.remedy == "Did you mean Scores?"


def test_the_same_column_cannot_be_two_parts(tmp_path: Path) -> None:
    """A score that is also the key is a mistake."""
    path = write_csv(tmp_path / "scored.csv", HEADER, good_rows())
    assert refusal_of(path, ScoredColumns(key="score")).refusal.code == "columns_same"


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x1f\x8b\x08"])
def test_other_formats_are_told_by_their_name(tmp_path: Path, start: bytes) -> None:
    """Excel, gzip: say so instead of complaining about quotes."""
    path = tmp_path / "scored.csv"
    path.write_bytes(start + b"\x00" * 100)
    assert "not a CSV table" in refusal_of(path).message


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """No bytes at all."""
    path = tmp_path / "scored.csv"
    path.touch()
    assert refusal_of(path).refusal.code == "empty_file"


def test_too_few_rows_are_refused(tmp_path: Path) -> None:
    """Fifty rows are the least."""
    error = refusal_of(write_csv(tmp_path / "scored.csv", HEADER, good_rows(49)))
    assert error.message == "The file has 49 rows; at least 50 are needed."


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scan stops at the limit, not at the end of the file."""
    monkeypatch.setattr(scored_scan, "MAX_ROWS", 55)
    error = refusal_of(write_csv(tmp_path / "scored.csv", HEADER, good_rows(60)))
    assert error.refusal.code == "too_many_rows"


def test_too_many_segments_are_refused(tmp_path: Path) -> None:
    """A key named as segment by mistake."""
    path = write_csv(tmp_path / "scored.csv", HEADER, good_rows())
    error = refusal_of(path, ScoredColumns(segment="id"))
    assert (error.refusal.code, error.refusal.row) == ("too_many_segments", 52)


def test_one_outcome_alone_is_refused(tmp_path: Path) -> None:
    """Nothing happened, so nothing can be measured."""
    rows = [f"c{row},0.5,0,n" for row in range(60)]
    path = write_csv(tmp_path / "scored.csv", HEADER, rows)
    with pytest.raises(UnreadableScores, match="only the outcome 0, in 60 rows"):
        scan(path, ALL)


def test_an_open_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    """A field is never longer than a line may be."""
    rows = good_rows(9000)
    rows[5] = 'c5,"0.5,1,n'
    error = refusal_of(write_csv(tmp_path / "scored.csv", HEADER, rows))
    assert (error.refusal.code, error.refusal.row) == ("quotes_wrong", 7)


def test_a_reader_that_takes_too_long_refuses_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall limit ends the process."""
    monkeypatch.setattr(scored_data, "WALL_SECONDS", 0.01)
    path = write_csv(tmp_path / "scored.csv", HEADER, good_rows())
    with pytest.raises(UnreadableScores, match="limits of time and memory"):
        read_scored(path, ALL)


def test_a_reader_that_dies_refuses_the_file(tmp_path: Path) -> None:
    """Whatever ends the process early: here the file is gone."""
    with pytest.raises(UnreadableScores, match="could not be read"):
        read_scored(tmp_path / "absent.csv", ALL)


def test_every_refusal_is_said_in_the_readers_language(tmp_path: Path) -> None:
    """The sentences are filled without a gap left over, in English and in German."""
    for code, said in SENTENCES.items():
        assert all(sentence.text.endswith((".", "?")) for sentence in said), code
    error = refusal_of(write_csv(tmp_path / "scored.csv", HEADER, good_rows(10)))
    assert error.message == "The file has 10 rows; at least 50 are needed."
    with translation.override("de"):
        assert error.message == "Die Datei hat 10 Zeilen; mindestens 50 sind nötig."
