"""Anybody tries anything in any order; what the rules say is kept here a second time."""

from collections.abc import Iterator

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from governance.access.models import User
from governance.access.operations import Holder
from governance.access.queries import played
from governance.access.separation import MAKERS, Part
from governance.errors import (
    Conflict,
    NotAllowed,
    WrongState,
)
from governance.evaluation.scored_data import read_scored
from governance.inventory.models import ModelVersion
from governance.inventory.operations import raise_finding
from governance.inventory.states import State
from tests import stories
from tests.workflows.lifecycle.known_house import (
    DEVELOPERS,
    EVERYBODY,
    LATER,
    OFFICERS,
    QUORUM,
    RETIRERS,
    SYSTEM,
    VALIDATORS,
    KnownHouse,
)
from tests.workflows.lifecycle.reading import reading_once
from workflows.cases.models import Task
from workflows.delivery.operations import run_due
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations import (
    deploy_version,
    reject_version,
    reopen_version,
    request_changes,
    retire_version,
    submit_version,
    validate_version,
    withdraw_version,
)
from workflows.lifecycle.transitions import EDGES
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
READER = "governance.evaluation.operations.scored_tables.read_scored"


class Life(KnownHouse):
    """Three versions of one model; each example ends as if it had never been."""

    # What anybody tries ------------------------------------------------------------------------
    numbers = st.sampled_from([0, 0, 0, 1, 2])
    people = st.sampled_from(EVERYBODY)
    stale = st.sampled_from([False, False, False, True])

    @initialize(steps=st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 2)))
    def begin_somewhere(self, steps: tuple[int, int, int]) -> None:
        """Lives that begin late reach what comes late."""
        for number, count in enumerate(steps):
            for _step in range(count):
                self.go_on(number)

    @rule(number=numbers, who=people)
    def submit(self, number: int, who: str) -> None:
        known = self.known[number]
        refused = self.out_of_place(known, "submit") | self.without(DEVELOPERS, who)
        refused |= self.taking_part(who, known.validators | known.approvers)
        if self.attempt(refused, lambda: submit_version(known.row.pk, actor=actor_named(who))):
            self.walk(known, "submit")
            known.makers.add(who)

    @rule()
    def check(self) -> None:
        run_due("slow")
        for known in self.known:
            if known.state in {State.SUBMITTED, State.VALIDATED}:
                known.checked, known.compared = True, self.champion

    @rule(number=numbers, who=people)
    def write_report(self, number: int, who: str) -> None:
        known = self.known[number]
        refused = self.out_of_place(known, "validate") | self.without(VALIDATORS, who)
        refused |= self.taking_part(who, known.makers | known.approvers)
        if self.attempt(refused, lambda: self.report(known, who)):
            known.report = True
            known.validators.add(who)

    @rule(number=numbers, who=people)
    def find(self, number: int, who: str) -> None:
        """A finding that is not required changes the digest and nothing else."""
        known = self.known[number]
        refused = self.without(VALIDATORS, who)
        refused |= self.taking_part(who, known.makers | known.approvers)
        if known.state not in {State.SUBMITTED, State.VALIDATED}:
            refused.add(WrongState)
        self.attempt(
            refused,
            lambda: raise_finding(
                known.row.pk, severity="low", title="x", required=False, actor=actor_named(who)
            ),
        )

    @rule(number=numbers, who=people, stale=stale)
    def validate(self, number: int, who: str, stale: bool) -> None:
        known, seen = self.known[number], self.seen(number, stale=stale)
        refused = self.out_of_place(known, "validate") | self.to_decide(known, who, seen)
        refused |= self.blocked(known) | (set() if known.report else {Conflict})
        facts = {"digest": seen, "with_findings": self.has_findings(known), "comment": "x"}
        actor = actor_named(who)
        if self.attempt(refused, lambda: validate_version(known.row.pk, **facts, actor=actor)):
            known.validators.add(who)
            self.walk(known, "validate")
            self.new_round(known)

    @rule(number=numbers, who=people, stale=stale)
    def approve(self, number: int, who: str, stale: bool) -> None:
        known, seen = self.known[number], self.seen(number, stale=stale)
        refused = self.out_of_place(known, "approve") | self.to_decide(known, who, seen)
        refused |= self.blocked(known)
        if self.attempt(refused, lambda: self.sign(known, who, seen)):
            known.approvers.add(who)
            known.decided.add((who, seen))
            known.signed[who] = seen
            if list(known.signed.values()).count(seen) >= QUORUM:
                self.walk(known, "approve")

    @rule(number=numbers, who=people, stale=stale, changes=st.booleans())
    def refuse(self, number: int, who: str, stale: bool, changes: bool) -> None:
        known, seen = self.known[number], self.seen(number, stale=stale)
        refused = self.out_of_place(known, "reject") | self.to_decide(known, who, seen)
        say_no = request_changes if changes else reject_version
        actor = actor_named(who)
        if self.attempt(
            refused, lambda: say_no(known.row.pk, digest=seen, comment="No.", actor=actor)
        ):
            approving = known.state is State.VALIDATED
            (known.approvers if approving else known.validators).add(who)  # a no is a part, too
            self.walk(known, "reject")

    @rule(number=numbers, who=people)
    def withdraw(self, number: int, who: str) -> None:
        known, actor = self.known[number], actor_named(who)
        refused = self.out_of_place(known, "withdraw") | self.without(DEVELOPERS, who)
        if self.attempt(refused, lambda: withdraw_version(known.row.pk, reason="x", actor=actor)):
            self.walk(known, "withdraw")

    @rule(number=numbers, who=people)
    def retire(self, number: int, who: str) -> None:
        known, actor = self.known[number], actor_named(who)
        refused = self.out_of_place(known, "retire") | self.without(RETIRERS, who)
        if known.state is State.DEPLOYED:
            refused.add(Conflict)  # no repository has told of a target that has it
        if self.attempt(refused, lambda: retire_version(known.row.pk, reason="x", actor=actor)):
            self.walk(known, "retire")

    @rule(number=numbers, by_hand=st.sampled_from([False, False, True]))
    def deploy(self, number: int, by_hand: bool) -> None:
        known, before = self.known[number], self.champion
        actor = actor_named("mo") if by_hand else SYSTEM
        refused = {NotAllowed} if by_hand else set()
        if known.state is not State.DEPLOYED:
            refused |= self.out_of_place(known, "deploy")
        went = self.attempt(
            refused,
            lambda: deploy_version(known.row.pk, promotion_id=known.row.pk, actor=actor),
        )
        if went and known.state is State.APPROVED:
            for other in self.known:
                if before is not None and other.row == before:
                    self.walk(other, "supersede")
            self.walk(known, "deploy")

    @rule(number=numbers, by_hand=st.sampled_from([False, False, True]))
    def reopen(self, number: int, by_hand: bool) -> None:
        known = self.known[number]
        actor = actor_named("alma") if by_hand else SYSTEM
        refused = self.out_of_place(known, "reopen") | ({NotAllowed} if by_hand else set())
        if self.attempt(refused, lambda: reopen_version(known.row.pk, reason="x", actor=actor)):
            self.walk(known, "reopen")
            self.new_round(known)

    # What those who may do next ----------------------------------------------------------------
    @rule(number=numbers)
    def go_on(self, number: int) -> None:
        """The way that a version should go, so that the rest is reached as well."""
        known = self.known[number]
        match known.state:
            case State.DRAFT:
                self.submit(number, "dana")
                self.check()
            case State.SUBMITTED:
                self.write_report(number, "victor")
                self.check()
                self.validate(number, "victor", stale=False)
            case State.VALIDATED:
                self.check()
                for officer in sorted(OFFICERS):
                    if known.state is State.VALIDATED:
                        self.approve(number, officer, stale=False)
            case State.APPROVED:
                self.deploy(number, by_hand=False)
            case State.SUPERSEDED:
                self.retire(number, "olive")
            case _:
                pass

    # What holds at every moment ----------------------------------------------------------------
    @invariant()
    def every_version_stands_where_this_test_says(self) -> None:
        states = dict(ModelVersion.objects.values_list("number", "state"))
        assert states == {known.row.number: known.state.value for known in self.known}
        assert list(states.values()).count("deployed") <= 1

    @invariant()
    def approved_means_enough_different_eyes_on_what_is_there(self) -> None:
        for known in self.known:
            if known.state is State.APPROVED:
                round_ = ApprovalRound.objects.get(
                    version=known.row, move="approve", state="passed"
                )
                assert self.digest(known) == round_.digest
                eyes = set(
                    round_.decisions.filter(kind="approve", digest=round_.digest).values_list(
                        "person", flat=True
                    )
                )
                others = {
                    p.person_id for p in played(known.row.pk) if p.part in MAKERS | {Part.VALIDATOR}
                }
                assert len(eyes - others) == len(eyes) >= QUORUM

    @invariant()
    @precondition(lambda self: all(k.state.value in {"rejected", "withdrawn"} for k in self.known))
    def at_the_end_nobody_is_asked_for_anything_but_a_successor(self) -> None:
        left = Task.objects.filter(state="open").exclude(verb=Task.Verb.REVISE)
        assert not left.exists()


@pytest.fixture(scope="module")
def three_drafts(module_db: None) -> Iterator[None]:
    """Some hold two roles, so that only separation of duties keeps them from deciding."""
    model = stories.registered_model()
    for username, role in (("olive", "risk_officer"), ("rita", "model_validator")):
        person = User.objects.get(username=username).person
        give(role, Holder(person=person), reason="Also", conflict_reason="Test")
    with pytest.MonkeyPatch.context() as patch:
        # The same file is read again and again, each time in a process of its own: once is enough.
        patch.setattr(READER, reading_once(read_scored))
        for _number in range(3):
            stories.draft_version(model=model)
        yield


def life(examples: int, steps: int, **more: bool) -> None:
    """Live so many lives."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    Life.walked.clear()
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            suppress_health_check=checks,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            **more,
        ),
    )


def test_whatever_anybody_tries_the_rules_hold(three_drafts: None) -> None:
    """Illegal moves are refused for the right reason and change nothing."""
    life(examples=3, steps=15, derandomize=True)


def test_every_edge_of_the_table_can_be_walked(three_drafts: None) -> None:
    """By the people whose move it is, in the same machine."""
    Life.walked.clear()
    lived = Life()
    for number, steps in ((0, 3), (1, 3), (2, 2)):
        for _step in range(steps):
            lived.go_on(number)
    lived.deploy(0, by_hand=False)
    lived.reopen(1, by_hand=False)
    lived.go_on(1)
    lived.deploy(1, by_hand=False)
    lived.retire(0, "hanna")
    lived.refuse(2, "rolf", stale=False, changes=True)
    lived.every_version_stands_where_this_test_says()
    lived.teardown()
    lived = Life()
    lived.withdraw(0, "dana")
    lived.teardown()
    assert {verb for _source, verb, _target in Life.walked} == set(EDGES) - LATER


@pytest.mark.soak
def test_many_longer_lives(three_drafts: None) -> None:
    """The same at random; in so many attempts every way is found without being shown."""
    life(examples=300, steps=80)
    edges = {(source, verb) for source, verb, _target in Life.walked}
    reachable = {(s, v) for v, edge in EDGES.items() if v not in LATER for s in edge.sources}
    assert edges == reachable - {(State.DEPLOYED, "retire"), (State.SUSPENDED, "retire")}
