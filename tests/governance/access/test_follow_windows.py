"""Groups follow grants whose time has come, or is over."""

from datetime import timedelta

import pytest
from django.db.models import F

from governance.access.models import RoleAssignment
from governance.access.operations import Holder, follow_windows, grant
from governance.inventory.models import RegisteredModel
from tests import stories
from tests.governance.access.people import person, soon
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    return stories.registered_model()


def sam_is_in() -> bool:
    return person("sam").accounts.get().groups.filter(name__startswith="model_developer@").exists()


def pass_time(days: float) -> None:
    """Time passes for what Sam was given."""
    RoleAssignment.objects.filter(person=person("sam")).update(
        **{name: F(name) - timedelta(days=days) for name in ("granted_at", "starts_at", "ends_at")}
    )


def test_a_grant_for_later_begins_and_ends_by_itself(model: RegisteredModel) -> None:
    """Sam stands in from tomorrow, for a day."""
    window = {"starts_at": soon(days=1), "ends_at": soon(days=2)}
    holder = Holder(person=person("sam"))
    grant("model_developer", holder, model=model, reason="x", **window, actor=actor_named("alma"))
    assert (follow_windows(), sam_is_in()) == (0, False)
    pass_time(1.1)
    assert (follow_windows(), sam_is_in()) == (1, True)
    pass_time(1)
    assert (follow_windows(), sam_is_in()) == (1, False)


def test_what_began_when_it_was_given_is_not_looked_at_again(model: RegisteredModel) -> None:
    """Its groups were settled then; a tick asks once, however many were given today."""
    RoleAssignment.objects.update(
        granted_at=F("granted_at") - timedelta(hours=1),
        starts_at=F("starts_at") - timedelta(hours=1),
    )
    assert RoleAssignment.objects.count() > 5
    assert follow_windows() == 0
