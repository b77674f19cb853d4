"""`manage.py access_rebuild`: hold guardian's rows against the assignments, and write them anew."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from governance.access.operations import rebuild_projection
from governance.access.operations.rebuilding import check_projection


class Command(BaseCommand):
    """With `--check` nothing is written, and a difference ends with 1, for cron and pipelines."""

    help = "Write the groups and rows of django-guardian anew from the assignments of roles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Look only, or write."""
        parser.add_argument("--check", action="store_true", help="only say what differs")

    def handle(self, *, check: bool, **_options: object) -> None:
        """Print what differs."""
        found = check_projection() if check else rebuild_projection()
        for one in found:
            self.stdout.write(f"{one.where}: {one.what}")
        if check and found:
            self.stderr.write(f"{len(found)} differences; without --check they are mended.")
            raise SystemExit(1)
        self.stdout.write("Written anew." if found else "Assignments and projection are equal.")
