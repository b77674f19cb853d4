"""A policy's stages and seats govern who is asked and who may sign."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.errors import Duplicate, NotAllowed
from governance.inventory.models import ModelVersion
from governance.inventory.operations import raise_finding
from tests import stories
from tests.memory import remembered
from tests.workflows.policies.wordings import approving, step
from workflows.cases.models import Task
from workflows.lifecycle.models import Decision
from workflows.lifecycle.operations import ask_all_again
from workflows.management.cast import actor_named
from workflows.policies.models import Policy

pytestmark = pytest.mark.django_db
OFFICER, HEAD = "risk_officer", "head_of_model_risk"


@pytest.fixture(scope="module")
def submitted(module_db: None) -> ModelVersion:
    """Measured; each test takes it to rules of its own before it is validated."""
    return stories.submitted_version()


@remembered
def ruled(version: ModelVersion, plain: dict[str, object]) -> ModelVersion:
    """Validated under another wording, whoever could satisfy it."""
    tier_1 = Policy.objects.get(name="tier-1")
    wording = tier_1.versions.create(number=2, state="replaced", definition=plain)
    version.cases.update(policy_version=wording)
    return stories.validated(version)


def under(version: ModelVersion, *stages: list[dict[str, object]]) -> ModelVersion:
    """Validated under these rules of approval."""
    return ruled(version, approving(*stages))


def asked(version: ModelVersion) -> set[tuple[str, str | None]]:
    rows = Task.objects.filter(case__version=version, verb="approve", state="open")
    return set(rows.values_list("step", "role"))


def test_the_second_stage_is_asked_when_the_first_has_signed(submitted: ModelVersion) -> None:
    """Its task opens then; before that its signer is told whom it waits for."""
    version = under(submitted, [step(OFFICER, 2, name="officers")], [step(HEAD, name="head")])
    assert asked(version) == {("officers", OFFICER)}
    with pytest.raises(NotAllowed, match="Others are asked first: Risk officers"):
        stories.sign(version, "hanna")
    stories.sign(version, "rita")
    assert asked(version) == {("officers", OFFICER)}
    stories.sign(version, "rolf")
    assert stories.again(version).state == "validated"
    assert asked(version) == {("head", HEAD)}
    stories.sign(version, "hanna")
    assert stories.again(version).state == "approved"
    steps = Decision.objects.filter(round__move="approve").order_by("decided_at")
    assert list(steps.values_list("step", flat=True)) == ["officers", "officers", "head"]


def test_steps_side_by_side_are_asked_at_once(submitted: ModelVersion) -> None:
    """Each ends by itself; the one that is done is not asked any more."""
    version = under(submitted, [step(OFFICER), step(HEAD)])
    assert asked(version) == {(OFFICER, OFFICER), (HEAD, HEAD)}
    stories.sign(version, "hanna")
    assert asked(version) == {(OFFICER, OFFICER)}
    with pytest.raises(Duplicate, match="have decided on this already"):
        stories.sign(version, "hanna")
    stories.sign(version, "rita")
    assert stories.again(version).state == "approved"


def test_a_seat_that_is_kept_for_the_head_is_the_head_s(submitted: ModelVersion) -> None:
    """Two, among them the head: a second officer is not needed, and is told so."""
    version = under(submitted, [step(OFFICER, 2, required={HEAD: 1})])
    assert asked(version) == {(OFFICER, OFFICER), (OFFICER, HEAD)}
    stories.sign(version, "rita")
    assert asked(version) == {(OFFICER, HEAD)}
    with pytest.raises(NotAllowed, match="Nobody in your role is needed any more"):
        stories.sign(version, "rolf")
    stories.sign(version, "hanna")
    assert stories.again(version).state == "approved"


def test_who_is_asked_to_merge_stands_in_the_policy(submitted: ModelVersion) -> None:
    """With its own due time."""
    plain = approving([step(OFFICER)])
    plain["moves"]["deploy"]["stages"] = [[step(HEAD, name="merge", due_business_days=0)]]
    version = ruled(submitted, plain)
    stories.sign(version, "rita")
    task = Task.objects.get(case__version=version, verb="merge")
    assert (task.role_id, task.step) == (HEAD, "merge")


def test_a_change_asks_those_again_who_had_signed(submitted: ModelVersion) -> None:
    """A finding makes it another case: the first stage is asked anew, the second no longer."""
    version = under(submitted, [step(OFFICER, name="officers")], [step(HEAD, name="head")])
    stories.sign(version, "rita")
    assert asked(version) == {("head", HEAD)}
    raise_finding(
        version.pk, severity="low", title="Late", required=False, actor=actor_named("victor")
    )
    assert ask_all_again() == 1
    assert asked(version) == {("officers", OFFICER)}
    assert ask_all_again() == 0
    with pytest.raises(NotAllowed, match="Others are asked first"):
        stories.sign(version, "hanna")
    for signer in ("rita", "hanna"):
        stories.sign(version, signer)
    assert stories.again(version).state == "approved"


def test_a_turn_costs_as_much_for_two_rounds_as_for_one(submitted: ModelVersion) -> None:
    """Somebody has signed in both, so that each is asked for what stands there now."""
    under(submitted, [step(OFFICER, 2)])
    stories.sign(submitted, "rita")
    with CaptureQueriesContext(connection) as one:
        assert ask_all_again() == 0
    other = stories.validated_version(model=stories.registered_model("cards", "Cards", 1))
    stories.sign(other, "rita")
    with CaptureQueriesContext(connection) as two:
        assert ask_all_again() == 0
    assert len(two) == len(one)


def test_a_look_that_fails_gives_each_its_turn(
    submitted: ModelVersion, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever breaks over many at once, those who must sign again are asked all the same."""
    version = under(submitted, [step(OFFICER, name="officers")], [step(HEAD, name="head")])
    stories.sign(version, "rita")
    raise_finding(
        version.pk, severity="low", title="Late", required=False, actor=actor_named("victor")
    )
    monkeypatch.setattr("workflows.lifecycle.queries.out_of_step.digests_of", lambda _m: 1 / 0)
    assert ask_all_again() == 1
    assert "each gets its turn" in caplog.text
