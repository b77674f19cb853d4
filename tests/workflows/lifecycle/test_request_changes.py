"""Not like this: a version is immutable, so changes come as the next one."""

import pytest

from governance.audit.models import AuditEntry
from governance.errors import Invalid
from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.desk.pages import case_page, press
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


def test_what_next_offers_the_ways_on(version: ModelVersion) -> None:
    """A new version, more evidence, another champion, or the end; the last only to who may."""
    ask(version)
    page = case_page("dana", version)
    for way in ("A new version", "More evidence", "Another champion", "The end"):
        assert f"<dt>{way}</dt>" in page
    assert 'data-dialog="abandon"' in page
    assert 'data-dialog="abandon"' not in case_page("ada", version)


def test_a_developer_may_say_that_it_ends_here(version: ModelVersion) -> None:
    """With a reason that stands in the case; then nobody is asked, and it cannot be said twice."""
    ask(version)
    empty = press("dana", version, "abandon_revision", reason=" ")
    assert empty.status_code == 422
    assert press("rita", version, "abandon_revision", reason="x").status_code == 403
    assert tasks_for(actor_named("dana")).exists()
    done = press("dana", version, "abandon_revision", reason="The product is gone.")
    assert done.status_code == 302
    assert not tasks_for(actor_named("dana")).exists()
    assert Task.objects.get(verb=Task.Verb.REVISE).state == Task.State.CLOSED
    assert AuditEntry.objects.filter(action="revision.abandoned").count() == 1
    page = case_page("dana", version)
    assert "The product is gone." in page
    assert 'data-dialog="abandon"' not in page
    assert press("dana", version, "abandon_revision", reason="x").status_code == 409
