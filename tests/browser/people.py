"""What people do at the screen, by the words that they read there."""

import re
import time
from collections.abc import Callable
from time import monotonic

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from governance.access.sessions import SECOND_FACTOR
from tests.chromium import OpenPage
from workflows.management.cast import PASSWORD

PATIENCE_S = 30.0
TIME_TO_TYPE_S = 8.0
LOGIN, SHOW_IT_IS_YOU = "/accounts/login/", "/accounts/reauthenticate/"


def seated(open_page: OpenPage, site: str, username: str, **options: object) -> Page:
    """A browser in which somebody has signed in before; without a name, nobody has."""
    page = open_page(base_url=site, **options)
    if username:
        cookie = known_client(username).cookies[settings.SESSION_COOKIE_NAME].value
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": cookie, "url": site}])
    return page


def known_client(username: str) -> Client:
    """Somebody who has signed in and has just shown again who it is; without a name, nobody."""
    client = Client()
    if username:
        assert client.post(LOGIN, {"login": username, "password": PASSWORD}).status_code == 302
        assert client.post(SHOW_IT_IS_YOU, {"password": PASSWORD}).status_code == 302
        session = client.session
        session[SECOND_FACTOR] = "in a story"
        session.save()
    return client


def entered(open_page: OpenPage, site: str, username: str) -> Page:
    """A browser in which somebody opens the site and signs in with name and password."""
    page = open_page(base_url=site)
    page.goto("/")
    sign_in(page, username)
    return page


def sign_in(page: Page, username: str) -> None:
    """Fill the sign-in page that is open."""
    page.get_by_label("Login").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="Your account")).to_be_visible()


def show_it_is_you(page: Page) -> None:
    """Asked again before something that changes how the account is protected."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Show that it is you")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def code_of(secret: str) -> str:
    """What an authenticator app shows, read as a person would: not one that is about to end."""
    left = app_settings.TOTP_PERIOD - time.time() % app_settings.TOTP_PERIOD
    if left < TIME_TO_TYPE_S:
        time.sleep(left)
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def open_in_menu(page: Page, words: str) -> None:
    """A link of the top bar."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=words).click()


def open_case(page: Page, title: str) -> None:
    """The inbox, and in it a case that waits."""
    open_in_menu(page, "Inbox")
    page.locator(".fe-case").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def decide(page: Page, words: str, comment: str = "", press: str = "Continue") -> None:
    """A decision in the panel of a case."""
    whole = re.compile(rf"^\s*{re.escape(words)}(\s+comment required)?\s*$")
    page.get_by_role("radio", name=whole).check()
    page.get_by_label("Comment", exact=True).fill(comment)
    page.get_by_role("button", name=press).click()


def prove(page: Page, password: str = PASSWORD) -> None:
    """The second step of a signature."""
    page.get_by_label("Password, to show it is you").fill(password)
    page.get_by_role("button", name="Sign approval").click()


def toast(page: Page, words: str) -> None:
    """The notice after something was done."""
    expect(page.locator(".fe-toast").filter(has_text=words)).to_be_visible()


def dialog(page: Page, title: str | re.Pattern[str]) -> Locator:
    """The dialog that stands open."""
    found = page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def until(page: Page, there: Callable[[], bool]) -> None:
    """Load the page again until something is there that others bring about."""
    deadline = monotonic() + PATIENCE_S
    while not there():
        assert monotonic() < deadline, f"it did not come to pass on {page.url}"
        page.wait_for_timeout(150)
        page.reload()
