"""What is wrong with a table ends its reading process in good order, never the site's.

Each is read by the process itself, as the site starts it: it says what is wrong, where, and what
to do; it stays within bounds of memory; it leaves nothing behind.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from governance.evaluation.comparison import compare
from governance.evaluation.labels import caution_words
from governance.evaluation.scored_data import ScoredColumns, read_scored
from governance.evaluation.scored_refusals import Refusal
from governance.evaluation.scored_scan import REFUSED
from governance.project.environment import BASE_DIR
from tests.governance.evaluation.samples import pair_of, write_csv

COLUMNS = ScoredColumns(key="id", weight="cases")
HEADER = "id,score,outcome,cases"
ROWS = [f"c{row},0.{row % 90:02d}5,{row % 2},1" for row in range(60)]
MOST_BYTES = 1024**3
GIGABYTE = 1024**3


def limited() -> None:
    """Half of what the process allows itself: none of these tables may need more."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def ended(path: Path, folder: Path) -> Refusal:
    """What the reading process said at its end."""
    folder.mkdir()
    command = [sys.executable, "-m", "governance.evaluation.scored_scan", str(path), str(folder)]
    said = subprocess.run(
        command,
        input=json.dumps(asdict(COLUMNS)).encode(),
        cwd=BASE_DIR,
        env={"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"},
        preexec_fn=limited,
        capture_output=True,
        check=False,
    )
    assert said.returncode == REFUSED, said.stderr.decode()[-500:]
    return Refusal.from_json(json.loads(said.stdout.splitlines()[-1]))


def row(text: str) -> Callable[[Path], Path]:
    """The good table with another row 11."""

    def write(folder: Path) -> Path:
        return write_csv(folder / "bad.csv", HEADER, [*ROWS[:9], text, *ROWS[10:]])

    write.__name__ = f"row {text}"
    return write


def one_class(folder: Path) -> Path:
    return write_csv(folder / "bad.csv", HEADER, [f"c{row},0.5,0,1" for row in range(60)])


def wide(folder: Path) -> Path:
    return write_csv(folder / "bad.csv", ",".join(f"x{place}" for place in range(100_000)), [])


def narrow_names(folder: Path) -> Path:
    return write_csv(folder / "bad.csv", ",".join(f"{place}" for place in range(10_000)), [])


def long_line(folder: Path) -> Path:
    path = write_csv(folder / "bad.csv", HEADER, ROWS)
    with path.open("ab") as file:
        file.truncate(path.stat().st_size + GIGABYTE)  # a hole: no disk, and no end of line
    return path


def parquet(folder: Path, **changed: pl.Series) -> Path:
    table = {
        "id": [f"c{row}" for row in range(60)],
        "score": np.linspace(0.1, 0.9, 60),
        "outcome": np.arange(60) % 2,
        "cases": np.ones(60),
    }
    path = folder / "bad.parquet"
    pl.DataFrame(table | changed).write_parquet(path)
    return path


def wide_parquet(folder: Path) -> Path:
    """The beginning of a footer with a root and a hundred thousand columns: version 2, a list."""
    path, columns = folder / "bad.parquet", 100_001
    length = bytes([columns & 0x7F | 0x80, columns >> 7 & 0x7F | 0x80, columns >> 14])
    footer = b"\x15\x04\x19\xfc" + length + b"\x00" * 5000
    path.write_bytes(b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    return path


def cut_off(folder: Path) -> Path:
    path = parquet(folder)
    path.write_bytes(path.read_bytes()[:-100])
    return path


def forged(folder: Path) -> Path:
    """A footer that says it is longer than the file."""
    path = parquet(folder)
    plain = path.read_bytes()
    path.write_bytes(plain[:-8] + b"\xff\xff\xff\x7f" + plain[-4:])
    return path


def in_disguise(folder: Path) -> Path:
    """The first and the last bytes are right, nothing between them is."""
    path = folder / "bad.parquet"
    path.write_bytes(b"PAR1" + b"\x15" * 5000 + (4000).to_bytes(4, "little") + b"PAR1")
    return path


def infinite(folder: Path) -> Path:
    return parquet(folder, score=pl.Series([0.5] * 9 + [float("inf")] + [0.5] * 50))


# Every other bad row is refused by the same checks (test_read_scored, test_read_kinds).
BAD: list[tuple[Callable[[Path], Path], str, int | None, str]] = [
    (row("d,nan,1,1"), "not_finite", 11, "score"),
    (row("d,0.5,1,-1"), "weight_not_positive", 11, "cases"),
    (row("c3,0.5,1,1"), "key_repeated", 11, "id"),
    (one_class, "one_class", None, "outcome"),
    (wide, "line_too_long", 1, ""),
    (narrow_names, "too_many_columns", 1, ""),
    (long_line, "line_too_long", 62, ""),
    (wide_parquet, "too_many_columns", 1, ""),
    (cut_off, "parquet_broken", None, ""),
    (forged, "parquet_broken", None, ""),
    (in_disguise, "parquet_broken", None, ""),
    (infinite, "not_finite", 11, "score"),
]


@pytest.mark.parametrize(("write", "code", "at", "column"), BAD)
def test_a_bad_table_is_refused_in_good_order(
    tmp_path: Path,
    write: Callable[[Path], Path],
    code: str,
    at: int | None,
    column: str,
) -> None:
    """Row or column and what to do; memory within bounds; nothing half-written."""
    refusal = ended(write(tmp_path), tmp_path / "arrays")
    assert (refusal.code, refusal.row, refusal.column) == (code, at, column)
    what, todo = map(str, refusal.sentences)
    assert (str(at) in what) if at else what
    assert todo
    assert list((tmp_path / "arrays").iterdir()) == []


def test_tables_that_do_not_join_are_compared_as_different_samples() -> None:
    """No case in common: it is said, with what to look at, and nothing breaks."""
    challenger, champion = pair_of()
    assert champion.key is not None
    apart = replace(champion, key=champion.key + np.uint64(10**6))
    payload = compare(challenger, apart, margin=0.01).payload
    found = [one for one in payload["cautions"] if one["code"] == "no_join"]
    assert found == [{"code": "no_join", "detail": "0"}]
    assert "check that both name cases alike" in caution_words(found[0])
    assert payload["sample"]["challenger_only"] == challenger.rows


def test_a_good_table_is_read_by_the_same_process(tmp_path: Path) -> None:
    """Else the refusals above would prove little."""
    assert read_scored(parquet(tmp_path), COLUMNS).rows == 60
    assert read_scored(write_csv(tmp_path / "good.csv", HEADER, ROWS), COLUMNS).rows == 60
