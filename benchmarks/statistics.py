"""Champion against challenger on 1M and 10M rows: two scores of one Parquet table.

Beside it, in the same rounds: the limit (read the table and sort each score once with polars) and
the same statistics as scikit-learn's users write them. Ratios are of processor time, which a
neighbour on the machine disturbs least; wall times stand beside them. The whole comparison is
measured, from the file to the payload that the report is drawn from.
"""

import sys

sys.path.append(sys.path.pop(0))  # this file has the name of a standard module

import argparse
import json
import subprocess
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from measuring.rounds import Rival, Timing, interleaved
from measuring.scores import (
    COLUMNS,
    evidently_seconds,
    read_and_sort,
    read_weighted_and_sort,
    scikit_learn,
    write_table,
)

from governance.evaluation.calibration import (
    expected_calibration_error,
    recalibration,
    stability_index,
    tenths,
)
from governance.evaluation.comparison import compare
from governance.evaluation.curves import curve, distance, histogram
from governance.evaluation.losses import brier, log_loss
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.scored_inputs import InputValues
from governance.evaluation.statistics import (
    auc,
    average_precision,
    ks,
    paired_variance,
    rank,
)
from governance.reports.plots import line

MILLION = 1_000_000
SEGMENTS, INPUTS = 8, 2
ROUNDS = {MILLION: 7, 10 * MILLION: 3}
BESIDE = {MILLION: 2, 10 * MILLION: 1}  # scikit-learn takes a minute for ten million rows


def two_samples(path: Path, segments: int = 0) -> tuple[ScoredData, ScoredData]:
    """Both scores of a table, on the same rows."""
    frame = pl.read_parquet(path, columns=list(COLUMNS))
    outcome = frame["outcome"].to_numpy()
    segment = (np.arange(outcome.size) % segments).astype(np.int32) if segments else None
    names = tuple(f"segment {number}" for number in range(segments))
    ours, theirs = (
        ScoredData(frame[name].to_numpy(), outcome, segment, names) for name in COLUMNS[1:]
    )
    return ours, theirs


def compared(path: Path, segments: int = 0) -> dict[str, object]:
    ours, theirs = two_samples(path, segments)
    return compare(ours, theirs, margin=0.01).payload


def inputs_of(rows: int) -> tuple[tuple[InputValues, ...], tuple[InputValues, ...]]:
    """Two numbers of each case, as each of the tables has them."""
    random = np.random.default_rng(2)
    sides = [
        tuple(InputValues(f"input {place}", random.normal(size=rows)) for place in range(INPUTS))
        for _table in range(2)
    ]
    return sides[0], sides[1]


def with_inputs(path: Path, inputs: tuple[tuple[InputValues, ...], ...]) -> None:
    """The comparison with the characteristic stability of some inputs."""
    ours, theirs = two_samples(path)
    theirs = replace(theirs, outcome=theirs.outcome.copy(), inputs=inputs[1])
    compare(replace(ours, inputs=inputs[0]), theirs, margin=0.01)


def weighted(path: Path, weight: np.ndarray) -> None:
    """What the statistics give with weights, both models and their differences."""
    ours, theirs = (rank(part.score, part.outcome, weight) for part in two_samples(path))
    for measure in (auc, ks, average_precision, brier, log_loss):
        paired_variance(measure(ours), measure(theirs), ours)
    for part in (ours, theirs):
        tenths(part), expected_calibration_error(part), recalibration(part), curve(part)
    stability_index(theirs.ordered, ours.ordered)
    histogram(ours.ordered, theirs.ordered)


def measured(folder: Path, rows: int) -> dict[str, object]:
    continuous, tied = (write_table(folder, rows, tied=kind) for kind in (False, True))
    weight = np.random.default_rng(1).uniform(0.5, 2.0, rows)
    rivals: dict[str, Rival] = {
        "limit": partial(read_and_sort, continuous),
        "ours": partial(compared, continuous),
        "limit_tied": partial(read_and_sort, tied),
        "ours_tied": partial(compared, tied),
    }
    times = interleaved(rivals, rounds=ROUNDS[rows], warm=1)
    beside: dict[str, Rival] = {
        "segments": partial(compared, continuous, SEGMENTS),
        "inputs": partial(with_inputs, continuous, inputs_of(rows)),
        "weighted": partial(weighted, continuous, weight),
        "limit_weighted": partial(read_weighted_and_sort, continuous, weight),
        "sklearn": partial(scikit_learn, continuous),
    }
    times |= interleaved(beside, rounds=BESIDE[rows], warm=0)
    return ratios(times) | {
        "mib": peak_mib(continuous),
        "times": {name: timing.as_json() for name, timing in times.items()},
    }


def ratios(times: dict[str, Timing]) -> dict[str, object]:
    def of(one: str, other: str) -> float:
        return round(times[one].processor / times[other].processor, 2)

    return {
        "vs_limit": of("ours", "limit"),
        "vs_limit_tied": of("ours_tied", "limit_tied"),
        "vs_limit_wall": round(times["ours"].median / times["limit"].median, 2),
        "vs_sklearn": of("sklearn", "ours"),
        "segments_vs_limit": of("segments", "limit"),
        "inputs_vs_limit": of("inputs", "limit"),
        "weighted_vs_limit": of("weighted", "limit_weighted"),
    }


def own_peak_mib() -> float:
    """Peak memory of this process since it began; `ru_maxrss` begins with that of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak) / 1024


def peak_mib(path: Path) -> float:
    """Peak memory of a process that does one comparison and nothing else."""
    command = [sys.executable, __file__, "--peak", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return float(ended.stdout.splitlines()[-1])


def curve_facts(folder: Path) -> tuple[float, float]:
    """KiB of one curve in the page, and how far it lies from the exact one at most."""
    ours, _theirs = two_samples(write_table(folder, MILLION, tied=False))
    drawn = curve(rank(ours.score, ours.outcome))
    descending = ours.outcome[np.argsort(-ours.score)]
    found, alarmed = (np.cumsum(descending == kind) / np.sum(descending == kind) for kind in (1, 0))
    error = float(distance(alarmed, found, drawn.others, drawn.events).max())
    size = len(json.dumps(line("challenger", drawn.others, drawn.events))) / 1024
    return round(size, 1), round(error, 6)


def main() -> dict[str, object]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peak", type=Path, help="compare once and print the peak memory in MiB")
    parser.add_argument("--rows", type=int, choices=list(ROUNDS), help="only this size")
    parser.add_argument("--without-peers", action="store_true", help="leave Evidently out")
    parser.add_argument("--peers", default="", help="a Python that has the peers installed")
    chosen = parser.parse_args()
    if chosen.peak:
        compared(chosen.peak)
        print(round(own_peak_mib()))
        sys.exit()
    with tempfile.TemporaryDirectory(prefix="statistics-") as room:
        folder = Path(room)
        told: dict[str, object] = {
            f"{rows // MILLION}m": measured(folder, rows)
            for rows in ROUNDS
            if chosen.rows in {None, rows}
        }
        told["curve_kib"], told["curve_error"] = curve_facts(folder)
        if chosen.without_peers or "1m" not in told:
            told |= {"vs_evidently_1m": None, "evidently": "not asked for"}
        else:
            path = folder / f"scored-{MILLION}-continuous.parquet"
            ours = told["1m"]["times"]["ours"]["processor_ms"] / 1000
            seconds, reason = evidently_seconds(path, chosen.peers)
            told["vs_evidently_1m"] = seconds and round(seconds / ours, 1)
            told |= {"evidently": reason} if reason else {}
    return told


if __name__ == "__main__":
    print(json.dumps(main()))
