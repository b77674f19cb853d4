"""The provider as tests use it: started, asked about people, told what to say of them, ended."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests  # noqa: TID251  asks whether it is up

from governance.project.environment import BASE_DIR
from tests.servers import dying_with_us, free_port

CLIENT, SECRET, PASSWORD = "foureyes", "between-the-two", "a-password-elsewhere-7"
START_SECONDS = 60


def person(name: str, **claims: Any) -> dict[str, Any]:
    """Somebody of whom the provider says the usual."""
    first = name.partition(" ")[0].lower()
    usual = {"name": name, "email": f"{first}@example.org", "email_verified": True, "groups": []}
    return {"claims": usual | claims}


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Where it runs, and the folder with what it says."""

    issuer: str
    folder: Path

    def say(self, **people: dict[str, Any]) -> None:
        """Change what is said of people, from now on."""
        file = self.folder / "directory.json"
        known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        file.write_text(json.dumps(known | people), encoding="utf-8")


@contextmanager
def running(folder: Path, callback: str, **people: dict[str, Any]) -> Iterator[IdentityProvider]:
    """A provider for the site whose callback address is given."""
    port = free_port()
    provider = IdentityProvider(f"http://127.0.0.1:{port}", folder)
    provider.say(**people)
    words = [sys.executable, "-m", "tests.identity_provider", str(port), str(folder), callback]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*dying_with_us(), *words], cwd=BASE_DIR, stdout=log, stderr=log)
    try:
        wait(provider, process)
        yield provider
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait(provider: IdentityProvider, process: subprocess.Popen[bytes]) -> None:
    """Until it answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=5)
        except requests.ConnectionError:
            ended = process.poll() is not None or time.monotonic() > deadline
            assert not ended, (provider.folder / "log").read_text(errors="replace")[-3000:]
            time.sleep(0.1)
        else:
            return
