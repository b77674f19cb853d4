"""Changing what is live, a step at a time."""

from typing import Any

from governance.inventory.models import ModelVersion
from tests import stories
from tests.memory import remembered
from workflows.cases.models import LiveChange
from workflows.gitops.models import PullRequest
from workflows.gitops.operations import merge_pull_request
from workflows.lifecycle.operations import (
    Proof,
    begin_live_signature,
    sign_live_change,
    suspend_version,
)
from workflows.lifecycle.queries import digest_of
from workflows.management.cast import PASSWORD, actor_named
from workflows.policies.definition import Move


def digest(change: LiveChange) -> str:
    """What a decision on a change binds to at this moment."""
    case = change.case
    round_ = case.rounds.latest("opened_at")
    found = digest_of(stories.again(case.version), case, Move(round_.move))
    assert found
    return found


@remembered
def suspend(version: ModelVersion, who: str = "mo", **more: Any) -> LiveChange:
    """Somebody asks to stop a version that is live."""
    reason = more.pop("reason", "It refuses everybody born in May.")
    return suspend_version(version.pk, reason=reason, actor=actor_named(who), **more)


@remembered
def sign(change: LiveChange, username: str, **more: Any) -> None:
    """One of those whom the policy asks signs what stands there now."""
    actor, seen = actor_named(username), digest(change)
    nonce = begin_live_signature(change.case_id, digest=seen, actor=actor)
    proof = Proof(nonce.pk, password=PASSWORD)
    sign_live_change(change.case_id, digest=seen, proof=proof, actor=actor, **more)


@remembered
def sign_all(change: LiveChange, *usernames: str) -> None:
    """As many as the policy asks for, one after the other; the pull request is opened."""
    for username in usernames:
        sign(change, username)
    stories.work_off()


@remembered
def merge_open(username: str = "mo") -> None:
    """Whatever pull request is open is merged, and what came of it is read."""
    for row in PullRequest.objects.filter(state="open"):
        merge_pull_request(row.pk, actor=actor_named(username), seen_head=row.head_sha)
    stories.work_off()


def two_versions() -> tuple[ModelVersion, ModelVersion]:
    """The former champion and the one that is live."""
    first = stories.deployed_version(1)
    second = stories.deployed_version(2, model=first.model)
    return stories.again(first), second


@remembered
def sign_retirement(change: LiveChange, username: str) -> None:
    """The shipped policies ask the owner's word, without a signature."""
    sign_live_change(change.case_id, digest=digest(change), actor=actor_named(username))
    stories.work_off()
