"""`manage.py sign_standings FILE`: what is stale or revoked, for checks without the server."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from workflows.gitops.operations import write_standings


class Command(BaseCommand):
    """Run where the log's key is, as often as the list must be fresh."""

    help = "Write a signed list of the approvals that no longer hold, for verify-approval."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_options: object) -> None:
        """Write it and say so."""
        write_standings(file)
        self.stdout.write(f"{file} is written")
