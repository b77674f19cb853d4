"""What the repository reports as live becomes the champion."""

import pytest
from django.db import IntegrityError, transaction

from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.errors import NotAllowed, WrongState
from governance.inventory.models import ModelVersion
from governance.inventory.queries import champion_of
from governance.outbox.models import OutboxJob
from tests import stories
from tests.memory import remembered
from workflows.cases.models import Case
from workflows.lifecycle.operations import deploy_version
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
GITOPS = Actor.system("gitops")


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.approved_version(opened=False)


def deploy(version: ModelVersion, actor: Actor = GITOPS) -> None:
    """GitOps reports it live."""
    deploy_version(version.pk, promotion_id=version.pk, actor=actor)


@remembered
def live(version: ModelVersion) -> None:
    """It is there already when a story begins."""
    deploy(version)


def test_the_first_live_version_is_the_champion(version: ModelVersion) -> None:
    """Its submission has come to its end."""
    deploy(version)
    assert champion_of(version.model_id) == version
    assert stories.again(version).deployed_at
    assert Case.objects.get(version=version).outcome == "deployed"


def test_the_next_one_supersedes_it_in_the_same_transaction(version: ModelVersion) -> None:
    """There is never a moment with two champions, nor one with none."""
    live(version)
    successor = stories.approved_version(2, model=version.model, opened=False)
    deploy(successor)
    assert stories.again(version).state == "superseded"
    assert champion_of(version.model_id) == successor
    entry = AuditEntry.objects.filter(action="version.superseded").get()
    assert entry.subject_id == version.pk


def test_a_deployment_that_fails_leaves_the_champion(version: ModelVersion) -> None:
    """Whatever happens in between, all of it is undone."""
    live(version)
    successor = stories.approved_version(2, model=version.model, opened=False)

    def fail(*_parts: object, **_more: object) -> None:
        message = "the power went"
        raise OSError(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workflows.lifecycle.operations.deployment.end_case", fail)
        with pytest.raises(OSError, match="power"):
            deploy(successor)
    assert champion_of(version.model_id) == version
    assert stories.again(successor).state == "approved"


def test_reported_twice_is_deployed_once(version: ModelVersion) -> None:
    """Observing may see the same merge again."""
    deploy(version)
    deploy(version)
    assert AuditEntry.objects.filter(action="version.deployed").count() == 1


@pytest.mark.parametrize("who", ["mo", "alma", "olive", "dana"])
def test_nobody_deploys_by_hand(version: ModelVersion, who: str) -> None:
    """Not even whoever merges."""
    with pytest.raises(NotAllowed, match="Nobody deploys by hand"):
        deploy(version, actor_named(who))


def test_what_is_not_approved_is_not_deployed(version: ModelVersion) -> None:
    """A merge without an approval moves no version."""
    validated = stories.validated_version(2, model=version.model)
    with pytest.raises(WrongState, match="To go live it must be approved"):
        deploy(validated)


def test_the_database_allows_one_champion_a_model(version: ModelVersion) -> None:
    """Even to whoever writes past the operations."""
    live(version)
    successor = stories.approved_version(2, model=version.model, opened=False)
    rows = ModelVersion.objects.filter(pk=successor.pk)
    with pytest.raises(IntegrityError, match="one_champion"), transaction.atomic():
        rows.update(state="deployed", audit_seq=1000)


def test_versions_under_review_are_compared_with_the_new_champion(version: ModelVersion) -> None:
    """Nobody decides on a comparison with a champion of the past."""
    challenger = stories.validated_version(2, model=version.model)
    deploy(version)
    job = OutboxJob.objects.get(key__startswith=f"{challenger.pk}:{version.pk}")
    assert (job.topic, job.done_at) == ("version.evaluate", None)
