"""A real worker with one more topic, whose handler writes down when it began: `… FILE`.

The clock is the machine's own monotonic one, which all processes share.
"""

import os
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.project.settings")
TOPIC = "latency.measured"


def main() -> None:
    """Start the worker."""
    django.setup()
    from workflows.delivery.handlers import HANDLERS  # noqa: PLC0415  after django.setup

    began = Path(sys.argv[1])

    def measured(claim: object) -> None:
        with began.open("a", encoding="utf-8") as marks:
            marks.write(f"{claim.key} {time.monotonic()}\n")  # type: ignore[attr-defined]

    HANDLERS[TOPIC] = measured
    call_command("worker")


if __name__ == "__main__":
    main()
