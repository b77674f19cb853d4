"""What an auditor and a worker do with exports in these stories."""

import csv
import io
import json
from typing import Any
from zipfile import ZipFile

from governance.audit.queries import keys
from governance.outbox.operations import hasten
from governance.trail.models import LogExport
from governance.trail.operations import request_export
from governance.trail.queries.exports import TOPIC, file_of
from governance.trail.queries.log import Narrowing
from governance.trail.verifier import verify
from workflows.delivery.operations import run_due, seal_log
from workflows.management.cast import actor_named


def exported(file_format: str = "zip", who: str = "ada", kept: str = "", **asked: Any) -> LogExport:
    """Somebody asks, and the worker writes."""
    export = request_export(
        Narrowing(**asked), file_format=file_format, since_note=kept, actor=actor_named(who)
    )
    return written(export)


def written(export: LogExport) -> LogExport:
    """The worker's part: seal, close, seal, write."""
    for _round in range(4):
        seal_log()
        hasten(TOPIC, str(export.pk))
        if not run_due("slow"):
            break
    return LogExport.objects.get(pk=export.pk)


def report_of(export: LogExport, since: str | None = None) -> verify.Report:
    """What the stand-alone verifier says, with the log's keys."""
    return verify.verify(str(file_of(export)), keys(), since)


def lines_of(export: LogExport) -> list[dict[str, Any]]:
    """The entries in a package."""
    with ZipFile(file_of(export)) as archive:
        return [json.loads(line) for line in archive.read("entries.jsonl").splitlines()]


def table_of(export: LogExport) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(file_of(export).read_text(encoding="utf-8"))))
