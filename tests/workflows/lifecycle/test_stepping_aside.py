"""Abstain, step aside, delegate: said with a reason, kept in the log, counted for nothing."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from governance.access.models import Delegation, Involvement
from governance.access.operations import delegate, revoke_delegation
from governance.audit.models import AuditEntry
from governance.audit.queries import views_of
from governance.errors import Conflict, Duplicate, FoureyesError, Invalid, NotAllowed
from governance.inventory.models import ModelVersion
from tests import stories
from tests.governance.access.people import holder, person
from tests.memory import remembered
from tests.workflows.lifecycle.signing import begin, change_finding, sign
from workflows.cases.models import Task
from workflows.lifecycle.models import Decision
from workflows.lifecycle.operations import abstain, delegate_decision, recuse
from workflows.lifecycle.queries import case_of, tasks_waiting_for, who_could_decide
from workflows.management.cast import actor_named, give
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Three risk officers may sign; two must."""
    return stories.three_officers()


def seen(version: ModelVersion) -> str:
    return stories.digest(version, Move.APPROVE)


@remembered
def step_aside(version: ModelVersion, who: str, *, for_good: bool) -> None:
    how = recuse if for_good else abstain
    how(version.pk, digest=seen(version), comment="Cousin of mine.", actor=actor_named(who))


@remembered
def hand_over(version: ModelVersion, who: str, to: str, comment: str = "Away.") -> None:
    delegate: UUID = person(to).pk
    delegate_decision(
        version.pk,
        digest=seen(version),
        comment=comment,
        delegate=delegate,
        actor=actor_named(who),
    )


@pytest.mark.parametrize("for_good", [False, True])
def test_who_stands_aside_does_not_count_and_is_not_asked(
    version: ModelVersion, for_good: bool
) -> None:
    """The reason stands in the log; two others are still needed and enough."""
    step_aside(version, "rita", for_good=for_good)
    assert not tasks_waiting_for(actor_named("rita")).exists()
    stories.sign(version, "rolf")
    assert stories.again(version).state == "validated"
    stories.sign(version, "sam")
    assert stories.again(version).state == "approved"
    entry = views_of(AuditEntry.objects.filter(action="decision.recorded"))
    told = [view for view in entry if view.line.after["kind"] in {"abstain", "recuse"}]
    assert [view.personal["comment"] for view in told] == ["Cousin of mine."]


@pytest.mark.parametrize("for_good", [False, True])
def test_who_stands_aside_played_no_part(version: ModelVersion, for_good: bool) -> None:
    """They did not approve, so nothing keeps them from merging."""
    step_aside(version, "rita", for_good=for_good)
    assert not Involvement.objects.filter(person=person("rita"), version=version).exists()


def test_who_abstained_is_asked_again_when_the_case_changes(version: ModelVersion) -> None:
    """They said so about what was there."""
    step_aside(version, "rita", for_good=False)
    with pytest.raises(Duplicate):
        begin(version, actor_named("rita"))
    change_finding(version)
    assert tasks_waiting_for(actor_named("rita")).exists()
    stories.sign(version, "rita")


def test_who_stepped_aside_stays_out_of_the_round(version: ModelVersion) -> None:
    """A conflict of interest does not go away with a new finding."""
    step_aside(version, "rita", for_good=True)
    change_finding(version)
    assert not tasks_waiting_for(actor_named("rita")).exists()
    with pytest.raises(NotAllowed, match="stepped aside in this round"):
        begin(version, actor_named("rita"))


def test_the_panel_learns_that_too_few_are_left(version: ModelVersion) -> None:
    """Two of three out: one cannot make two."""
    step_aside(version, "rita", for_good=True)
    step_aside(version, "sam", for_good=False)
    case = case_of(version)
    assert case
    could = who_could_decide(version, case, Move.APPROVE)
    assert [one.person for one in could.able] == [person("rolf")]
    assert could.warning


@pytest.mark.parametrize("how", [abstain, recuse])
def test_nobody_stands_aside_without_a_reason(version: ModelVersion, how: object) -> None:
    """The refusal names the field; nothing is kept."""
    with pytest.raises(Invalid) as refused:
        how(version.pk, digest=seen(version), comment=" ", actor=actor_named("rita"))
    assert refused.value.field == "comment"
    assert not Decision.objects.filter(round__move="approve").exists()


def test_a_delegate_is_asked_by_name_and_decides(version: ModelVersion) -> None:
    """Whoever handed it over is out; the delegate's own right is what counts."""
    hand_over(version, "rita", "sam")
    task = tasks_waiting_for(actor_named("sam")).filter(person=person("sam")).get()
    assert (task.verb, task.due_at) == (Task.Verb.APPROVE, other_task(version).due_at)
    with pytest.raises(FoureyesError):
        begin(version, actor_named("rita"))
    stories.sign(version, "sam")
    task.refresh_from_db()
    assert (task.state, task.closed_by) == (Task.State.DONE, person("sam"))
    decision = Decision.objects.get(kind="delegate")
    assert (decision.person, decision.delegate) == (person("rita"), person("sam"))


def other_task(version: ModelVersion) -> Task:
    return Task.objects.get(case__version=version, verb="approve", role="risk_officer")


def test_a_delegate_does_not_pass_it_on(version: ModelVersion) -> None:
    """No chains."""
    hand_over(version, "rita", "sam")
    with pytest.raises(Conflict, match="cannot pass it on"):
        hand_over(version, "sam", "rolf")


def test_nobody_takes_back_from_whom_it_was_handed(version: ModelVersion) -> None:
    """No circles either."""
    hand_over(version, "rita", "sam")
    with pytest.raises(Invalid):
        hand_over(version, "rolf", "rita")


@pytest.mark.parametrize("to", ["dana", "victor", "mo", "rita"])
def test_only_somebody_who_could_decide_is_a_delegate(version: ModelVersion, to: str) -> None:
    """Not the submitter, the validator, a stranger to the role, or oneself."""
    with pytest.raises((Invalid, NotAllowed)):
        hand_over(version, "rita", to)
    assert not Decision.objects.filter(kind="delegate").exists()


def test_a_submitter_with_the_role_is_no_delegate(version: ModelVersion) -> None:
    """A21: separation of duties holds for whoever is asked by name."""
    give("risk_officer", holder("dana"), reason="x", conflict_reason="x")
    with pytest.raises(NotAllowed, match="Dana Developer is"):
        hand_over(version, "rita", "dana")


def test_delegating_needs_a_reason(version: ModelVersion) -> None:
    """As every decision but a plain yes."""
    with pytest.raises(Invalid) as refused:
        hand_over(version, "rita", "sam", comment="")
    assert refused.value.field == "comment"


@remembered
def lend() -> Delegation:
    """Hanna, no officer herself, stands in for Rita."""
    now = timezone.now()
    window = {"starts_at": now - timedelta(minutes=1), "ends_at": now + timedelta(days=1)}
    return delegate(person("hanna"), **window, reason="Away.", actor=actor_named("rita"))


@pytest.mark.parametrize("how", [abstain, recuse])
def test_a_deputy_does_not_decide_for_who_stands_aside(version: ModelVersion, how: object) -> None:
    """Both are one pair of eyes: what Rita may not decide, nobody decides in her place."""
    lend()
    hanna = actor_named("hanna")
    assert tasks_waiting_for(hanna).exists()
    how(version.pk, digest=seen(version), comment="Cousin of mine.", actor=actor_named("rita"))
    assert not tasks_waiting_for(hanna).exists()
    with pytest.raises(NotAllowed, match="Rita Risk, for whom you stand in, is out"):
        begin(version, hanna)


def test_a_deputy_does_not_decide_beside_a_delegate(version: ModelVersion) -> None:
    """Rita's one voice went to Sam; it is not there a second time."""
    lend()
    hand_over(version, "rita", "sam")
    with pytest.raises(NotAllowed, match="is out of this decision"):
        begin(version, actor_named("hanna"))


def test_a_delegation_that_ends_in_between_signs_nothing(version: ModelVersion) -> None:
    """Hanna opened the signature as Rita's deputy; when she sends it, she is none."""
    lent = lend()
    hanna = actor_named("hanna")
    nonce = begin(version, hanna)
    revoke_delegation(lent.pk, reason="Back.", actor=actor_named("rita"))
    with pytest.raises(NotAllowed):
        sign(version, hanna, nonce)
    assert not Decision.objects.filter(round__move="approve").exists()
    stories.sign(version, "rita")


def test_what_a_deputy_signed_stays_signed_for_both(version: ModelVersion) -> None:
    """The delegation has ended since: neither gives a second voice."""
    lent = lend()
    stories.sign(version, "hanna")
    revoke_delegation(lent.pk, reason="Back.", actor=actor_named("rita"))
    for who in ("rita", "hanna"):
        assert not tasks_waiting_for(actor_named(who)).exists()
        with pytest.raises(FoureyesError):
            begin(version, actor_named(who))
    stories.sign(version, "rolf")
    assert stories.again(version).state == "approved"
