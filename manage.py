#!/usr/bin/env python
"""Foureyes from the command line: `python manage.py help` lists every command."""

import os
import sys
from io import TextIOWrapper

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from governance.project.environment import UnfitSetting


def speak_plainly() -> None:
    """Each line leaves at once, and what a terminal has no sign for becomes a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="replace")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.project.settings")
    speak_plainly()
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, UnfitSetting) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"Foureyes cannot start: {error}")
