"""Large CSV tables are read a few megabytes at a time, and say the same as small ones do."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from governance.evaluation import scored_csv, scored_scan
from governance.evaluation.scored_data import ScoredColumns, read_scored
from governance.evaluation.scored_header import MAX_LINE
from governance.evaluation.scored_refusals import UnreadableScores
from governance.evaluation.scored_scan import scan

ALL = ScoredColumns(segment="region", key="id", weight="cases", date="day")
HEADER = "id,score,outcome,region,day,cases"
NEVER = 10**18


def rows(count: int = 400) -> list[bytes]:
    return [
        f"c{row},{row % 97 / 97!r},{row % 2},{['nörd', 'süd'][row % 2]},"
        f"2026-01-{1 + row % 28:02},{1 + row % 3}".encode()
        for row in range(count)
    ]


def written(folder: Path, lines: list[bytes], end: bytes = b"\n") -> Path:
    path = folder / "scored.csv"
    path.write_bytes(b"\n".join([HEADER.encode(), *lines]) + end)
    return path


def told(path: Path, patch: pytest.MonkeyPatch, large: int) -> Any:
    """What a reader makes of the file: arrays, or a refusal with its place."""
    patch.setattr(scored_scan, "LARGE", large)
    try:
        found = scan(path, ALL)
    except UnreadableScores as error:
        return error.refusal.code, error.refusal.row, error.refusal.column
    return {name: (part.dtype, part.tobytes()) for name, part in found.arrays.items()}


LINES = [
    b"d,0.5,1,s,2026-01-01,1",
    b"d, 0.5 ,1.00,s ,2026-01-01T10:00,1",
    b"d,+0.5,1,s,2026-01-01,1",
    b"d,.5,1,s,2026-01-01,1e0",
    b"d,5e-1,01,s,2026-01-01,1",
    b'd,"0.5",1,s,2026-01-01,1',
    b"d,0.1000000000000000055511151231257827,1,s,2026-01-01,1",
    b"d,0.5,1,s,2026-01-01",
    b"d,0.5,1,s,2026-01-01,1,9",
    b"",
    b"d,nan,1,s,2026-01-01,1",
    b"d,inf,1,s,2026-01-01,1",
    b"d,1e400,1,s,2026-01-01,1",
    b"d,1_0e-2,1,s,2026-01-01,1",
    b"d,0x1,1,s,2026-01-01,1",
    b"d,1.5,1,s,2026-01-01,1",
    b"d,,1,s,2026-01-01,1",
    b"d,0.5,2,s,2026-01-01,1",
    b"d,0.5,true,s,2026-01-01,1",
    b"d,0.5,1,,2026-01-01,1",
    b"d,0.5,1,s\r,2026-01-01,1",
    b"d,0.5,1,\xff,2026-01-01,1",
    b"d,0.5,1,s,2026-02-30,1",
    b"d,0.5,1,s,2026-01-01,-1",
    b"d,0.5,1,s,2026-01-01,1\0",
    b" ,0.5,1,s,2026-01-01,1",
    b"c7,0.5,1,s,2026-01-01,1",
    b"d,0.5,1,s,2026-01-01," + b"1" * MAX_LINE,
]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("chunk", [scored_csv.CHUNK, 1000])
def test_both_readers_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes, chunk: int
) -> None:
    """The same arrays to the last bit, or the same refusal with row and column."""
    monkeypatch.setattr(scored_csv, "CHUNK", chunk)
    lines = rows()
    lines[200] = line
    path = written(tmp_path, lines)
    quick, slow = told(path, monkeypatch, 0), told(path, monkeypatch, NEVER)
    assert quick == slow


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (rows(), b""),
        (rows(), b"\n\n"),
        ([line + b"\r" for line in rows()], b"\r\n"),
        (rows(49), b"\n"),
        ([b"d,0.5,0,s,2026-01-01,1"] * 60, b"\n"),
        ([], b""),
    ],
)
def test_whole_files_are_read_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[bytes], end: bytes
) -> None:
    """Without a last line end, with blank lines, as Windows writes them, too short, one-sided."""
    path = written(tmp_path, lines, end)
    assert told(path, monkeypatch, 0) == told(path, monkeypatch, NEVER)


def test_a_plain_file_is_left_to_the_quick_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the comparisons above would prove nothing."""
    monkeypatch.setattr(scored_scan, "_take_all", None)
    monkeypatch.setattr(scored_scan, "LARGE", 0)
    monkeypatch.setattr(scored_csv, "CHUNK", 1000)
    heard: list[tuple[int, int]] = []
    scan(written(tmp_path, rows()), ALL, lambda *said: heard.append(said))
    assert heard[-1] == (400, 400)
    assert [done for done, _of in heard] == sorted({done for done, _of in heard})
    assert all(300 < of < 500 for _done, of in heard)


def test_the_reading_process_tells_how_far_it_is(tmp_path: Path) -> None:
    """From the other process to who waits for it; the last word is all of them."""
    path = tmp_path / "scored.csv"
    line = b"0.25,1," + b"x" * 200
    other = b"0.75,0," + b"x" * 200
    path.write_bytes(b"\n".join([b"score,outcome,note", *[line, other] * 6000]))
    heard: list[tuple[int, int]] = []
    sample = read_scored(path, ScoredColumns(), lambda *said: heard.append(said))
    assert heard[-1] == (12_000, 12_000)
    assert np.array_equal(sample.outcome[:2], [1, 0])


def test_who_waits_can_end_the_reading(tmp_path: Path) -> None:
    """What is raised while it tells ends the process and comes out."""

    class Stopped(Exception):
        pass

    def stop(*_said: int) -> None:
        raise Stopped

    path = written(tmp_path, rows(60_000))
    with pytest.raises(Stopped):
        read_scored(path, ALL, stop)
