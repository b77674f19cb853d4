"""What waits for whom."""

import pytest

from governance.access.models import Delegation, Team, User
from governance.access.operations import (
    Holder,
    add_member,
    add_portfolio,
    add_team,
    grant,
    remove_member,
)
from governance.inventory.models import ModelVersion
from tests import stories
from tests.governance.access.people import lend, soon
from workflows.cases.models import Case
from workflows.cases.queries import submission_of, submitted_by, tasks_done_by, tasks_for
from workflows.lifecycle.queries import standing_of, tasks_waiting_for
from workflows.management.cast import CAST, actor_named, give
from workflows.policies.definition import Move
from workflows.policies.models import PolicyVersion

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
    assert asked() == {"victor": ["validate"]}
    stories.submitted_version(model=stories.registered_model("later", "Later"))
    assert asked() == {"victor": ["validate"] * 2, "olive": ["validate"]}


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


def waiting(username: str) -> list[str]:
    """What a person's inbox offers."""
    return [task.verb for task in tasks_waiting_for(actor_named(username))]


def join(team: Team, username: str) -> None:
    member = User.objects.get(username=username).person
    add_member(team.pk, member, reason="x", conflict_reason="x", actor=actor_named("alma"))


def test_a_role_given_after_the_case_was_opened_is_not_asked(version: ModelVersion) -> None:
    """A17: by name, or by joining a team late; in a case that is opened afterwards it is."""
    alma, sam = actor_named("alma"), User.objects.get(username="sam").person
    team = add_team(name="checkers", title="Checkers", actor=alma)
    give("model_validator", Holder(team=team), reason="x")
    join(team, "ada")
    give("model_validator", Holder(person=sam), reason="x")
    assert waiting("sam") == []
    assert waiting("ada") == []
    stories.submitted_version(model=stories.registered_model("later", "Later"))
    assert waiting("sam") == ["validate"]
    assert waiting("ada") == ["validate"]
    join(team, "hanna")
    assert waiting("hanna") == []


def test_a_team_that_was_there_before_counts_for_who_was_in_it(version: ModelVersion) -> None:
    """Granted and joined before the case; who left and came back is late again."""
    alma = actor_named("alma")
    team = add_team(name="checkers", title="Checkers", actor=alma)
    give("model_validator", Holder(team=team), reason="x")
    join(team, "sam")
    stories.submitted_version(model=stories.registered_model("later", "Later"))
    assert waiting("sam") == ["validate"]
    member = User.objects.get(username="sam").person
    remove_member(team.pk, member, reason="x", actor=alma)
    assert waiting("sam") == []
    join(team, "sam")
    assert waiting("sam") == []


def test_a_policy_can_let_late_roles_count(version: ModelVersion) -> None:
    """Then they are asked as well."""
    give("model_validator", Holder(person=User.objects.get(username="sam").person), reason="x")
    assert waiting("sam") == []
    case = submission_of(version.pk)
    wording = case.policy_version
    wording.definition["moves"]["validate"]["late_grants"] = True
    other = PolicyVersion.objects.create(
        policy=wording.policy, number=99, definition=wording.definition
    )
    Case.objects.filter(pk=case.pk).update(policy_version=other)
    assert waiting("sam") == ["validate"]


def test_a_deputy_of_the_author_is_not_asked(version: ModelVersion) -> None:
    """Both are one pair of eyes."""
    Delegation.objects.create(
        giver=User.objects.get(username="dana").person,
        deputy=User.objects.get(username="victor").person,
        reason="x",
        starts_at=soon(days=-1),
        ends_at=soon(days=1),
    )
    assert waiting("victor") == []


def test_what_a_deputy_has_signed_is_not_asked_of_the_giver(version: ModelVersion) -> None:
    """Nor of the deputy once the giver has signed."""
    stories.validated(version)
    lend("rita", "sam")
    assert waiting("sam") == ["approve"]
    stories.sign(version, "sam")
    assert waiting("rita") == []
    assert waiting("sam") == []
    assert waiting("rolf") == ["approve"]


def test_everything_that_is_offered_can_be_done(version: ModelVersion) -> None:
    """The inbox and the page of the case say the same of everybody, whatever they hold."""
    give("risk_officer", Holder(person=User.objects.get(username="ada").person), reason="x")
    stories.validated(version)
    lend("rita", "sam")
    stories.sign(version, "rita")
    case = submission_of(version.pk)
    seen = stories.digest(version, Move.APPROVE)
    for member in CAST:
        actor = actor_named(member.username)
        standing = standing_of(actor, stories.again(version), case, Move.APPROVE, seen)
        assert ("approve" in waiting(member.username)) is standing.may, member.username
