"""How soon the page of a kept comparison is there: a million cases, eight segments, six months.

The whole answer of the site, from the request to the last byte, in one process: session, rights,
rows, figures and their tables. Beside it the page that only shows what changed. The body of a
report is kept by its digest once it was made; `first_ms` is the page that makes it.
"""

import sys

sys.path.append(sys.path.pop(0))  # a neighbour has the name of a standard module

import json
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from django.test import Client, override_settings
from measuring.databases import private_database
from measuring.scores import COLUMNS, SCORES, write_table

from governance.evaluation.comparison import compare
from governance.evaluation.models import ComparisonReport
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.scored_inputs import InputValues
from tests import stories

ROWS, SEGMENTS, MONTHS, INPUTS, ROUNDS, WARM = 1_000_000, 8, 6, 20, 100, 5
PERCENTS, FIRST_DAY = 100, 20_454


def large_payload(folder: Path) -> tuple[dict[str, object], str]:
    """What a comparison of a million cases keeps."""
    frame = pl.read_parquet(write_table(folder, ROWS, tied=False), columns=list(COLUMNS))
    ours, theirs = (_side(frame, name, seed) for seed, name in enumerate(SCORES))
    found = compare(ours, theirs, margin=0.01)
    return found.payload, found.digest


def _side(frame: pl.DataFrame, score: str, seed: int) -> ScoredData:
    random, number = np.random.default_rng(seed), np.arange(ROWS)
    return ScoredData(
        frame[score].to_numpy(),
        frame["outcome"].to_numpy(),
        (number % SEGMENTS).astype(np.int32),
        tuple(f"segment {place}" for place in range(SEGMENTS)),
        key=number.astype(np.uint64),
        date=(FIRST_DAY + number % (MONTHS * 30)).astype(np.int32),
        inputs=tuple(
            InputValues(f"input {place}", random.normal(size=ROWS)) for place in range(INPUTS)
        ),
    )


def address_of_report(folder: Path) -> str:
    first = stories.deployed_version(1)
    second = stories.submitted_version(2, model=first.model)
    payload, digest = large_payload(folder)
    ComparisonReport.objects.filter(version=second).update(payload=payload, digest=digest)
    return f"/models/{first.model.name}/versions/{second.number}/comparison/"


def timed(client: Client, address: str) -> dict[str, float]:
    """Milliseconds of many answers in turn, and the size of one."""
    walls, processors, size = [], [], 0
    for number in range(WARM + ROUNDS):
        start = time.perf_counter(), time.process_time()
        answer = client.get(address)
        size = len(answer.content)
        if number >= WARM:
            walls.append((time.perf_counter() - start[0]) * 1000)
            processors.append((time.process_time() - start[1]) * 1000)
        assert answer.status_code == 200  # noqa: PLR2004
    last = statistics.quantiles(walls, n=PERCENTS)
    return {
        "p50_ms": round(statistics.median(walls), 1),
        "p95_ms": round(last[94], 1),
        "processor_ms": round(statistics.median(processors), 1),
        "kib": round(size / 1024),
    }


def measured() -> dict[str, object]:
    with TemporaryDirectory(prefix="report-page-") as name:
        folder = Path(name)
        places = {
            "MEDIA_ROOT": str(folder / "media"),
            "FORGE_DIR": folder / "forge",
            "AUDIT_KEY_FILE": folder / "audit.key",
        }
        with override_settings(**places, ALLOWED_HOSTS=["testserver"]):
            address = address_of_report(folder)
            client = stories.signed_in("victor")
            pages = {"page": address, "changed": f"{address}?show=changed"}
            start = time.perf_counter()
            client.get(address)
            first = round((time.perf_counter() - start) * 1000, 1)
            return {name: timed(client, place) for name, place in pages.items()} | {
                "first_ms": first
            }


if __name__ == "__main__":
    with private_database():
        line = measured()
    print(json.dumps(line))
