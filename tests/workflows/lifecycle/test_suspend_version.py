"""The kill switch: asked for with a reason, signed by two, carried out by a pull request."""

import pytest

from governance.audit.models import AuditEntry
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, Stale, WrongState
from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.lifecycle.live import (
    digest,
    merge_open,
    sign,
    sign_all,
    suspend,
    two_versions,
)
from workflows.cases.models import Case, LiveChange, Task
from workflows.delivery.operations import reconcile
from workflows.gitops.models import PullRequest
from workflows.gitops.operations import close_pull_request
from workflows.gitops.queries import attestations_of
from workflows.lifecycle.operations import (
    refuse_live_change,
    resume_version,
    review_live_change,
    sign_live_change,
)
from workflows.lifecycle.queries import tasks_waiting_for
from workflows.management.cast import actor_named
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db
SIGNERS = ("rita", "mo")


@pytest.fixture(scope="module")
def live(module_db: None) -> ModelVersion:
    """The champion, with a former one behind it."""
    return two_versions()[1]


def asked(change: LiveChange) -> set[str]:
    """The roles that are asked now."""
    rows = change.case.tasks.filter(state=Task.State.OPEN)
    return set(rows.values_list("role", flat=True))


def test_two_sign_and_a_pull_request_stops_the_model(live: ModelVersion) -> None:
    """Nothing moves before the second signature; the version moves when it stands."""
    change = suspend(live)
    assert asked(change) == {"risk_officer", "mlops_engineer"}
    sign(change, "mo")
    assert not Promotion.objects.filter(kind="suspend").exists()
    sign_all(change, "rita")
    promotion = Promotion.objects.get(kind="suspend")
    assert (promotion.version, promotion.state) == (live, "open")
    assert 'stop: "true"' in promotion.approved_content[-1]["text"]
    assert stories.again(live).state == "deployed"
    told = attestations_of(live.artifacts.get().sha256, actor_named("ada"))
    # From the signature on, before anything has merged.
    assert {one["kind"]: one["standing"] for one in told} == {
        "deploy": "revoked",
        "suspend": "revoked",
    }
    merge_open()
    assert stories.again(live).state == "suspended"
    change.case.refresh_from_db()
    assert change.case.outcome == "done"
    entries = AuditEntry.objects.filter(subject_id=live.pk).order_by("id")
    told = [e.action for e in entries if e.action.startswith(("live_change", "version.susp"))]
    assert told == ["live_change.asked", "live_change.signed", "version.suspended"]


def test_the_former_champion_can_take_its_place(live: ModelVersion) -> None:
    """One pull request: the former one is live, the champion suspended, never two at a time."""
    former = live.model.versions.get(number=1)
    sign_all(suspend(live, instead=former.pk), *SIGNERS)
    merge_open()
    assert stories.again(former).state == "deployed"
    assert stories.again(live).state == "suspended"
    assert Promotion.objects.get(kind="roll_back").version == former


def test_a_review_after_the_fact_is_asked_for(live: ModelVersion) -> None:
    """A case of its own with a deadline, for somebody who neither asked nor signed."""
    change = suspend(live)
    sign_all(change, *SIGNERS)
    change.refresh_from_db()
    review = change.review_case
    assert review is not None
    task = review.tasks.get()
    assert (task.verb, task.role_id, task.due_at is not None) == ("review", "model_validator", True)
    assert task in tasks_waiting_for(actor_named("victor"))
    for who in ("rita", "hanna", "dana"):
        said = {"text": "Right.", "justified": True, "actor": actor_named(who)}
        if who != "hanna":
            with pytest.raises(NotAllowed):
                review_live_change(change.case_id, **said)
    with pytest.raises(Invalid):
        review_live_change(change.case_id, text=" ", justified=True, actor=actor_named("victor"))
    review_live_change(
        change.case_id, text="The scores were wrong.", justified=True, actor=actor_named("victor")
    )
    review.refresh_from_db()
    assert review.outcome == "justified"
    with pytest.raises(Conflict):
        review_live_change(change.case_id, text="x", justified=False, actor=actor_named("victor"))


def test_one_person_is_not_counted_twice(live: ModelVersion) -> None:
    """Not even who asked; and two risk officers do not make an engineer."""
    change = suspend(live)
    sign(change, "mo")
    with pytest.raises(Duplicate):
        sign(change, "mo")
    sign(change, "rita")
    change.case.refresh_from_db()
    again = suspend_again(live)
    sign(again, "rita")
    with pytest.raises(NotAllowed):
        sign(again, "rolf")


def suspend_again(live: ModelVersion) -> LiveChange:
    """The first one is carried out and taken back, then it is asked anew."""
    reconcile()
    row = PullRequest.objects.get(state="open")
    close_pull_request(row.pk, reason="Wrong one", actor=actor_named("mo"))
    reconcile()
    return suspend(live)


def test_what_a_person_closed_ends_the_case(live: ModelVersion) -> None:
    """The model goes on, and it can be asked for again."""
    change = suspend(live)
    sign_all(change, *SIGNERS)
    suspend_again(live)
    change.case.refresh_from_db()
    assert (change.case.outcome, stories.again(live).state) == ("not_merged", "deployed")


def test_what_was_overtaken_is_not_signed_but_can_be_refused(live: ModelVersion) -> None:
    """Another version took its place: it is no longer live, and the model is not blocked by it."""
    change = suspend(live, "olive")
    third = stories.deployed_version(2, model=live.model)
    with pytest.raises(WrongState):
        sign(change, "rita")
    refuse_live_change(
        change.case_id, digest=digest(change), comment="Over.", actor=actor_named("rolf")
    )
    assert suspend(third).case.version == third


@pytest.mark.parametrize("who", ["dana", "victor", "ada", "alma"])
def test_others_do_not_ask_for_it(live: ModelVersion, who: str) -> None:
    """Owner, engineers and risk do."""
    with pytest.raises(NotAllowed):
        suspend(live, who)


@pytest.mark.parametrize("who", ["olive", "victor", "dana", "hanna"])
def test_others_do_not_sign_it(live: ModelVersion, who: str) -> None:
    """Only whom the policy names; who built it or checked it never."""
    change = suspend(live)
    with pytest.raises(NotAllowed):
        sign(change, who)


def test_it_needs_a_reason_and_a_proof(live: ModelVersion) -> None:
    """Neither is a formality."""
    with pytest.raises(Invalid):
        suspend(live, reason="  ")
    change = suspend(live)
    with pytest.raises(Invalid):
        sign_live_change(change.case_id, digest=digest(change), actor=actor_named("mo"))
    with pytest.raises(Stale):
        sign_live_change(change.case_id, digest="0" * 64, actor=actor_named("mo"))


def test_only_what_is_live_is_suspended_and_only_one_thing_asked(live: ModelVersion) -> None:
    """The refusal names what is asked already."""
    with pytest.raises(WrongState):
        suspend(live.model.versions.get(number=1))
    suspend(live)
    with pytest.raises(Conflict, match="suspension of version 2"):
        suspend(live, "olive")
    assert Case.objects.filter(kind="suspend").count() == 1


def test_a_signer_refuses_or_who_asked_takes_it_back(live: ModelVersion) -> None:
    """With a reason; the case is over and nothing was done."""
    change = suspend(live, "olive")
    refuse_live_change(
        change.case_id, digest=digest(change), comment="It is the data.", actor=actor_named("rolf")
    )
    change.case.refresh_from_db()
    assert change.case.outcome == "rejected"
    with pytest.raises(WrongState):
        sign(change, "mo")
    other = suspend(live, "olive")
    with pytest.raises(NotAllowed):
        refuse_live_change(
            other.case_id, digest=digest(other), comment="x", actor=actor_named("dana")
        )
    refuse_live_change(other.case_id, digest="", comment="Solved.", actor=actor_named("olive"))
    other.case.refresh_from_db()
    assert other.case.outcome == "withdrawn"
    assert not Promotion.objects.filter(kind="suspend").exists()


def test_a_suspended_version_is_resumed_by_two(live: ModelVersion) -> None:
    """On the approval that it had, with a pull request of its own."""
    sign_all(suspend(live), *SIGNERS)
    merge_open()
    change = resume_version(live.pk, reason="The feed is right again.", actor=actor_named("mo"))
    assert asked(change) == {"risk_officer", "mlops_engineer"}
    sign_all(change, *SIGNERS)
    promotion = Promotion.objects.get(kind="resume")
    assert 'stop: "true"' not in promotion.approved_content[-1]["text"]
    merge_open()
    assert stories.again(live).state == "deployed"
    assert Promotion.objects.get(kind="suspend").state == "superseded"
