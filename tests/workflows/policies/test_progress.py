"""How far the people of a move have come. Pure."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.policies.wordings import approving, rules, step
from workflows.policies.definition import Move, MoveRules
from workflows.policies.progress import Progress, Vote, progress_of
from workflows.policies.wording import parse

RITA, ROLF, HANNA, MO = (UUID(int=number) for number in range(1, 5))
OFFICER, HEAD = "risk_officer", "head_of_model_risk"


def asked(*stages: list[dict[str, Any]], **more: Any) -> MoveRules:
    plain = approving(*stages)
    plain["moves"]["approve"] |= more
    return parse(plain).moves[Move.APPROVE]


def names(progress: Progress) -> list[str]:
    return [one.step.name for one in progress.open_steps]


def test_the_second_stage_is_asked_when_the_first_is_complete() -> None:
    """Not before, whoever offers to sign."""
    rules = asked([step(OFFICER, 2)], [step(HEAD)])
    progress = progress_of(rules, [Vote(RITA, OFFICER, OFFICER)])
    assert names(progress) == [OFFICER]
    assert progress.seat_for([HEAD]) is None
    progress = progress_of(rules, [Vote(RITA, OFFICER, OFFICER), Vote(ROLF, OFFICER, OFFICER)])
    assert names(progress) == [HEAD]
    assert not progress.passed
    last = Vote(HANNA, HEAD, HEAD)
    assert progress_of(rules, [Vote(RITA, OFFICER), Vote(ROLF, OFFICER), last]).passed


def test_steps_of_one_stage_are_asked_at_once() -> None:
    """In any order; both must be complete."""
    rules = asked([step(OFFICER), step(HEAD)])
    assert names(progress_of(rules, [])) == [OFFICER, HEAD]
    progress = progress_of(rules, [Vote(HANNA, HEAD, HEAD)])
    assert names(progress) == [OFFICER]
    assert progress_of(rules, [Vote(HANNA, HEAD, HEAD), Vote(RITA, OFFICER, OFFICER)]).passed


def test_a_kept_seat_is_not_taken_by_the_step_s_own_role() -> None:
    """Two, one of them the head: the second officer is too many."""
    rules = asked([step(OFFICER, 2, required={HEAD: 1})])
    progress = progress_of(rules, [Vote(RITA, OFFICER, OFFICER)])
    assert progress.seat_for([OFFICER]) is None
    seat = progress.seat_for([OFFICER, HEAD])
    assert seat is not None
    assert seat.role == HEAD
    assert progress_of(rules, [Vote(RITA, OFFICER, OFFICER), Vote(HANNA, HEAD, OFFICER)]).passed


def test_who_holds_both_roles_takes_the_kept_seat() -> None:
    """So that the free one stays for those who hold the one role alone."""
    rules = asked([step(OFFICER, 2, required={HEAD: 1})])
    seat = progress_of(rules, []).seat_for([OFFICER, HEAD])
    assert seat is not None
    assert seat.role == HEAD


def test_nobody_counts_twice() -> None:
    """A27: neither in two roles nor in two stages."""
    rules = asked([step(OFFICER)], [step(HEAD)])
    twice = [Vote(RITA, OFFICER, OFFICER), Vote(RITA, HEAD, HEAD)]
    assert not progress_of(rules, twice).passed


def test_the_higher_role_sits_only_once_it_is_asked() -> None:
    """Before its escalation it has no seat, after it any of the step."""
    rules = asked([step(OFFICER, 2, escalation={"role": HEAD})])
    assert progress_of(rules, []).seat_for([HEAD]) is None
    escalated = progress_of(rules, [Vote(RITA, OFFICER, OFFICER)], {OFFICER})
    assert escalated.seat_for([HEAD]) is not None
    both = [Vote(RITA, OFFICER, OFFICER), Vote(HANNA, HEAD, OFFICER)]
    assert progress_of(rules, both, {OFFICER}).passed


def test_one_rejection_ends_or_is_a_vote() -> None:
    """As the policy says: one ends it, or as many as would have agreed."""
    no = Vote(RITA, OFFICER, OFFICER, agrees=False)
    ends = asked([step(OFFICER, 2)])
    assert progress_of(ends, [no]).rejected(ends)
    vote = asked([step(OFFICER, 2)], on_reject="vote")
    assert not progress_of(vote, [no]).rejected(vote)
    second = Vote(ROLF, OFFICER, OFFICER, agrees=False)
    assert progress_of(vote, [no, second]).rejected(vote)


@pytest.mark.parametrize(("quorum", "among", "noes"), [(1, 3, 3), (2, 3, 2), (3, 3, 1), (2, 5, 4)])
def test_noes_end_it_when_the_quorum_can_no_longer_be_had(
    quorum: int, among: int, noes: int
) -> None:
    """N of m are asked: so long as n of them could still agree, it goes on."""
    vote = asked([step(OFFICER, quorum, among=among)], on_reject="vote")
    said = [Vote(UUID(int=n), OFFICER, OFFICER, agrees=False) for n in range(1, noes + 1)]
    assert not progress_of(vote, said[:-1]).rejected(vote)
    assert progress_of(vote, said).rejected(vote)


@settings(max_examples=20)
@given(rules(), st.data())
def test_seats_given_one_by_one_lead_to_the_end(asked: MoveRules, data: st.DataObject) -> None:
    """Whoever takes a seat that is offered brings it closer; passed means enough in every step."""
    votes: list[Vote] = []
    roles = sorted({role for one in asked.steps for role in one.roles})
    for number in range(asked.signers):
        progress = progress_of(asked, votes)
        assert not progress.passed
        open_roles = sorted({role for one in progress.open_steps for role in one.open_roles})
        seat = progress.seat_for([data.draw(st.sampled_from(open_roles))])
        assert seat is not None
        votes.append(Vote(UUID(int=number + 1), seat.role, seat.step.name))
        assert progress_of(asked, votes).left == progress.left - 1
    done = progress_of(asked, votes)
    assert done.passed
    assert done.seat_for(roles) is None
    for one in done.steps:
        assert len({vote.person for vote in one.agreed}) >= one.step.quorum
        for role, number in one.step.required.items():
            assert sum(vote.role == role for vote in one.agreed) >= number
