"""A small world around one promotion: the bank, a fake forge, workers that may die, and a clock.

Everything of ours is real: rows, jobs, claims, leases, Git. Time passes by moving rows into the
past. `settle` lets workers and people do their part until nothing moves any more. Where what breaks
comes after the opening, the pull request is opened once (`opened_once`) and each test goes on from
there in a world of its own (`continued`).
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.test import override_settings

from governance.addresses import PinnedPool
from governance.audit.models import AuditEntry
from governance.outbox import operations as outbox
from governance.outbox.claims import Again, Claim, LeaseLost
from governance.outbox.models import HostCircuit, OutboxJob
from governance.outbox.statements import take
from governance.sealing import seal
from tests.contracts.contract import contract_of
from tests.databases import SQLITE, rolled_back
from tests.faults.fakes.dialects import DIALECTS
from tests.faults.fakes.forge import TOKEN, FakeForge, Pull
from tests.faults.fakes.transport import Killed, Line, Plan
from tests.governance.outbox.jobs import pass_time
from tests.workflows.gitops.bank import found
from workflows.delivery.handlers import HANDLERS
from workflows.delivery.operations import fail_job, park_exhausted_jobs, seal_log
from workflows.gitops.forges.wire import Wire
from workflows.gitops.models import ForgeLogin, PromotionAlarm
from workflows.gitops.operations import ask_to_observe
from workflows.targets.models import ForgeConnection, Promotion, Target

REPOSITORY = "risk-models/prod"
HOST = "https://forge.example"
ROUNDS = 40
# Hundreds of small questions to a database in this process cost a third less than to a server.
ON_SQLITE = pytest.mark.parametrize("module_db", [SQLITE], indirect=True)
SHORT = {"minutes": 20}


@dataclass
class World:
    """What a test looks at."""

    bank: Any
    kind: str
    forge: FakeForge
    plan: Plan = field(default_factory=Plan)
    commits: int = 0
    working: bool = False
    parked: int = 0
    rounds: int = 0
    merge_by: str = "mo"
    at_once: Callable[["World"], None] | None = None  # somebody who waits for the pull request

    @property
    def promotion(self) -> Promotion:
        found: Promotion = Promotion.objects.select_related("version").get()
        return found

    @property
    def ours(self) -> list[Pull]:
        """The pull requests from the promotion's branch."""
        branch = self.promotion.branch
        return [pull for pull in self.forge.pulls if pull.head == branch]

    def entries(self) -> list[str]:
        """What the log holds about the promotion, in order."""
        rows = AuditEntry.objects.filter(
            subject_type="promotion", subject_id=self.promotion.pk
        ).order_by("subject_seq")
        return list(rows.values_list("action", flat=True))

    def work(self, until: Callable[["World"], bool] = lambda _world: False) -> None:
        """A worker takes what is due; killed, it leaves everything as it lies."""
        self.working = True
        try:
            self._work(until)
        finally:
            self.working = False

    def _work(self, until: Callable[["World"], bool]) -> None:
        while not until(self):
            try:
                claim = outbox.claim_next("fast")
            except Killed:
                continue
            except OperationalError:
                return  # the database went away: the next look begins anew
            if claim is None:
                return
            with suppress(Killed, OperationalError):  # also while a failure is written down
                self.run(claim)
                if self.at_once and claim.topic == "promotion.open":
                    self.at_once(self)

    def run(self, claim: Claim) -> None:
        """One job, as `workflows.delivery` runs it, without the thread that renews its lease."""
        with suppress(LeaseLost):  # also where the database goes away right after the job's end
            try:
                ending = HANDLERS[claim.topic](claim)
                if isinstance(ending, Again):
                    outbox.postpone(claim, ending.seconds)
                else:
                    outbox.complete(claim, ending)
            except LeaseLost:
                raise
            except Exception as error:  # noqa: BLE001 - as the worker does
                fail_job(claim, error)

    def people(self, act: Callable[["World"], None] | None) -> None:
        """Somebody mends what was parked; somebody merges what is open."""
        for job in OutboxJob.objects.filter(parked_at__isnull=False):
            self.parked += 1
            self.forge.token = TOKEN
            outbox.retry_parked(job.pk)
        if act is not None:
            act(self)

    def settle(self, act: Callable[["World"], None] | None = None, rounds: int = ROUNDS) -> None:
        """Work, let people act, let time pass, until nothing is left to do."""
        for self.rounds in range(1, rounds + 1):
            self.work()
            self.people(act)
            if self.at_rest():
                return
            pass_time(**SHORT)
            park_exhausted_jobs()
        left = list(OutboxJob.objects.filter(done_at__isnull=True).values("topic", "last_error"))
        pytest.fail(f"not at rest: {self.promotion.state}, {left}")

    def at_rest(self) -> bool:
        """Nothing waits but looks that are asked for now and then."""
        if OutboxJob.objects.filter(done_at__isnull=True, queue="fast").exists():
            return False
        return self.promotion.state in {"deployed", "closed", "diverged", "superseded"}

    def look(self) -> None:
        """A hint came: look at the forge now."""
        ask_to_observe(self.promotion.pk, event=f"hint-{self.forge.seconds}-{len(self.plan.log)}")
        self.work()


def merges(world: World) -> None:
    """Mo merges as soon as the pull request is open and we know it."""
    if is_opened(world) and world.forge.pulls[0].state == "open":
        world.forge.merge(by=world.merge_by)


def assert_exactly_once(world: World) -> None:
    """One pull request, merged; the approved bytes on main; each entry once; nothing stuck."""
    promotion = world.promotion
    assert promotion.state == "deployed", (promotion.state, promotion.state_reason)
    assert [pull.state for pull in world.ours] == ["merged"]
    assert len(world.forge.pulls) == 1
    for file in promotion.approved_content:
        main = str(world.forge.disk.ref("main"))
        assert world.forge.disk.file_at(main, file["path"]) == file["text"]
    told = world.entries()
    for action in ("opened", "merged", "deployed"):
        assert told.count(f"promotion.{action}") == 1, told
    assert promotion.version.state == "deployed"
    assert world.forge.status(promotion.expected_head) == "success"
    known = contract_of(world.kind)
    assert not [one for asked, _answer in world.forge.asked for one in known.breaches(asked)]


# Setting up --------------------------------------------------------------------------------------
def connect(kind: str, bank: Any) -> Target:
    """A target behind a connection to the fake forge."""
    ForgeConnection.objects.create(
        name=f"{kind}-risk",
        kind=kind,
        base_url=HOST,
        sealed_token=seal(TOKEN, settings.FORGE_KEYS),
    )
    target: Target = bank.target(forge=f"{kind}-risk", repository=REPOSITORY)
    return target


def approved_bank(folder: Path, prepare: Callable[[], object] = lambda: None) -> Any:
    """A bank whose one version is approved for a target at a forge, once that is prepared."""
    with override_settings(FORGE_DIR=folder / "forge"):
        bank = found(folder)
        connect("github", bank)
        prepare()
        bank.approved()
    return bank


def ready_bank(folder: Path, prepare: Callable[[], object] = lambda: None) -> Any:
    """The same, and whatever asks no forge is done: people are told, the log is sealed."""
    bank = approved_bank(folder, prepare)
    for job in OutboxJob.objects.filter(topic="people.notify"):
        claim = outbox.claim(job.pk)
        assert claim is not None
        outbox.complete(claim, HANDLERS[job.topic](claim))
    seal_log()
    return bank


def open_world(
    bank: Any, kind: str, folder: Path, patch: pytest.MonkeyPatch, plan: Plan | None = None
) -> World:
    """The same promotion as ever, with an untouched forge and an empty copy of its repository."""
    forge = FakeForge(folder / "fake", REPOSITORY, DIALECTS[kind])
    world = World(bank, kind, forge, plan or Plan())
    assert not world.promotion.branch, "the pull request was opened for the tests of this module"
    HostCircuit.objects.all().delete()
    lead_to(world, patch)
    return world


def lead_to(world: World, patch: pytest.MonkeyPatch) -> None:
    """Every connection leads to the world's forge, and nobody pauses between two changes."""

    def line(_pool: Any, host: str, *_more: Any, **_words: Any) -> Line:
        assert host == "forge.example"
        return Line(world.forge, world.kind, world.plan)

    patch.setattr(PinnedPool, "connection_from_host", line)
    patch.setattr(Wire, "_pause", lambda _wire: None)


def is_opened(world: World) -> bool:
    return world.promotion.state == "open"


@contextmanager
def opened_once(bank: Any, kind: str, folder: Path) -> Iterator[World]:
    """The pull request has just been opened, and nothing has been seen of it since.

    For the tests of a module: what they do is rolled back to here, and this in the end.
    """
    with rolled_back():
        with pytest.MonkeyPatch.context() as patch, override_settings(FORGE_DIR=folder / "copies"):
            ForgeConnection.objects.update(kind=kind)
            world = open_world(bank, kind, folder, patch)
            with counted_commits(world):
                world.work(until=is_opened)
        yield world


def continued(opened: World, folder: Path, patch: pytest.MonkeyPatch) -> World:
    """A world for one test in which the pull request was opened like that."""
    shutil.copytree(opened.forge.root.with_name("copies"), settings.FORGE_DIR)
    world = replace(
        opened,
        forge=opened.forge.copied(folder / "fake"),
        plan=Plan(log=list(opened.plan.log)),
    )
    lead_to(world, patch)
    return world


def continued_with_mo(opened: World, folder: Path, patch: pytest.MonkeyPatch) -> World:
    """The same, and the forge's Mo is known as ours."""
    world = continued(opened, folder, patch)
    mo = world.bank.people["mo"]
    ForgeLogin.objects.create(person_id=mo.person_id, forge="github-risk", login="mo")
    world.work()
    assert world.promotion.state == "open"
    return world


def alarms() -> list[str]:
    """The kinds of all alarms, answered or not."""
    return sorted(PromotionAlarm.objects.values_list("kind", flat=True))


@contextmanager
def counted_commits(world: World, at: int = -1, name: str = "") -> Iterator[None]:
    """Count the commits of what runs inside, and break one: before it, after it, or in the server.

    The outermost block of an operation is a savepoint here; what it protects is the same. A
    worker's UPDATE outside of any block, such as a claim, is a commit of its own.
    """
    depth, real_enter, real_exit = [0], transaction.Atomic.__enter__, transaction.Atomic.__exit__

    def enter(block: transaction.Atomic) -> None:
        depth[0] += 1
        return real_enter(block)

    def leave(block: transaction.Atomic, kind: Any, error: Any, trace: Any) -> Any:
        depth[0] -= 1
        if depth[0] or kind is not None or not is_broken(world, at):
            return real_exit(block, kind, error, trace)
        broken = fault_of(name)
        if name == "after":
            real_exit(block, None, None, None)
        else:
            real_exit(block, type(broken), broken, None)
        raise broken

    def alone(write: Callable[..., Any]) -> Callable[..., Any]:
        def written(*words: Any, **values: Any) -> Any:
            if depth[0] or not world.working or not is_broken(world, at):
                return write(*words, **values)
            if name == "after":
                write(*words, **values)
            raise fault_of(name)

        return written

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction.Atomic, "__enter__", enter)
        patch.setattr(transaction.Atomic, "__exit__", leave)
        patch.setattr(QuerySet, "update", alone(QuerySet.update))
        patch.setattr("governance.outbox.operations.take", alone(take))
        yield


def is_broken(world: World, at: int) -> bool:
    """Count one commit, and say whether it is the one that breaks."""
    world.commits += 1
    return world.commits == at + 1


def fault_of(name: str) -> BaseException:
    """What a worker meets: its death, or a database that went away."""
    return OperationalError("gone") if name == "server-gone" else Killed(name)
