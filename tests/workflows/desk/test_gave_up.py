"""A job that gave up: no page says any more that something is under way; each says what to do."""

import pytest
from django.utils import timezone

from governance.inventory.models import ModelVersion
from governance.outbox.models import OutboxJob
from tests.stories import approved_version, signed_in, submitted_version
from tests.workflows.desk.pages import case_page
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db

REFUSED = "The forge answers 403."


def give_up(topic: str, why: str) -> None:
    facts = {"parked_at": timezone.now(), "attempts": 8, "last_error": why}
    assert OutboxJob.objects.filter(topic=topic, done_at=None).update(**facts) == 1


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Approved; the forge refused for as long as we tried, and there is no pull request."""
    found = approved_version(opened=False)
    give_up("promotion.open", REFUSED)
    return found


def page(username: str, address: str) -> str:
    answer = signed_in(username).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/deployments/", "/deployments/{promotion}/"])
def test_the_stations_say_that_it_failed_and_why(version: ModelVersion, address: str) -> None:
    """Where the pull request would be prepared; below it is who starts it anew."""
    board = page("mo", address.format(promotion=Promotion.objects.get().pk))
    assert f"failed: {REFUSED}" in board
    assert "is being prepared" not in board
    assert "Retry" in board


def test_a_failure_without_a_word_is_still_a_failure(version: ModelVersion) -> None:
    """A worker that dies says nothing."""
    give_up("promotion.open", "")
    board = page("mo", "/deployments/")
    assert "failed: It gave no reason." in board
    assert "is being prepared" not in board


def test_the_case_stands_still_and_is_not_read_again_and_again(version: ModelVersion) -> None:
    """Rita sees why and who can help; Mo may start it anew from there."""
    seen = case_page("rita", version)
    assert "Approved, but it stands still" in seen
    assert REFUSED in seen
    assert "An MLOps engineer or an administrator can start it anew." in seen
    assert "Preparing the pull request" not in seen
    assert "data-poll" not in seen
    job = OutboxJob.objects.get(topic="promotion.open")
    assert f"/jobs/{job.pk}/retry/" in case_page("mo", version)


@pytest.mark.parametrize(
    ("username", "address"),
    [
        ("mo", "/"),
        ("dana", "/?tab=submitted"),
        ("hanna", "/cases/"),
        ("hanna", "/cases/?view=table"),
    ],
)
def test_lists_say_what_failed(version: ModelVersion, username: str, address: str) -> None:
    """Inbox, own submissions, board and table."""
    said = page(username, address)
    assert f"Opening the pull request failed: {REFUSED}" in said
    assert "is being prepared" not in said


def test_the_line_of_who_merges_leads_to_the_promotion(version: ModelVersion) -> None:
    """There it is started anew."""
    assert f'href="/deployments/{Promotion.objects.get().pk}/"' in page("mo", "/")


def test_checks_that_gave_up_do_not_run() -> None:
    """The validator reads why nobody can decide, the developer too."""
    submitted_version(checked=False)
    assert "The checks are running" in page("victor", "/")
    give_up("version.evaluate", "The sample is gone.")
    for username, address in (("victor", "/"), ("dana", "/?tab=submitted")):
        said = page(username, address)
        assert "The checks failed: The sample is gone." in said
        assert "The checks are running" not in said
