"""A real worker that stops in the middle of its work: `blocked_worker.py FOLDER STEP WHEN`.

It leaves a mark in the folder before or after it takes that step in the forge, and then takes
longer than any test waits. Nothing else of it is changed.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.project.settings")
NAP_S = 120.0


def main() -> None:
    """Start the worker."""
    django.setup()
    from workflows.gitops.forges.local import LocalForge  # noqa: PLC0415  after django.setup

    folder, step, when = sys.argv[1:]
    mark, real = Path(folder) / "stopped", getattr(LocalForge, step)

    def stop(*parts: Any, **more: Any) -> None:
        if when == "after":
            real(*parts, **more)
        mark.write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(NAP_S)

    setattr(LocalForge, step, stop)
    call_command("worker")


if __name__ == "__main__":
    main()
