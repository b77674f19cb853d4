"""A policy is drafted by one administrator and put in force by another, if it can be satisfied."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.audit.models import AuditEntry
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound, Stale
from governance.inventory.models import RegisteredModel
from tests import stories
from tests.governance.access.people import lend
from tests.workflows.policies.wordings import approving, own_policy, step, tier, tier_policy
from workflows.management.cast import actor_named
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.operations import discard_draft, draft_policy, put_policy_in_force
from workflows.policies.plain_reader import BadWording
from workflows.policies.queries import digest_of_wording, policy_for
from workflows.policies.wording import parse
from workflows.policies.yaml_form import Head

pytestmark = pytest.mark.django_db
TIER_1 = Head("tier-1", "Tier 1, material models", 1)
OFFICER, HEAD = "risk_officer", "head_of_model_risk"


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    return stories.registered_model()


def drafted(plain: dict[str, Any], head: Head = TIER_1, by: str = "alma") -> PolicyVersion:
    return draft_policy(head, parse(plain), note="Harder", actor=actor_named(by))


def enforced(draft: PolicyVersion, by: str = "admin1") -> PolicyVersion:
    digest = digest_of_wording(draft.definition)
    return put_policy_in_force(draft.pk, digest=digest, actor=actor_named(by))


def test_the_next_wording_replaces_the_one_before(model: RegisteredModel) -> None:
    """Two people, two entries; the former stays to be read."""
    draft = drafted(approving([step(OFFICER)], [step(HEAD)]))
    assert policy_for(model).number == 1
    enforced(draft)
    assert policy_for(model) == draft
    states = PolicyVersion.objects.filter(policy__name="tier-1").order_by("number")
    assert list(states.values_list("state", flat=True)) == ["replaced", "in_force"]
    actions = AuditEntry.objects.filter(subject_type="policy").order_by("subject_seq")
    assert list(actions.values_list("action", flat=True)) == [
        "policy.drafted",
        "policy.put_in_force",
    ]


def test_nobody_puts_the_own_draft_in_force(model: RegisteredModel) -> None:
    """Two administrators, as everywhere."""
    draft = drafted(tier())
    with pytest.raises(NotAllowed, match="You drafted it"):
        enforced(draft, by="alma")
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=draft.pk).update(put_in_force_by=draft.drafted_by)


def test_no_deputy_puts_it_in_force_for_who_drafted_it(model: RegisteredModel) -> None:
    """Neither somebody who has the right on loan alone, nor another administrator meanwhile."""
    draft = drafted(tier())
    lend("alma", "sam")
    lend("alma", "admin1")
    for deputy in ("sam", "admin1"):
        with pytest.raises(NotAllowed, match="one pair of eyes"):
            enforced(draft, by=deputy)
    page = stories.signed_in("admin1").get(f"/policy-drafts/{draft.pk}/").content.decode()
    assert "You are one pair of eyes with who drafted it" in page
    assert 'data-dialog="enforce"' not in page


@pytest.mark.parametrize("who", ["dana", "rita", "victor", "mo", "sam", "ada"])
def test_only_administrators_write_rules(model: RegisteredModel, who: str) -> None:
    """Neither those who are ruled, nor the auditor."""
    with pytest.raises(NotAllowed):
        drafted(tier(), by=who)
    draft = drafted(tier())
    with pytest.raises(NotAllowed):
        enforced(draft, by=who)


def test_what_was_read_is_what_comes_in_force(model: RegisteredModel) -> None:
    """A draft written again between reading and saying yes is refused."""
    draft = drafted(tier())
    seen = digest_of_wording(draft.definition)
    drafted(approving([step(OFFICER)]))
    with pytest.raises(Stale):
        put_policy_in_force(draft.pk, digest=seen, actor=actor_named("admin1"))


def test_a_draft_is_gone_on_with_by_who_began_it(model: RegisteredModel) -> None:
    """Another may throw it away; a new policy that never was in force goes with it."""
    own = Head("own", "Own", 1, model=model.name)
    draft = drafted(tier(), own)
    with pytest.raises(Conflict, match="has begun a draft"):
        drafted(tier(), own, by="admin2")
    discard_draft(draft.pk, actor=actor_named("admin2"))
    assert not Policy.objects.filter(name="own").exists()
    with pytest.raises(NotFound):
        discard_draft(draft.pk, actor=actor_named("admin2"))


def test_one_policy_a_place(model: RegisteredModel) -> None:
    """A second one for the same tier and place is refused, and so is a name used elsewhere."""
    with pytest.raises(Duplicate, match="tier-1"):
        drafted(tier(), Head("another", "Another", 1))
    with pytest.raises(Invalid, match="another tier or place"):
        drafted(tier(), Head("tier-1", "Tier", 2))
    with pytest.raises(Invalid, match="no model"):
        drafted(tier(), Head("x", "X", 1, model="unheard-of"))


def easier_gate() -> dict[str, Any]:
    plain = tier()
    for gate in plain["moves"]["validate"]["gates"]:
        if gate["gate"] == "auc_at_least":
            gate["threshold"] = "0.6"
    return plain


def voting() -> dict[str, Any]:
    plain = tier()
    plain["moves"]["approve"]["on_reject"] = "vote"
    return plain


UNSATISFIABLE = {
    "a role that is not there": ([step("pope")], "no role pope"),
    "a role that may not": ([step("auditor")], "does not permit version:approve"),
    "too few people": ([step(OFFICER, 3)], "2 of 3 people"),
    "too few to choose from": ([step(OFFICER, 2, among=3)], "2 of 3 people"),
    "a kept seat that nobody fills": (
        [step(OFFICER, 2, required={"own_officer": 1})],
        "no role own_officer",
    ),
    "more heads than there are": ([step(OFFICER, 2, required={HEAD: 2})], "too few people"),
    "a higher role that is not there": (
        [step(OFFICER, escalation={"role": "pope"})],
        "no role pope",
    ),
}


@pytest.mark.parametrize(("stage", "words"), UNSATISFIABLE.values(), ids=UNSATISFIABLE)
def test_a_policy_that_nobody_could_satisfy_is_refused(
    model: RegisteredModel, stage: list[dict[str, Any]], words: str
) -> None:
    """At the step, in words; what was in force stays so."""
    draft = drafted(approving(stage))
    with pytest.raises(BadWording, match=words) as refused:
        enforced(draft)
    assert refused.value.field.startswith("moves.approve.stages.0.0")
    assert policy_for(model).number == 1


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ([step(OFFICER)], "two people at least"),
        ([step(OFFICER, 2, signature=False)], "signed by everybody"),
        ([step("model_developer", 2)], "does not permit emergency:sign"),
    ],
)
def test_an_emergency_takes_two_who_sign(
    model: RegisteredModel, stage: list[dict[str, Any]], words: str
) -> None:
    """What stops or brings back a model without its approvers is never one person's word."""
    plain = tier()
    plain["moves"]["emergency"]["stages"] = [stage]
    with pytest.raises(BadWording, match=words):
        enforced(drafted(plain))


def test_a_calendar_that_is_not_there_is_refused(model: RegisteredModel) -> None:
    """Its place is named."""
    draft = drafted(tier() | {"calendar": "lunar"})
    with pytest.raises(BadWording, match="no business calendar lunar"):
        enforced(draft)


def test_narrower_rules_hold_for_their_model(model: RegisteredModel) -> None:
    """Before those of the tier."""
    own = own_policy(model, approving([step(OFFICER, 2)], [step(HEAD)]))
    assert policy_for(model) == own
    assert policy_for(stories.registered_model("other", "Other")).policy.name == "tier-1"


LOOSER = {
    "one signature less": (approving([step(OFFICER)]), "a seat for risk officer is gone"),
    "an easier gate": (easier_gate(), "the gate Separation is easier"),
    "a no that is a vote": (voting(), "one rejection no longer ends it"),
}


@pytest.mark.parametrize("place", ["model", "portfolio"])
@pytest.mark.parametrize(("plain", "words"), LOOSER.values(), ids=LOOSER)
def test_narrower_rules_that_ask_less_are_refused(
    model: RegisteredModel, plain: dict[str, Any], words: str, place: str
) -> None:
    """A30: nobody makes the tier easier for themselves; the refusal says in what."""
    name = model.name if place == "model" else model.portfolio.name
    draft = drafted(plain, Head("own", "Own", 1, **{place: name}))
    with pytest.raises(Conflict, match="It asks less than “Tier 1") as refused:
        enforced(draft)
    assert words in refused.value.message
    assert "may only ask more" in refused.value.remedy
    assert policy_for(model).policy.name == "tier-1"


def test_a_model_cannot_ask_less_than_its_portfolio(model: RegisteredModel) -> None:
    """Although it asks as much as the tier."""
    harder = approving([step(OFFICER, 2)], [step(HEAD)])
    enforced(drafted(harder, Head("retail", "Retail", 1, portfolio=model.portfolio.name)))
    with pytest.raises(Conflict, match="“Retail”"):
        own_policy(model, tier())
    assert policy_for(model).policy.name == "retail"


def test_narrower_rules_rest_when_the_tier_is_made_harder(model: RegisteredModel) -> None:
    """The harder ones hold, and every page says so, until the narrower are written anew."""
    own_policy(model, approving([step(OFFICER, 2)]))
    tier_policy(approving([step(OFFICER, 2)], [step(HEAD)]))
    assert policy_for(model).policy.name == "tier-1"
    alma = stories.signed_in("alma")
    assert "rests: it asks less than a wider policy" in alma.get("/policies/").content.decode()
    page = alma.get("/policies/own/").content.decode()
    assert "It rests: “Tier 1, material models” holds instead" in page
    assert "a seat for head of model risk is gone" in page
    own_policy(model, approving([step(OFFICER, 2)], [step(HEAD)]))
    assert policy_for(model).policy.name == "own"


def test_the_page_of_a_draft_tells_what_it_would_be_refused_for(model: RegisteredModel) -> None:
    """And of a tier's, which narrower ones it would put to rest."""
    own = own_policy(model, tier())
    draft = drafted(approving([step(OFFICER)]), Head("own", "Own", 1, model=model.name))
    admin = stories.signed_in("admin1")
    page = admin.get(f"/policy-drafts/{draft.pk}/").content.decode()
    assert "It asks less than “Tier 1, material models”, which holds here too." in page
    assert 'data-dialog="enforce" disabled' in page
    harder = drafted(approving([step(OFFICER, 2)], [step(HEAD)]))
    page = admin.get(f"/policy-drafts/{harder.pk}/").content.decode()
    assert "rest until they are written anew" in page
    assert str(own.policy) in page


def test_a_wording_in_use_is_neither_deleted_nor_edited(model: RegisteredModel) -> None:
    """By no operation, and by nobody who writes to the table."""
    version = stories.submitted_version(model=model, checked=False)
    wording = PolicyVersion.objects.get(cases__version=version)
    with pytest.raises(NotFound):
        discard_draft(wording.pk, actor=actor_named("alma"))
    rows = PolicyVersion.objects.filter(pk=wording.pk)
    for change in ({"definition": tier(3)}, {"state": "draft"}, {"number": 9}):
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(Exception, match="protected"), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        rows._raw_delete(rows.db)
