"""Views of the inbox under names of one's own: kept, opened, deleted, and nobody else's."""

import pytest
from django.http import HttpResponse

from governance.inventory.models import ModelVersion
from tests.governance.access.people import person
from tests.stories import registered_model, signed_in, validated_version
from workflows.cases.models import SavedFilter
from workflows.cases.operations.personal import MOST_FILTERS

pytestmark = pytest.mark.django_db
ADDRESS = "/filters/save/?q=cards&tier=1&page=7&unknown=x"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Two cases wait for the risk officers."""
    validated_version(model=registered_model("cards", "Cards"))
    return validated_version()


def save(username: str, name: str, address: str = ADDRESS) -> HttpResponse:
    return signed_in(username).post(address, {"name": name})


def inbox(username: str, query: str = "") -> str:
    return signed_in(username).get(f"/{query}").content.decode()


def test_a_named_view_stands_beside_the_inbox(version: ModelVersion) -> None:
    """It keeps what filters, not the page one was on, and it finds what is there now."""
    answer = save("rita", "  My   cards ")
    assert answer.headers["Location"] == "/?q=cards&tier=1"
    assert 'href="/?q=cards&amp;tier=1" aria-current="true"><span>My cards</span>' in inbox(
        "rita", "?q=cards&tier=1"
    )
    assert "My cards" not in inbox("rolf")
    assert "My cards" in inbox("rita", "?tab=team")


def test_it_is_offered_where_something_is_filtered(version: ModelVersion) -> None:
    """Also in the part of the page that a typed word brings, with that word in it."""
    assert "Save this filter" not in inbox("rita")
    assert 'href="/filters/save/?tab=team&amp;q=cards"' in inbox("rita", "?q=cards&tab=team")
    page = signed_in("rita").get(ADDRESS).content.decode()
    assert 'action="/filters/save/?q=cards&amp;tier=1"' in page


@pytest.mark.parametrize(("name", "status"), [("", 422), ("x" * 61, 422), ("One", 409)])
def test_a_name_is_short_and_ones_own_only_once(
    version: ModelVersion, name: str, status: int
) -> None:
    """What was typed is still there; another person may use the same name."""
    save("rita", "One")
    assert save("rita", name).status_code == status
    assert save("rolf", "One").status_code == 302
    assert SavedFilter.objects.count() == 2


def test_nothing_and_too_many_are_not_kept(version: ModelVersion) -> None:
    """A view of everything needs no name, and nobody collects without end."""
    assert save("rita", "All", "/filters/save/").status_code == 422
    rita = person("rita")
    SavedFilter.objects.bulk_create(
        SavedFilter(person=rita, name=str(number), query="q=x") for number in range(MOST_FILTERS)
    )
    assert save("rita", "One more").status_code == 409


def test_only_its_owner_deletes_it(version: ModelVersion) -> None:
    """To others it is not there."""
    save("rita", "One")
    address = f"/filters/{SavedFilter.objects.get().pk}/delete/"
    assert signed_in("rolf").post(address).status_code == 404
    assert signed_in("rita").post(address).status_code == 302
    assert not SavedFilter.objects.exists()
