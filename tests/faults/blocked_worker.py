"""A real embedded worker that stops in the middle of its work: `blocked_worker.py FOLDER STEP`.

It leaves a mark in the folder when it is about to take that step in the forge, and then takes it
for longer than any test waits. Nothing else of it is changed.
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

    mark = Path(sys.argv[1]) / "about-to"

    def stop(*_parts: Any, **_more: Any) -> None:
        mark.write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(NAP_S)

    setattr(LocalForge, sys.argv[2], stop)
    call_command("worker")


if __name__ == "__main__":
    main()
