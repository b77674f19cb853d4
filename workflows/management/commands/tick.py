"""`manage.py tick`: run whatever is due, once or again and again."""

import signal
import threading
from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from workflows.delivery.operations import tick
from workflows.delivery.supervisor import end_with_supervisor


class Command(BaseCommand):
    """From cron, as a child of `up`, or by hand; any number may run at the same time."""

    help = "Run whatever is due: schedule, jobs, the log's sequencer. Needs no broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--every` makes it a clock."""
        parser.add_argument("--every", type=float, default=0.0, help="Seconds between ticks")

    def handle(self, *, every: float, **_options: object) -> None:
        """Tick until SIGTERM, or once."""
        stop = threading.Event()
        if every:
            end_with_supervisor()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        counts = tick()
        while every and not stop.wait(every):
            close_old_connections()  # a restart of the database must not end the clock
            tick()
        if not every:
            words = ", ".join(
                f"{number} {name}" for name, number in sorted(counts.items()) if number
            )
            self.stdout.write(words or "Nothing was due.")
