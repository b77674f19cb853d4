"""Where the policy says vote, a no is one of several: who said it, what it ends, and what not."""

import pytest

from governance.errors import Duplicate
from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.desk.pages import case_page, press
from tests.workflows.lifecycle.signing import change_finding
from tests.workflows.policies.wordings import approving, step, tier_policy
from workflows.cases.models import Case, Task
from workflows.lifecycle.models import Decision
from workflows.lifecycle.operations import reject_version, request_changes
from workflows.lifecycle.queries import case_of, standing_of, who_could_decide
from workflows.management.cast import actor_named
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated under a policy that asks one of two officers and takes a no for a vote."""
    model = stories.registered_model()
    plain = approving([step("risk_officer", among=2)])
    plain["moves"]["approve"]["on_reject"] = "vote"
    tier_policy(plain)
    return stories.validated_version(model=model)


def say_no(version: ModelVersion, who: str, how: object = reject_version) -> None:
    seen = stories.digest(version, Move.APPROVE)
    how(version.pk, digest=seen, comment="It leaks.", actor=actor_named(who))


def test_one_no_of_two_is_a_vote(version: ModelVersion) -> None:
    """Kept with its reason; the version stands where it stood and the others are still asked."""
    say_no(version, "rita")
    assert stories.again(version).state == "validated"
    assert Decision.objects.get(kind="reject").round.state == "open"
    assert Task.objects.filter(case__version=version, verb="approve", state="open").exists()
    stories.sign(version, "rolf")
    assert stories.again(version).state == "approved"


def test_as_many_noes_as_leave_no_quorum_end_it(version: ModelVersion) -> None:
    """Two of two: for good."""
    say_no(version, "rita")
    say_no(version, "rolf")
    assert stories.again(version).state == "rejected"
    case = Case.objects.get(version=version)
    assert (case.outcome, case.rounds.get(move="approve").state) == ("rejected", "rejected")
    assert not Task.objects.filter(state="open").exists()


def test_asking_for_changes_is_a_vote_as_well(version: ModelVersion) -> None:
    """Nobody ends alone what others may approve; if all ask for changes, the developer is asked."""
    say_no(version, "rita", request_changes)
    assert stories.again(version).state == "validated"
    say_no(version, "rolf", request_changes)
    assert Case.objects.get(version=version).outcome == "changes_requested"
    assert Task.objects.get(state="open").verb == "revise"


def test_the_harder_word_counts_where_they_differ(version: ModelVersion) -> None:
    """One rejected, one asked for changes: rejected."""
    say_no(version, "rita")
    say_no(version, "rolf", request_changes)
    assert Case.objects.get(version=version).outcome == "rejected"


def test_who_said_no_neither_says_it_twice_nor_signs(version: ModelVersion) -> None:
    """One pair of eyes is one vote; the page says what they said."""
    say_no(version, "rita")
    with pytest.raises(Duplicate):
        say_no(version, "rita")
    with pytest.raises(Duplicate):
        stories.sign(version, "rita")
    case, rita = case_of(version), actor_named("rita")
    seen = stories.digest(version, Move.APPROVE)
    assert "said no" in standing_of(rita, version, case, Move.APPROVE, seen).reason
    left = who_could_decide(version, case, Move.APPROVE)
    assert "rita" not in {one.person.full_name.split()[0].lower() for one in left.candidates}
    assert left.needed == 1
    assert stories.again(version).state == "validated"


def test_a_changed_case_asks_who_said_no_again(version: ModelVersion) -> None:
    """Their no was about what is no longer there."""
    say_no(version, "rita")
    change_finding(version)
    say_no(version, "rolf")
    assert stories.again(version).state == "validated"
    say_no(version, "rita")
    assert stories.again(version).state == "rejected"


def test_the_page_tells_who_said_no_and_that_it_is_a_vote(version: ModelVersion) -> None:
    """Before pressing: how many more end it. After: by whom and why, for the next one."""
    assert "It is a vote: 1 more ends the review" in case_page("rita", version)
    seen = stories.digest(version, Move.APPROVE)
    typed = {"decision": "reject", "comment": "It leaks.", "digest": seen}
    assert press("rita", version, "decide_version", **typed).status_code == 302
    page = case_page("rolf", version)
    assert "Said no" in page
    assert "“It leaks.”" in page
    assert "This review ends; nobody else is asked" in page
    assert "You have said no to this already" in case_page("rita", version)
