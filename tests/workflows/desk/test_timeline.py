"""The timeline of a version, narrowed by kind: in the address, without script, and by htmx."""

import re

import pytest

from governance.inventory.models import ModelVersion
from tests.stories import approved_version, signed_in
from tests.workflows.desk.pages import case_page
from workflows.cases.operations import comment_version
from workflows.desk.queries.timeline import shown_as
from workflows.desk.timeline import TELLERS
from workflows.desk.timeline_words import SHOWN, SHOWN_TITLES
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
PAGE = "/models/credit-default/versions/1/"
LINES = re.compile(r'<div class="fe-what">')
CHOICE = re.compile(r'\?show=(\w*)" hx-target[^>]*>([^<]+)<span class="fe-count">(\d+)')
HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Approved, its pull request open; Victor has said something."""
    found = approved_version()
    comment_version(found.pk, text="The last quarter looks thin.", actor=actor_named("victor"))
    return found


def lines(page: str) -> str:
    """What stands in the timeline of a page."""
    return page.partition('id="timeline-lines"')[2].partition("</section>")[0]


def test_each_kind_has_its_lines_and_says_how_many(version: ModelVersion) -> None:
    """The number beside a choice is the number of lines behind it."""
    whole = lines(case_page("rita", version))
    choices = {name: int(number) for name, _title, number in CHOICE.findall(whole)}
    assert choices[""] == len(LINES.findall(whole)) > 10
    for name, number in choices.items():
        shown = lines(case_page("rita", version, show=name))
        assert len(LINES.findall(shown)) == number, name
    assert choices["people"] + choices["system"] == choices[""]
    assert choices["comments"] == 1


def test_a_kind_holds_what_belongs_to_it(version: ModelVersion) -> None:
    """And nothing else; the choice is marked for who cannot see it."""
    decisions = lines(case_page("rita", version, show="decisions"))
    assert "signed: approve" in decisions
    assert "uploaded" not in decisions
    assert "thin" not in decisions
    assert 'aria-current="true">Decisions' in decisions
    assert "thin" in lines(case_page("rita", version, show="comments"))
    assert "uploaded" in lines(case_page("rita", version, show="evidence"))
    assert "Pull request opened" in lines(case_page("rita", version, show="deployments"))
    assert "are asked to" in lines(case_page("rita", version, show="requests"))


def test_what_is_no_kind_shows_everything(version: ModelVersion) -> None:
    """An old or mistyped address loses nothing."""
    whole, other = case_page("rita", version), case_page("rita", version, show="<b>nonsense")
    assert len(LINES.findall(lines(other))) == len(LINES.findall(lines(whole)))
    assert "<b>nonsense" not in other


def test_htmx_gets_the_lines_and_the_address(version: ModelVersion) -> None:
    """Without it the same address leads to the page; what is being written is not swapped away."""
    rita = signed_in("rita")
    part = rita.get(f"{PAGE}timeline/?show=comments", headers=HTMX)
    assert len(LINES.findall(part.text)) == 1
    assert "<textarea" not in part.text
    assert part["HX-Push-Url"] == f"{PAGE}?show=comments#timeline"
    assert 'data-announce="1 line"' in part.text
    plain = rita.get(f"{PAGE}timeline/?show=comments")
    assert plain["Location"] == f"{PAGE}?show=comments#timeline"


def test_a_page_that_asks_again_stays_narrowed(version: ModelVersion) -> None:
    """The panel follows what becomes of the version and brings the timeline with it."""
    here = HTMX | {"HX-Current-URL": f"http://testserver{PAGE}?show=comments#timeline"}
    told = signed_in("rita").get(f"{PAGE}panel/", headers=here).text
    assert len(LINES.findall(lines(told))) == 1
    assert "<textarea" not in lines(told)


def test_a_stranger_sees_no_line(version: ModelVersion) -> None:
    """To them there is no version."""
    assert signed_in("sam").get(f"{PAGE}timeline/", headers=HTMX).status_code == 404


def test_every_line_that_has_words_belongs_somewhere() -> None:
    """In one kind; and every kind has a title."""
    assert {action for action in TELLERS if not shown_as(action)} == set()
    for action in TELLERS:
        assert sum(action.startswith(starts) for starts in SHOWN.values()) == 1, action
    assert set(SHOWN) < set(SHOWN_TITLES)
