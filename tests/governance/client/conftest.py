from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.client import Client
from tests.governance.client.fake_server import TOKEN, FakeServer


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture
def client(server: FakeServer) -> Client:
    return Client(server.url, TOKEN, timeout=5, pause=0.01)


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"a model")
    return path


@pytest.fixture
def scored_file(tmp_path: Path) -> Path:
    path = tmp_path / "scored.csv"
    path.write_text("score,outcome\n0.5,1\n", encoding="utf-8")
    return path
