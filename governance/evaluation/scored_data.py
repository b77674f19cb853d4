"""Scored tables: what a model said about each case, beside what happened.

`read_scored` never opens the file itself. It starts `scored_scan` as a process of its own, with
limits, and takes over only checked arrays; whatever ends that process early refuses the file.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_header import BINARY, REGRESSION, ScoredColumns
from governance.evaluation.scored_inputs import InputValues
from governance.evaluation.scored_refusals import Refusal, UnreadableScores, refused
from governance.evaluation.scored_scan import REFUSED

__all__ = [
    "ScoredColumns",
    "ScoredData",
    "Told",
    "UnreadableScores",
    "check_scored",
    "read_scored",
]

WALL_SECONDS = 300  # its processor time has a limit of its own; a busy machine may share it out
LONGEST_ANSWER = 8 * 1024**2
_ROOT = Path(__file__).parents[2]

# Hears how far something is: done, and of how many (0 where that is not known).
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class ScoredData:
    """One row a case.

    Attributes:
        score: (rows,) float64, the predicted probability of the event in [0, 1], or with `kind`
            regression the predicted number; multiclass: (rows, classes) probabilities.
        outcome: (rows,) int8, 1 where the event happened; regression: float64, what was to be
            predicted; multiclass: int32 positions in `class_names`.
        segment: (rows,) int32 positions in `segment_names`, or None.
        segment_names: The segments in alphabetical order.
        key: (rows,) uint64 hashes that name the case, each once, or None.
        weight: (rows,) float64, positive, or None where each row counts as one.
        date: (rows,) int32, days since 1970, or None.
        champion: What the champion said about the same rows, as `score`, or None.
        class_names: The classes in alphabetical order.
        kind: One of `scored_header.KINDS`.
        inputs: Those inputs of the model that stand in the table; of the whole table only.
    """

    score: NDArray[np.float64]
    outcome: NDArray[Any]
    segment: NDArray[np.int32] | None = None
    segment_names: tuple[str, ...] = ()
    key: NDArray[np.uint64] | None = None
    weight: NDArray[np.float64] | None = None
    date: NDArray[np.int32] | None = None
    champion: NDArray[np.float64] | None = None
    class_names: tuple[str, ...] = ()
    kind: str = BINARY
    inputs: tuple[InputValues, ...] = ()

    @property
    def rows(self) -> int:
        """Give the number of cases."""
        return int(self.outcome.size)

    @property
    def events(self) -> int:
        """Give the number of cases in which the event happened."""
        return int(np.count_nonzero(self.outcome))

    @property
    def one_sided(self) -> bool:
        """Say whether all cases had the same outcome, so that nothing can be told apart."""
        return self.kind != REGRESSION and bool((self.outcome == self.outcome[:1]).all())

    def take(self, rows: NDArray[np.intp]) -> "ScoredData":
        """Give the named rows, in that order."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        taken: dict[str, Any] = {
            name: None if part is None else part[rows] for name, part in arrays.items()
        }
        return replace(self, **taken, inputs=())

    def by_champion(self) -> "ScoredData | None":
        """Give the same rows as the champion scored them, where the table has its scores."""
        if self.champion is None:
            return None
        return replace(self, score=self.champion, champion=None, key=None)  # no need to join


_ARRAYS = ("score", "outcome", "segment", "key", "weight", "date", "champion")


def check_scored(path: Path, columns: ScoredColumns) -> None:
    """Read all of a table in a process of its own, and keep nothing of it.

    Raises:
        UnreadableScores: The table is refused; message and remedy name row and column.
    """
    _scan(path, None, columns)


def read_scored(path: Path, columns: ScoredColumns, told: Told | None = None) -> ScoredData:
    """Read a scored CSV or Parquet table in a process of its own.

    `told` hears how many rows have been read, of how many; whatever it raises ends the reading.

    Raises:
        UnreadableScores: The table is refused; message and remedy name row and column.
    """
    with TemporaryDirectory(prefix="scored-") as folder:
        answer = _scan(path, Path(folder), columns, told)
        arrays = {part: _load(Path(folder), part) for part in answer["parts"]}
        inputs = _inputs(Path(folder), answer["inputs"])
    if columns.segment is not None and columns.segment in columns.inputs:
        inputs += (InputValues(columns.segment, arrays["segment"], tuple(answer["segment_names"])),)
    return ScoredData(
        **arrays,
        inputs=inputs,
        segment_names=tuple(answer["segment_names"]),
        class_names=tuple(answer["class_names"]),
        kind=columns.kind,
    )


def _scan(
    path: Path, folder: Path | None, columns: ScoredColumns, told: Told | None = None
) -> dict[str, Any]:
    module = "governance.evaluation.scored_scan"
    places = [str(path.resolve()), *([str(folder)] if folder else [])]
    with subprocess.Popen(  # noqa: S603 (our own module, no shell)
        [sys.executable, "-m", module, *places],
        cwd=_ROOT,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin
        assert process.stdout
        too_late = Timer(WALL_SECONDS, process.kill)
        too_late.start()
        try:
            _ask(process.stdin, columns)
            answer = _heard(process.stdout, told)
        except BaseException:
            process.kill()
            raise
        finally:
            too_late.cancel()
    return _answer_of(process.returncode, answer)


def _ask(asked: IO[bytes], columns: ScoredColumns) -> None:
    """Say which columns are wanted; a process that has ended already says why by its end."""
    with suppress(BrokenPipeError), asked:
        asked.write(json.dumps(asdict(columns)).encode())


def _heard(said: IO[bytes], told: Told | None) -> bytes:
    """Pass on how far the process is, line by line, until its answer: the one JSON object."""
    for line in iter(lambda: said.readline(LONGEST_ANSWER), b""):
        if line.startswith(b"{"):
            return line
        if told:
            told(*map(int, line.split()))
    return b""


def _environment() -> dict[str, str]:
    # Nothing of the server's environment, which holds secrets, goes to the reader of a
    # stranger's file; one thread each keeps its address space small.
    return {
        "PATH": os.defpath,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "POLARS_MAX_THREADS": "1",
    }


def _answer_of(ended: int, said: bytes) -> dict[str, Any]:
    if ended < 0:
        raise refused("too_costly")
    if ended not in {0, REFUSED}:
        raise refused("unreadable")
    answer: dict[str, Any] = json.loads(said)
    if ended == REFUSED:
        raise UnreadableScores(Refusal.from_json(answer))
    return answer


def _inputs(folder: Path, told: Sequence[tuple[str, Sequence[str]]]) -> tuple[InputValues, ...]:
    return tuple(
        InputValues(name, _load(folder, f"input {place}"), tuple(levels))
        for place, (name, levels) in enumerate(told)
    )


def _load(folder: Path, part: str) -> NDArray[Any]:
    values: NDArray[Any] = np.load(folder / f"{part}.npy", allow_pickle=False)
    return values
