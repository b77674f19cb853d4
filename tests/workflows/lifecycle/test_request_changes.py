"""Not like this: a version is immutable, so changes come as the next one."""

import pytest

from governance.errors import Invalid
from governance.inventory.models import ModelVersion
from tests import stories
from workflows.cases.models import Case, Task
from workflows.cases.queries import tasks_for
from workflows.lifecycle.models import Decision
from workflows.lifecycle.operations import request_changes
from workflows.management.cast import actor_named
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.submitted_version()


def ask(version: ModelVersion, comment: str = "Say how missing values are filled.") -> None:
    """The validator asks for changes."""
    digest = stories.digest(version, Move.VALIDATE)
    request_changes(version.pk, digest=digest, comment=comment, actor=actor_named("victor"))


def test_the_submitter_is_asked_for_a_successor(version: ModelVersion) -> None:
    """The review has ended; the reason stands with the decision; Dana has a task."""
    ask(version)
    assert stories.again(version).state == "rejected"
    assert Case.objects.get(version=version).outcome == "changes_requested"
    decision = Decision.objects.get()
    assert (decision.kind, decision.comment) == (
        "request_changes",
        "Say how missing values are filled.",
    )
    assert tasks_for(actor_named("dana")).get().verb == Task.Verb.REVISE


def test_the_successor_answers_the_request(version: ModelVersion) -> None:
    """Once it is submitted, nobody is asked to revise any more."""
    ask(version)
    stories.submitted(stories.draft_version(model=version.model), checked=False)
    assert not tasks_for(actor_named("dana")).exists()
    task = Task.objects.get(verb=Task.Verb.REVISE)
    assert (task.state, task.closed_by.full_name) == (Task.State.DONE, "Dana Developer")


def test_changes_are_asked_for_in_words(version: ModelVersion) -> None:
    """Nothing happens without."""
    with pytest.raises(Invalid):
        ask(version, comment="")
    assert stories.again(version).state == "submitted"
    assert not Task.objects.filter(verb=Task.Verb.REVISE).exists()
