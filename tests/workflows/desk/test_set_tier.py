"""The page of the risk tier: answers, what they come to, and what setting it does."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from governance.inventory.models import ModelVersion, RegisteredModel
from tests import stories
from tests.workflows.desk.pages import text_of
from workflows.delivery.operations import reconcile

pytestmark = pytest.mark.django_db
HIGH = {"exposure_millions": "5000", "use": "decision", "complexity": "complex"}
LOW = {"exposure_millions": "1", "use": "internal", "complexity": "simple"}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Of tier 3, submitted."""
    return stories.submitted_version(model=stories.registered_model(tier=3))


def send(version: ModelVersion, username: str, **typed: Any) -> HttpResponse:
    address = reverse("set_tier", args=[version.model.name])
    return stories.signed_in(username).post(address, typed)


def tier(version: ModelVersion) -> int:
    return RegisteredModel.objects.get(pk=version.model_id).tier


def test_the_page_computes_before_it_sets(version: ModelVersion) -> None:
    """And says which versions would be validated again."""
    page = text_of(send(version, "hanna", **HIGH, preview="yes"), 200)
    assert "It comes to tier 1" in page
    assert "validated again, under it" in page
    assert reverse("version", args=[version.model.name, 1]) in page
    assert tier(version) == 3


def test_the_answers_set_the_tier_and_reopen_validation(version: ModelVersion) -> None:
    """The case gets the rules of the higher tier."""
    assert send(version, "victor", **HIGH).status_code == 302
    reconcile()
    assert tier(version) == 1
    assert version.cases.get().policy_version.policy.tier == 1
    page = stories.signed_in("victor").get(reverse("set_tier", args=[version.model.name]))
    assert 'value="5000"' in text_of(page, 200)


def test_another_tier_takes_a_reason_and_keeps_what_was_typed(version: ModelVersion) -> None:
    """The reason stands on the page from then on."""
    page = text_of(send(version, "hanna", **LOW, override="1"), 422)
    assert "The facts come to tier 3. Say why it is another." in page
    assert send(version, "hanna", **LOW, override="1", reason="New market").status_code == 302
    page = stories.signed_in("hanna").get(reverse("set_tier", args=[version.model.name]))
    assert "“New market”" in text_of(page, 200)
    assert tier(version) == 1


def test_bad_answers_are_named(version: ModelVersion) -> None:
    """Nothing is computed from half of them."""
    page = text_of(send(version, "hanna", exposure_millions="-1", use="x"), 422)
    assert "It comes to" not in page
    assert "Ensure this value is greater than or equal to 0." in page


@pytest.mark.parametrize("who", ["dana", "olive", "rita", "alma"])
def test_others_do_not_set_it(version: ModelVersion, who: str) -> None:
    """Not who owns or builds it, not who signs; the button is not there for them."""
    assert send(version, who, **LOW).status_code == 403
    page = stories.signed_in(who).get(reverse("model", args=[version.model.name]))
    assert "Set the tier" not in page.content.decode()
