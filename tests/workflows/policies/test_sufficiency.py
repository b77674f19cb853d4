"""Whether people are enough for the seats of a policy. Pure."""

from itertools import permutations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.policies.wordings import approving, step
from workflows.policies.definition import Move
from workflows.policies.sufficiency import OpenSeat, seats_of, unfilled
from workflows.policies.wording import parse

ROLES = ("a", "b", "c")
STEP = parse(approving([step("a")])).moves[Move.APPROVE].steps[0]
SEATS = st.lists(
    st.sets(st.sampled_from(ROLES), min_size=1).map(lambda roles: OpenSeat(STEP, frozenset(roles))),
    max_size=4,
)
HOLDERS = st.lists(st.frozensets(st.sampled_from(ROLES)), max_size=5).map(
    lambda people: {UUID(int=at + 1): roles for at, roles in enumerate(people)}
)


@given(SEATS, HOLDERS)
def test_as_many_seats_are_filled_as_can_be(
    seats: list[OpenSeat], holders: dict[UUID, frozenset[str]]
) -> None:
    """Compared with trying every order of people."""
    people = list(holders.values()) + [frozenset[str]()] * len(seats)
    best = max(
        sum(bool(person & seat.roles) for person, seat in zip(order, seats, strict=False))
        for order in permutations(people, len(seats))
    )
    assert len(seats) - len(unfilled(seats, holders)) == best


def test_one_person_with_two_roles_is_one_pair_of_eyes() -> None:
    """Two seats of different roles need two people."""
    rules = parse(approving([step("a")], [step("b")])).moves[Move.APPROVE]
    both = {UUID(int=1): frozenset({"a", "b"})}
    assert [seat.step.name for seat in unfilled(seats_of(rules), both)] == ["b"]
    assert not unfilled(seats_of(rules), both | {UUID(int=2): frozenset({"a"})})


def test_kept_seats_are_seats_of_their_own() -> None:
    """Of two, one must be a c: two of role a are not enough."""
    rules = parse(approving([step("a", 2, required={"c": 1})])).moves[Move.APPROVE]
    officers = {UUID(int=n): frozenset({"a"}) for n in range(1, 4)}
    assert len(unfilled(seats_of(rules), officers)) == 1
    assert not unfilled(seats_of(rules), officers | {UUID(int=9): frozenset({"c"})})
