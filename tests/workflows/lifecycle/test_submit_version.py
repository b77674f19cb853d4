"""A developer hands a draft in."""

import pytest

from governance.access.models import Involvement
from governance.access.separation import Part
from governance.errors import Invalid, NotAllowed, NotFound, WrongState
from governance.inventory.models import ModelVersion
from governance.inventory.operations import VersionFacts, create_version
from governance.outbox.models import OutboxJob
from tests import stories
from workflows.cases.models import Case, Task
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations import submit_version
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.draft_version()


def test_submitting_opens_a_case_and_asks_the_validators(version: ModelVersion) -> None:
    """One case under the tier's policy, one open round, one task for the validators' role."""
    submit_version(version.pk, comment="Please look.", actor=actor_named("dana"))
    now = stories.again(version)
    assert (now.state, now.submitted_by.full_name) == ("submitted", "Dana Developer")
    case = Case.objects.get(version=version)
    assert case.policy_version.policy.name == "tier-1"
    assert [(r.move, r.state) for r in case.rounds.all()] == [("validate", "open")]
    assert list(case.tasks.values_list("verb", "role", "state")) == [
        (Task.Verb.VALIDATE, "model_validator", Task.State.OPEN)
    ]


def test_submitting_asks_a_worker_for_the_checks(version: ModelVersion) -> None:
    """One durable job, written in the same transaction."""
    submit_version(version.pk, actor=actor_named("dana"))
    job = OutboxJob.objects.get(topic="version.evaluate")
    assert (job.queue, job.payload) == ("slow", {"version_id": str(version.pk)})


def test_who_submits_has_played_a_part(version: ModelVersion) -> None:
    """Separation of duties reads this and nothing else."""
    submit_version(version.pk, actor=actor_named("dana"))
    parts = Involvement.objects.filter(version=version).values_list("person__full_name", "part")
    assert {part for name, part in parts if name == "Dana Developer"} == {
        Part.AUTHOR,
        Part.UPLOADER,
        Part.SUBMITTER,
    }


def test_an_incomplete_draft_is_refused_and_all_that_is_missing_is_named(
    version: ModelVersion,
) -> None:
    """One message, not one after the other."""
    dana = actor_named("dana")
    empty = create_version(version.model, VersionFacts(), actor=dana)
    with pytest.raises(Invalid) as refused:
        submit_version(empty.pk, actor=dana)
    for missing in ("scored", "document", "model"):
        assert missing in refused.value.message
    assert refused.value.remedy
    assert stories.again(empty).state == "draft"
    assert not Case.objects.filter(version=empty).exists()


def test_a_version_is_submitted_once(version: ModelVersion) -> None:
    """The second time says where the version stands and where the move starts."""
    dana = actor_named("dana")
    submit_version(version.pk, actor=dana)
    with pytest.raises(WrongState, match=r"is submitted\. To be submitted it must be a draft"):
        submit_version(version.pk, actor=dana)
    assert ApprovalRound.objects.filter(version=version).count() == 1


@pytest.mark.parametrize("who", ["victor", "rita", "mo", "ada", "alma"])
def test_without_the_permission_nobody_submits(version: ModelVersion, who: str) -> None:
    """They may look, so the answer says what is missing."""
    with pytest.raises(NotAllowed, match="version:submit is missing"):
        submit_version(version.pk, actor=actor_named(who))


def test_a_stranger_cannot_tell_that_it_exists(version: ModelVersion) -> None:
    """The same words as for a version that is not there."""
    with pytest.raises(NotFound):
        submit_version(version.pk, actor=actor_named("sam"))
