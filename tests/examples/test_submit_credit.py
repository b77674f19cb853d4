import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.credit.applicants import FOLDER
from examples.credit.submit import main, submit
from governance.client import Client
from tests.governance.client.fake_server import TOKEN, FakeServer, gate

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_is_submitted_with_all_it_needs(server: FakeServer, version: int) -> None:
    """Model and code, scores and card; the schema and the cutoff with the draft."""
    sent = submit(Client(server.url, TOKEN), version)
    assert sent.state == "submitted"
    assert [(one.name, one.role) for one in sent.artifacts] == [
        ("model.onnx", "model"),
        ("train.py", "code"),
    ]
    assert [(one.name, one.kind) for one in sent.evidence] == [
        ("scored.csv", "scored_data"),
        ("model_card.md", "document"),
    ]
    draft = server.received[0].body
    assert draft["label"] == f"{version}.0.0"
    assert draft["parameters"]["cutoff"] == 0.166667
    assert len(draft["input_schema"]) == {1: 3, 2: 17}[version]


def test_the_model_is_registered_once(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second submission finds it."""
    monkeypatch.setenv("FOUREYES_TOKEN", TOKEN)
    for version in ("1", "2"):
        assert main(["--url", server.url, "--version", version, "--register", "retail"]) == 0
    assert [one.path for one in server.sent("POST")].count("/api/v1/models") == 1


def test_it_runs_as_a_module_without_scikit_learn(server: FakeServer) -> None:
    """As the demo starts it: a process of its own, the token in the environment."""
    server.checks.append([gate()])
    code = (
        "import runpy, sys\n"
        "sys.modules['sklearn'] = sys.modules['skl2onnx'] = None\n"
        "runpy.run_module('examples.credit.submit', run_name='__main__', alter_sys=True)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, "--url", server.url, "--version", "1", "--wait", "5"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "FOUREYES_TOKEN": TOKEN},
    )
    assert answer.returncode == 0, answer.stderr
    assert "credit-default version 1 (1.0.0): submitted" in answer.stdout


def test_the_notice_names_the_source() -> None:
    """CC BY 4.0 asks for it."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for needed in ("Hans Hofmann", "UCI", "CC BY 4.0", "10.24432/C5NC77"):
        assert needed in readme
