"""Roles that one person should not hold together."""

from uuid import uuid4

import pytest

from governance.access.duties import Held, conflicts, opposed
from governance.access.permissions import SHIPPED_ROLES

GIVEN = {role.name: role.permissions for role in SHIPPED_ROLES}
HERE, THERE = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("model_developer", "model_validator", True),
        ("model_developer", "risk_officer", True),
        ("model_validator", "head_of_model_risk", True),
        ("model_owner", "mlops_engineer", True),
        ("risk_officer", "head_of_model_risk", False),
        ("model_developer", "model_owner", False),
        ("auditor", "model_developer", False),
        ("administrator", "auditor", False),
    ],
)
def test_shipped_roles_go_together_or_not(one: str, other: str, clash: bool) -> None:
    """Who builds, who checks, who signs and who puts live are different people."""
    assert opposed(GIVEN[one], GIVEN[other]) is clash
    assert opposed(GIVEN[other], GIVEN[one]) is clash


def test_they_clash_only_where_they_meet() -> None:
    """A developer of cards may sign for mortgages; a role held everywhere meets every other."""
    developer = Held("model_developer", GIVEN["model_developer"], HERE)
    officer = GIVEN["risk_officer"]
    assert not conflicts([developer, Held("risk_officer", officer, THERE)])
    assert conflicts([developer, Held("risk_officer", officer, HERE)])
    assert conflicts([developer, Held("risk_officer", officer)]) == [
        ("model_developer", "risk_officer")
    ]
