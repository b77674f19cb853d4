"""The README's commands and their list."""

import os
import re
import subprocess

from governance.project.environment import BASE_DIR

MAKEFILE = (BASE_DIR / "Makefile").read_text(encoding="utf-8")


def make(*words: str) -> str:
    """Ask make, without this run's own flags and choices."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *words], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=True
    ).stdout


def test_make_alone_lists_every_target() -> None:
    """A newcomer types one word and sees what there is, a line each."""
    targets = re.search(r"^\.PHONY: help (.*)$", MAKEFILE, re.MULTILINE)
    assert targets
    listed = re.findall(r"^  make (\S+) +\S", make(), re.MULTILINE)
    assert listed == targets.group(1).split()


def test_the_demo_takes_its_wishes() -> None:
    """ONCE, RESET and PORT become options of manage.py."""
    last = make("--dry-run", "demo", "ONCE=1", "RESET=1", "PORT=8123").splitlines()[-1]
    assert last.endswith("manage.py demo --once --reset --port 8123")
