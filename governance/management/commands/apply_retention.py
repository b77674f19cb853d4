"""`manage.py apply_retention`: remove personal values whose period is over."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from governance.trail.operations import apply_retention
from governance.trail.queries.retention import due_by_class


class Command(BaseCommand):
    """The clock does the same once a day; legal holds and floors are kept."""

    help = "Erase personal values of the log whose retention period is over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whether only to look."""
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *, dry_run: bool, **_options: object) -> None:
        """Print how many."""
        if dry_run:
            for name, number in due_by_class().items():
                self.stdout.write(f"{name}: {number} personal values would go")
            return
        self.stdout.write(f"{apply_retention()} personal values are erased")
