"""The risk tier: scored from facts, overridden with a reason; raising it re-opens validation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.access.operations import Holder
from governance.errors import Invalid, NotAllowed
from governance.inventory.models import RegisteredModel
from governance.inventory.operations import TierFacts, set_tier
from governance.inventory.tiers import BOUNDS, Complexity, Use, tier_of
from tests import stories
from tests.governance.access.people import lend, person
from workflows.cases.models import Case
from workflows.delivery.operations import reconcile
from workflows.management.cast import actor_named, give

LOW = TierFacts(10, Use.INTERNAL, Complexity.SIMPLE)
HIGH = TierFacts(5000, Use.DECISION, Complexity.COMPLEX)
FACTS = st.tuples(st.integers(0, 10**6), st.sampled_from(Use), st.sampled_from(Complexity))


@given(FACTS, FACTS)
def test_more_at_stake_is_never_a_lower_tier(
    first: tuple[int, Use, Complexity], second: tuple[int, Use, Complexity]
) -> None:
    """Larger, used for more, harder to see through: the tier is the same or higher."""
    exposure = max(first[0], second[0])
    use = max(first[1], second[1], key=BOUNDS.use.__getitem__)
    hard = max(first[2], second[2], key=BOUNDS.complexity.__getitem__)
    assert tier_of(exposure, use, hard).tier <= tier_of(*first).tier


def test_the_tiers_are_all_reached() -> None:
    """The least comes to 3, the most to 1."""
    assert tier_of(10, Use.INTERNAL, Complexity.SIMPLE).tier == 3
    assert tier_of(100, Use.DECISION, Complexity.SIMPLE).tier == 2
    assert tier_of(5000, Use.DECISION, Complexity.COMPLEX).tier == 1


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    return stories.registered_model(tier=3)


@pytest.mark.django_db
def test_the_facts_set_the_tier(model: RegisteredModel) -> None:
    """By a validator or the head of model risk, never by its owner or developer."""
    assert set_tier(model, HIGH, actor=actor_named("hanna")).tier == 1
    for who in ("dana", "olive", "rita", "alma", "sam"):
        with pytest.raises(NotAllowed):
            set_tier(model, LOW, actor=actor_named(who))


@pytest.mark.django_db
def test_nobody_sets_it_in_the_name_of_the_owner(model: RegisteredModel) -> None:
    """Sam stands in for Dana, who owns it, and becomes head of model risk meanwhile."""
    lend("dana", "sam")
    sam = Holder(person=person("sam"))
    give("head_of_model_risk", sam, reason="Promoted", conflict_reason="Until Monday")
    with pytest.raises(NotAllowed, match="one pair of eyes"):
        set_tier(model, LOW, actor=actor_named("sam"))


@pytest.mark.django_db
def test_another_tier_than_the_facts_takes_a_reason(model: RegisteredModel) -> None:
    """It is kept, and goes when facts and tier agree again."""
    hanna = actor_named("hanna")
    with pytest.raises(Invalid, match="come to tier 3") as refused:
        set_tier(model, LOW, override=1, actor=hanna)
    assert refused.value.field == "reason"
    assert set_tier(model, LOW, override=1, reason="Watched", actor=hanna).tier_reason == "Watched"
    assert set_tier(model, LOW, actor=hanna).tier_reason == ""


@pytest.mark.django_db
@pytest.mark.parametrize("come", ["submitted", "validated", "approved"])
def test_raising_it_reopens_validation(model: RegisteredModel, come: str) -> None:
    """What is under review or approved is validated anew, under the rules of the new tier."""
    told = {
        "submitted": stories.submitted_version,
        "validated": stories.validated_version,
        "approved": stories.approved_version,
    }
    version = told[come](model=model)
    assert version.state == come
    set_tier(model, HIGH, actor=actor_named("hanna"))
    reconcile()
    case = Case.objects.get(version=version)
    assert stories.again(version).state == "submitted"
    assert case.policy_version.policy.name == "tier-1"
    assert not version.promotions.exclude(state="closed").exists()
    stories.validated(stories.again(version))
    for signer in ("rita", "rolf"):
        assert stories.again(version).state == "validated"
        stories.sign(version, signer)
    assert stories.again(version).state == "approved"
