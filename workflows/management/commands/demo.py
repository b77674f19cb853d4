"""`manage.py demo`: one model's whole life from submission to production, then the site."""

import json
import os
import shutil
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from governance.errors import Conflict
from governance.inventory.models import ModelVersion
from workflows.delivery.site import a_port, alone_in, refuse_busy_port, supervised
from workflows.management.cast import CAST, PASSWORD
from workflows.management.refusing import told_in_words
from workflows.management.story import Stage, outcome, steps

FOLDER = "demo"
STAGE = "stage-of-the-demo"
FINISHED = "story-told"


class Command(BaseCommand):
    """Plays in a folder and a database of its own: its accounts have a known password."""

    help = "Play one model's whole life, then serve it. --once stops after the story."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to play."""
        parser.add_argument("--once", action="store_true", help="Stop after the story")
        parser.add_argument("--reset", action="store_true", help="Start from nothing")
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on")
        parser.add_argument("--port", type=a_port, default=8000, help="Port to listen on")

    def handle(self, *, once: bool, reset: bool, host: str, port: int, **_options: object) -> None:
        """Set the stage, tell the story unless it has been told, serve."""
        self.refuse_production()
        self.move_to_own_folder()
        with told_in_words():
            refuse_busy_port(host, port)
            with alone_in(settings.VAR_DIR):
                self.prepare(reset=reset)
                self.play(host, port, once=once)
                if once:
                    told = (settings.VAR_DIR / FINISHED).read_text(encoding="utf-8")
                    self.stdout.write(told)

    def play(self, host: str, port: int, *, once: bool) -> None:
        """The story on the running site, then the site until a signal comes."""
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stop.set())
        with supervised(port, host=host, write=self.trace, cancelled=stop.is_set):
            self.tell(f"http://{host}:{port}")
            if not once and not stop.is_set():
                self.invite(f"http://{host}:{port}")
                stop.wait()

    def refuse_production(self) -> None:
        """Known passwords never come near real people."""
        chosen = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")
        if chosen or settings.SITE_URL.startswith("https://"):
            raise CommandError(
                "The demo has accounts with a known password and refuses to run beside real data: "
                "DATABASE_URL is set or SITE_URL is https. Unset them and start again."
            )

    def move_to_own_folder(self) -> None:
        """Start again with VAR_DIR in a folder of the demo's own, before anything is written."""
        if settings.VAR_DIR.name == FOLDER:
            return
        os.environ["VAR_DIR"] = str(settings.VAR_DIR / FOLDER)
        os.environ.setdefault("SECOND_FACTOR", "optional")  # who tries the demo has no app at hand
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - this very program

    def prepare(self, *, reset: bool) -> None:
        """An empty stage, or the finished one; a story broken off begins anew."""
        folder = Path(settings.VAR_DIR)
        told = folder / FINISHED
        self.refuse_a_database_of_others(folder)
        (folder / STAGE).touch()
        if reset or not told.exists():
            for part in (*folder.glob("*.sqlite3*"), *folder.glob("story-told")):
                part.unlink()
            for part in (settings.MEDIA_ROOT, settings.FORGE_DIR, folder / "broker"):
                shutil.rmtree(part, ignore_errors=True)
        call_command("migrate", interactive=False, verbosity=0)

    def refuse_a_database_of_others(self, folder: Path) -> None:
        """A folder that happens to be called demo may be the folder of a real site."""
        own = (folder / STAGE).exists() or (folder / FINISHED).exists()
        if not own and any(folder.glob("*.sqlite3")):
            raise Conflict(
                f"The database in {folder} is not the demo's.",
                remedy="Name another folder (VAR_DIR=…), or delete it if nobody needs it.",
            )

    def tell(self, url: str) -> None:
        """Play the story, a line a step, unless it stands in the database already."""
        told = settings.VAR_DIR / FINISHED
        if told.exists():
            self.stdout.write("The story has been told before; RESET=1 tells it anew.")
            return
        stage, began, story = Stage(url), time.monotonic(), list(steps())
        for number, (line, play) in enumerate(story, start=1):
            self.stdout.write(f"[{number:2}/{len(story)}] {line} … ", ending="")
            self.stdout.flush()
            start = time.monotonic()
            play(stage)
            self.stdout.write(f"{time.monotonic() - start:.1f} s")
        line = json.dumps(outcome(time.monotonic() - began))
        told.write_text(line, encoding="utf-8")

    def invite(self, url: str) -> None:
        """Where it is, and whom to be."""
        self.stdout.write(f"\nFoureyes is at {url}  (Ctrl-C ends it)")
        self.stdout.write(f"Everybody's password: {PASSWORD}")
        for member in CAST:
            self.stdout.write(f"  {member.username:8} {member.full_name} {member.role}".rstrip())
        versions = ModelVersion.objects.filter(model__name="credit-default").count()
        self.stdout.write(f"Versions of Credit default to look at: {versions}")

    def trace(self, line: str) -> None:
        """The children's lines go to a file, so that the story stays readable."""
        with (settings.VAR_DIR / "demo.log").open("a", encoding="utf-8") as file:
            file.write(line if line.endswith("\n") else line + "\n")
