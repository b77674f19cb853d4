"""Whatever keeps people from deciding is named at once: on the board, in the inbox, on the page."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from governance.access.models import Team
from governance.access.operations import Holder, add_member, add_team, delegate
from governance.evaluation.models import ComparisonReport
from governance.inventory.models import Evidence, ModelVersion
from tests import stories
from tests.governance.access.people import holder, person
from tests.stories import signed_in
from tests.workflows.desk.pages import case_page
from tests.workflows.lifecycle.signing import change_finding
from tests.workflows.policies.wordings import approving, step, tier_policy
from workflows.delivery.operations import reconcile
from workflows.desk.queries.cases import board
from workflows.desk.queries.lists import Narrowing
from workflows.lifecycle.operations import admit_version, recuse, reject_version
from workflows.management.cast import actor_named, give
from workflows.policies.definition import Move
from workflows.policies.operations import set_freeze

pytestmark = pytest.mark.django_db
DAYS = 30
TOO_FEW = "Only 1 of the 2 people who are needed can do this today."
NOBODY = "Nobody can do this today."


def asking_both(*, late: bool = False) -> dict[str, object]:
    """Two officers, each no is a vote, evidence counts for thirty days."""
    plain = approving([step("risk_officer", 2)])
    rules = plain["moves"]["approve"]
    rules |= {"on_reject": "vote", "late_grants": late}
    rules["validity"]["evidence_max_age_days"] = DAYS
    return plain


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated; Rita and Rolf must both sign."""
    model = stories.registered_model()
    tier_policy(asking_both())
    return stories.validated_version(model=model)


def say_no(version: ModelVersion, who: str) -> None:
    seen = stories.digest(version, Move.APPROVE)
    reject_version(version.pk, digest=seen, comment="It leaks.", actor=actor_named(who))


def step_aside(version: ModelVersion, who: str) -> None:
    seen = stories.digest(version, Move.APPROVE)
    recuse(version.pk, digest=seen, comment="Cousin.", actor=actor_named(who))


def on_the_board(version: ModelVersion) -> str:
    columns = board(actor_named("ada"), Narrowing())
    lines = [one for column in columns for one in column.lines]
    return next(one.stands for one in lines if f"/versions/{version.number}/" in one.url)


def inbox(username: str, address: str = "/") -> str:
    return signed_in(username).get(address).content.decode()


# Too few people ----------------------------------------------------------------------------------
def test_a_vote_that_cannot_be_won_any_more_says_so_at_once(version: ModelVersion) -> None:
    """One of two has said no, and two must agree: nobody waits for the deadline to learn it."""
    assert on_the_board(version) == "0 of 2 have signed."
    assert "Too few" not in case_page("rita", version)
    say_no(version, "rita")
    assert stories.again(version).state == "validated"
    assert on_the_board(version) == f"0 of 2 have signed. {TOO_FEW}"
    assert TOO_FEW in inbox("rolf")
    assert TOO_FEW in inbox("dana", "/?tab=submitted")
    page = case_page("rolf", version)
    assert "Too few people can still sign, and a role that is given now does not count" in page


def test_when_nobody_is_left_that_is_said(version: ModelVersion) -> None:
    """Both stepped aside."""
    step_aside(version, "rita")
    step_aside(version, "rolf")
    assert on_the_board(version) == f"0 of 2 have signed. {NOBODY}"


def test_who_has_signed_is_enough_with_who_is_left(version: ModelVersion) -> None:
    """One signed, one still can; without the second, nobody can."""
    stories.sign(version, "rita")
    assert on_the_board(version) == "1 of 2 have signed."
    step_aside(version, "rolf")
    assert on_the_board(version) == f"1 of 2 have signed. {NOBODY}"


def test_a_case_that_changed_asks_who_said_no_again(version: ModelVersion) -> None:
    """Then they are enough again, on the board as on the page."""
    say_no(version, "rita")
    change_finding(version)
    assert on_the_board(version).startswith("0 of 2 have signed.")
    assert TOO_FEW not in on_the_board(version)
    assert "Too few" not in case_page("rolf", version)


def test_a_role_given_now_helps_only_where_the_policy_lets_it(version: ModelVersion) -> None:
    """And the page says which of both to do."""
    tier_policy(asking_both(late=True))
    other = stories.validated_version(2, model=version.model)
    for one in (version, other):
        step_aside(one, "rita")
    assert "An administrator must grant the role" in case_page("rolf", other)
    give("risk_officer", holder("sam"), portfolio=stories.house(), reason="x")
    assert TOO_FEW in on_the_board(version)
    assert TOO_FEW not in on_the_board(other)


def test_a_deputy_adds_nobody_and_a_team_does(version: ModelVersion) -> None:
    """A deputy takes somebody's place; who came by a team before the case counts as themselves."""
    now = timezone.now()
    window = {"starts_at": now - timedelta(minutes=1), "ends_at": now + timedelta(days=1)}
    delegate(person("hanna"), **window, reason="Away.", actor=actor_named("rita"))
    step_aside(version, "rolf")
    assert TOO_FEW in on_the_board(version)
    team: Team = add_team(name="officers", title="Officers", actor=actor_named("alma"))
    add_member(team.pk, person("sam"), reason="x", actor=actor_named("alma"))
    give("risk_officer", Holder(team=team), portfolio=stories.house(), reason="x")
    assert TOO_FEW in on_the_board(version)
    third = stories.validated_version(2, model=version.model)
    assert on_the_board(third) == "0 of 2 have signed."


# What stands against it --------------------------------------------------------------------------
def test_evidence_that_is_too_old_is_named(version: ModelVersion) -> None:
    """Not only on the page."""
    old = timezone.now() - timedelta(days=DAYS + 1)
    Evidence.objects.filter(version=version, name="card.md").update(uploaded_at=old)
    words = "Evidence is too old to count: card.md."
    assert on_the_board(version) == f"0 of 2 have signed. {words}"
    assert words in inbox("rita")
    assert words in inbox("dana", "/?tab=submitted")


def test_a_champion_that_went_live_meanwhile_is_named(version: ModelVersion) -> None:
    """Until the comparison has been run again nobody can sign."""
    ComparisonReport.objects.filter(version=version).update(champion=version)
    words = "Another champion went live since the comparison; it is run again."
    assert words in on_the_board(version)
    assert words in case_page("rita", version)


def test_an_exception_that_has_ended_is_named(version: ModelVersion) -> None:
    """Nobody approves any more what nobody has validated."""
    other = stories.submitted_version(2, model=version.model)
    later = timezone.now() + timedelta(days=30)
    asked = {"limits": "500 cases.", "reason": "It broke.", "expires_at": later}
    admit_version(other.pk, **asked, actor=actor_named("hanna"))
    words = "The exception for its use before validation has ended."
    assert words not in on_the_board(other)
    with time_machine.travel(later + timedelta(minutes=1), tick=False):
        assert words in on_the_board(other)


def test_what_holds_an_approved_version_is_named(version: ModelVersion) -> None:
    """The line is stopped: the board says by whom and why."""
    set_freeze(reason="The year is closed.", place=stories.house(), actor=actor_named("hanna"))
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    reconcile()
    assert "The line is stopped by Hanna Head: The year is closed." in on_the_board(version)
