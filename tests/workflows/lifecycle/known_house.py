"""What the test of a version's life knows: where each version stands, and the rules once more."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from django.core.cache import cache
from hypothesis.stateful import (
    RuleBasedStateMachine,
)

from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.audit.verify import verify_log
from governance.errors import (
    Conflict,
    Duplicate,
    FoureyesError,
    NotAllowed,
    NotFound,
    Stale,
    WrongState,
)
from governance.inventory.models import ModelVersion
from governance.inventory.states import State
from tests import stories
from tests.databases import rolled_back
from workflows.cases.models import Task
from workflows.delivery.operations import seal_log
from workflows.lifecycle.models import ApprovalRound, Decision
from workflows.lifecycle.operations import (
    Proof,
    approve_version,
    begin_signature,
    write_validation_report,
)
from workflows.lifecycle.queries import case_of, digest_of
from workflows.lifecycle.transitions import EDGES
from workflows.management.cast import PASSWORD, actor_named
from workflows.policies.definition import Move

SYSTEM = Actor.system("gitops")
NO_DIGEST = "0" * 64
# Edges that this machine does not walk: that of a raised tier is told in test_set_tier, those of
# what stands at a target in test_suspend_version and test_roll_back, use before validation in
# test_admit_version.
LATER = {"admit", "roll_back", "suspend", "resume", "revalidate"}
DEVELOPERS, VALIDATORS = {"dana", "olive"}, {"victor", "rita"}
OFFICERS, RETIRERS = {"rita", "rolf", "olive"}, {"olive", "hanna"}
EVERYBODY = ("dana", "olive", "victor", "rita", "rolf", "hanna", "mo", "ada", "alma", "sam")
QUORUM = 2
Refusals = set[type[FoureyesError]]


@dataclass
class Known:
    """What this test knows of one version."""

    row: ModelVersion
    state: State = State.DRAFT
    makers: set[str] = field(default_factory=lambda: {"dana"})
    validators: set[str] = field(default_factory=set)
    approvers: set[str] = field(default_factory=set)
    decided: set[tuple[str, str]] = field(default_factory=set)  # person and digest, this round
    signed: dict[str, str] = field(default_factory=dict)
    checked: bool = False
    compared: ModelVersion | None = None
    report: bool = False


class KnownHouse(RuleBasedStateMachine):
    """Three versions of one model, and what is expected of whoever tries something with them."""

    walked: Counter[tuple[State, str, State]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        cache.clear()
        self.stack = ExitStack()
        self.stack.enter_context(rolled_back())
        self.known = [Known(row) for row in ModelVersion.objects.order_by("number")]

    def teardown(self) -> None:
        """The log of this life verifies."""
        try:
            seal_log()
            assert not verify_log().problems
        finally:
            self.stack.close()

    # The rules, said once more -----------------------------------------------------------------
    @property
    def champion(self) -> ModelVersion | None:
        return next((k.row for k in self.known if k.state is State.DEPLOYED), None)

    def out_of_place(self, known: Known, verb: str) -> Refusals:
        return set() if known.state in EDGES[verb].sources else {WrongState}

    def without(self, holders: set[str], who: str) -> Refusals:
        return {NotFound} if who == "sam" else set() if who in holders else {NotAllowed}

    def taking_part(self, who: str, excluded: set[str]) -> Refusals:
        return {NotAllowed} if who in excluded else set()

    def to_decide(self, known: Known, who: str, seen: str) -> Refusals:
        """Why somebody cannot decide in the round that is open."""
        approving = known.state is State.VALIDATED
        refused = self.without(OFFICERS if approving else VALIDATORS, who)
        others = known.validators if approving else known.approvers
        refused |= self.taking_part(who, known.makers | others)
        present = self.digest(known)
        if present is None:
            return refused | {Conflict}
        if seen != present:
            refused.add(Stale)
        if (who, present) in known.decided:
            refused.add(Duplicate)
        return refused

    def blocked(self, known: Known) -> Refusals:
        moved = known.checked and known.compared != self.champion
        return {Conflict} if moved or not known.checked else set()

    # How ---------------------------------------------------------------------------------------
    def attempt(self, refused: Refusals, act: Callable[[], object]) -> bool:
        """Whether it went; it must go when nothing speaks against it, and else change nothing."""
        before = self.traces()
        try:
            act()
        except FoureyesError as error:
            assert type(error) in refused, f"{type(error).__name__}: {error}"  # noqa: PT017
            assert self.traces() == before
            return False
        assert not refused, f"{refused} expected"
        return True

    def traces(self) -> tuple[int, ...]:
        return (
            AuditEntry.objects.count(),
            Decision.objects.count(),
            Task.objects.filter(state="open").count(),
            ApprovalRound.objects.filter(state="open").count(),
        )

    def walk(self, known: Known, verb: str) -> None:
        target = EDGES[verb].target
        self.walked[known.state, verb, target] += 1
        known.state = target

    def new_round(self, known: Known) -> None:
        known.decided, known.signed = set(), {}

    def seen(self, number: int, *, stale: bool) -> str:
        return NO_DIGEST if stale else self.digest(self.known[number]) or NO_DIGEST

    def digest(self, known: Known) -> str | None:
        case = case_of(known.row)
        move = Move.VALIDATE if known.state is State.SUBMITTED else Move.APPROVE
        return digest_of(stories.again(known.row), case, move) if case else None

    def has_findings(self, known: Known) -> bool:
        """Whether validating means validating with findings."""
        return known.row.findings.exclude(state="closed").exists()

    def report(self, known: Known, who: str) -> None:
        texts = {"scope": "x", "tests": "x", "conclusion": "x"}
        write_validation_report(known.row.pk, **texts, independent=True, actor=actor_named(who))

    def sign(self, known: Known, who: str, seen: str) -> None:
        officer = actor_named(who)
        nonce = begin_signature(known.row.pk, move=Move.APPROVE, digest=seen, actor=officer)
        approve_version(
            known.row.pk, digest=seen, proof=Proof(nonce.pk, password=PASSWORD), actor=officer
        )
