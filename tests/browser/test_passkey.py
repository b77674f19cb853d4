"""A passkey, from setting it up to signing in with it, on an authenticator inside Chromium."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.test import override_settings
from playwright.sync_api import Page, expect

from governance.audit.models import AuditEntry
from governance.audit.queries import views_of
from tests.browser.people import show_it_is_you, toast
from tests.chromium import OpenPage, served
from tests.databases import Database
from tests.stories import people
from workflows.management.cast import PASSWORD

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def local(house_database: Database) -> Iterator[str]:
    """The site under the one name for which browsers allow passkeys without TLS."""
    people()
    with served() as address:
        named = address.replace("127.0.0.1", "localhost")
        with override_settings(SITE_URL=named, MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN=True):
            yield named


@pytest.fixture
def page(local: str, open_page: OpenPage) -> Page:
    """A browser with a finger on its authenticator."""
    page = open_page(base_url=local)
    tool = page.context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def test_an_administrator_sets_up_a_passkey_and_comes_in_with_it_alone(page: Page) -> None:
    """It stands for two factors: everything is open at once, and the log says how they came."""
    page.goto("/accounts/login/")
    page.get_by_label("Login").fill("alma")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor and passkeys")
    page.get_by_role("link", name="Add a passkey").click()
    show_it_is_you(page)
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    toast(page, "Security key added.")
    expect(page.get_by_label("Unused codes")).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").user.username == "alma"

    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Your account")).to_be_visible()
    page.goto("/access/people/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Access")
    came = views_of(AuditEntry.objects.filter(action="account.signed_in").order_by("occurred_at"))
    assert came[-1].line.author.amr == ("mfa",)
    added = views_of(AuditEntry.objects.filter(action="account.factor_added"))
    told = {entry.line.details["what"] for entry in added}
    assert {"passkey", "recovery codes"} <= told
