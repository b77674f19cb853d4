"""Which rules hold for a model."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.errors import Unavailable
from governance.inventory.models import RegisteredModel
from tests import stories
from workflows.cases.models import Case
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.queries import policies_for, policy_for
from workflows.policies.shipped import SHIPPED

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    return stories.registered_model()


def narrower(name: str, state: str = "in_force", **scope: object) -> PolicyVersion:
    """A policy in force for a part of the tier."""
    policy = Policy.objects.create(name=name, title=name, tier=1, **scope)
    return PolicyVersion.objects.create(
        policy=policy, number=1, state=state, definition=SHIPPED[0][3]
    )


def test_the_narrowest_rules_hold(model: RegisteredModel) -> None:
    """The model's own before its portfolio's before its tier's."""
    assert policy_for(model).policy.name == "tier-1"
    portfolio = narrower("retail", portfolio=model.portfolio)
    assert policy_for(model) == portfolio
    own = narrower("own", model=model)
    assert policy_for(model) == own


def test_the_rules_of_many_models_are_one_query(
    model: RegisteredModel, django_assert_num_queries: Any
) -> None:
    """Each gets those that are written for it, as if it were asked about alone."""
    models = [model, *(stories.registered_model(name, name) for name in ("own", "other"))]
    narrower("retail", portfolio=model.portfolio)
    narrower("own", model=models[1])
    with django_assert_num_queries(1):
        found = policies_for(models)
    assert [found[one.pk].policy.name for one in models] == ["retail", "own", "retail"]


def test_rules_for_others_do_not_hold(model: RegisteredModel) -> None:
    """Nor a draft, nor what was replaced."""
    other = stories.registered_model("other", "Other")
    narrower("others", model=other)
    narrower("draft", state="draft", model=model)
    assert policy_for(model).policy.name == "tier-1"


def test_without_rules_nobody_could_decide(model: RegisteredModel) -> None:
    """So nothing is submitted either; the remedy says who can help."""
    PolicyVersion.objects.update(state="replaced")
    with pytest.raises(Unavailable, match="No policy is in force for tier 1") as refused:
        stories.submitted_version(model=model)
    assert "administrator" in refused.value.remedy


def test_a_case_keeps_the_rules_it_was_submitted_under(model: RegisteredModel) -> None:
    """A30: a looser wording that comes later does not help it."""
    version = stories.submitted_version(model=model, checked=False)
    before = Case.objects.get(version=version).policy_version
    narrower("own", model=model)
    assert Case.objects.get(version=version).policy_version == before


def test_one_wording_is_in_force(model: RegisteredModel) -> None:
    """The database sees to it."""
    first = policy_for(model)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.create(
            policy=first.policy, number=2, state="in_force", definition=first.definition
        )
