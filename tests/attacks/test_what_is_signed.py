"""Attacks on what is signed: swapped under the page, replayed, backdated, skipped, after the end.

Each id carries the number of the attack and the surface: operations, which every door shares, and
the forms, which are the only door that decides.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from governance.actors import Actor
from governance.errors import FoureyesError, Stale, WrongState
from governance.inventory.models import Artifact, Evidence, ModelVersion
from governance.inventory.operations import add_artifact
from tests import stories
from tests.workflows.desk.pages import address
from tests.workflows.lifecycle.signing import begin, change_finding, nothing_signed, sign
from workflows.gitops.models import PullRequest
from workflows.lifecycle.models import ApprovalRound, Decision, SigningNonce
from workflows.lifecycle.operations import (
    begin_signature,
    deploy_version,
    reject_version,
    reopen_fallen,
    retire_version,
    withdraw_version,
)
from workflows.management.cast import PASSWORD, actor_named
from workflows.policies.definition import Move
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.validated_version()


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


def swap_artifact(version: ModelVersion) -> None:
    Artifact.objects.filter(version=version).update(sha256="0" * 64)


def swap_evidence(version: ModelVersion) -> None:
    Evidence.objects.filter(version=version, kind="scored_data").update(sha256="0" * 64)


def swap_measure(version: ModelVersion) -> None:
    version.gates.filter(gate="auc_at_least").update(value="0.99")


def swap_report(version: ModelVersion) -> None:
    version.comparisons.update(digest="0" * 64)


# With which door ---------------------------------------------------------------------------------
def by_operation(version: ModelVersion, between: Callable[[], None]) -> None:
    """Rita has the leave to sign, something happens, she signs."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    between()
    with pytest.raises(Stale):
        sign(version, rita, nonce)


def by_form(version: ModelVersion, between: Callable[[], None]) -> None:
    """The same with two pages and a button."""
    browser = stories.signed_in("rita")
    sent = opened(browser, version)
    between()
    answer = browser.post(address(version, "approve_version"), sent | {"password": PASSWORD})
    assert answer.status_code == 409


def opened(browser: Client, version: ModelVersion) -> dict[str, Any]:
    """What the signature page of somebody's browser would send."""
    seen = stories.digest(version, Move.APPROVE)
    page = browser.post(address(version, "begin_signature"), {"digest": seen, "comment": ""})
    assert page.status_code == 200
    nonce = SigningNonce.objects.latest("issued_at")
    return {"nonce": str(nonce.pk), "digest": seen, "comment": ""}


DOORS = {"operation": by_operation, "form": by_form}
SWAPS = {
    "A10": swap_artifact,
    "A11": swap_evidence,
    "A11b": swap_measure,
    "A11c": swap_report,
}
BETWEEN = [
    "A10-operation",
    "A10-form",
    "A11-operation",
    "A11-form",
    "A11b-operation",
    "A11b-form",
    "A11c-operation",
    "A11c-form",
]


@pytest.mark.parametrize("attack", BETWEEN)
def test_what_changes_between_page_and_signature_is_not_signed(
    version: ModelVersion, attack: str
) -> None:
    """The digest is computed again under the lock."""
    swap, _sign, door = attack.partition("-")
    DOORS[door](version, lambda: SWAPS[swap](version))
    assert nothing_signed(version)


@pytest.mark.parametrize("attack", ["A08-operation"])
def test_after_the_submission_nobody_replaces_a_file(version: ModelVersion, attack: str) -> None:
    """Neither under another name nor under the same."""
    for name in ("model.onnx", "other.onnx"):
        with pytest.raises(WrongState):
            add_artifact(
                version.pk,
                name=name,
                role="model",
                stored=stories.kept(b"other bytes"),
                actor=actor_named("dana"),
            )


@pytest.mark.parametrize("attack", ["A08-api"])
def test_after_the_submission_no_program_replaces_a_file(
    version: ModelVersion, attack: str
) -> None:
    """Nor adds one: artefact, evidence or scores."""
    token = stories.pipeline_token()
    place = f"/api/v1/models/{version.model.name}/versions/{version.number}"
    before = stories.digest(version, Move.APPROVE)
    said = {
        "Authorization": f"Bearer {token}",
        "X-Content-SHA256": hashlib.sha256(b"other bytes").hexdigest(),
    }
    for path in (
        "artifacts/model.onnx?role=model",
        "artifacts/other.onnx?role=model",
        "evidence/card.md?kind=document",
        "evidence/more.md?kind=document",
    ):
        answer = Client().put(
            f"{place}/{path}", b"other bytes", "application/octet-stream", headers=said
        )
        assert answer.status_code == 409, answer.content
    assert stories.digest(version, Move.APPROVE) == before


@pytest.mark.parametrize("attack", ["A09-form"])
@pytest.mark.parametrize("swap", [swap_artifact, swap_evidence, change_finding])
def test_the_second_page_tells_that_the_first_signature_is_gone(
    version: ModelVersion, attack: str, swap: Callable[[ModelVersion], None]
) -> None:
    """Signed on what is there now, one signature is there, and the first signer is asked again."""
    stories.sign(version, "rita")
    swap(version)
    browser = stories.signed_in("rolf")
    sent = opened(browser, version) | {"password": PASSWORD}
    assert browser.post(address(version, "approve_version"), sent).status_code == 302
    assert stories.again(version).state == "validated"
    page = stories.signed_in("rita").get(address(version)).content.decode()
    assert "Your signature no longer counts." in page


@pytest.mark.parametrize("attack", ["A09-operation"])
@pytest.mark.parametrize("swap", [swap_artifact, swap_evidence, change_finding])
def test_what_changes_after_the_first_signature_takes_that_signature_away(
    version: ModelVersion, attack: str, swap: Callable[[ModelVersion], None]
) -> None:
    """The second one alone does not approve, and no promotion is made."""
    stories.sign(version, "rita")
    swap(version)
    stories.sign(version, "rolf")
    assert stories.again(version).state == "validated"
    assert not Promotion.objects.exists()


@pytest.mark.parametrize("attack", ["A08-operation-approved"])
def test_what_changes_after_the_approval_takes_the_approval_away(
    version: ModelVersion, attack: str
) -> None:
    """Before it is live: the product reopens it, and the pull request is closed."""
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    swap_artifact(version)
    assert reopen_fallen() == 1
    assert stories.again(version).state == "validated"


@pytest.mark.parametrize("attack", ["A23-operation"])
def test_an_approval_past_its_time_puts_nothing_live(version: ModelVersion, attack: str) -> None:
    """It is reopened before anything merges."""
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    ApprovalRound.objects.filter(move="approve").update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert reopen_fallen() == 1
    assert stories.again(version).state == "validated"


@pytest.mark.parametrize("attack", ["A23-form"])
def test_an_approval_past_its_time_is_not_merged(version: ModelVersion, attack: str) -> None:
    """The button on the page of its pull request refuses before anything has reopened it."""
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    stories.carried_out()
    row = PullRequest.objects.get()
    ApprovalRound.objects.filter(move="approve").update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    place = reverse("merge_pull_request", args=[row.repository, row.number])
    answer = stories.signed_in("mo").post(place, {"seen_head": row.head_sha})
    assert answer.status_code == 409
    assert "The approval has expired." in answer.content.decode()
    assert PullRequest.objects.get().state == "open"


@pytest.mark.parametrize("attack", ["A24-form"])
@pytest.mark.parametrize("when", ["2001-01-01T00:00:00Z", "2101-01-01T00:00:00Z"])
def test_when_it_was_signed_is_the_servers_time(
    version: ModelVersion, attack: str, when: str
) -> None:
    """Whatever a form or a header says."""
    browser, before = stories.signed_in("rita"), timezone.now()
    sent = opened(browser, version) | {"password": PASSWORD, "decided_at": when, "time": when}
    answer = browser.post(address(version, "approve_version"), sent, headers={"Date": when})
    assert answer.status_code == 302
    decided = Decision.objects.get(round__move="approve").decided_at
    assert before <= decided <= timezone.now()


@pytest.mark.parametrize("attack", ["A25-operation", "A25-form"])
def test_no_stage_is_skipped(version: ModelVersion, attack: str) -> None:
    """Submitted never becomes approved, whatever digest comes along."""
    submitted = stories.submitted_version(model=version.model)
    if attack == "A25-form":
        sent = {"digest": stories.digest(version, Move.APPROVE), "comment": ""}
        answer = stories.signed_in("rita").post(address(submitted, "begin_signature"), sent)
        assert answer.status_code == 409
    else:
        with pytest.raises(WrongState):
            begin(submitted, actor_named("rita"), "0" * 64)
    assert stories.again(submitted).state == "submitted"


def rejected(version: ModelVersion) -> None:
    seen = stories.digest(version, Move.APPROVE)
    reject_version(version.pk, digest=seen, comment="No.", actor=actor_named("rolf"))


def withdrawn(version: ModelVersion) -> None:
    withdraw_version(version.pk, reason="x", actor=actor_named("dana"))


def retired(version: ModelVersion) -> None:
    """It was approved, went live, was followed by another one, and its owner ended it."""
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    for one in (version, stories.approved_version(2, opened=False)):
        deploy_version(one.pk, promotion_id=one.pk, actor=Actor.system("gitops"))
    retire_version(version.pk, reason="Followed by 2.", actor=actor_named("olive"))


@pytest.mark.parametrize("attack", ["A28-operation", "A28-form"])
@pytest.mark.parametrize("end", [rejected, withdrawn, retired])
def test_what_has_ended_is_not_signed(
    version: ModelVersion, attack: str, end: Callable[[ModelVersion], None]
) -> None:
    """Not even with a leave to sign from before."""
    browser, rita = stories.signed_in("rita"), actor_named("rita")
    sent, nonce = opened(browser, version), begin(version, rita)
    end(version)
    signed = Decision.objects.count()
    if attack == "A28-form":
        answer = browser.post(address(version, "approve_version"), sent | {"password": PASSWORD})
        assert answer.status_code == 409
    else:
        with pytest.raises(FoureyesError):
            sign(version, rita, nonce)
    assert stories.again(version).state == end.__name__
    assert Decision.objects.count() == signed


@pytest.mark.parametrize("attack", ["A41-form"])
def test_a_signature_page_is_good_once_for_one_person_in_one_session(
    version: ModelVersion, attack: str
) -> None:
    """Sent by another person, from another session, for another version, late, or twice."""
    other = stories.validated_version(2)
    browser = stories.signed_in("rita")
    sent = opened(browser, version) | {"password": PASSWORD}
    tries = [
        (stories.signed_in("rolf"), version),
        (stories.signed_in("rita"), version),
        (browser, other),
    ]
    for somebody, place in tries:
        assert somebody.post(address(place, "approve_version"), sent).status_code == 409
    assert nothing_signed(version)
    assert browser.post(address(version, "approve_version"), sent).status_code == 302
    assert browser.post(address(version, "approve_version"), sent).status_code == 409


@pytest.mark.parametrize("attack", ["A41-operation-late"])
def test_a_leave_to_sign_ends_after_two_minutes(version: ModelVersion, attack: str) -> None:
    """By the server's clock."""
    rita = actor_named("rita")
    nonce = begin_signature(
        version.pk,
        move=Move.APPROVE,
        digest=stories.digest(version, Move.APPROVE),
        actor=rita,
    )
    SigningNonce.objects.update(issued_at=timezone.now() - timedelta(seconds=121))
    with pytest.raises(Stale):
        sign(version, rita, nonce)


@pytest.mark.parametrize("attack", ["A42-form"])
def test_no_page_that_signs_can_be_framed(version: ModelVersion, attack: str) -> None:
    """Two headers say so, for old browsers and new."""
    seen = {"digest": stories.digest(version, Move.APPROVE), "comment": ""}
    answer = stories.signed_in("rita").post(address(version, "begin_signature"), seen)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
