"""Scored tables: what a model said about each case, beside what happened.

`read_scored` never opens the file itself. It starts `scored_scan` as a process of its own, with
limits, and takes over only checked arrays; whatever ends that process early refuses the file.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_header import BINARY, REGRESSION, ScoredColumns, inspect_header
from governance.evaluation.scored_refusals import Refusal, UnreadableScores, refused
from governance.evaluation.scored_scan import REFUSED

__all__ = ["ScoredColumns", "ScoredData", "UnreadableScores", "inspect_header", "read_scored"]

WALL_SECONDS = 180
_ROOT = Path(__file__).parents[2]


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
        return replace(self, **taken)

    def by_champion(self) -> "ScoredData | None":
        """Give the same rows as the champion scored them, where the table has its scores."""
        if self.champion is None:
            return None
        return replace(self, score=self.champion, champion=None, key=None)  # no need to join


_ARRAYS = ("score", "outcome", "segment", "key", "weight", "date", "champion")


def read_scored(path: Path, columns: ScoredColumns) -> ScoredData:
    """Read a scored CSV or Parquet table in a process of its own.

    Raises:
        UnreadableScores: The table is refused; message and remedy name row and column.
    """
    with TemporaryDirectory(prefix="scored-") as folder:
        answer = _scan(path, Path(folder), columns)
        arrays = {part: _load(Path(folder), part) for part in answer["parts"]}
    return ScoredData(
        **arrays,
        segment_names=tuple(answer["segment_names"]),
        class_names=tuple(answer["class_names"]),
        kind=columns.kind,
    )


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
