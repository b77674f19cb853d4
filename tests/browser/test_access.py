"""An administrator sets up a portfolio, a team, roles and a review, and reads why somebody cannot.

All by clicking, as somebody does who sees the site for the first time.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.people import dialog, open_in_menu, seated, toast
from tests.chromium import OpenPage
from tests.stories import submitted_version

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def told(site: str) -> str:
    """Dana's version waits for its validator; nothing else is set up."""
    submitted_version(1, checked=False)
    return site


@pytest.fixture
def alma(told: str, open_page: OpenPage) -> Page:
    """The administrator before the list of people."""
    page = seated(open_page, told, "alma")
    page.goto("/")
    open_in_menu(page, "Access")
    return page


def tab(page: Page, words: str) -> None:
    """One of the pages of access."""
    tabs = page.get_by_role("navigation", name="Views of access")
    tabs.get_by_role("link", name=words, exact=True).click()


def add(page: Page, words: str, **typed: str) -> None:
    """Open a form by its link, fill it, send it."""
    page.get_by_role("link", name=words).click()
    for label, text in typed.items():
        page.get_by_label(label.replace("_", " "), exact=False).first.fill(text)
    page.get_by_role("button", name=words).click()


def test_an_administrator_sets_up_a_portfolio_and_reads_why_somebody_cannot(alma: Page) -> None:
    """Portfolio, team, role, grants, review campaign, and the answer with its path."""
    add(alma, "Add a portfolio", Title="Cards", Short_name="cards")
    toast(alma, "The portfolio Cards is there")
    set_up_team(alma)
    set_up_role(alma)
    expect_in_matrix(alma)
    run_review(alma)
    ask_why(alma)


def set_up_team(page: Page) -> None:
    """Sam joins the card checkers, who validate in Cards."""
    tab(page, "Teams")
    add(page, "Add a team", Title="Card checkers", Short_name="card-checkers")
    toast(page, "The team is there")
    page.get_by_role("button", name="Add a member").first.click()
    member = dialog(page, "Add a member to Card checkers")
    member.get_by_label("Person").select_option(label="Sam Stranger")
    member.get_by_label("Reason").fill("Knows cards")
    member.get_by_role("button", name="Add the member").click()
    toast(page, "They are in the team")
    give(page, "Give Card checkers a role", "model_validator", "cards")


def give(page: Page, title: str, role: str, place: str) -> None:
    """The dialog of a grant."""
    page.get_by_role("button", name="Give a role").first.click()
    grant = dialog(page, title)
    grant.get_by_label("Role", exact=True).select_option(role)
    grant.get_by_label("Where").select_option(place)
    grant.get_by_label("Reason").fill("Named by the committee")
    grant.get_by_role("button", name="Give the role").click()
    toast(page, "The role is given and works at once.")


def set_up_role(page: Page) -> None:
    """A role of the site's own, given to Mo."""
    tab_from_crumb(page)
    tab(page, "Roles")
    page.get_by_role("link", name="Add a role").click()
    page.get_by_label("Title").fill("Card reader")
    page.get_by_label("Short name").fill("card-reader")
    page.get_by_label("see models and their cases").check()
    page.get_by_role("button", name="Add a role").click()
    toast(page, "The role is there")
    tab_from_crumb(page)
    page.get_by_role("link", name="Mo Ops").click()
    give(page, "Give Mo Ops a role", "card-reader", "cards")


def tab_from_crumb(page: Page) -> None:
    """Back to the list of people."""
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Access").click()


def expect_in_matrix(page: Page) -> None:
    """Who holds what in Cards, through which team."""
    tab_from_crumb(page)
    tab(page, "Matrix")
    page.get_by_label("Where").select_option("cards")
    page.get_by_role("button", name="Filter").click()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Sam Stranger"))
    expect(row).to_contain_text("through Card checkers")


def run_review(page: Page) -> None:
    """Every grant in Cards is asked about; one is kept, one removed."""
    tab(page, "Access reviews")
    page.get_by_role("link", name="Open a review").click()
    page.get_by_label("Title").fill("Cards, autumn")
    page.get_by_label("Where").select_option("cards")
    in_a_month = timezone.localdate() + timedelta(days=30)
    page.get_by_label("Last day").fill(in_a_month.isoformat())
    page.get_by_role("button", name="Open a review").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cards, autumn")
    page.get_by_role("link", name="All reviewers").click()
    expect(page.get_by_role("row").filter(has_text="Card reader")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Model validator")).to_be_visible()


def ask_why(page: Page) -> None:
    """Dana wrote the version: no role would help her."""
    open_in_menu(page, "Access")
    tab(page, "Why?")
    page.get_by_label("Person").select_option(label="Dana Developer")
    page.get_by_label("To do").select_option("version:approve")
    page.get_by_label("Model").fill("credit-default")
    page.get_by_label("Version").fill("1")
    page.get_by_role("button", name="Ask").click()
    answer = page.get_by_role("region", name="Dana Developer cannot.")
    expect(answer).to_contain_text("an author of this version")
    expect(answer).to_contain_text("it looks at the person")
    others = page.get_by_role("region", name="Who could do this today")
    expect(others).to_contain_text("Rita Risk")
