"""Everything by keyboard: signing in, skipping the bar, a list, a dialog, help."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.people import seated, sign_in
from tests.chromium import OpenPage
from tests.stories import registered_model, validated_version
from workflows.management.cast import PASSWORD

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement"


@pytest.fixture(scope="module")
def told(site: str) -> str:
    """Two cases wait for the risk officers."""
    for name in ("cards", "loans"):
        validated_version(1, model=registered_model(name, name.capitalize()))
    return site


@pytest.fixture
def rita(told: str, open_page: OpenPage) -> Page:
    """Her inbox, open."""
    page = seated(open_page, told, "rita")
    page.goto("/")
    awake(page)
    return page


def awake(page: Page) -> None:
    """Wait until the page's scripts answer; nobody is as quick as a test."""
    expect(page.locator("[data-htmx-powered]").first).to_be_attached()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_signing_in_takes_no_mouse(told: str, open_page: OpenPage) -> None:
    """Name, tab, password, Enter."""
    page = open_page(base_url=told)
    page.goto("/")
    page.get_by_label("Login").focus()
    page.keyboard.type("rita")
    press(page, "Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Needs me")


def test_the_first_tab_skips_the_bar(rita: Page) -> None:
    """It shows itself when it is reached, and puts the next tab into the page."""
    press(rita, "Tab")
    skip = rita.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    press(rita, "Enter", "Tab")
    assert rita.evaluate(f"document.querySelector('main').contains({FOCUSED})")


def test_a_list_is_walked_and_a_case_opened(rita: Page) -> None:
    """J down, K up, Enter opens; the ends of the list hold."""
    rows = rita.locator(".fe-case")
    expect(rows).to_have_count(2)
    press(rita, "j", "j", "j")
    expect(rows.nth(1).get_by_role("link")).to_be_focused()
    press(rita, "k")
    first = rows.nth(0).get_by_role("link")
    expect(first).to_be_focused()
    title = first.inner_text()
    press(rita, "Enter")
    expect(rita.get_by_role("heading", level=1)).to_have_text(title)


def test_x_chooses_and_e_is_done_for_now(rita: Page) -> None:
    """What can be done with several shows itself; E takes a case away, Undo brings it back."""
    rows, bar = rita.locator(".fe-case"), rita.locator("#chosen")
    expect(bar).to_be_hidden()
    press(rita, "j", "x", "j", "x")
    expect(bar).to_contain_text("2 selected")
    press(rita, "x")
    expect(bar).to_contain_text("1 selected")
    press(rita, "e")
    expect(rita.get_by_text("Out of your inbox until something new happens.")).to_be_visible()
    expect(rows).to_have_count(1)
    rita.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)


def test_g_and_a_letter_jump(rita: Page) -> None:
    """G M leads to the models; while somebody types, letters are letters."""
    press(rita, "g", "m")
    expect(rita.get_by_role("heading", level=1)).to_have_text("Models")
    search = rita.get_by_role("searchbox").first
    search.focus()
    press(rita, "g", "i")
    expect(search).to_have_value("gi")


def test_a_list_shows_that_it_is_read_anew(rita: Page) -> None:
    """While the answer is on its way the old rows fade, and a reader aloud is told to wait."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    rita.goto("/models/")
    rita.route("**/models/?*q=card*", hold)
    rita.get_by_role("searchbox").fill("card")
    expect(rita.locator("#list")).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(rita.locator("#list")).not_to_have_attribute("aria-busy", "true")
    expect(rita.locator("#list")).not_to_contain_text("Loans")


def palette(page: Page) -> Locator:
    """The palette, opened by its key, with the focus in its field."""
    press(page, "Control+k")
    shown = page.get_by_role("dialog", name="Find or do")
    expect(shown.get_by_role("combobox")).to_be_focused()
    expect(shown.get_by_role("option").first).to_be_visible()
    return shown


def test_the_palette_finds_and_goes(rita: Page) -> None:
    """Ctrl K, a few letters, arrows, Enter; the focus never leaves the field."""
    shown = palette(rita)
    field = shown.get_by_role("combobox")
    rita.keyboard.type("loans")
    first = shown.get_by_role("option", name="Loans").first
    expect(first).to_have_attribute("aria-selected", "true")
    press(rita, "ArrowDown")
    expect(shown.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute(
        "aria-activedescendant", shown.get_by_role("option").nth(1).get_attribute("id")
    )
    press(rita, "ArrowUp", "ArrowUp")
    expect(shown.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    press(rita, "ArrowDown")
    expect(field).to_be_focused()
    press(rita, "Enter")
    rita.wait_for_url("**/models/loans/")


def test_enter_waits_for_what_the_words_find(rita: Page) -> None:
    """Whoever types fast is not led to what other words had found."""
    palette(rita)
    rita.keyboard.type("cards", delay=0)
    press(rita, "Enter")
    rita.wait_for_url("**/models/cards/")


def test_the_palette_gives_the_focus_back(rita: Page) -> None:
    """Escape closes it, also while one-letter keys are switched off; without a hit it says so."""
    rita.evaluate("localStorage.setItem('foureyes.keys', 'off')")
    link = rita.get_by_role("navigation", name="Main").get_by_role("link", name="Models")
    link.focus()
    shown = palette(rita)
    rita.keyboard.type("zebra")
    expect(shown).to_contain_text("Nothing matches “zebra”")
    expect(shown.get_by_role("combobox")).to_have_attribute("aria-expanded", "false")
    press(rita, "Escape")
    expect(shown).to_be_hidden()
    expect(link).to_be_focused()


def test_keys_can_be_switched_off(rita: Page) -> None:
    """One-letter keys disturb who speaks to the computer."""
    press(rita, "?")
    shown = rita.get_by_role("dialog", name="Help and keys")
    expect(shown).to_be_visible()
    shown.get_by_role("checkbox").uncheck()
    press(rita, "Escape", "j")
    expect(rita.locator(".is-cursor")).to_have_count(0)


def test_a_dialog_holds_the_focus_and_escape_gives_it_back(rita: Page) -> None:
    """Tab never reaches what lies under it."""
    button = rita.get_by_role("button", name="Help and keys", exact=True)
    button.focus()
    press(rita, "Enter")
    shown = rita.get_by_role("dialog", name="Help and keys")
    for _turn in range(6):
        press(rita, "Tab")
        inside = f"!{FOCUSED} || {FOCUSED} === document.body || !!{FOCUSED}.closest('dialog[open]')"
        assert rita.evaluate(inside)
    press(rita, "Escape")
    expect(shown).to_be_hidden()
    expect(button).to_be_focused()


def test_a_signature_is_begun_and_left_by_keyboard(rita: Page) -> None:
    """The password field has the focus; Escape closes, and the comment is still there."""
    rita.locator(".fe-case").get_by_role("link").first.click()
    expect(rita.get_by_role("radio", name="Approve", exact=True)).to_be_visible()
    awake(rita)
    rita.get_by_role("radio", name="Approve", exact=True).focus()
    press(rita, " ")
    rita.get_by_label("Comment", exact=True).fill("Kept")
    rita.get_by_role("button", name="Continue").focus()
    press(rita, "Enter")
    sign = rita.get_by_role("dialog", name="Sign your decision")
    expect(sign.get_by_label("Password, to show it is you")).to_be_focused()
    press(rita, "Escape")
    expect(sign).to_be_hidden()
    expect(rita.get_by_label("Comment", exact=True)).to_have_value("Kept")


def test_the_menu_of_the_account_closes_by_escape(rita: Page) -> None:
    """And leads out without a mouse."""
    rita.get_by_role("button", name="Your account").focus()
    press(rita, "Enter")
    expect(rita.get_by_role("link", name="Preferences")).to_be_visible()
    press(rita, "Escape")
    expect(rita.get_by_role("link", name="Preferences")).to_be_hidden()
    press(rita, "Enter")
    rita.get_by_role("button", name="Sign out").press("Enter")
    sign_in(rita, "rita")
