"""One promotion, approved once for all tests of a module; each test breaks its way to live."""

from typing import Any

import pytest


@pytest.fixture(scope="module")
def bank(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One approved promotion to a target behind a connection; its first request is next."""
    from tests.faults.world import ready_bank  # noqa: PLC0415  apps load later

    return ready_bank(tmp_path_factory.mktemp("bank"))
