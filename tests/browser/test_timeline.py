"""The timeline by keyboard: narrowed in place, and somebody called while a comment is written."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import seated
from tests.chromium import OpenPage
from tests.stories import validated_version

pytestmark = pytest.mark.browser
CASE = "/models/credit-default/versions/1/"


@pytest.fixture(scope="module")
def told(site: str) -> str:
    """A case with a past."""
    validated_version()
    return site


@pytest.fixture
def rita(told: str, open_page: OpenPage) -> Page:
    """The case, open."""
    page = seated(open_page, told, "rita")
    page.goto(CASE)
    expect(page.locator("[data-htmx-powered]").first).to_be_attached()
    return page


def test_it_is_narrowed_in_place(rita: Page) -> None:
    """What is being written stays, the address changes, the focus stays on the choice."""
    text = rita.get_by_label("New comment")
    text.fill("Half a thought")
    narrow = rita.get_by_role("navigation", name="Narrow the timeline")
    narrow.get_by_role("link", name="Evidence and checks").press("Enter")
    expect(rita).to_have_url(re.compile(r"\?show=evidence#timeline$"))
    chosen = narrow.get_by_role("link", name="Evidence and checks")
    expect(chosen).to_have_attribute("aria-current", "true")
    expect(chosen).to_be_focused()
    expect(text).to_have_value("Half a thought")
    expect(rita.locator("#timeline-lines")).not_to_contain_text("submitted the version")
    rita.reload()
    expect(rita.locator("#timeline-lines")).not_to_contain_text("submitted the version")


def test_somebody_is_called_without_a_mouse(rita: Page) -> None:
    """Arrows walk, Enter takes, Escape leaves the text alone; the comment tells who was called."""
    text = rita.get_by_label("New comment")
    text.focus()
    rita.keyboard.type("Look here, @")
    options = rita.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(text).to_have_attribute("aria-expanded", "true")
    rita.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(text).to_have_attribute("aria-activedescendant", "fe-mention-2")
    rita.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(text).to_have_value("Look here, @")
    expect(text).not_to_have_attribute("role", "combobox")
    rita.keyboard.type("rol")
    expect(options).to_have_count(1)
    rita.keyboard.press("Enter")
    expect(text).to_have_value("Look here, @rolf ")
    expect(options).to_have_count(0)
    rita.keyboard.type("please.")
    rita.get_by_role("button", name="Comment", exact=True).press("Enter")
    expect(rita.locator("#timeline-lines")).to_contain_text("Look here, @rolf please.")
