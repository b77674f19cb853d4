"""How the site looks to one person, in every browser."""

import pytest
from django.test import Client

from governance.access.models import Portfolio, User
from tests.stories import people, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """The cast, once."""
    return people()


def test_theme_and_language_follow_the_account(portfolio: Portfolio) -> None:
    """Saved in one browser, they hold in another one that never heard of them."""
    chosen = {"theme": "dark", "language": "de"}
    assert signed_in("rita").post("/preferences/", chosen).status_code == 302
    page = signed_in("rita").get("/preferences/").content.decode()
    assert 'data-bs-theme="dark"' in page
    assert '<html lang="de"' in page


def test_a_switch_in_the_bar_holds_for_its_browser_until_preferences_are_saved(
    portfolio: Portfolio,
) -> None:
    """The last word counts."""
    client = signed_in("rita")
    client.post("/i18n/theme/", {"theme": "dark", "next": "/preferences/"})
    assert 'data-bs-theme="dark"' in client.get("/preferences/").content.decode()
    client.post("/preferences/", {"theme": "light", "language": ""})
    assert 'data-bs-theme="light"' in client.get("/preferences/").content.decode()


def test_keys_of_one_letter_are_switched_off_for_every_browser(portfolio: Portfolio) -> None:
    """They are on until somebody says otherwise, and the help leads to the switch."""
    client = signed_in("rita")
    page = client.get("/preferences/").content.decode()
    assert 'data-keys="off"' not in page
    assert "single_keys" in page
    client.post("/preferences/", {"theme": "", "language": ""})
    page = signed_in("rita").get("/").content.decode()
    assert 'data-keys="off"' in page
    assert "They are switched off for every browser:" in page
    client.post("/preferences/", {"theme": "", "language": "", "single_keys": "on"})
    assert 'data-keys="off"' not in signed_in("rita").get("/").content.decode()


def test_what_does_not_exist_cannot_be_chosen(portfolio: Portfolio) -> None:
    """Neither theme nor language."""
    answer = signed_in("rita").post("/preferences/", {"theme": "pink", "language": "tlh"})
    assert answer.status_code == 422
    assert User.objects.get(username="rita").theme == ""


def test_a_stranger_to_the_site_has_no_preferences() -> None:
    """Sign-in comes first."""
    assert Client().get("/preferences/").status_code == 302
