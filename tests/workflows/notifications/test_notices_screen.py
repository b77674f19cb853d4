"""The page of notices, the bell, and what reaches somebody."""

import pytest

from governance.inventory.models import ModelVersion
from tests import stories
from tests.query_counts import pinned
from tests.stories import signed_in
from tests.workflows.notifications.told import newest
from workflows.delivery.operations import reconcile
from workflows.management.cast import actor_named
from workflows.notifications.models import Kind
from workflows.notifications.queries import preferences_of, unread_count

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    found = stories.validated_version()
    stories.validated_version(model=stories.registered_model("cards", "Cards"))
    reconcile()
    return found


def page(username: str, address: str = "/notices/") -> str:
    answer = signed_in(username).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_bell_counts_what_is_unread(version: ModelVersion) -> None:
    """On every page."""
    assert 'fe-count">2<span class="visually-hidden"> unread' in page("rita", "/models/")
    assert " unread</span>" not in page("sam", "/models/")


def test_the_page_shows_what_happened_and_why(version: ModelVersion) -> None:
    """Newest first, a pinned number of queries."""
    client = signed_in("rita")
    client.get("/notices/")
    with pinned("notices"):
        text = client.get("/notices/").content.decode()
    assert text.index("Cards 1.0.0 waits") < text.index("Credit default 1.0.0 waits")


def test_the_list_is_narrowed_by_the_address(version: ModelVersion) -> None:
    """Kind, and whether it was read; nonsense narrows nothing."""
    assert "Cards 1.0.0" in page("rita", "/notices/?kind=task")
    assert "Nothing of this kind" in page("rita", "/notices/?kind=alert")
    assert "Cards 1.0.0" in page("rita", "/notices/?kind=%27--&page=x")
    assert "Nothing new" in page("sam")


def test_opening_a_notice_reads_it_and_goes_to_its_page(version: ModelVersion) -> None:
    """The others stay unread."""
    notice = newest("rita")
    answer = signed_in("rita").get(f"/notices/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, notice.link)
    assert unread_count(actor_named("rita")) == 1
    assert "Cards 1.0.0" not in page("rita")
    assert "Cards 1.0.0" in page("rita", "/notices/?show=all")


def test_chosen_ones_or_all_are_marked_as_read(version: ModelVersion) -> None:
    """And the reader comes back to the list as it was narrowed."""
    client = signed_in("rita")
    chosen = {"notice": [str(newest("rita").pk)]}
    answer = client.post("/notices/mark-read/?kind=task", chosen)
    assert answer["Location"] == "/notices/?kind=task"
    assert unread_count(actor_named("rita")) == 1
    client.post("/notices/mark-read/", {"all": "1"})
    assert unread_count(actor_named("rita")) == 0
    assert unread_count(actor_named("rolf")) == 2


def test_nobody_reads_or_marks_anothers_notices(version: ModelVersion) -> None:
    """Not even by their ids."""
    notice, rolf = newest("rita"), signed_in("rolf")
    assert rolf.get(f"/notices/{notice.pk}/").status_code == 404
    rolf.post("/notices/mark-read/", {"notice": [str(notice.pk)]})
    assert unread_count(actor_named("rita")) == 2
    assert rolf.post("/notices/mark-read/", {"notice": ["x"]}).status_code == 422


def test_what_reaches_somebody_is_theirs_to_choose(version: ModelVersion) -> None:
    """By kind, with the language; what is not offered is refused and nothing changes."""
    client = signed_in("rita")
    typed = dict.fromkeys(Kind.values, "daily") | {"language": "de"}
    assert client.post("/notices/mail/", typed).status_code == 302
    rita = actor_named("rita").person_id
    assert set(preferences_of(rita).values()) == {"daily"}
    refused = client.post("/notices/mail/", typed | {"task": "hourly"})
    assert refused.status_code == 422
    assert set(preferences_of(rita).values()) == {"daily"}
    assert "rita@example.org" in page("rita", "/notices/mail/")
