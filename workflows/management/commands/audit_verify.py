"""`manage.py audit_verify`: check every byte of the log."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from governance.audit.verify import verify_log
from workflows.desk.replays import replays


class Command(BaseCommand):
    """Ends with 0 when nothing is wrong and with 1 otherwise, for cron and pipelines."""

    help = (
        "Verify the whole log from its lines. Keys and checkpoints kept elsewhere make it strict."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What was kept outside."""
        parser.add_argument(
            "--replay",
            action="store_true",
            help="also compare versions, decisions, roles, policies and erasures with the log",
        )
        parser.add_argument("--vkey", action="append", default=[], help="a public key of the log")
        parser.add_argument(
            "--checkpoint",
            action="append",
            default=[],
            type=Path,
            help="file with a signed checkpoint",
        )

    def handle(
        self, *, vkey: list[str], checkpoint: list[Path], replay: bool, **_options: object
    ) -> None:
        """Print what was read and what is wrong."""
        outside = [path.read_text(encoding="utf-8") for path in checkpoint]
        found = verify_log(folds=replays() if replay else (), vkeys=vkey, outside=outside)
        self.stdout.write(
            f"{found.entries} entries, {found.leaves} leaves, {found.checkpoints} checkpoints, "
            f"root {found.root.hex() or '-'}"
        )
        for problem in found.problems:
            self.stdout.write(f"{problem.kind}: {problem.text}")
        if not found.ok:
            self.stderr.write(
                f"{found.count} problems: do not trust this log before they are explained."
            )
            raise SystemExit(1)
        self.stdout.write("Nothing is wrong.")
