"""Every bad table as a real file through the real upload: refused in words, nothing half-stored.

What is wrong with each is told at `tests/governance/evaluation/test_bad_tables.py`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from governance.client import Client, Refused, ScoredColumns
from governance.inventory.models import Evidence
from tests import stories
from tests.governance.api.api import traces
from tests.governance.evaluation.samples import write_csv
from tests.governance.evaluation.test_bad_tables import BAD, HEADER, ROWS, row
from workflows.management.cast import PORTFOLIO

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
COLUMNS = ScoredColumns(key="id", weight="cases")
PATIENCE_S = 180
MEGABYTE = 2**20

Write = Callable[[Path], Path]


def infinity(folder: Path) -> Path:
    return write_csv(folder / "bad.csv", HEADER, [*ROWS[:9], "d,1e400,1,1", *ROWS[10:]])


def three_classes(folder: Path) -> Path:
    return write_csv(folder / "bad.csv", HEADER, [f"c{n},0.5,{n % 3},1" for n in range(60)])


def empty_outcome(folder: Path) -> Path:
    return write_csv(folder / "bad.csv", HEADER, [*ROWS[:9], "d,0.5,,1", *ROWS[10:]])


MORE: list[tuple[Write, str]] = [
    (infinity, "Row 11, column score"),
    (row("d,high,1,1"), "Row 11, column score"),
    (three_classes, "Row 4, column outcome"),
    (empty_outcome, "Row 11, column outcome"),
    (row("d,0.5,1"), "Row 11"),
]
ALL: list[tuple[Write, str]] = [
    *((write, f"{at:,}" if at else "") for write, _code, at, _column in BAD),
    *MORE,
]


def long_line(folder: Path) -> Path:
    """As long as an upload may be: a hole, so that it takes no disk."""
    path = write_csv(folder / "bad.csv", HEADER, ROWS)
    with path.open("ab") as file:
        file.truncate(settings.UPLOAD_LIMIT - MEGABYTE)
    return path


def kept() -> set[Path]:
    """All files of the store, but for the lock by which writers take turns."""
    found = Path(settings.MEDIA_ROOT).rglob("*")
    return {path for path in found if path.is_file() and path.name != ".turn"}


def test_every_bad_table_is_refused_where_it_arrives(live_site: str, tmp_path: Path) -> None:
    """Row and column with what to do; the site goes on, and takes a good table in after all."""
    client = Client(live_site, stories.pipeline_token(), timeout=PATIENCE_S, pause=0.01)
    client.register_model(
        stories.MODEL, title="Credit default", portfolio=PORTFOLIO, tier=1, purpose="Decides."
    )
    client.create_version(stories.MODEL, label="1")
    before = kept(), traces()
    for write, words in [*(one for one in ALL if one[0].__name__ != "long_line"), (long_line, "")]:
        with pytest.raises(Refused) as refused:
            client.upload_evidence(stories.MODEL, 1, write(tmp_path), columns=COLUMNS)
        said = refused.value
        assert (said.status, said.field) == (422, "scored_data"), (write.__name__, said.detail)
        assert words in said.detail, (write.__name__, said.detail)
        assert said.remedy, write.__name__
        assert (kept(), traces()) == before, write.__name__
    good = write_csv(tmp_path / "good.csv", HEADER, ROWS)
    client.upload_evidence(stories.MODEL, 1, good, columns=COLUMNS)
    assert Evidence.objects.count() == 1


def test_a_file_above_the_limit_is_cut_off(live_site: str, tmp_path: Path) -> None:
    """A line of a gigabyte does not even arrive."""
    client = Client(live_site, stories.pipeline_token(), timeout=PATIENCE_S, pause=0.01)
    client.register_model(
        stories.MODEL, title="Credit default", portfolio=PORTFOLIO, tier=1, purpose="Decides."
    )
    client.create_version(stories.MODEL, label="1")
    before = kept()
    path = write_csv(tmp_path / "bad.csv", HEADER, ROWS)
    with path.open("ab") as file:
        file.truncate(1024 * MEGABYTE)
    with pytest.raises(Refused) as refused:
        client.upload_evidence(stories.MODEL, 1, path, columns=COLUMNS)
    assert refused.value.status == 413
    assert kept() == before
