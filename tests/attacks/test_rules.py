"""Attacks on the rules that a case is decided under."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from governance.errors import Conflict, NotAllowed
from governance.inventory.models import ModelVersion
from governance.inventory.operations import TierFacts, set_tier
from governance.inventory.tiers import Complexity, Use
from tests import stories
from tests.workflows.policies.wordings import approving, own_policy, step, tier, tier_policy
from workflows.cases.models import Case
from workflows.delivery.operations import reconcile
from workflows.lifecycle.operations import apply_policy
from workflows.management.cast import actor_named
from workflows.policies.models import PolicyVersion
from workflows.policies.operations import draft_policy, put_policy_in_force
from workflows.policies.plain_reader import BadWording
from workflows.policies.queries import digest_of_wording, head_of, policy_for
from workflows.policies.wording import parse
from workflows.policies.yaml_form import Head, read_policy, write_policy

pytestmark = pytest.mark.django_db
OFFICER = "risk_officer"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Tier 1: two risk officers are asked."""
    return stories.validated_version()


@pytest.mark.parametrize("attack", ["A30-operation"])
def test_a_looser_wording_does_not_reach_an_open_case(version: ModelVersion, attack: str) -> None:
    """One signature is enough for the next version, not for this one; nor can it be applied."""
    tier_policy(approving([step(OFFICER)]))
    stories.sign(version, "rita")
    assert stories.again(version).state == "validated"
    with pytest.raises(Exception, match="asks less"):
        apply_policy(version.pk, reason="Quicker", actor=actor_named("alma"))
    stories.sign(version, "rolf")
    assert stories.again(version).state == "approved"


@pytest.mark.parametrize("attack", ["A30-database"])
def test_the_wording_of_an_open_case_is_not_edited(version: ModelVersion, attack: str) -> None:
    """Not by who writes to the table either."""
    rows = PolicyVersion.objects.filter(cases__version=version)
    wording = rows.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=wording.pk).update(definition=approving([step(OFFICER)]))
    tier_policy(approving([step(OFFICER)]))
    wording.state = "in_force"
    wording.definition = approving([step(OFFICER)])
    with pytest.raises(IntegrityError), transaction.atomic():
        wording.save()


@pytest.mark.parametrize("place", ["model", "portfolio"], ids=lambda one: f"A30-operation-{one}")
def test_nobody_makes_the_rules_of_their_own_models_easier(
    version: ModelVersion, place: str
) -> None:
    """Rules of a model or a portfolio that ask less than their tier's never come in force."""
    name = version.model.name if place == "model" else version.model.portfolio.name
    head = Head("own", "Own", 1, **{place: name})
    draft = draft_policy(head, parse(approving([step(OFFICER)])), actor=actor_named("alma"))
    digest = digest_of_wording(draft.definition)
    with pytest.raises(Conflict, match="asks less"):
        put_policy_in_force(draft.pk, digest=digest, actor=actor_named("admin1"))
    assert policy_for(version.model).policy.name == "tier-1"


EMPTY = {
    "no stage": [],
    "an empty stage": [[]],
    "a quorum of nobody": [[step(OFFICER, 0)]],
    "a quorum below nobody": [[step(OFFICER, -1)]],
}


@pytest.mark.parametrize("stages", EMPTY.values(), ids=[f"A31-operation-{key}" for key in EMPTY])
def test_rules_without_approvers_are_refused(version: ModelVersion, stages: list) -> None:
    """Nobody asked would mean approved by nobody."""
    plain = tier()
    plain["moves"]["approve"]["stages"] = stages
    with pytest.raises(BadWording, match=r"nobody|whole number"):
        parse(plain)


@pytest.mark.parametrize("attack", ["A31-command"])
def test_a_text_without_approvers_is_refused(version: ModelVersion, attack: str) -> None:
    """Leaving the move out is no way around it."""
    text = write_policy(Head("tier-1", "Tier 1", 1), parse(tier()))
    cut = text[: text.index("  approve:")] + text[text.index("  deploy:") :]
    with pytest.raises(BadWording, match="approve is missing, so nobody would be asked"):
        read_policy(cut)


@pytest.mark.parametrize("attack", ["A31-role"])
def test_a_role_that_nobody_holds_is_no_approver(version: ModelVersion, attack: str) -> None:
    """It is refused before it is in force."""
    with pytest.raises(BadWording, match="no role nobody"):
        own_policy(version.model, approving([step("nobody")]))


@pytest.mark.parametrize("attack", ["A29-operation"])
def test_lowering_the_tier_changes_nothing_for_an_open_case(
    version: ModelVersion, attack: str
) -> None:
    """Lower, one signature, raise again: the case asks for two throughout."""
    hanna = actor_named("hanna")
    low = TierFacts(1, Use.INTERNAL, Complexity.SIMPLE)
    high = TierFacts(5000, Use.DECISION, Complexity.COMPLEX)
    model = set_tier(version.model, low, actor=hanna)
    assert model.tier == 3
    stories.sign(version, "rita")
    assert stories.again(version).state == "validated"
    assert Case.objects.get(version=version).policy_version.policy.name == "tier-1"
    set_tier(model, high, actor=hanna)
    reconcile()
    assert stories.again(version).state == "validated"
    stories.sign(version, "rolf")
    assert stories.again(version).state == "validated"
    stories.sign(version, "rita")  # what goes live names the tier, so it is another case
    assert stories.again(version).state == "approved"


@pytest.mark.parametrize("attack", ["A29-form"])
def test_the_page_of_the_tier_does_the_same(version: ModelVersion, attack: str) -> None:
    """Lowered on the page, the open case still asks for two; its builders do not get there."""
    place = reverse("set_tier", args=[version.model.name])
    low = {"exposure_millions": "1", "use": "internal", "complexity": "simple"}
    for who in ("dana", "olive", "rita"):
        assert stories.signed_in(who).post(place, low).status_code == 403
    assert stories.signed_in("hanna").post(place, low).status_code == 302
    stories.sign(version, "rita")
    assert stories.again(version).state == "validated"


@pytest.mark.parametrize("attack", ["A30-form"])
def test_no_page_edits_the_wording_of_an_open_case(version: ModelVersion, attack: str) -> None:
    """What an administrator saves is a draft; the case keeps what it was submitted under."""
    wording = version.cases.get().policy_version
    place = reverse("edit_policy_text", args=[wording.policy.name])
    text = write_policy(head_of(wording.policy), parse(approving([step(OFFICER)])))
    sent = {"text": text, "note": "Quicker", "base": digest_of_wording(wording.definition)}
    answer = stories.signed_in("alma").post(place, sent)
    assert answer.status_code == 302, answer.content
    assert PolicyVersion.objects.filter(policy=wording.policy, state="draft").exists()
    stories.sign(version, "rita")
    assert stories.again(version).state == "validated"
    assert version.cases.get().policy_version == wording


@pytest.mark.parametrize("attack", ["A30-command"])
def test_no_file_edits_the_wording_of_an_open_case(
    version: ModelVersion, attack: str, tmp_path: Path
) -> None:
    """What the server reads is a draft of somebody who may draft, and touches no case."""
    wording = version.cases.get().policy_version
    file = tmp_path / "policy.yaml"
    file.write_text(write_policy(head_of(wording.policy), parse(approving([step(OFFICER)]))))
    with pytest.raises(CommandError):
        call_command("policy", "import", str(file), "--as", "dana")
    assert not PolicyVersion.objects.filter(state="draft").exists()
    call_command("policy", "import", str(file), "--as", "alma", stdout=StringIO())
    assert PolicyVersion.objects.get(state="draft").drafted_by_id == actor_named("alma").person_id
    stories.sign(version, "rita")
    assert stories.again(version).state == "validated"
    assert version.cases.get().policy_version == wording


@pytest.mark.parametrize("attack", ["A31-form"])
def test_no_page_saves_rules_without_approvers(version: ModelVersion, attack: str) -> None:
    """The text comes back with what is wrong."""
    wording = version.cases.get().policy_version
    text = write_policy(head_of(wording.policy), parse(tier()))
    cut = text[: text.index("  approve:")] + text[text.index("  deploy:") :]
    place = reverse("edit_policy_text", args=[wording.policy.name])
    sent = {"text": cut, "note": "x", "base": digest_of_wording(wording.definition)}
    answer = stories.signed_in("alma").post(place, sent)
    assert answer.status_code == 422
    assert "nobody would be asked" in answer.content.decode()
    assert not PolicyVersion.objects.filter(state="draft").exists()


@pytest.mark.parametrize("attack", ["A29-owner"])
def test_who_submits_does_not_lower_the_tier(version: ModelVersion, attack: str) -> None:
    """Before submitting either: tier is set by those who do not build."""
    low = TierFacts(1, Use.INTERNAL, Complexity.SIMPLE)
    for who in ("dana", "olive"):
        with pytest.raises(NotAllowed):
            set_tier(version.model, low, actor=actor_named(who))
    head = Head("own", "Own", 1, model=version.model.name)
    with pytest.raises(NotAllowed):
        draft_policy(head, parse(approving([step(OFFICER)])), actor=actor_named("dana"))
