"""What another wording would do, in numbers. Pure."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.workflows.policies.wordings import approving, step, tier
from workflows.policies.definition import Definition, Move
from workflows.policies.progress import Vote
from workflows.policies.simulation import (
    CaseFacts,
    Effect,
    GateFact,
    Outcome,
    PastFacts,
    counted,
    outcome_of,
    would_have_passed,
)
from workflows.policies.wording import parse

OFFICER, HEAD, VALIDATOR = "risk_officer", "head_of_model_risk", "model_validator"
RITA, ROLF, HANNA, VICTOR = (uuid4() for _ in range(4))
HELD = {RITA: {OFFICER}, ROLF: {OFFICER}, HANNA: {HEAD}}
FREE = {who: frozenset(roles) for who, roles in HELD.items()}
CHECKERS = {VICTOR: frozenset({VALIDATOR})}
TWO = parse(approving([step(OFFICER, 2)]))


def wording(*stages: list[dict[str, Any]]) -> Definition:
    return parse(approving(*stages))


def case(move: Move = Move.APPROVE, **more: Any) -> CaseFacts:
    """A case under a wording that asks two risk officers."""
    free = {Move.APPROVE: FREE} | ({Move.VALIDATE: CHECKERS} if move is Move.VALIDATE else {})
    return CaseFacts("Credit 1", move, TWO, **{"holders": free} | more)


@pytest.mark.parametrize("move", [Move.VALIDATE, Move.APPROVE])
@pytest.mark.parametrize(
    ("stages", "effect", "more"),
    [
        ([[step(OFFICER, 2)]], Effect.SAME, 0),
        ([[step(OFFICER, 2)], [step(HEAD)]], Effect.MORE, 1),
        ([[step(OFFICER)], [step(HEAD, name="h")], [step(OFFICER, name="o")]], Effect.MORE, 1),
        ([[step(OFFICER)]], Effect.FEWER, -1),
        ([[step(OFFICER, 3)]], Effect.NOBODY, 1),
        ([[step(HEAD, 2)]], Effect.NOBODY, 0),
        ([[step(OFFICER, 2, required={HEAD: 1})]], Effect.SAME, 0),
        ([[step(OFFICER, 3, required={HEAD: 1})]], Effect.MORE, 1),
        ([[step(OFFICER, 3, required={HEAD: 2})]], Effect.NOBODY, 1),
    ],
)
def test_an_open_case_would_need_so_many_more_or_would_have_nobody(
    move: Move, stages: list[list[dict[str, Any]]], effect: Effect, more: int
) -> None:
    """Also one that still waits for its validator: its approval is to come."""
    found = outcome_of(case(move), wording(*stages))
    assert (found.effect, found.more) == (effect, more)


def test_one_person_sits_once() -> None:
    """Somebody with two roles does not fill the seats of both."""
    both = {Move.APPROVE: {RITA: frozenset({OFFICER, HEAD}), ROLF: frozenset({OFFICER})}}
    assert outcome_of(case(holders=both), wording([step(OFFICER, 2)], [step(HEAD)])).effect is (
        Effect.NOBODY
    )
    assert outcome_of(case(holders=both), wording([step(OFFICER)], [step(HEAD)])).effect is (
        Effect.SAME
    )


def auc(threshold: str, *, required: bool = True) -> Definition:
    """Two officers, and this one gate."""
    plain = tier()
    gate = {"gate": "auc_at_least", "threshold": threshold, "required": required}
    plain["moves"]["validate"]["gates"] = [gate]
    return parse(plain)


@pytest.mark.parametrize(
    ("value", "outcome", "fails"),
    [
        ("0.75", "passed", False),
        ("0.69", "passed", True),
        ("0.7", "passed", False),  # at least is at least
        ("0.69", "waived", False),
        ("", "failed", True),
        ("", "passed", False),
    ],
)
def test_a_required_gate_that_would_not_pass_is_named(
    value: str, outcome: str, *, fails: bool
) -> None:
    """By the value that was measured; one that nobody measured is not judged."""
    facts = case(gates=[GateFact("auc_at_least", value, outcome)])
    found = outcome_of(facts, auc("0.7"))
    assert (found.effect is Effect.FAILS) == fails
    assert found.why == (("auc_at_least",) if fails else ())
    assert outcome_of(facts, auc("0.7", required=False)).effect is Effect.SAME
    assert outcome_of(case(), auc("0.99")).effect is Effect.SAME


def votes(*people: tuple[UUID, str]) -> list[Vote]:
    return [Vote(person, role) for person, role in people]


def test_a_past_approval_stands_under_what_it_was_given_under() -> None:
    """And not where one more was needed; the same person in two steps is one."""
    past = PastFacts("Credit 1", votes((RITA, OFFICER), (ROLF, OFFICER)))
    assert would_have_passed(past, TWO) == ()
    more = wording([step(OFFICER, 2)], [step(HEAD)])
    assert would_have_passed(past, more) == ("too few for “Head of model risk”",)
    assert would_have_passed(past, wording([step(OFFICER, 3)])) == ("too few for “Risk officers”",)


def test_a_past_approval_stands_where_the_higher_role_sat_in() -> None:
    """A step that was late was escalated, so the head took an officer's seat."""
    late = wording([step(OFFICER, 2, escalation={"role": HEAD, "after_business_days": 2})])
    past = PastFacts("Credit 1", votes((RITA, OFFICER), (HANNA, HEAD)))
    assert would_have_passed(past, late) == ()
    assert would_have_passed(past, TWO) != ()


def test_outcomes_are_counted_the_worst_first() -> None:
    """Each case once, and what happens to none is left out."""
    rows = [Outcome(str(n), effect) for n, effect in enumerate([Effect.SAME, Effect.NOBODY] * 2)]
    found = counted(rows)
    assert list(found) == [Effect.NOBODY, Effect.SAME]
    assert sum(map(len, found.values())) == len(rows)
