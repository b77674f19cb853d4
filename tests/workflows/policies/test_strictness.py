"""What stricter means: whoever satisfies the new wording has satisfied the old. Pure."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.policies.wordings import approving, definitions, rules, step, tier
from workflows.policies.definition import Definition, Move, MoveRules
from workflows.policies.strictness import is_stricter, looser_in
from workflows.policies.sufficiency import seats_of, unfilled
from workflows.policies.wording import parse

OFFICER, HEAD = "risk_officer", "head_of_model_risk"


@settings(max_examples=15)
@given(definitions())
def test_every_wording_is_as_strict_as_itself(definition: Definition) -> None:
    """Nothing is looser in it."""
    assert looser_in(definition, definition) == []


@settings(max_examples=25)
@given(rules(), rules(), st.data())
def test_who_satisfies_the_stricter_has_satisfied_the_old(
    first: MoveRules, second: MoveRules, data: st.DataObject
) -> None:
    """Everybody who sits in the new one's seats could have sat in the old one's."""
    shipped = parse(tier())
    joined = replace(first, stages=(*first.stages, *_renamed(second)))
    old = Definition({**shipped.moves, Move.APPROVE: first}, shipped.margin)
    new = Definition({**shipped.moves, Move.APPROVE: joined}, shipped.margin)
    assert is_stricter(new, old)
    sitting = {
        UUID(int=at + 1): frozenset({data.draw(st.sampled_from(sorted(seat.roles)))})
        for at, seat in enumerate(seats_of(joined))
    }
    assert not unfilled(seats_of(first), sitting)
    assert not is_stricter(old, new)


def _renamed(found: MoveRules) -> tuple[Any, ...]:
    return tuple(
        tuple(replace(one, name=f"second-{one.name}"[:60]) for one in stage)
        for stage in found.stages
    )


def changed(**changes: Any) -> dict[str, Any]:
    plain = tier()
    plain["moves"]["approve"] |= changes
    return plain


def gates(old: str, new: dict[str, Any] | None) -> dict[str, Any]:
    plain = tier()
    kept = [gate for gate in plain["moves"]["validate"]["gates"] if gate["gate"] != old]
    plain["moves"]["validate"]["gates"] = [*kept, *([{"gate": old} | new] if new else [])]
    return plain


LOOSER = {
    "fewer people": approving([step(OFFICER)]),
    "others": approving([step(HEAD, 2)]),
    "no signature": approving([step(OFFICER, 2, signature=False)]),
    "a gate less": gates("auc_at_least", None),
    "an easier gate": gates("auc_at_least", {"threshold": "0.6"}),
    "an advisory gate": gates("auc_at_least", {"threshold": "0.7", "required": False}),
    "a longer approval": changed(validity={"days": 91}),
    "an approval without end": changed(validity={}),
    "votes": changed(on_reject="vote"),
    "late roles": changed(late_grants=True),
    "a wider margin": tier() | {"comparison": {"margin": "0.02"}},
}
STRICTER = {
    "one more": approving([step(OFFICER, 3)]),
    "a second stage": approving([step(OFFICER, 2)], [step(HEAD)]),
    "a harder gate": gates("auc_at_least", {"threshold": "0.8"}),
    "sooner due": approving([step(OFFICER, 2, due_business_days=1)]),
    "a freeze": changed(freezes=[{"title": "Year end", "first": "12-18", "last": "01-04"}]),
}


@pytest.mark.parametrize("plain", LOOSER.values(), ids=LOOSER)
def test_what_asks_less_is_looser(plain: dict[str, Any]) -> None:
    """And says in what."""
    plain["moves"]["approve"].setdefault("validity", tier()["moves"]["approve"]["validity"])
    assert len(looser_in(parse(plain), parse(tier()))) >= 1


@pytest.mark.parametrize("plain", STRICTER.values(), ids=STRICTER)
def test_what_asks_more_is_stricter(plain: dict[str, Any]) -> None:
    """In people, gates or days; when something is due does not matter."""
    assert looser_in(parse(plain), parse(tier())) == []
