"""Peers in an environment of their own, which is thrown away afterwards."""

import subprocess
import tempfile
import venv
from pathlib import Path

PATIENCE_S = 300


def run_beside(requirements: Path, *arguments: str, folder: Path) -> tuple[str, str]:
    """What Python says with these packages, started in `folder`; or nothing, and why not."""
    with tempfile.TemporaryDirectory(prefix="peers-") as room:
        venv.create(room, with_pip=True)
        python = f"{room}/bin/python"
        said = ""
        install = ("-m", "pip", "install", "--quiet", "--requirement", str(requirements))
        for asked in (install, arguments):
            try:
                ran = subprocess.run(  # noqa: S603  our own words
                    (python, *asked),
                    capture_output=True,
                    text=True,
                    check=False,
                    timeout=PATIENCE_S,
                    cwd=folder,
                )
            except subprocess.TimeoutExpired:
                return "", f"it took more than {PATIENCE_S} seconds"
            if ran.returncode:
                return "", (ran.stderr.strip().splitlines() or ["no reason given"])[-1]
            said = ran.stdout
    return said, ""
