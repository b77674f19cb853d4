#!/usr/bin/env python
"""Foureyes from the command line: `python manage.py help` lists every command."""

import os
import sys
from io import TextIOWrapper

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.project.settings")
    if isinstance(sys.stdout, TextIOWrapper):
        # Whoever reads through a pipe or a file sees each line when it is written.
        sys.stdout.reconfigure(line_buffering=True)
    execute_from_command_line(sys.argv)
