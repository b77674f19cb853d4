"""`manage.py sign_standings FILE`: what is stale or revoked, for checks without the server."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from workflows.gitops.operations import sign_standings


class Command(BaseCommand):
    """Run where the log's key is, as often as the list must be fresh."""

    help = "Write a signed list of the approvals that no longer hold, for verify-approval."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_options: object) -> None:
        """Whoever reads it meanwhile finds the whole of the old one or of the new one."""
        text = sign_standings()
        new = file.with_name(f"{file.name}.new")
        new.write_text(text, encoding="utf-8")
        new.replace(file)
        self.stdout.write(f"{file} is written")
