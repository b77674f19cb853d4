"""Ten million rows through the real upload, from the file to the finished report.

Parquet in one single row group, the worst that a reader can get, and CSV; joined by key.
"""

import resource
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from governance.client import Client, ScoredColumns
from governance.evaluation.models import ComparisonReport
from tests import stories
from workflows.delivery.operations import run_due
from workflows.management.cast import PORTFOLIO

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
ROWS = 10_000_000
PATIENCE_S = 600
MOST_MIB = 4096  # of the process that compares both tables; their reader has a limit of its own
COLUMNS = ScoredColumns(segment="age_group", key="applicant_id", date="day")


def tables(folder: Path) -> tuple[Path, Path]:
    """The same cases as two versions score them, the second one better."""
    random = np.random.default_rng(5)
    risk = 1.3 * random.normal(size=ROWS) - 2.2
    cases = {
        "applicant_id": "A" + pl.Series(np.arange(ROWS)).cast(pl.String),
        "outcome": (random.random(ROWS) < 1 / (1 + np.exp(-risk))).astype(np.int8),
        "age_group": pl.Series(["to 25", "to 40", "over 40"])[random.integers(0, 3, ROWS)],
        "day": np.datetime64("2026-01-01") + random.integers(0, 180, ROWS).astype("timedelta64[D]"),
    }
    scores = (
        np.round(1 / (1 + np.exp(-(risk + noise * random.normal(size=ROWS)))), 8)
        for noise in (0.9, 0.6)
    )
    first, second = (pl.DataFrame(cases | {"score": score}) for score in scores)
    first.write_parquet(folder / "first.parquet", row_group_size=ROWS)
    second.write_csv(folder / "second.csv")
    return folder / "first.parquet", folder / "second.csv"


def test_ten_million_rows_are_taken_in_and_compared(live_site: str, tmp_path: Path) -> None:
    """Both are taken in, the report is finished, and memory stays within bounds."""
    client = Client(live_site, stories.pipeline_token(), timeout=PATIENCE_S, pause=0.05)
    client.register_model(
        stories.MODEL, title="Credit default", portfolio=PORTFOLIO, tier=3, purpose="Decides."
    )
    for number, table in enumerate(tables(tmp_path), start=1):
        original = number - 1 or None
        client.create_version(stories.MODEL, label=f"{number}.0.0", retrained_from=original)
        client.upload_artifact(stories.MODEL, number, stories.EXAMPLE / "model_v1.onnx")
        card = stories.EXAMPLE / "model_card_v1.md"
        client.upload_evidence(stories.MODEL, number, card, kind="document")
        client.upload_evidence(stories.MODEL, number, table, columns=COLUMNS)
        client.submit(stories.MODEL, number)
        run_due("slow")
        assert client.wait_for_checks(stories.MODEL, number, timeout=1).comparison
    payload = ComparisonReport.objects.get(version__number=2).payload
    assert payload["sample"]["rows"] == ROWS
    assert (
        payload["original"]["sample"] | {"rows": ROWS, "paired": True}
        == (payload["original"]["sample"])
    )
    assert payload["original"]["verdict"]["verdict"] == "better"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MOST_MIB * 1024
