"""Risk officers sign what they saw. The attacks are named after the catalogue of ways to cheat."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone

from governance.access.membership import follow
from governance.access.models import RoleAssignment, User
from governance.access.operations import Holder, revoke
from governance.access.permissions import Permission
from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.errors import (
    Conflict,
    Duplicate,
    FoureyesError,
    NotAllowed,
    NotFound,
    Stale,
    WrongState,
)
from governance.inventory.models import Artifact, Evidence, ModelVersion
from governance.inventory.operations import add_artifact, raise_finding
from governance.outbox.models import OutboxJob
from tests import stories
from tests.workflows.lifecycle.signing import begin, change_finding, nothing_signed, sign
from workflows.cases.models import Case, Task
from workflows.cases.queries import tasks_for
from workflows.lifecycle.models import Decision, LivingVersion
from workflows.lifecycle.operations import (
    request_changes,
)
from workflows.lifecycle.queries import tasks_waiting_for
from workflows.management.cast import actor_named, give
from workflows.policies.definition import Move
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.validated_version()


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


def make_risk_officer(username: str) -> Actor:
    """Somebody of the cast is given the role as well."""
    person = User.objects.get(username=username).person
    give("risk_officer", Holder(person=person), reason="Also", conflict_reason="Test")
    return actor_named(username)


# As it should be ------------------------------------------------------------------------------
def test_two_risk_officers_approve_and_the_promotion_is_asked_for_at_once(
    version: ModelVersion,
) -> None:
    """The second signature moves the version and writes promotion and job, in one transaction."""
    stories.sign(version, "rita")
    assert stories.again(version).state == "validated"
    assert not Promotion.objects.exists()
    stories.sign(version, "rolf", "Age is watched.")
    assert stories.again(version).state == "approved"
    promotion = Promotion.objects.get()
    assert OutboxJob.objects.get(topic="promotion.open").key == str(promotion.pk)
    task = Task.objects.get(case__version=version, state=Task.State.OPEN)
    assert (task.verb, task.role_id) == (Task.Verb.MERGE, "mlops_engineer")


def test_name_meaning_and_digest_stand_with_the_signature(version: ModelVersion) -> None:
    """What was signed can be read later, as it was said."""
    digest = stories.digest(version, Move.APPROVE)
    stories.sign(version, "rita")
    decision = Decision.objects.get(round__version=version, round__move="approve")
    assert (decision.person.full_name, decision.digest) == ("Rita Risk", digest)
    assert "approve Credit default" in decision.meaning
    entry = AuditEntry.objects.filter(action="decision.recorded").latest("subject_seq")
    assert entry.subject_id == version.pk


def test_the_approval_ends_after_the_days_that_the_policy_gives(version: ModelVersion) -> None:
    """Ninety days for tier 1."""
    stories.sign(version, "rita")
    stories.sign(version, "rolf")
    round_ = Case.objects.get(version=version).rounds.get(move="approve")
    assert timedelta(days=89) < round_.expires_at - timezone.now() <= timedelta(days=90)


def test_a_lower_tier_asks_for_fewer_eyes(version: ModelVersion) -> None:
    """Tier 3: one signature is the quorum, and the policy says so."""
    small = stories.validated_version(model=stories.registered_model("small", "Small", tier=3))
    stories.sign(small, "rita")
    assert stories.again(small).state == "approved"
    assert stories.again(version).state == "validated"


# One pair of eyes counts once -----------------------------------------------------------------
def test_the_same_approval_twice_is_said_and_counts_once(version: ModelVersion) -> None:
    """A27: one person is one pair of eyes."""
    stories.sign(version, "rita")
    with pytest.raises(Duplicate, match="decided on this already"):
        begin(version, actor_named("rita"))
    assert stories.again(version).state == "validated"


def test_a_second_account_of_the_same_person_is_the_same_pair_of_eyes(
    version: ModelVersion,
) -> None:
    """A03: rules look at persons."""
    rita = User.objects.get(username="rita")
    twin = User.objects.create(username="rita2", person=rita.person)
    follow(RoleAssignment.objects.filter(person=rita.person))
    stories.sign(version, "rita")
    with pytest.raises(Duplicate):
        begin(version, actor_named(twin.username))


def test_who_signed_is_not_asked_again(version: ModelVersion) -> None:
    """The task stays for the others."""
    stories.sign(version, "rita")
    assert not tasks_for(actor_named("rita")).exists()
    assert tasks_for(actor_named("rolf")).get().verb == Task.Verb.APPROVE


def test_a_role_that_the_policy_does_not_name_does_not_count(version: ModelVersion) -> None:
    """The head of model risk may approve elsewhere, but tier 1 asks for risk officers."""
    with pytest.raises(NotAllowed, match="policy asks for other roles"):
        begin(version, actor_named("hanna"))


# Those who may not ----------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["dana", "victor"])
def test_makers_and_the_validator_never_approve_whatever_role_they_get(
    version: ModelVersion, who: str
) -> None:
    """A01, A02, A05, A06: what the person did decides, and a later role does not undo it."""
    officer = make_risk_officer(who)
    assert not tasks_for(officer).filter(verb=Task.Verb.APPROVE).exists()
    with pytest.raises(NotAllowed, match="of this version"):
        begin(version, officer)
    assert nothing_signed(version)


def test_who_uploaded_one_file_is_a_maker_too(version: ModelVersion) -> None:
    """A05: the owner adds a file to a colleague's draft and so cannot approve it."""
    olive = make_risk_officer("olive")
    draft = stories.draft_version(model=version.model)
    readme = stories.kept(b"read me")
    add_artifact(draft.pk, name="README.md", role="other", stored=readme, actor=olive)
    LivingVersion.objects.filter(pk=draft.pk).get()
    finished = stories.validated(stories.submitted(draft))
    with pytest.raises(NotAllowed, match="uploader"):
        begin(finished, olive)


@pytest.mark.parametrize("who", ["olive", "mo", "ada", "alma", "admin1"])
def test_without_the_role_nobody_approves(version: ModelVersion, who: str) -> None:
    """Administrators neither."""
    with pytest.raises(NotAllowed):
        begin(version, actor_named(who))


def test_a_stranger_cannot_tell_that_it_exists(version: ModelVersion) -> None:
    """Not found rather than forbidden."""
    with pytest.raises(NotFound):
        begin(version, actor_named("sam"), "0" * 64)


def test_a_service_token_never_decides(version: ModelVersion) -> None:
    """A07: not even with a role that approves and a token that says so."""
    officer = replace(
        actor_named("rita"), token_id=uuid4(), token_permissions=frozenset(Permission)
    )
    with pytest.raises(NotAllowed, match="token or a service never does"):
        begin(version, officer)
    stories.pipeline_token()
    service = User.objects.get(kind=User.Kind.SERVICE)
    give("risk_officer", Holder(account=service), reason="x", conflict_reason="Test")
    with pytest.raises(NotAllowed, match="Only a signed-in person decides"):
        begin(version, actor_named(service.username))


def test_a_role_that_is_revoked_between_page_and_signature_does_not_sign(
    version: ModelVersion,
) -> None:
    """A16: rights are read at the act, not at the page."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    held = RoleAssignment.objects.get(person=rita.person_id)
    revoke(held.pk, reason="Left", actor=actor_named("alma"))
    with pytest.raises(FoureyesError) as refused:
        sign(version, rita, nonce)
    assert refused.value.status in {403, 404}
    assert nothing_signed(version)


def test_an_account_that_was_switched_off_does_not_sign(version: ModelVersion) -> None:
    """A39: a session that is still open does not help."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    User.objects.filter(username="rita").update(is_active=False)
    with pytest.raises(FoureyesError):
        sign(version, rita, nonce)
    assert nothing_signed(version)


# What was seen is what is signed --------------------------------------------------------------
def change_artifact(version: ModelVersion) -> None:
    Artifact.objects.filter(version=version).update(sha256="0" * 64)


def change_evidence(version: ModelVersion) -> None:
    Evidence.objects.filter(version=version, kind="scored_data").update(sha256="0" * 64)


def change_gate(version: ModelVersion) -> None:
    version.gates.filter(gate="auc_at_least").update(value="0.99")


@pytest.mark.parametrize("change", [change_artifact, change_evidence, change_gate, change_finding])
def test_what_changes_between_page_and_signature_makes_it_stale(
    version: ModelVersion, change: Callable[[ModelVersion], None]
) -> None:
    """A08, A10, A11: the digest is computed again under the lock."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    change(version)
    with pytest.raises(Stale, match="changed since this page was loaded"):
        sign(version, rita, nonce)
    assert nothing_signed(version)


@pytest.mark.parametrize("change", [change_artifact, change_finding])
def test_a_change_after_the_first_signature_asks_the_first_signer_again(
    version: ModelVersion, change: Callable[[ModelVersion], None]
) -> None:
    """A09: the first signature does not count for what it was not given for."""
    stories.sign(version, "rita")
    assert not tasks_waiting_for(actor_named("rita")).exists()
    change(version)
    assert tasks_waiting_for(actor_named("rita")).get().verb == Task.Verb.APPROVE
    stories.sign(version, "rolf")
    assert stories.again(version).state == "validated"
    assert not Promotion.objects.exists()
    stories.sign(version, "rita")
    assert stories.again(version).state == "approved"


def test_an_old_approval_is_no_approval_of_the_next_version(version: ModelVersion) -> None:
    """A26: the digest names the version."""
    successor = stories.validated_version(model=version.model)
    rita = actor_named("rita")
    nonce = begin(version, rita)
    with pytest.raises(Stale):
        sign(successor, rita, nonce)
    fresh = begin(successor, rita)
    with pytest.raises(Stale, match="signature page is no longer valid"):
        sign(successor, rita, nonce, digest=fresh.digest)
    assert nothing_signed(successor)


def test_no_stage_can_be_skipped(version: ModelVersion) -> None:
    """A25: submitted never becomes approved."""
    submitted = stories.submitted_version(model=version.model)
    with pytest.raises(WrongState, match="To be approved it must be validated"):
        begin(submitted, actor_named("rita"), "0" * 64)


def test_an_ended_version_is_not_approved(version: ModelVersion) -> None:
    """A28: it was sent back for changes, so nobody approves it any more."""
    digest = stories.digest(version, Move.APPROVE)
    request_changes(version.pk, digest=digest, comment="Explain.", actor=actor_named("rolf"))
    with pytest.raises(WrongState):
        begin(version, actor_named("rita"), digest)


def test_a_required_finding_raised_late_stands_in_the_way(version: ModelVersion) -> None:
    """Whoever signs learns it before entering a password."""
    raise_finding(version.pk, severity="high", title="Leak", actor=actor_named("victor"))
    with pytest.raises(Conflict, match="F-1 Leak is not closed"):
        begin(version, actor_named("rita"))
