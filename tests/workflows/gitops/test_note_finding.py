"""What the product itself saw after an approval: a finding that the approval does not fall by."""

import pytest
from django.utils import translation

from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.errors import NotAllowed
from governance.inventory.models import Finding, ModelVersion
from governance.inventory.operations import close_finding, note_finding
from governance.sentences import kept, sentence
from tests.stories import approved_version, signed_in
from workflows.cases.models import Task
from workflows.delivery.operations import reconcile
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations import reopen_version
from workflows.lifecycle.queries import approval_stands, digest_of
from workflows.management.cast import actor_named
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db
GITOPS = Actor.system("gitops")


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return approved_version()


@pytest.fixture
def finding(version: ModelVersion) -> Finding:
    """An approver merged, as gitops notes it."""
    return note_finding(version.pk, title="Merged by an approver", text="Rita did.", actor=GITOPS)


def approval(version: ModelVersion) -> ApprovalRound:
    return ApprovalRound.objects.get(version=version, move="approve")


def test_the_approval_stands_whatever_becomes_of_it(finding: Finding) -> None:
    """It came after what was decided: neither it nor its closing changes what was signed."""
    round_ = approval(finding.version)
    assert approval_stands(round_.pk) == ""
    close_finding(finding.pk, actor=actor_named("victor"))
    assert approval_stands(round_.pk) == ""


def test_who_submitted_the_version_is_asked_to_answer_it(finding: Finding) -> None:
    """Its case is still open, so it stands in their inbox; the log says that nobody raised it."""
    reconcile()
    task = Task.objects.get(verb=Task.Verb.ANSWER)
    assert (task.about, task.person_id) == (finding.pk, actor_named("dana").person_id)
    entry = AuditEntry.objects.get(action="finding.raised")
    assert (entry.subject_id, entry.actor_id) == (finding.version_id, None)


def test_whoever_decides_next_has_it_before_them(finding: Finding) -> None:
    """The version is opened again: another digest, and another one when the finding is closed."""
    signed = approval(finding.version)
    reopened = reopen_version(finding.version_id, reason="expired", actor=GITOPS)
    now = digest_of(reopened, signed.case, Move.APPROVE)
    close_finding(finding.pk, actor=actor_named("victor"))
    assert len({signed.digest, now, digest_of(reopened, signed.case, Move.APPROVE)}) == 3


def test_it_is_read_in_the_readers_language(version: ModelVersion) -> None:
    """The worker that wrote it down has none; what a validator typed stays as it is."""
    seen = sentence("Merged for {target} by somebody who took part in the version", target="eu")
    finding = note_finding(version.pk, title=seen, text="", actor=GITOPS)
    with translation.override("de"):
        assert str(finding).startswith("F-1 Für eu zusammengeführt")
    finding.raised_by_id = actor_named("victor").person_id
    assert finding.heading == kept(seen)


def test_the_page_of_the_version_shows_it_and_lets_validators_close_it(finding: Finding) -> None:
    """Although nothing is under review; who built it may answer and not close."""
    address = f"/models/{finding.version.model.name}/versions/{finding.version.number}/"
    close, answer = (f"/findings/{finding.pk}/{verb}/" for verb in ("close", "answer"))
    seen = signed_in("victor").get(address).content.decode()
    assert "seen by Foureyes" in seen
    assert "F-1 Merged by an approver" in seen
    assert close in seen
    developer = signed_in("dana").get(address).content.decode()
    assert (close in developer, answer in developer) == (False, True)
    with pytest.raises(NotAllowed):
        close_finding(finding.pk, actor=actor_named("dana"))
