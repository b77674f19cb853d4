"""What waits for whom."""

import pytest

from governance.access.models import User
from governance.access.operations import Holder, add_portfolio, grant
from governance.inventory.models import ModelVersion
from tests import stories
from workflows.cases.queries import submitted_by, tasks_done_by, tasks_for
from workflows.management.cast import CAST, actor_named, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.submitted_version()


def asked() -> dict[str, list[str]]:
    """Who of the cast is asked for what."""
    waiting = {m.username: [t.verb for t in tasks_for(actor_named(m.username))] for m in CAST}
    return {username: verbs for username, verbs in waiting.items() if verbs}


def test_each_step_asks_those_whose_turn_it_is(version: ModelVersion) -> None:
    """Validators first, then approvers until they have signed, then who merges."""
    assert asked() == {"victor": ["validate"]}
    stories.validated(version)
    assert asked() == {"rita": ["approve"], "rolf": ["approve"]}
    stories.sign(version, "rita")
    assert asked() == {"rolf": ["approve"]}
    stories.sign(version, "rolf")
    assert asked() == {"mo": ["merge"]}


def test_who_took_part_is_not_asked_whatever_role_they_hold(version: ModelVersion) -> None:
    """A button that could only be refused is not offered."""
    for username in ("dana", "olive"):
        person = User.objects.get(username=username).person
        give("model_validator", Holder(person=person), reason="x", conflict_reason="Test")
    assert asked() == {"victor": ["validate"], "olive": ["validate"]}


def test_a_role_elsewhere_is_not_asked(version: ModelVersion) -> None:
    """Tasks go where the role is held."""
    alma = actor_named("alma")
    other = add_portfolio(name="corporate", title="Corporate", actor=alma)
    sam = User.objects.get(username="sam").person
    grant("model_validator", Holder(person=sam), portfolio=other, reason="x", actor=alma)
    assert "sam" not in asked()


def test_what_is_done_and_what_was_handed_in_can_be_read(version: ModelVersion) -> None:
    """Each for their own."""
    stories.validated(version)
    assert [t.verb for t in tasks_done_by(actor_named("victor"))] == ["validate"]
    assert submitted_by(actor_named("dana")).get().version == version
    assert not submitted_by(actor_named("olive")).exists()
