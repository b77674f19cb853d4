"""A real embedded worker whose one handler naps: `python napping_worker.py FOLDER`.

It leaves a mark in the folder that it began, and then sleeps for longer than any test waits.
"""

import os
import sys
import time
from pathlib import Path

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.project.settings")
NAP_S = 60.0


def main() -> None:
    """Start the worker."""
    django.setup()
    from workflows.delivery.handlers import HANDLERS  # noqa: PLC0415  after django.setup

    began = Path(sys.argv[1]) / "began"

    def nap(claim: object) -> None:
        with began.open("a") as marks:
            marks.write(f"{os.getpid()}\n")
        time.sleep(NAP_S)

    HANDLERS["nap.taken"] = nap
    call_command("worker")


if __name__ == "__main__":
    main()
