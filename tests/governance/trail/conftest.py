"""What stories of the trail begin with."""

import pytest


@pytest.fixture(scope="module")
def house(module_db: None) -> None:
    """People with their roles, and a second administrator."""
    from tests.governance.trail.erasing import two_administrators  # noqa: PLC0415  apps load later

    two_administrators()
