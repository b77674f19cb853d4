"""`manage.py up`: the whole site on this machine, with one command."""

import signal
import threading
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from governance.access.operations import bootstrap
from governance.actors import Actor, Surface
from workflows.delivery.site import a_port, alone_in, refuse_busy_port, supervised
from workflows.management.refusing import told_in_words


class Command(BaseCommand):
    """Prepares the database on every start, so that an update is: stop, install, start."""

    help = "Prepare and start the site: web, worker and clock. Ctrl-C ends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on")
        parser.add_argument("--port", type=a_port, default=8000, help="Port to listen on")

    def handle(self, *, host: str, port: int, **_options: object) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP."""
        with told_in_words():
            refuse_busy_port(host, port)
            with alone_in(settings.VAR_DIR):
                self.prepare()
                self.run_until_told(host, port)

    def run_until_told(self, host: str, port: int) -> None:
        """The children run until a signal comes."""
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        with supervised(port, host=host, write=self.stdout.write, cancelled=stop.is_set):
            if not stop.is_set():
                self.stdout.write(f"Foureyes is at http://{host}:{port}  (Ctrl-C ends it)")
            stop.wait()
            self.stdout.write("Ending web, worker and clock.")

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
