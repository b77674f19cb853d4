"""Signing with a passkey: the device answers the challenge of this signature, and of no other."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Page

from governance.inventory.models import ModelVersion
from tests.browser.people import decide, show_it_is_you, sign_in, toast
from tests.chromium import OpenPage, served
from tests.databases import Database
from tests.stories import again, validated_version
from workflows.lifecycle.models import Decision, SigningNonce

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
def version(house_database: Database) -> ModelVersion:
    return validated_version()


@pytest.fixture(scope="module")
def local(version: ModelVersion) -> Iterator[str]:
    """The site under the one name for which browsers allow passkeys without TLS."""
    with served() as address:
        named = address.replace("127.0.0.1", "localhost")
        with override_settings(SITE_URL=named, MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN=True):
            yield named


@pytest.fixture
def rita(local: str, open_page: OpenPage) -> Page:
    """Rita at her browser, with a passkey that she has just set up."""
    page = open_page(base_url=local)
    tool = page.context.new_cdp_session(page)
    tool.send("WebAuthn.enable")
    tool.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto("/accounts/login/")
    sign_in(page, "rita")
    page.goto("/accounts/2fa/webauthn/add/")
    show_it_is_you(page)
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add").click()
    toast(page, "Security key added.")
    return page


def test_an_officer_signs_with_a_passkey(rita: Page, version: ModelVersion) -> None:
    """No password is typed; the decision says how it was proved, and the challenge is used up."""
    rita.goto(f"/models/{version.model.name}/versions/{version.number}/")
    decide(rita, "Approve", "By my key.")
    rita.get_by_role("button", name="Use your passkey").click()
    toast(rita, "Signed.")
    decision = Decision.objects.get(round__move="approve")
    assert (decision.proved_by, decision.comment) == ("passkey", "By my key.")
    assert SigningNonce.objects.get().used_at
    assert again(version).state == "validated"
