"""Attacks on what goes live: other bytes, another forge's approval, another change under ours.

Ids carry the number of the attack and the surface.
"""

from typing import Any

import pytest

from governance.errors import Conflict, FoureyesError
from governance.inventory.models import Artifact
from workflows.gitops.models import LocalPullRequest, PromotionAlarm
from workflows.gitops.operations import merge_pull_request
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(bank: Any) -> Any:
    """A pull request, open, approved."""
    bank.target()
    return bank.open()


@pytest.fixture
def bank(db: None, tmp_path: Any, settings: Any) -> Any:
    """A small bank with a forge of its own."""
    from tests.workflows.gitops.bank import found  # noqa: PLC0415  apps load later

    settings.FORGE_DIR = tmp_path / "forge"
    return found(tmp_path)


@pytest.mark.parametrize("when", ["before it is opened", "while it is open"])
def test_a12_an_artefact_that_changed_outside(bank: Any, when: str) -> None:
    """A12, operation: the digest is computed again before opening and at every look."""
    bank.target()
    promotion = bank.approved()[0]
    if when == "while it is open":
        bank.work()
    Artifact.objects.filter(version=promotion.version).update(sha256="f" * 64)
    bank.work()
    bank.look_again()
    assert Promotion.objects.get().state == "closed"
    assert all(state == "closed" for _number, state in bank.remote())


def test_a12_merged_all_the_same(bank: Any, row: Any) -> None:
    """A12, forge: a push to main is quicker than our look: diverged, alarm, not deployed."""
    Artifact.objects.filter(version=row.promotion.version).update(sha256="f" * 64)
    bank.disk.move_branch("main", before=bank.disk.ref("main"), after=row.head_sha)
    bank.look_again()
    promotion = Promotion.objects.get()
    assert (promotion.state, promotion.version.state) == ("diverged", "approved")
    assert PromotionAlarm.objects.get().kind == "diverged"


def test_a45_an_approval_in_the_forge_alone(bank: Any) -> None:
    """A45, forge: somebody merges their own branch with other bytes; nothing of ours moves."""
    bank.target()
    promotion = bank.approved()[0]
    path = promotion.approved_content[-1]["path"].replace("/", "__")
    sha = bank.push("feature", **{path: "mine: 1\n"})
    bank.disk.move_branch("main", before=bank.disk.ref("main"), after=sha)
    bank.work()
    bank.look_again()
    promotion = Promotion.objects.get()
    assert (promotion.state, promotion.version.state) == ("open", "approved")


def test_a46_another_change_under_the_first_approval(bank: Any, row: Any) -> None:
    """A46, form: a commit is added to the approved branch; our button refuses it."""
    head = bank.push(row.promotion.branch, extra="1")
    bank.look_again()
    mo = bank.people["mo"]
    for seen in (row.head_sha, head):
        with pytest.raises(FoureyesError) as refusal:
            merge_pull_request(row.pk, actor=mo, seen_head=seen)
        assert isinstance(refusal.value, Conflict)
    assert LocalPullRequest.objects.get().state == "open"


def test_a46_another_folder_is_merged(bank: Any, row: Any) -> None:
    """A46, forge: the branch is set to another change and merged: ours is not there."""
    other = bank.push("other", unrelated="1")
    bank.disk.move_branch(row.promotion.branch, before=row.head_sha, after=other)
    bank.disk.move_branch("main", before=bank.disk.ref("main"), after=other)
    bank.look_again()
    assert Promotion.objects.get().state == "diverged"
