"""Rights come and go while people decide; an approved version always rests on enough of them.

This machine does not foresee refusals (test_life does). It lets anybody try anything, keeps a
ledger of its own, and at every step holds whatever is approved against that: enough different
people, each entitled when they signed by a role older than the case, none who built or validated it
and no two who are one pair of eyes, all on the digest that is there now, before the approval's end.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import hypothesis.strategies as st
import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from governance.access.models import Delegation, Involvement, Person, RoleAssignment
from governance.access.operations import Holder, delegate, revoke, revoke_delegation
from governance.access.separation import MAKERS
from governance.actors import Actor
from governance.errors import FoureyesError
from governance.evaluation.scored_data import read_scored
from governance.inventory.models import ModelVersion
from governance.inventory.operations import add_artifact, raise_finding
from tests import stories
from tests.databases import rolled_back
from tests.workflows.lifecycle.reading import reading_once
from tests.workflows.lifecycle.signing import begin, sign
from workflows.delivery.operations import run_due
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations import (
    deploy_version,
    reject_version,
    reopen_fallen,
    retire_version,
    submit_version,
    validate_version,
    withdraw_version,
    write_validation_report,
)
from workflows.lifecycle.queries import approval_stands, case_of, digest_of
from workflows.management.cast import actor_named, give
from workflows.policies.definition import Move
from workflows.policies.models import Freeze
from workflows.policies.operations import lift_freeze, set_freeze

pytestmark = pytest.mark.django_db
READER = "governance.evaluation.operations.scored_tables.read_scored"
OFFICER, QUORUM = "risk_officer", 2
PEOPLE = ("rita", "rolf", "mo", "ada", "olive", "dana", "victor", "hanna")
SYSTEM = Actor.system("gitops")
TEXTS = {"scope": "x", "tests": "x", "conclusion": "x", "independent": True}


class Approvals(RuleBasedStateMachine):
    """Two versions of one model that waits for two risk officers, and who may be one when."""

    numbers = st.sampled_from([0, 0, 1])
    people = st.sampled_from(PEOPLE)
    # Whoever may sign tries it more often than whoever may not.
    signers = st.sampled_from(("rita", "rolf") * 3 + PEOPLE)
    reached: int = 0

    def __init__(self) -> None:
        super().__init__()
        cache.clear()
        self.stack = ExitStack()
        self.stack.enter_context(rolled_back())
        self.rows = list(ModelVersion.objects.order_by("number"))
        self.ids = {who: actor_named(who).person_id for who in PEOPLE}
        rows = RoleAssignment.objects.filter(role=OFFICER, revoked_at=None)
        self.granted = {row.person_id: row.granted_at for row in rows}
        self.lent: dict[UUID, UUID] = {}
        # (version, person, digest): whose eyes they were, and whether the ledger lets them sign.
        self.signed: dict[tuple[UUID, UUID, str], tuple[UUID, bool]] = {}

    def teardown(self) -> None:
        self.stack.close()

    def tried(self, act: Callable[[], Any]) -> bool:
        """Whether it went; a refusal has changed nothing."""
        with suppress(FoureyesError), transaction.atomic():
            act()
            return True
        return False

    def digest(self, number: int, move: Move) -> str:
        version = stories.again(self.rows[number])
        case = case_of(version)
        return (digest_of(version, case, move) if case else None) or "0" * 64

    @initialize(steps=st.sampled_from(range(6)))
    def begin_somewhere(self, steps: int) -> None:
        """Lives that begin late reach what comes late; they share their beginnings."""
        first = self.rows[0]
        if steps:
            stories.submitted(first, checked=steps > 1)
        if steps > len(("submit", "check")):
            stories.validated(first)
        for who in ("rita", "rolf")[: max(0, steps - 3)]:
            seen = self.digest(0, Move.APPROVE)
            standing = self.eyes_of(who, first)
            stories.sign(first, who)
            self.signed[first.pk, self.ids[who], seen] = standing

    # What happens -----------------------------------------------------------------------------
    @rule(number=numbers)
    def submit(self, number: int) -> None:
        self.tried(lambda: submit_version(self.rows[number].pk, actor=actor_named("dana")))

    @rule(number=numbers)
    def upload(self, number: int) -> None:
        stored = stories.kept(b"other bytes")
        facts = {"name": "more.txt", "role": "other", "stored": stored}
        actor = actor_named("olive")
        self.tried(lambda: add_artifact(self.rows[number].pk, **facts, actor=actor))

    @rule()
    def check(self) -> None:
        run_due("slow")

    @rule(number=numbers, who=people)
    def validate(self, number: int, who: str) -> None:
        version, actor = self.rows[number], actor_named(who)
        self.tried(lambda: write_validation_report(version.pk, **TEXTS, actor=actor))
        seen = self.digest(number, Move.VALIDATE)
        findings = version.findings.exclude(state="closed").exists()
        facts = {"digest": seen, "with_findings": findings, "comment": "x"}
        self.tried(lambda: validate_version(version.pk, **facts, actor=actor))

    @rule(number=numbers)
    def find(self, number: int) -> None:
        """A finding that is not required changes the digest and nothing else."""
        facts = {"severity": "low", "title": "x", "required": False}
        victor = actor_named("victor")
        self.tried(lambda: raise_finding(self.rows[number].pk, **facts, actor=victor))

    @rule(number=numbers, who=signers)
    def approve(self, number: int, who: str) -> None:
        version, seen = self.rows[number], self.digest(number, Move.APPROVE)
        eyes, entitled = self.eyes_of(who, version)
        actor = actor_named(who)
        if self.tried(lambda: sign(version, actor, begin(version, actor, seen))):
            self.signed[version.pk, self.ids[who], seen] = eyes, entitled

    def eyes_of(self, who: str, version: ModelVersion) -> tuple[UUID, bool]:
        """Whose pair of eyes somebody is, and whether they may sign, by the ledger alone."""
        case, me = case_of(stories.again(version)), self.ids[who]
        giver = next((one for one, deputy in self.lent.items() if deputy == me), None)
        for one in (me, giver):
            if one in self.granted and case and self.granted[one] <= case.opened_at:
                return one, True
        return me, False

    @rule(number=numbers, who=people)
    def reject(self, number: int, who: str) -> None:
        facts = {"digest": self.digest(number, Move.APPROVE), "comment": "No."}
        actor = actor_named(who)
        self.tried(lambda: reject_version(self.rows[number].pk, **facts, actor=actor))

    @rule(number=numbers)
    def withdraw(self, number: int) -> None:
        dana = actor_named("dana")
        self.tried(lambda: withdraw_version(self.rows[number].pk, reason="x", actor=dana))

    @rule(number=numbers)
    def deploy(self, number: int) -> None:
        """Only what still stands is reported live, as GitOps does it."""
        rounds = ApprovalRound.objects.filter(version=self.rows[number], state="passed")
        last = rounds.filter(move="approve").last()
        if last and not approval_stands(last.pk):
            pk = self.rows[number].pk
            self.tried(lambda: deploy_version(pk, promotion_id=pk, actor=SYSTEM))

    @rule(number=numbers)
    def retire(self, number: int) -> None:
        olive = actor_named("olive")
        self.tried(lambda: retire_version(self.rows[number].pk, reason="x", actor=olive))

    # Rights ------------------------------------------------------------------------------------
    @rule(who=people)
    def grant(self, who: str) -> None:
        person = Person.objects.get(pk=self.ids[who])
        portfolio = stories.house()
        why = {"reason": "x", "conflict_reason": "x"}
        if person.pk not in self.granted and self.tried(
            lambda: give(OFFICER, Holder(person=person), portfolio=portfolio, **why)
        ):
            rows = RoleAssignment.objects.filter(person=person, role=OFFICER, revoked_at=None)
            self.granted[person.pk] = rows.get().granted_at

    @rule(who=people)
    def take_back(self, who: str) -> None:
        rows = RoleAssignment.objects.filter(person=self.ids[who], role=OFFICER, revoked_at=None)
        alma = actor_named("alma")
        for row in rows:
            if self.tried(lambda row=row: revoke(row.pk, reason="x", actor=alma)):
                self.granted.pop(self.ids[who], None)

    @rule(giver=people, deputy=people)
    def lend(self, giver: str, deputy: str) -> None:
        now = timezone.now()
        window = {"starts_at": now - timedelta(minutes=1), "ends_at": now + timedelta(days=1)}
        person = Person.objects.get(pk=self.ids[deputy])
        actor = actor_named(giver)
        if self.tried(lambda: delegate(person, **window, reason="x", actor=actor)):
            self.lent[self.ids[giver]] = self.ids[deputy]

    @rule(giver=people)
    def end_lending(self, giver: str) -> None:
        actor = actor_named(giver)
        for row in Delegation.objects.filter(giver=self.ids[giver], revoked_at=None):
            if self.tried(lambda row=row: revoke_delegation(row.pk, reason="x", actor=actor)):
                self.lent.pop(self.ids[giver], None)

    # The clock and the line --------------------------------------------------------------------
    @rule(number=numbers)
    def expire(self, number: int) -> None:
        rounds = ApprovalRound.objects.filter(version=self.rows[number], state="passed")
        rounds.filter(move="approve").update(expires_at=timezone.now() - timedelta(seconds=1))

    @rule()
    def freeze(self) -> None:
        """Holds promotions and says nothing about who may sign."""
        hanna = actor_named("hanna")
        self.tried(lambda: set_freeze(reason="x", place=stories.house(), actor=hanna))

    @rule()
    def thaw(self) -> None:
        hanna = actor_named("hanna")
        for row in Freeze.objects.filter(lifted_at=None):
            self.tried(lambda row=row: lift_freeze(row.pk, reason="x", actor=hanna))

    # What holds at every moment ----------------------------------------------------------------
    @invariant()
    def what_is_approved_rests_on_enough_of_them(self) -> None:
        reopen_fallen()  # the clock of the product: every minute
        for number, row in enumerate(self.rows):
            if stories.again(row).state == "approved":
                type(self).reached += 1
                self.rests(row, self.digest(number, Move.APPROVE))

    def rests(self, row: ModelVersion, digest: str) -> None:
        """One approved version, held against the ledger."""
        round_ = ApprovalRound.objects.get(version=row, move="approve", state="passed")
        assert round_.digest == digest
        assert round_.expires_at is None or round_.expires_at > timezone.now()
        people = set(round_.decisions.filter(digest=digest).values_list("person", flat=True))
        found = {person: self.signed[row.pk, person, digest] for person in people}
        assert all(entitled for _eyes, entitled in found.values()), found
        assert len({eyes for eyes, _entitled in found.values()}) >= QUORUM, found
        parts = Involvement.objects.filter(version=row.pk).values_list("person", "part")
        barred = {person for person, part in parts if part in {*MAKERS, "validator"}}
        assert not people & barred

    @invariant()
    def at_most_one_is_live(self) -> None:
        assert ModelVersion.objects.filter(state="deployed").count() <= 1


@pytest.fixture(scope="module")
def two_drafts(module_db: None) -> Iterator[None]:
    """Nothing is submitted yet."""
    model = stories.registered_model()
    with pytest.MonkeyPatch.context() as patch:
        # The same file is read again and again, each time in a process of its own: once is enough.
        patch.setattr(READER, reading_once(read_scored))
        for _number in range(2):
            stories.draft_version(model=model)
        yield


def hold(seeds: int, steps: int, **more: bool) -> None:
    """So many lives."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    Approvals.reached = 0
    run_state_machine_as_test(
        Approvals,
        settings=settings(
            max_examples=seeds,
            stateful_step_count=steps,
            suppress_health_check=checks,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            **more,
        ),
    )


def test_an_approval_rests_on_enough_eyes_whatever_happens_to_rights(two_drafts: None) -> None:
    """Twenty lives, the same each time, some of which come to an approval."""
    hold(seeds=20, steps=20, derandomize=True)
    assert Approvals.reached


def test_the_machine_reaches_an_approval(two_drafts: None) -> None:
    """Else it would hold for nothing: the straight way, step by step."""
    Approvals.reached = 0
    lived = Approvals()
    lived.submit(0)
    lived.check()
    lived.validate(0, "victor")
    lived.approve(0, "rita")
    lived.what_is_approved_rests_on_enough_of_them()
    lived.approve(0, "rolf")
    lived.what_is_approved_rests_on_enough_of_them()
    lived.expire(0)
    lived.what_is_approved_rests_on_enough_of_them()
    lived.teardown()
    assert Approvals.reached == 1


@pytest.mark.soak
@pytest.mark.parametrize("hundred", range(5))
def test_five_hundred_lives(two_drafts: None, hundred: int) -> None:
    """The same at random, and longer; a hundred at a time, so that each run stays short."""
    hold(seeds=100, steps=60)
    assert Approvals.reached
