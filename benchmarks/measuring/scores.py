"""Scored tables as Parquet, and what others make of them: the limit, scikit-learn, Evidently."""

import json
import subprocess
import tempfile
import venv
from pathlib import Path

import numpy as np
import polars as pl
from scipy.stats import norm, rankdata
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    roc_auc_score,
    roc_curve,
)

SCORES = ("challenger", "champion")
COLUMNS = ("outcome", *SCORES)
THRESHOLDS = 40
PATIENCE = 900
PEERS = Path(__file__).resolve().parents[2] / "requirements" / "peers.txt"


def write_table(folder: Path, rows: int, *, tied: bool) -> Path:
    """One table with an outcome and two scores; tied ones have three digits."""
    random = np.random.default_rng(rows + tied)
    risk = 1.3 * random.normal(size=rows) - 2.2
    outcome = (random.random(rows) < 1 / (1 + np.exp(-risk))).astype(np.int8)
    columns = {"outcome": outcome}
    for name, noise in zip(SCORES, (0.6, 0.9), strict=True):
        score = 1 / (1 + np.exp(-(risk + noise * random.normal(size=rows))))
        columns[name] = np.round(score, 3) if tied else score
    path = folder / f"scored-{rows}-{'tied' if tied else 'continuous'}.parquet"
    pl.DataFrame(columns).write_parquet(path)
    return path


def read_and_sort(path: Path) -> None:
    """The limit: nobody compares two scores without reading them and sorting each once."""
    frame = pl.read_parquet(path, columns=list(COLUMNS))
    for name in SCORES:
        pl.Series(frame[name].to_numpy().view(np.uint64)).sort()


def read_weighted_and_sort(path: Path, weight: np.ndarray) -> None:
    """The limit with weights: each sort has to carry them along."""
    frame = pl.read_parquet(path, columns=list(COLUMNS))
    carried = pl.Series("weight", weight)
    for name in SCORES:
        keys = pl.Series("key", frame[name].to_numpy().view(np.uint64))
        pl.DataFrame([keys, carried]).sort("key")


def scikit_learn(path: Path) -> dict[str, object]:
    """The same statistics as a user writes them with scikit-learn, scipy and numpy."""
    frame = pl.read_parquet(path, columns=list(COLUMNS))
    outcome = frame["outcome"].to_numpy()
    scores = {name: frame[name].to_numpy() for name in SCORES}
    found: dict[str, object] = {name: _one_model(outcome, score) for name, score in scores.items()}
    found["delong"] = _delong(outcome, *scores.values())
    found["psi"] = _stability(*scores.values())
    return found


def _one_model(outcome: np.ndarray, score: np.ndarray) -> dict[str, object]:
    false_positives, true_positives, cutoffs = roc_curve(outcome, score)
    order = np.argsort(-score, kind="stable")
    captured = np.cumsum(outcome[order]) / outcome.sum()
    tenths = (np.arange(1, 11) * outcome.size) // 10 - 1
    area = roc_auc_score(outcome, score)
    return {
        "auc": area,
        "gini": 2 * area - 1,
        "ks": np.abs(true_positives - false_positives).max(),
        "average_precision": average_precision_score(outcome, score),
        "brier": brier_score_loss(outcome, score),
        "log_loss": log_loss(outcome, score),
        "calibration": calibration_curve(outcome, score, n_bins=10, strategy="quantile"),
        "gains": captured[tenths],
        "lift": np.diff(captured[tenths], prepend=0) * 10,
        "confusion": _confusion(outcome, false_positives, true_positives),
        "points": cutoffs.size,
    }


def _confusion(outcome: np.ndarray, *rates: np.ndarray) -> np.ndarray:
    """Counts at even steps of the curve, read off it instead of counted forty times."""
    events = outcome.sum()
    places = np.linspace(0, rates[0].size - 1, THRESHOLDS).astype(int)
    alarms, hits = rates[0][places] * (outcome.size - events), rates[1][places] * events
    return np.stack([hits, alarms, events - hits, outcome.size - events - alarms])


def _delong(outcome: np.ndarray, *scores: np.ndarray) -> tuple[float, float]:
    """Sun and Xu's way with scipy's mid-ranks: difference of the areas and its p value."""
    event = outcome == 1
    of_events, of_others, areas = [], [], []
    for score in scores:
        ranks = rankdata(score)
        inner, outer = rankdata(score[event]), rankdata(score[~event])
        placed = (ranks[event] - inner) / outer.size
        of_events.append(placed)
        of_others.append(1 - (ranks[~event] - outer) / inner.size)
        areas.append(placed.mean())
    spread = np.cov(of_events) / len(inner) + np.cov(of_others) / len(outer)
    difference = areas[0] - areas[1]
    error = np.sqrt(spread[0, 0] + spread[1, 1] - 2 * spread[0, 1])
    return difference, 2 * norm.sf(abs(difference / error))


def _stability(score: np.ndarray, reference: np.ndarray) -> float:
    edges = np.quantile(reference, np.arange(1, 10) / 10)
    before, after = (
        np.bincount(np.searchsorted(edges, part, side="right"), minlength=10) / part.size
        for part in (reference, score)
    )
    return float(((after - before) * np.log(after / before)).sum())


EVIDENTLY = """
import json, sys, time
import polars as pl
from evidently import BinaryClassification, DataDefinition, Dataset, Report
from evidently.presets import ClassificationPreset
start = time.process_time()
table = pl.read_parquet(sys.argv[1]).to_pandas()
table["predicted"] = (table["challenger"] >= 0.5).astype(int)
kind = BinaryClassification(
    target="outcome", prediction_labels="predicted", prediction_probas="challenger", pos_label=1)
shape = DataDefinition(classification=[kind])
report = Report([ClassificationPreset()]).run(Dataset.from_pandas(table, shape))
json.loads(report.json())
print(time.process_time() - start)
"""


def evidently_seconds(path: Path, python: str = "") -> tuple[float | None, str]:
    """Processor seconds of Evidently's preset for one model, in an environment of its own.

    `python` is one that has the peers already. None with a reason where they cannot be installed or
    do not run.
    """
    if python:
        return _timed_by(python, path)
    with tempfile.TemporaryDirectory() as room:
        venv.create(room, with_pip=True)
        python = f"{room}/bin/python"
        try:
            installed = _run(python, "-m", "pip", "install", "--quiet", "--requirement", str(PEERS))
        except subprocess.TimeoutExpired:
            return None, f"peers were not installed within {PATIENCE} seconds"
        if installed.returncode:
            return None, f"peers could not be installed: {_last(installed.stderr)}"
        return _timed_by(python, path)


def _timed_by(python: str, path: Path) -> tuple[float | None, str]:
    ran = _run(python, "-c", EVIDENTLY, str(path))
    if ran.returncode:
        return None, f"Evidently did not run: {_last(ran.stderr)}"
    return float(json.loads(ran.stdout.splitlines()[-1])), ""


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603


def _last(said: str) -> str:
    return (said.strip().splitlines() or ["no reason given"])[-1]
