import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from governance.client import Client
from governance.client.attestation import Asked
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


@pytest.fixture(scope="module")
def told(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, str]:
    """A clone of the approved branch, the pull request behind it, and the log's public key."""
    from governance.audit.models import AuditKey  # noqa: PLC0415  apps load later
    from tests.stories import approved_version  # noqa: PLC0415
    from workflows.gitops.forges.local import LocalForge  # noqa: PLC0415
    from workflows.gitops.models import PullRequest  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("story")
    with override_settings(FORGE_DIR=folder / "forge"):
        approved_version()
        row = PullRequest.objects.select_related("promotion__version").get()
        clone, forge = folder / "clone", LocalForge()
        for path in forge.tree_files(row.repository, row.head_sha):
            file = clone / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(str(forge.file_at(row.repository, row.head_sha, path)))
    return clone, row, AuditKey.objects.get().vkey


@pytest.fixture
def asked(told: tuple[Path, Any, str], tmp_path: Path) -> Asked:
    """The question about a clone of the test's own."""
    clone, row, key = told
    root = shutil.copytree(clone, tmp_path / "clone")
    return Asked(root / ".foureyes" / str(row.promotion_id), root, (key,))
