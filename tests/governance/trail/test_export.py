"""Exports: only what the reader may see, provably complete, in four forms, each in the log."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from pytest_django.fixtures import Settings

from governance.access.models import Person
from governance.audit.canonical import canonical
from governance.audit.models import AuditEntry
from governance.inventory.operations import register_model
from governance.trail.models import LogExport
from governance.trail.queries.exports import file_of
from tests.governance.trail.exporting import exported, lines_of, report_of, table_of
from tests.stories import house, submitted_version
from workflows.delivery.operations import seal_log
from workflows.management.cast import actor_named


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    """Every test has its own exports."""
    settings.EXPORT_DIR = tmp_path / "exports"


def actions(about: LogExport) -> list[str]:
    """What the log says about an export."""
    rows = AuditEntry.objects.filter(subject_id=about.pk).order_by("subject_seq")
    return list(rows.values_list("action", flat=True))


@pytest.mark.both_databases
def test_the_whole_log_verifies_outside() -> None:
    """From the request to the verifier's verdict, on both databases."""
    submitted_version(checked=False)
    export = exported()
    found = report_of(export)
    assert not found.problems
    assert not found.warnings
    assert found.entries == export.entries == export.size == len(lines_of(export))
    assert actions(export) == ["export.requested", "export.created"]


@pytest.mark.both_databases
def test_tables_hold_the_same_rows_in_every_form() -> None:
    """CSV (made by the database on PostgreSQL), XLSX and JSONL agree with the log."""
    register_model(
        name="evil", title="Evil", portfolio=house().name, tier=3, purpose="x",
        actor=actor_named("dana"),
    )  # fmt: skip
    Person.objects.filter(full_name="Dana Developer").update(full_name="@Dana")
    register_model(
        name="more", title="More", portfolio=house().name, tier=3, purpose="x",
        actor=actor_named("dana"),
    )  # fmt: skip
    seal_log()
    asked = {"action": "model."}
    table, lines = table_of(exported("csv", **asked)), exported("jsonl", **asked)
    rows = [json.loads(line) for line in file_of(lines).read_bytes().splitlines()]
    assert [row["action"] for row in table] == ["model.registered"] * 2
    assert [row["actor_name"] for row in table] == ["Dana Developer", "'@Dana"]
    for row, line in zip(table, rows, strict=True):
        assert int(row["entry"]) == line["index"]
        assert row["id"] == line["line"]["id"]
        assert row["after"] == canonical(line["line"]["after"]).decode()
        kept = {path: text for path, text in line["personal"].items() if path != "actor.name"}
        assert json.loads(row["personal"]) == kept
    assert cells_of(exported("xlsx", **asked))[0] == [
        value.removeprefix("'") for value in table[0].values()
    ]


def cells_of(export: LogExport) -> list[list[str]]:
    """The rows of the first sheet, head left out; inline strings as constant memory writes them."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with ZipFile(file_of(export)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  our own
    assert not list(sheet.iter(f"{space}f")), "a formula"
    found = [
        ["".join(cell.itertext()) for cell in row.iter(f"{space}c")]
        for row in sheet.iter(f"{space}row")
    ]
    return found[1:]
