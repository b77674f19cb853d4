"""Approve with conditions: they are signed, add up, become somebody's to meet, and are watched."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from django.utils import timezone

from governance.errors import Conflict, Invalid, NotAllowed, Stale
from governance.inventory.models import ModelVersion
from tests import stories
from tests.governance.access.people import holder, person
from tests.memory import remembered
from tests.workflows.lifecycle.signing import begin, nothing_signed, sign
from workflows.cases.models import Case, Task
from workflows.lifecycle.conditions import ConditionFacts, from_text, to_text
from workflows.lifecycle.models import Condition, Decision
from workflows.lifecycle.operations import (
    Proof,
    approve_version,
    begin_signature,
    breach_conditions,
    close_condition,
    meet_condition,
    reject_version,
    void_condition,
)
from workflows.lifecycle.queries import tasks_waiting_for
from workflows.management.cast import PASSWORD, actor_named, give
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Three risk officers may sign; two must."""
    return stories.three_officers()


def condition(text: str = "Watch age.", days: int = 30, **more: object) -> ConditionFacts:
    due = timezone.localdate() + timedelta(days=days)
    owner = more.pop("owner", "dana")
    return ConditionFacts(text, person(str(owner)).pk, due, **more)


@remembered
def demand(version: ModelVersion, who: str, conditions: Sequence[ConditionFacts]) -> None:
    """An officer approves on conditions."""
    officer, seen = actor_named(who), stories.digest(version, Move.APPROVE)
    asked = {"digest": seen, "conditions": conditions, "actor": officer}
    nonce = begin_signature(version.pk, move=Move.APPROVE, **asked)
    proof = Proof(nonce.pk, password=PASSWORD)
    approve_version(version.pk, comment="Only so.", proof=proof, **asked)


@remembered
def approved(version: ModelVersion, *conditions: ConditionFacts) -> Condition:
    """Rita demands, Rolf signs the same."""
    demand(version, "rita", conditions or [condition()])
    stories.sign(version, "rolf")
    assert stories.again(version).state == "approved"
    return Condition.objects.latest("number")


def overdue(one: Condition) -> None:
    Condition.objects.filter(pk=one.pk).update(due_on=date(2020, 1, 1))


# Setting them ----------------------------------------------------------------------------------
def test_who_signs_with_conditions_signs_the_digest_that_includes_them(
    version: ModelVersion,
) -> None:
    """The leave to sign, the decision and the case as it stands afterwards agree."""
    before = stories.digest(version, Move.APPROVE)
    demand(version, "rita", [condition()])
    decision = Decision.objects.get(kind="approve_with_conditions")
    assert decision.digest == stories.digest(version, Move.APPROVE) != before
    assert "on 1 condition" in decision.meaning
    assert [one.text for one in decision.conditions.all()] == ["Watch age."]


def test_who_approves_on_conditions_says_why(version: ModelVersion) -> None:
    """Without a word there is no leave to sign, and with a leave no signature."""
    rita, seen = actor_named("rita"), stories.digest(version, Move.APPROVE)
    asked = {"digest": seen, "conditions": [condition()], "actor": rita}
    kind = {"kind": Decision.Kind.APPROVE_WITH_CONDITIONS, "comment": " "}
    with pytest.raises(Invalid, match="Say why you approve on conditions only"):
        begin_signature(version.pk, move=Move.APPROVE, **kind, **asked)
    nonce = begin_signature(version.pk, move=Move.APPROVE, **asked)
    with pytest.raises(Invalid, match="Say why you approve on conditions only"):
        approve_version(version.pk, proof=Proof(nonce.pk, password=PASSWORD), **asked)
    assert nothing_signed(version)
    assert not Condition.objects.exists()


def test_the_second_signer_signs_the_conditions_of_the_first(version: ModelVersion) -> None:
    """A plain yes after it completes the quorum."""
    demand(version, "rita", [condition()])
    stories.sign(version, "rolf")
    assert stories.again(version).state == "approved"


def test_conditions_add_up_and_a_new_one_asks_the_earlier_signer(version: ModelVersion) -> None:
    """Rita signed without it, so she confirms; both conditions stand."""
    demand(version, "rita", [condition()])
    demand(version, "rolf", [condition("Retrain by spring.")])
    assert stories.again(version).state == "validated"
    assert tasks_waiting_for(actor_named("rita")).exists()
    stories.sign(version, "rita")
    assert stories.again(version).state == "approved"
    assert [one.number for one in Condition.objects.order_by("number")] == [1, 2]


def test_leave_to_sign_without_conditions_signs_none(version: ModelVersion) -> None:
    """What is added after the page was shown was not signed."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    with pytest.raises(Stale):
        sign(version, rita, nonce, conditions=[condition()], comment="Only so.")
    assert not Condition.objects.exists()


@pytest.mark.parametrize(
    ("text", "days", "owner", "words"),
    [
        (" ", 30, "dana", "say what must be done"),
        ("x" * 2001, 30, "dana", "at most 2000"),
        ("x", 0, "dana", "lie ahead"),
        ("x", 30, "rita", "does not look after"),
        ("x", 30, "ada", "does not look after"),
    ],
)
def test_a_condition_that_nobody_could_meet_is_refused(
    version: ModelVersion, text: str, days: int, owner: str, words: str
) -> None:
    """Before anything is signed."""
    with pytest.raises(Invalid, match=words):
        demand(version, "rita", [condition(text, days, owner=owner)])
    assert not Decision.objects.filter(round__move="approve").exists()


def test_only_who_set_it_takes_it_back_and_only_before_the_approval(
    version: ModelVersion,
) -> None:
    """The digest goes back too: who signed with it is asked again."""
    before = stories.digest(version, Move.APPROVE)
    demand(version, "rita", [condition()])
    one = Condition.objects.get()
    with pytest.raises(NotAllowed):
        void_condition(one.pk, reason="x", actor=actor_named("rolf"))
    with pytest.raises(Invalid):
        void_condition(one.pk, reason="", actor=actor_named("rita"))
    void_condition(one.pk, reason="Not needed.", actor=actor_named("rita"))
    assert stories.digest(version, Move.APPROVE) == before
    demand(version, "sam", [condition("Other.")])
    stories.sign(version, "rolf")
    with pytest.raises(Conflict, match="approval rests on it"):
        void_condition(Condition.objects.get(number=2).pk, reason="x", actor=actor_named("sam"))


def test_a_rejected_version_leaves_nothing_owed(version: ModelVersion) -> None:
    """Its conditions are taken back with it."""
    demand(version, "rita", [condition()])
    seen = stories.digest(version, Move.APPROVE)
    reject_version(version.pk, digest=seen, comment="No.", actor=actor_named("rolf"))
    assert Condition.objects.get().state == "void"
    assert not Task.objects.filter(verb=Task.Verb.MEET).exists()


# Meeting them ----------------------------------------------------------------------------------
def test_an_approved_condition_is_a_task_of_its_owner_due_on_its_day(
    version: ModelVersion,
) -> None:
    """Not before the approval, and in a case of its own, since the submission will close."""
    demand(version, "rita", [condition()])
    assert not Task.objects.filter(verb=Task.Verb.MEET).exists()
    stories.sign(version, "rolf")
    task = Task.objects.get(verb=Task.Verb.MEET)
    one = Condition.objects.get()
    assert (task.person, task.about, task.case.kind) == (
        person("dana"),
        one.pk,
        Case.Kind.CONDITIONS,
    )
    assert timezone.localtime(task.due_at).date() == one.due_on


def test_its_owner_gives_evidence_and_somebody_else_finds_it_met(version: ModelVersion) -> None:
    """Then the case of the conditions is closed, and the approval stands as it was signed."""
    one = approved(version)
    digest = stories.digest(version, Move.APPROVE)
    with pytest.raises(Conflict, match="nothing to judge"):
        close_condition(one.pk, actor=actor_named("rolf"))
    meet_condition(one.pk, evidence="Report 7.", actor=actor_named("dana"))
    assert Task.objects.get(verb=Task.Verb.CHECK).state == "open"
    with pytest.raises(NotAllowed):
        close_condition(one.pk, actor=actor_named("dana"))
    close_condition(one.pk, actor=actor_named("rolf"))
    one.refresh_from_db()
    assert (one.state, one.closed_by) == ("met", person("rolf"))
    assert Case.objects.get(kind=Case.Kind.CONDITIONS).outcome == "met"
    assert stories.digest(version, Move.APPROVE) == digest
    with pytest.raises(Conflict):
        meet_condition(one.pk, evidence="Again.", actor=actor_named("dana"))


def test_nobody_judges_a_condition_that_they_owe(version: ModelVersion) -> None:
    """Even if a role lets them."""
    one = approved(version, condition(owner="olive"))
    meet_condition(one.pk, evidence="Done.", actor=actor_named("olive"))
    give("risk_officer", holder("olive"), reason="x", conflict_reason="x")
    with pytest.raises(NotAllowed, match="owed this condition yourself"):
        close_condition(one.pk, actor=actor_named("olive"))


@pytest.mark.parametrize("who", ["victor", "ada", "alma"])
def test_others_neither_meet_nor_judge(version: ModelVersion, who: str) -> None:
    """Auditors and administrators least of all."""
    one = approved(version)
    with pytest.raises(NotAllowed):
        meet_condition(one.pk, evidence="x", actor=actor_named(who))
    with pytest.raises(NotAllowed):
        close_condition(one.pk, actor=actor_named(who))


# Watching them ---------------------------------------------------------------------------------
def test_what_is_not_met_in_time_is_escalated_once(version: ModelVersion) -> None:
    """The head of model risk is asked; the clock may run as often as it likes."""
    one = approved(version)
    assert breach_conditions() == 0
    overdue(one)
    assert [breach_conditions(), breach_conditions()] == [1, 0]
    one.refresh_from_db()
    assert one.state == "breached"
    assert one.breached_at
    asked = Task.objects.filter(about=one.pk, state="open").exclude(verb=Task.Verb.MEET)
    assert [(task.verb, task.role_id) for task in asked] == [("escalate", "head_of_model_risk")]


def test_a_condition_can_demand_a_roll_back(version: ModelVersion) -> None:
    """MLOps and the owner of the model are asked for it."""
    one = approved(version, condition(demands_roll_back=True))
    overdue(one)
    breach_conditions()
    asked = Task.objects.filter(verb=Task.Verb.ROLL_BACK, about=one.pk)
    assert {(task.role_id, task.person) for task in asked} == {
        ("mlops_engineer", None),
        (None, version.model.owner),
    }


def test_a_breached_condition_can_still_be_met(version: ModelVersion) -> None:
    """Late, which stays visible."""
    one = approved(version)
    overdue(one)
    breach_conditions()
    meet_condition(one.pk, evidence="At last.", actor=actor_named("dana"))
    close_condition(one.pk, actor=actor_named("rolf"))
    one.refresh_from_db()
    assert one.state == "met"
    assert one.breached_at
    assert not Task.objects.filter(about=one.pk, state="open").exists()


# Carried from page to page ---------------------------------------------------------------------
def test_conditions_survive_the_way_through_a_form(version: ModelVersion) -> None:
    """To and from one line of text."""
    both = (condition(), condition("Zwei „Dinge“", demands_roll_back=True))
    assert from_text(to_text(both)) == both
    assert from_text(to_text(())) == ()


@pytest.mark.parametrize(
    "text", ["{", "[1]", '[{"text": "x"}]', "{}", "[" + "{}," * 30 + "{}]", '"x"', "null"]
)
def test_a_line_that_is_not_ours_is_refused(text: str) -> None:
    """In words, not with a fault."""
    with pytest.raises(Invalid):
        from_text(text)
