"""One promotion, approved once for all tests of a module; each test breaks its way to live."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="module")
def bank(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One approved promotion to a target behind a connection; its first request is next."""
    from tests.faults.world import ready_bank  # noqa: PLC0415  apps load later

    return ready_bank(tmp_path_factory.mktemp("bank"))


@pytest.fixture(scope="module")
def opened(request: Any, bank: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Its pull request, opened once at a forge of the dialect that a test names; or at GitHub."""
    from tests.faults.world import opened_once  # noqa: PLC0415  apps load later

    kind = getattr(request, "param", "github")
    with opened_once(bank, kind, tmp_path_factory.mktemp(f"opened-{kind}")) as world:
        yield world
