"""Every story about the log has a signing key of its own."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def key_file(settings: Settings, tmp_path: Path) -> Path:
    """Return where the key will be, in a folder that does not exist yet."""
    settings.AUDIT_KEY_FILE = tmp_path / "keys" / "audit.key"
    return tmp_path / "keys" / "audit.key"
