"""What a target would get, before it is saved: long lines scroll in their box, not the window."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import seated
from tests.chromium import OpenPage
from tests.stories import validated_version
from workflows.targets.models import Target

pytestmark = pytest.mark.browser
INNER = "one => one.scrollWidth > one.clientWidth"
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def test_the_files_of_a_look_before_stay_within_the_window(site: str, open_page: OpenPage) -> None:
    """On a desk and on a phone; the lines themselves are there to the end."""
    validated_version()
    page = seated(open_page, site, "alma", viewport={"width": 1440, "height": 900})
    page.goto(f"/targets/{Target.objects.get().pk}/change/")
    page.locator("[name=repository]").fill("risk-models/another-repository")
    page.get_by_role("button", name="See what it would get").click()
    file = page.get_by_role("list", name="version.yaml").last
    expect(file).to_be_visible()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert file.evaluate(INNER)
        assert page.evaluate(FITS), width
