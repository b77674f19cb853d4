"""The site as it was on a past day, told by the log."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.errors import Invalid, NotAllowed
from governance.inventory.models import ModelVersion
from tests.stories import deployed_version, signed_in
from workflows.desk.queries.as_of import as_of
from workflows.management.cast import actor_named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]
TODAY = timezone.localdate


@pytest.fixture(scope="module")
def champion(module_db: None) -> ModelVersion:
    """Deployed today."""
    return deployed_version(1)


def test_today_shows_the_champion_and_who_holds_what() -> None:
    """At the end of the day, so with all that happened in it."""
    found = as_of(actor_named("ada"), TODAY())
    assert [(one.version.number, one.state) for one in found.champions] == [(1, "deployed")]
    held = {(str(row.person), row.role_id) for row in found.assignments if row.person}
    assert ("Victor Validator", "model_validator") in held
    assert {row.policy.tier for row in found.policies} == {1, 2, 3}


def test_yesterday_there_was_nothing() -> None:
    """No version and no role; the log had not begun."""
    found = as_of(actor_named("ada"), TODAY() - timedelta(days=1))
    assert (found.versions, found.assignments) == ([], [])


def test_the_log_is_believed_and_not_the_table() -> None:
    """A column that was changed by hand changes nothing about the past."""
    ModelVersion.objects.update(label="9.9.9")
    (one,) = as_of(actor_named("ada"), TODAY()).versions
    assert one.state == "deployed"


def test_a_day_to_come_and_a_reader_without_the_log_are_refused() -> None:
    """In words."""
    with pytest.raises(Invalid, match="has not come"):
        as_of(actor_named("ada"), TODAY() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        as_of(actor_named("dana"), TODAY())


def test_the_screen_shows_the_day_of_its_address() -> None:
    """And says what is no day."""
    ada = signed_in("ada")
    page = ada.get("/log/as-of/", {"day": TODAY().isoformat()})
    assert page.status_code == 200
    assert "Credit default" in page.content.decode()
    assert ada.get("/log/as-of/", {"day": "soon"}).status_code == 422
