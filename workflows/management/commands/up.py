"""`manage.py up`: the whole site on this machine, with one command."""

import signal
import threading
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from governance.access.operations import bootstrap
from governance.actors import Actor, Surface
from governance.errors import FoureyesError
from workflows.delivery.site import refuse_busy_port, supervised


class Command(BaseCommand):
    """Prepares the database on every start, so that an update is: stop, install, start."""

    help = "Prepare and start the site: web, worker and clock. Ctrl-C ends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on")

    def handle(self, *, host: str, port: int, **_options: object) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP."""
        stop = threading.Event()
        try:
            refuse_busy_port(host, port)
            self.prepare()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda *_: stop.set())
            with supervised(port, host=host, write=self.stdout.write, cancelled=stop.is_set):
                if not stop.is_set():
                    self.stdout.write(f"Foureyes is at http://{host}:{port}  (Ctrl-C ends it)")
                stop.wait()
                self.stdout.write("Ending web, worker and clock.")
        except FoureyesError as error:
            raise CommandError(f"{error.message} {error.remedy}".strip()) from error

    def prepare(self) -> None:
        """Bring database and static files up to date; name the first administrators."""
        self.stdout.write("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)
        if not getattr(settings, "WHITENOISE_USE_FINDERS", False):
            call_command("collectstatic", interactive=False, verbosity=0)
        for first in bootstrap(actor=Actor.system("up", Surface.COMMAND)):
            self.stdout.write(
                f"{first.full_name}: sign in as {first.username} with {first.password}"
                "  (shown only now; change it at the first sign-in)"
            )
