"""`manage.py web`: the embedded web server."""

import signal
import sys
from argparse import ArgumentParser
from pathlib import Path

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand
from django.core.servers.basehttp import get_internal_wsgi_application

from workflows.delivery.supervisor import end_with_supervisor

THREADS = 8
MIB = 1024 * 1024
TAKEN_IN = 1024 * MIB  # what is too large for us is read so far, so that we can say so in words


class Command(BaseCommand):
    """A child of `up`; production sites run gunicorn instead."""

    help = "Serve the site with waitress."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **_options: object) -> None:
        """Serve until SIGTERM."""
        end_with_supervisor()
        # whitenoise warns about a folder that is empty in the embedded site anyway.
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        waitress.serve(
            get_internal_wsgi_application(),
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=max(TAKEN_IN, settings.UPLOAD_LIMIT + MIB),
        )
