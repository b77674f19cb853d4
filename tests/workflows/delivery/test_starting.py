"""What keeps `up` and `demo` from starting is said in words, and nothing of others is touched."""

import os
import subprocess
import sys
from argparse import ArgumentTypeError
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from governance.errors import Conflict
from governance.project.environment import BASE_DIR
from tests.workflows.delivery.test_up import free_port
from workflows.delivery.site import a_port, alone_in, refuse_busy_port
from workflows.management.commands.demo import FINISHED, Command
from workflows.management.refusing import told_in_words


def start(*argv: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command of manage.py in a process of its own, with these variables."""
    env = {**os.environ, **variables}
    env.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "manage.py", *argv],
        env=env,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_second_site_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    """Two sites would share one database, and RESET=1 would delete it under the other."""
    with alone_in(tmp_path), pytest.raises(Conflict, match="runs already") as refused:
        alone_in(tmp_path).__enter__()
    assert str(tmp_path) in refused.value.message
    assert "VAR_DIR" in refused.value.remedy
    with alone_in(tmp_path):
        """What has ended holds nothing."""


def test_the_demo_starts_nothing_anew_beside_a_running_one(
    tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    """The other one's files stay."""
    settings.VAR_DIR = tmp_path / "demo"  # type: ignore[attr-defined]
    settings.SITE_URL = "http://127.0.0.1:8000"  # type: ignore[attr-defined]
    kept = tmp_path / "demo" / FINISHED
    with pytest.MonkeyPatch.context() as patch, alone_in(kept.parent):
        patch.delenv("DATABASE_URL", raising=False)
        kept.write_text("told", encoding="utf-8")
        with pytest.raises(CommandError, match="runs already"):
            call_command("demo", once=True, reset=True, port=free_port())
    assert kept.read_text(encoding="utf-8") == "told"


@pytest.mark.parametrize("reset", [True, False])
def test_the_demo_deletes_no_database_but_its_own(
    tmp_path: Path, settings: pytest.FixtureRequest, *, reset: bool
) -> None:
    """A folder that happens to be called demo may be the folder of a real site."""
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    real = tmp_path / "foureyes.sqlite3"
    real.write_bytes(b"people")
    with pytest.raises(Conflict, match="not the demo's"):
        Command().prepare(reset=reset)
    assert real.read_bytes() == b"people"


@pytest.mark.parametrize("text", ["0", "65536", "99999", "-1", "abc", ""])
def test_a_port_is_a_number_that_a_port_can_have(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="1 to 65535"):
        a_port(text)


def test_an_unknown_host_is_refused_in_words() -> None:
    with pytest.raises(Conflict, match="cannot be used"):
        refuse_busy_port("no.such.host.invalid", free_port())


@pytest.mark.parametrize(
    "error", [OperationalError("database or disk is full"), PermissionError(13, "no", "/var/x")]
)
def test_a_full_or_closed_disk_is_one_line(error: Exception) -> None:
    with pytest.raises(CommandError, match=r"full|/var/x"), told_in_words():
        raise error


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Before anything else starts; a trace back says nothing to who set the variable."""
    file = tmp_path / "file"
    file.touch()
    ended = start("up", VAR_DIR=str(file / "var"))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert str(file) in ended.stderr
    assert "VAR_DIR" in ended.stderr


def test_a_setting_that_is_no_number_is_named(tmp_path: Path) -> None:
    ended = start("check", VAR_DIR=str(tmp_path), UPLOAD_LIMIT_MB="much")
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "UPLOAD_LIMIT_MB" in ended.stderr
    assert "much" in ended.stderr


def test_the_database_stays_in_its_folder_however_that_is_called(tmp_path: Path) -> None:
    """Signs that mean something in an address mean nothing in a folder's name."""
    folder = tmp_path / "50%20 of #1?x=ü"
    opened = "from django.db import connection; connection.ensure_connection()"
    ended = start("shell", "--no-imports", "-c", opened, VAR_DIR=str(folder))
    assert ended.returncode == 0, ended.stderr
    assert (folder / "foureyes.sqlite3").exists()


def test_a_terminal_without_our_characters_still_gets_the_lines(tmp_path: Path) -> None:
    """A Latin-1 terminal has no ellipsis, and the story has one in every line."""
    program = "import sys, manage; manage.speak_plainly(); print('a … b')"
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONIOENCODING": "latin-1", "VAR_DIR": str(tmp_path)},
        cwd=BASE_DIR,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(b"a ")
