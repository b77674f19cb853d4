"""Fixtures of this folder."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def bank(db: None, tmp_path: Path, settings: Any) -> Any:
    """A small bank; its forge is a folder of this test."""
    from tests.workflows.gitops.bank import found  # noqa: PLC0415  apps load later

    settings.FORGE_DIR = tmp_path / "forge"
    return found(tmp_path)


@pytest.fixture
def place(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A forge of the kind that a test names."""
    from tests.workflows.gitops.places import place_of  # noqa: PLC0415  as above

    return place_of(request.param, tmp_path, monkeypatch)
