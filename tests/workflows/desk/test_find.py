"""Find or do: what a few words lead to, for whom, and that nothing else is found."""

from html import unescape

import pytest
from django.urls import reverse

from governance.access.permissions import SHIPPED_ROLES
from governance.access.reach import Reach
from governance.access.scopes import ORGANISATION, Scope
from governance.inventory.models import ModelVersion
from tests.governance.monitoring.alarm import raised_alert
from tests.matrix.people import SIGNED_IN
from tests.matrix.table import TABLE
from tests.query_counts import pinned
from tests.stories import deployed_version, registered_model, signed_in, validated_version
from workflows.desk.destinations import BEGINNINGS, PAGES
from workflows.gitops.models import PullRequest

pytestmark = pytest.mark.django_db
HERE = Scope(portfolio_id="here", title="Here")
ELSEWHERE = Scope(portfolio_id="elsewhere", title="Elsewhere")
GIVEN = {role.name: role.permissions for role in SHIPPED_ROLES}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """The champion of one model with an alert, and a version of another that waits for Rita."""
    champion = deployed_version()
    raised_alert(champion)
    return validated_version(1, model=registered_model("cards", "Credit cards"))


def found(username: str, words: str, **headers: str) -> str:
    answer = signed_in(username).get("/find/", {"q": words}, headers=headers)
    assert answer.status_code == 200
    page = unescape(answer.content.decode())
    return page if headers else page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("who", "words", "address"),
    [
        ("rita", "credit def", "/models/credit-default/"),
        ("rita", "DEFAULT credit", "/models/credit-default/"),
        ("rita", "credit-default", "/models/credit-default/versions/1/"),
        ("rita", "default 1", "/models/credit-default/versions/1/"),
        ("rita", "default v1.0", "/models/credit-default/versions/1/"),
        ("rita", "cards", "/models/cards/versions/1/"),
        ("alma", "dana", "/access/people/"),
        ("rita", "tier 1", "/policies/tier-1/"),
        ("rita", "production", "/targets/"),
        ("alma", "production", "/change/"),
        ("dana", "register", "/models/register/"),
        ("ada", "verify", "/log/"),
        ("sam", "sign out", "/accounts/logout/"),
    ],
)
def test_words_lead_to(version: ModelVersion, who: str, words: str, address: str) -> None:
    """Rows by any part of their names in any order, pages by the beginnings of their words."""
    assert address in found(who, words)


def test_a_case_leads_to_where_it_is_shown(version: ModelVersion) -> None:
    """An alert has a page of its own; a submission stands on that of its version."""
    page = found("olive", "default")
    assert "Open cases" in page
    assert "/alerts/" in page


def test_a_pull_request_is_found_by_its_number(version: ModelVersion) -> None:
    """As it is spoken of, with or without its sign; and under the name of its model."""
    pull = PullRequest.objects.get()
    for words in (f"#{pull.number}", str(pull.number), "default"):
        assert pull.url in found("mo", words)


@pytest.mark.parametrize(
    "words", ["credit", "default 1", "cards", "dana", "#1", "production", "tier"]
)
def test_who_may_not_see_it_does_not_find_it(version: ModelVersion, words: str) -> None:
    """A stranger learns of no model, version, case, deployment or person."""
    page = found("sam", words)
    for hidden in ("/models/c", "/alerts/", "/forge/", "/deployments/", "/access/people/"):
        assert hidden not in page


def test_people_are_for_who_sees_people(version: ModelVersion) -> None:
    """Rita signs, but the list of people is not hers."""
    assert "Dana Developer" not in found("rita", "dana")
    assert "Nothing matches “dana”" in found("rita", "dana")


def test_without_words_it_offers_what_waits_and_where_people_go(version: ModelVersion) -> None:
    """The case that waits first, then the pages that open for the reader."""
    page = found("rita", "")
    assert page.index("Waits for you") < page.index("/models/cards/versions/1/")
    assert "/preferences/" in page
    assert "/log/" not in page
    assert "Waits for you" not in found("sam", "")


def test_the_palette_gets_the_choices_alone(version: ModelVersion) -> None:
    """Options of a listbox, and a number to be read out; nothing when nothing matches."""
    part = found("rita", "credit", **{"HX-Request": "true"})
    assert "<html" not in part
    assert 'role="option"' in part
    assert 'data-announce="' in part
    none = found("rita", "zebra", **{"HX-Request": "true"})
    assert 'role="listbox"' not in none


@pytest.mark.parametrize(
    "words", ["%", "_", "'", "\\", "#99999999999", "v" + "9" * 99, "1 " * 50, "<i>odd"]
)
def test_odd_words_find_nothing_and_break_nothing(version: ModelVersion, words: str) -> None:
    """Wildcards are letters here, numbers may be too great, and text stays text."""
    page = found("rita", words)
    assert "/models/c" not in page
    assert "<i>" not in signed_in("rita").get("/find/", {"q": words}).content.decode()


def test_a_long_list_is_cut_off_and_leads_to_the_rest(version: ModelVersion) -> None:
    """As many queries for many models as for one."""
    client = signed_in("rita")
    with pinned("find"):
        client.get("/find/", {"q": "credit"}, headers={"HX-Request": "true"})
    for number in range(7):
        registered_model(f"many-{number}", f"Credit number {number}")
    with pinned("find"):
        part = client.get("/find/", {"q": "credit"}, headers={"HX-Request": "true"})
    assert "/models/?q=credit" in part.content.decode()


@pytest.mark.parametrize("label", SIGNED_IN)
def test_a_page_is_offered_to_exactly_those_who_get_in(label: str) -> None:
    """What the table of all routes says of each page, for every role."""
    reach = reach_in_table(label)
    for one in (*PAGES, *BEGINNINGS):
        row = TABLE[reverse(one.page)]["GET"]
        opens = row.expected(label, api=False) in {200, 302}
        # A part of a page is for fewer than the page.
        assert one.is_open_to(reach) is opens or (one.place and opens), one.page


def reach_in_table(label: str) -> Reach:
    """What somebody of the table holds."""
    place, _colon, role = label.rpartition(":")
    scope = {"everywhere": ORGANISATION, "foreign": ELSEWHERE}.get(place, HERE)
    return Reach.of([(scope, permission) for permission in GIVEN.get(role, ())])
