"""What a policy says, read from its JSON form. Pure."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from governance.access.permissions import SHIPPED_ROLES
from governance.errors import Invalid
from workflows.policies.definition import Move
from workflows.policies.shipped import SHIPPED
from workflows.policies.wording import parse


@pytest.fixture
def form() -> dict[str, Any]:
    """Tier 1 as it ships, to be broken."""
    return deepcopy(SHIPPED[0][3])


def test_the_higher_the_tier_the_more_eyes_and_the_harder_the_gates() -> None:
    """Three tiers ship, and each names roles that there are."""
    tiers = [parse(definition) for _name, _title, _tier, definition in SHIPPED]
    assert [t.moves[Move.APPROVE].signers for t in tiers] == [2, 2, 1]
    assert [t.margin for t in tiers] == [Decimal("0.01"), Decimal("0.02"), Decimal("0.03")]
    auc = [
        Decimal(gate.threshold)
        for t in tiers
        for gate in t.moves[Move.VALIDATE].gates
        if gate.name == "auc_at_least"
    ]
    assert auc == sorted(auc, reverse=True)
    roles = {step.role for t in tiers for _move, step in t.steps()}
    assert roles <= {role.name for role in SHIPPED_ROLES}


def test_every_shipped_approval_is_signed_and_ends() -> None:
    """No approval is for ever."""
    for _name, _title, _tier, definition in SHIPPED:
        approve = parse(definition).moves[Move.APPROVE]
        assert all(step.signature for step in approve.steps)
        assert 0 < approve.validity.days <= 365


def test_another_format_is_refused(form: dict[str, Any]) -> None:
    """A later release's policy is not half understood."""
    with pytest.raises(Invalid, match="format 9"):
        parse(form | {"format": 9})


def test_a_move_without_a_step_is_refused(form: dict[str, Any]) -> None:
    """A31: nobody asked would mean approved by nobody."""
    form["moves"]["approve"]["stages"] = []
    with pytest.raises(Invalid, match="nobody would be asked"):
        parse(form)


@pytest.mark.parametrize("quorum", [0, -1])
def test_a_quorum_of_nobody_is_refused(form: dict[str, Any], quorum: int) -> None:
    """One pair of eyes is the least."""
    form["moves"]["approve"]["stages"][0][0]["quorum"] = quorum
    with pytest.raises(Invalid, match="asks for nobody"):
        parse(form)


def test_a_margin_that_is_no_number_is_refused(form: dict[str, Any]) -> None:
    """At its field."""
    form["comparison"]["margin"] = "small"
    with pytest.raises(Invalid) as refused:
        parse(form)
    assert refused.value.field == "comparison.margin"


def test_a_gate_stands_once(form: dict[str, Any]) -> None:
    """Two thresholds for one gate contradict each other."""
    gates = form["moves"]["validate"]["gates"]
    gates.append(gates[0] | {"threshold": "0.99"})
    with pytest.raises(Invalid, match="stands twice"):
        parse(form)
