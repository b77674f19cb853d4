"""Scored tables: what a model said about each case, beside what happened.

`read_scored` never opens the file itself. It starts `scored_scan` as a process of its own, with
limits, and takes over only checked arrays; whatever ends that process early refuses the file.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_header import ScoredColumns, inspect_header
from governance.evaluation.scored_refusals import Refusal, UnreadableScores, refused
from governance.evaluation.scored_scan import REFUSED

__all__ = ["ScoredColumns", "ScoredData", "UnreadableScores", "inspect_header", "read_scored"]

WALL_SECONDS = 180
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, eq=False)
class ScoredData:
    """One row a case.

    Attributes:
        score: (rows,) float64 in [0, 1], the predicted probability of the event.
        outcome: (rows,) int8, 1 where the event happened.
        segment: (rows,) int32 positions in `segment_names`, or None.
        segment_names: The segments in alphabetical order.
        key: (rows,) uint64 hashes that name the case, each once, or None.
    """

    score: NDArray[np.float64]
    outcome: NDArray[np.int8]
    segment: NDArray[np.int32] | None = None
    segment_names: tuple[str, ...] = ()
    key: NDArray[np.uint64] | None = None

    @property
    def rows(self) -> int:
        """Give the number of cases."""
        return int(self.score.size)

    @property
    def events(self) -> int:
        """Give the number of cases in which the event happened."""
        return int(np.count_nonzero(self.outcome))

    def take(self, rows: NDArray[np.intp]) -> "ScoredData":
        """Give the named rows, in that order."""
        return ScoredData(
            score=self.score[rows],
            outcome=self.outcome[rows],
            segment=None if self.segment is None else self.segment[rows],
            segment_names=self.segment_names,
            key=None if self.key is None else self.key[rows],
        )


def read_scored(path: Path, columns: ScoredColumns) -> ScoredData:
    """Read a scored CSV or Parquet table in a process of its own.

    Raises:
        UnreadableScores: The table is refused; message and remedy name row and column.
    """
    with TemporaryDirectory(prefix="scored-") as folder:
        answer = _scan(path, Path(folder), columns)
        arrays = {part: _load(Path(folder), part) for part in answer["parts"]}
    return ScoredData(**arrays, segment_names=tuple(answer["segment_names"]))


def _scan(path: Path, folder: Path, columns: ScoredColumns) -> dict[str, Any]:
    module = "governance.evaluation.scored_scan"
    command = [sys.executable, "-m", module, str(path.resolve()), str(folder)]
    try:
        ended = subprocess.run(  # noqa: S603 (our own module, no shell)
            [*command, json.dumps(asdict(columns))],
            capture_output=True,
            check=False,
            cwd=_ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise refused("too_costly") from None
    return _answer_of(ended)


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


def _answer_of(ended: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    if ended.returncode < 0:
        raise refused("too_costly")
    if ended.returncode not in {0, REFUSED}:
        raise refused("unreadable")
    answer: dict[str, Any] = json.loads(ended.stdout)
    if ended.returncode == REFUSED:
        raise UnreadableScores(Refusal.from_json(answer))
    return answer


def _load(folder: Path, part: str) -> NDArray[Any]:
    values: NDArray[Any] = np.load(folder / f"{part}.npy", allow_pickle=False)
    return values
