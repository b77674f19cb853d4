"""Setting a threshold on screen."""

from decimal import Decimal

import pytest

from governance.inventory.models import RegisteredModel
from governance.monitoring.models import Threshold
from tests.stories import registered_model, signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/models/credit-default/threshold/"
BOUND = {"kpi": "auc", "bound": "at_least", "value": "0.74"}


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    """A model without thresholds."""
    return registered_model()


def test_the_owner_sets_a_threshold(model: RegisteredModel) -> None:
    """Once again replaces the former value."""
    olive = signed_in("olive")
    olive.post(ADDRESS, BOUND)
    answer = olive.post(ADDRESS, {**BOUND, "value": "0.75"}, follow=True)
    assert "The threshold holds from the next reading." in answer.content.decode()
    assert Threshold.objects.get(model=model).value == Decimal("0.75")


def test_what_is_no_number_stands_beside_the_reason(model: RegisteredModel) -> None:
    """422, and what was typed is kept."""
    answer = signed_in("olive").post(ADDRESS, {**BOUND, "value": "a lot"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“a lot” is not a number." in page
    assert 'value="a lot"' in page


@pytest.mark.parametrize(("username", "status"), [("dana", 403), ("rita", 403), ("sam", 404)])
def test_nobody_else_does(model: RegisteredModel, username: str, status: int) -> None:
    """The developer of a model does not set what it must hold; a stranger does not find it."""
    assert signed_in(username).post(ADDRESS, BOUND).status_code == status
    assert not Threshold.objects.exists()
