"""The Django admin in a browser: Django's own pages under our content security policy."""

import pytest
from playwright.sync_api import expect

from governance.inventory.models import ModelVersion
from tests.browser.people import seated
from tests.chromium import OpenPage
from tests.stories import draft_version

pytestmark = pytest.mark.browser


def test_an_administrator_looks_at_rows_and_finds_nothing_to_press(
    site: str, open_page: OpenPage
) -> None:
    """No script or style of the page's own is needed: a breach of the policy fails the test."""
    version = draft_version()
    page = seated(open_page, site, "alma")
    page.goto("/admin/")
    page.get_by_role("link", name="Versions", exact=True).first.click()
    page.get_by_role("link", name=str(version.model)).first.click()
    expect(page.get_by_text("draft", exact=True).first).to_be_visible()
    expect(page.locator("input[type=submit], select, textarea")).to_have_count(0)
    page.get_by_role("link", name="Back to Foureyes").click()
    expect(page).to_have_url(f"{site}/")
    assert ModelVersion.objects.get().state == "draft"
