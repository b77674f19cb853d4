"""Settings that cannot work: each refusal names the one to change, and the approval is kept.

Afterwards somebody changes it, presses Retry, and the version goes live by the same approval.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dulwich.server import ReceivePackHandler

from governance.outbox import operations as outbox
from governance.outbox.models import OutboxJob
from governance.sentences import recalled
from tests.faults.fakes.forge import TOKEN
from tests.faults.world import ON_SQLITE, World, assert_exactly_once, merges, open_world
from tests.governance.outbox.jobs import pass_time
from workflows.gitops.preparation import facts_of
from workflows.gitops.wording import branch_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db, ON_SQLITE]

PATCH = pytest.MonkeyPatch
TRIES = 12


@dataclass
class Wrong:
    """What is wrong, how somebody puts it right, and the words that lead there."""

    name: str
    spoil: Callable[[World, PATCH], None]
    mend: Callable[[World, PATCH], None]
    words: tuple[str, ...]


def every_request(fault: str) -> Callable[[World, PATCH], None]:
    def spoil(world: World, _patch: PATCH) -> None:
        world.plan.at = dict.fromkeys(range(1000), ("before", fault))

    return spoil


def works_again(world: World, patch: PATCH) -> None:
    world.plan.at = {}
    world.forge.token = TOKEN
    patch.undo()


def other_token(world: World, _patch: PATCH) -> None:
    world.forge.token = "another-one"


def no_main(world: World, _patch: PATCH) -> None:
    """Somebody renamed the branch."""
    disk = world.forge.disk
    tip = str(disk.ref("main"))
    assert disk.create_branch("trunk", tip)
    assert disk.delete_branch("main", tip)


def main_again(world: World, patch: PATCH) -> None:
    disk = world.forge.disk
    assert disk.create_branch("main", str(disk.ref("trunk")))
    works_again(world, patch)


def protected(_world: World, patch: PATCH) -> None:
    """The forge's own hook declines every push."""

    def decline(handler: Any, refs: Any) -> Any:
        yield (b"unpack", b"ok")
        for _old, _new, ref in refs:
            yield (ref, b"protected branch hook declined")

    patch.setattr(ReceivePackHandler, "_apply_pack", decline)


def in_the_way(world: World, _patch: PATCH) -> None:
    """A file stands where our folder would."""
    world.forge.push("main", models="a note")


def out_of_the_way(world: World, patch: PATCH) -> None:
    world.forge.push("main", models=None)
    works_again(world, patch)


def theirs_on_our_branch(world: World, _patch: PATCH) -> None:
    """Somebody pushed to the branch before we did."""
    world.forge.push(branch_of(facts_of(world.promotion)), theirs="1")


def branch_cleared(world: World, patch: PATCH) -> None:
    branch = world.promotion.branch
    assert world.forge.disk.delete_branch(branch, str(world.forge.disk.ref(branch)))
    works_again(world, patch)


WRONG = [
    Wrong("unknown host", every_request("unknown-host"), works_again, ("address", "connection")),
    Wrong("wrong token", other_token, works_again, ("Renew the token", "github-risk")),
    Wrong("missing repository", every_request("404-hidden"), works_again, ("“repository”",)),
    Wrong("moved repository", every_request("301-renamed"), works_again, ("repository", "moved")),
    Wrong("missing branch", no_main, main_again, ("main", "“base branch”")),
    Wrong("protected branch", protected, works_again, ("declined", "foureyes/")),
    Wrong("file in the way", in_the_way, out_of_the_way, ("“path”",)),
    Wrong("branch of others", theirs_on_our_branch, branch_cleared, ("delete or rename",)),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_setting_is_named_and_the_approval_is_kept(
    wrong: Wrong, bank: Any, tmp_path: Path, monkeypatch: PATCH
) -> None:
    """Parked with words; mended and retried, it goes live by the same approval."""
    world = open_world(bank, "github", tmp_path, monkeypatch)
    before = world.promotion.approval_round_id
    with PATCH.context() as patch:
        wrong.spoil(world, patch)
        job = parked(world)
        told = str(recalled(job.last_error))
        for words in wrong.words:
            assert words in told, told
        assert TOKEN not in told
        assert world.promotion.version.state == "approved"
        assert world.promotion.state in {"waiting", "preparing"}
        wrong.mend(world, patch)
    outbox.retry_parked(job.pk)
    world.settle(merges)
    assert world.promotion.approval_round_id == before
    assert_exactly_once(world)


def parked(world: World) -> OutboxJob:
    """What nobody answers is tried for a while; what is refused is parked at once."""
    for _try in range(TRIES):
        world.work()
        if job := OutboxJob.objects.filter(parked_at__isnull=False).first():
            return job
        pass_time(minutes=20)
    pytest.fail("nothing was parked")
