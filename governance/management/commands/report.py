"""`manage.py report rebuild MODEL/NUMBER`: is a kept comparison what its files say?"""

from argparse import ArgumentParser

import rfc8785
from django.core.management.base import BaseCommand, CommandError

from governance.errors import FoureyesError
from governance.evaluation.models import ComparisonReport
from governance.evaluation.operations import rebuild_comparison
from governance.evaluation.queries import comparison_of
from governance.inventory.models import ModelVersion

DIFFERS = 1


class Command(BaseCommand):
    """Equal bytes end with 0, others with 1; what cannot be made again is an error."""

    help = "Make the comparison of a version again from the stored files, and compare the bytes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and with which version."""
        parser.add_argument("verb", choices=["rebuild"])
        parser.add_argument("version", help="the model's name and the number: credit-default/2")

    def handle(self, *, version: str, **_options: object) -> None:
        """Print the digests, and what differs."""
        report = _report_of(version)
        try:
            made = rebuild_comparison(report)
        except FoureyesError as error:
            raise CommandError(f"{error.message} {error.remedy}".strip()) from error
        same = rfc8785.dumps(made.payload) == rfc8785.dumps(report.payload)
        if same and made.digest == report.digest:
            self.stdout.write(f"Equal, bit by bit: {report.digest}")
            return
        parts = ", ".join(_differing(report.payload, made.payload)) or "digest"
        self.stderr.write(f"Kept {report.digest}, made {made.digest}; different: {parts}")
        raise SystemExit(DIFFERS)


def _report_of(named: str) -> ComparisonReport:
    name, _stroke, number = named.rpartition("/")
    found = ModelVersion.objects.filter(
        model__name=name, number=int(number) if number.isdecimal() else 0
    ).first()
    report = comparison_of(found.pk) if found else None
    if report is None:
        message = f"There is no comparison of {named}; write it as credit-default/2."
        raise CommandError(message)
    return report


def _differing(kept: dict[str, object], made: dict[str, object]) -> list[str]:
    """Name the parts of two payloads that are not the same."""
    return [part for part in sorted(kept | made) if kept.get(part) != made.get(part)]
