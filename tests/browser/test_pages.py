"""Every page, light and dark, in both languages, on a desk and on a phone.

The usual run reads every page, in German. In the browser it looks at those that between them show
each part of the visual language: on a desk and on a phone, in light and in dark, with axe. `make
soak` looks at all of them so, in both languages.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, TimeoutError, ViewportSize  # noqa: A004 - its own

from governance.project.environment import BASE_DIR
from tests.browser.outline import Outline
from tests.browser.pages import NO_PAGES, View, addresses, story
from tests.browser.people import known_client, seated
from tests.chromium import Console, OpenPage
from tests.stories import signed_in

pytestmark = pytest.mark.browser

AXE = (BASE_DIR / "tests" / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text("utf-8")
WCAG_22 = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
RUN_AXE = """async (rules) => (await axe.run({ runOnly: rules, resultTypes: ["violations"] }))
  .violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target} ${node.any.map((check) => check.message).join(" ")}`))"""
MEASURE = """() => ({
  lang: document.documentElement.lang,
  headings: document.querySelectorAll("h1").length,
  nameless: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
    .filter((one) => !one.labels.length && !one.ariaLabel && !one.hasAttribute("aria-labelledby"))
    .map((one) => one.name || one.outerHTML),
  twice: [...document.querySelectorAll("[id]")].map((one) => one.id)
    .filter((id, at, all) => all.indexOf(id) !== at),
})"""
DRAWN = "() => !document.querySelector('figure[data-figure]:not(details figure):not([data-drawn])')"
QUIET = "() => !document.querySelector('[aria-busy=true]')"
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
IN_THEME = "(theme) => document.documentElement.dataset.bsTheme === theme"
FIGURES = "() => document.querySelector('figure[data-figure]') !== null"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# So high that every figure is drawn, which waits until it is seen.
HIGH = {1440: 2400, 390: 9000}
LANGUAGES = {"en": "en-GB", "de": "de-DE"}
# What axe looks at: forms, tables, chips, verdicts, figures, differences, timelines, the matrix.
LOOKED_AT = {
    "account_login",
    "as_of",
    "comparison",
    "deployments",
    "entry",
    "find",
    "inbox",
    "inventory",
    "log",
    "matrix",
    "model",
    "policy",
    "policy_effect",
    "promotion",
    "pull_request",
    "version",
}


@dataclass
class Tour:
    """One look at many pages, each as somebody who may see it; what is wrong is gathered."""

    site: str
    open_page: OpenPage
    language: str
    pages: dict[str, Page] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def page_of(self, who: str) -> Page:
        """The browser of one person; without a name, of somebody who has not signed in."""
        if who not in self.pages:
            asked = {"locale": LANGUAGES[self.language], "reduced_motion": "reduce"}
            page = seated(self.open_page, self.site, who, viewport=DESK, **asked)
            self.pages[who] = page
        return self.pages[who]

    def see(self, view: View, *sizes: ViewportSize) -> Page:
        """Open a page and look at it in some widths; figures follow the width after a moment."""
        page = self.page_of(view.who)
        page.set_viewport_size(sizes[0])
        answer = page.goto(view.address)
        if not answer or answer.status != view.status or view.address not in page.url:
            self.wrong.append(f"{view}: {answer and answer.status} {page.url}")
        if page.evaluate(FIGURES):
            sizes = tuple({**size, "height": HIGH[size["width"]]} for size in sizes)
            page.set_viewport_size(sizes[0])
        until(page, DRAWN)
        found = page.evaluate(MEASURE)
        wanted = {"lang": self.language, "headings": 1, "nameless": [], "twice": []}
        self.note(view, {key: found[key] for key in wanted if found[key] != wanted[key]})
        for size in sizes:
            self.fit(page, view, size)
        return page

    def fit(self, page: Page, view: View, size: ViewportSize) -> None:
        """No sideways scrolling."""
        page.set_viewport_size(size)
        with suppress(TimeoutError):
            until(page, FITS, timeout=2000)
            return
        self.note(view, f"wider than {size['width']} px")

    def check(self, page: Page, view: View) -> None:
        """What axe finds: all of WCAG 2.2 A and AA in light, what colours decide in dark."""
        until(page, QUIET)  # what is on its way is drawn faint until it has come
        page.evaluate(AXE)
        for theme, rules in (("dark", ["color-contrast"]), ("light", WCAG_22)):
            page.emulate_media(color_scheme=theme)
            until(page, IN_THEME, arg=theme)
            for text in page.evaluate(RUN_AXE, rules):
                self.note(view, f"in {theme}: {text}")

    def note(self, view: View, wrong: object) -> None:
        """Keep what is wrong, if anything is."""
        if wrong:
            self.wrong.append(f"{view.who} at {view.address}: {wrong}")


def until(page: Page, holds: str, **options: Any) -> None:
    """Wait for something that mostly holds at once: asking is cheaper than a watch on every frame.

    Raises:
        TimeoutError: it does not hold in time.
    """
    if not page.evaluate(holds, options.get("arg")):
        page.wait_for_function(holds, **options)


@pytest.fixture(scope="module")
def views(site: str) -> list[View]:
    """The story, told once; what there is to see."""
    return story()


@pytest.fixture(autouse=True)
def _nothing_here(console: Console) -> None:
    console.allow("status of 401")  # a sign-in elsewhere that failed
    console.allow("status of 404")  # Sam's look at what he may not see


def test_each_part_of_the_visual_language_can_be_used_by_everybody(
    site: str, views: list[View], open_page: OpenPage
) -> None:
    """In German, where words are longer, a page of each kind fits, and axe finds nothing."""
    tour = Tour(site, open_page, "de")
    shown = {view.name: view for view in reversed(views) if view.name in LOOKED_AT}
    for view in shown.values():
        tour.check(tour.see(view, DESK, PHONE), view)
    assert not tour.wrong, "\n".join(tour.wrong)
    assert shown.keys() == LOOKED_AT, "no such pages any more"


def test_a_case_is_printed_with_all_its_figures(
    site: str, views: list[View], open_page: OpenPage
) -> None:
    """Those further down too, which nobody has scrolled to."""
    page = seated(open_page, site, "rita", viewport=DESK)
    page.add_init_script("window.print = () => { window.printed = true }")
    page.goto(next(v.address for v in views if v.name == "version" and v.who == "rita"))
    assert not page.evaluate(DRAWN)
    page.get_by_role("button", name="Print or PDF").click()
    until(page, "() => window.printed === true")
    assert page.evaluate(DRAWN)


def test_every_page_says_what_it_is(views: list[View]) -> None:
    """In its reader's language, under one heading, with a name for each field."""
    clients = {who: known_client(who) for who in sorted({view.who for view in views})}
    found = [wrong for view in views if (wrong := reading(clients[view.who], view))]
    assert not found, "\n".join(found)


def reading(client: Client, view: View) -> str:
    """What is wrong with a page as it is sent, in words."""
    answer = client.get(view.address, headers={"Accept-Language": "de"})
    page = Outline()
    page.feed(answer.content.decode())
    wrong = page.wrong(language="de")
    if answer.status_code != view.status:
        wrong["status"] = answer.status_code
    return f"{view.who} at {view.address}: {wrong}" if wrong else ""


@pytest.mark.soak
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_dress(
    site: str, views: list[View], open_page: OpenPage, language: str
) -> None:
    """Everything at once: both languages, widths and themes."""
    tour = Tour(site, open_page, language)
    for view in views:
        page = tour.see(view, DESK, PHONE)
        tour.check(page, view)
    assert not tour.wrong, "\n".join(tour.wrong)


def test_no_page_is_left_out(views: list[View]) -> None:
    """Whatever answers a GET with a page stands in the story, or in the list of what is none."""
    seen = {view.name for view in views} | set(NO_PAGES)
    rest = {name: address for name, address in addresses().items() if name not in seen}
    client = signed_in("alma")
    pages = [name for name, address in rest.items() if is_page(client, address)]
    assert not pages, ", ".join(pages)


def is_page(client: Client, address: str) -> bool:
    """Whether a GET shows something: not elsewhere, not only POST, not switched off in allauth."""
    status = client.get(address).status_code
    return status not in {302, 405} and not (status == 404 and address.startswith("/accounts/"))
