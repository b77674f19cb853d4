"""Evidence that is older than the policy lets it be counts for nothing any more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.errors import Conflict, Invalid
from governance.inventory.models import Evidence, ModelVersion
from tests import stories
from tests.workflows.desk.pages import case_page
from tests.workflows.policies.wordings import tier, tier_policy
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations import reopen_fallen, submit_version
from workflows.lifecycle.queries import approval_stands
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
DAYS = 30


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated under a policy in which evidence counts for thirty days."""
    model = stories.registered_model()
    plain = tier()
    for move in ("validate", "approve"):
        plain["moves"][move].setdefault("validity", {})["evidence_max_age_days"] = DAYS
    tier_policy(plain)
    return stories.validated_version(model=model)


def grow_old(version: ModelVersion, days: int, name: str = "card.md") -> None:
    then = timezone.now() - timedelta(days=days)
    Evidence.objects.filter(version=version, name=name).update(uploaded_at=then)


def test_nobody_signs_on_evidence_that_is_too_old(version: ModelVersion) -> None:
    """The refusal says which, and what to do; within its days it counts."""
    grow_old(version, DAYS - 1)
    stories.sign(version, "rita")
    grow_old(version, DAYS + 1)
    with pytest.raises(Conflict, match=r"“card\.md” of .* is too old .* newer evidence"):
        stories.sign(version, "rolf")
    assert stories.again(version).state == "validated"
    page = case_page("rolf", version)
    assert "is too old to count under the policy" in page
    assert "too old to count</span>" in page


def test_an_approval_falls_when_its_evidence_grows_old_before_it_is_live(
    version: ModelVersion,
) -> None:
    """As with a waiver that ends: the pull request is not merged on it."""
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    passed = ApprovalRound.objects.get(version=version, move="approve", state="passed")
    assert not approval_stands(passed.pk)
    grow_old(version, DAYS + 1)
    assert "card.md" in str(approval_stands(passed.pk))
    assert reopen_fallen() == 1
    assert stories.again(version).state == "validated"


def test_a_draft_is_not_submitted_with_it(version: ModelVersion) -> None:
    """There it can still be replaced."""
    draft = stories.draft_version(2, model=version.model)
    grow_old(draft, DAYS + 1)
    with pytest.raises(Invalid, match=r"newer evidence in place of card\.md"):
        submit_version(draft.pk, actor=actor_named("dana"))


def test_the_same_bytes_uploaded_again_are_no_newer(version: ModelVersion) -> None:
    """A fresh version of old evidence is old evidence."""
    grow_old(version, DAYS + 1)
    draft = stories.draft_version(1, model=version.model)
    with pytest.raises(Invalid, match=r"newer evidence in place of card\.md"):
        submit_version(draft.pk, actor=actor_named("dana"))


def test_without_such_a_rule_evidence_has_no_age(version: ModelVersion) -> None:
    """The shipped policies do not ask it."""
    other = stories.registered_model("other", "Other", tier=2)
    draft = stories.draft_version(model=other)
    grow_old(draft, 3000)
    submit_version(draft.pk, actor=actor_named("dana"))
    assert stories.again(draft).state == "submitted"
