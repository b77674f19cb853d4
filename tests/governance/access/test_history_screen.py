"""The history of grants on screen: narrowed in the address, in pages, each with its entry."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.access.models import Portfolio, RoleAssignment
from governance.access.operations import (
    add_portfolio,
    break_glass,
    decline_proposal,
    grant,
    revoke,
)
from governance.access.queries import HistoryFilter, events_of, history_of_grants
from tests.governance.access.people import held, holder, person
from tests.governance.access.screens import seen
from tests.stories import people, signed_in
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
HISTORY = "/access/history/"


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    """Beside the cast: one taken back soon, one that ran out, one declined, one emergency."""
    house = people()
    alma, second = actor_named("alma"), actor_named("admin2")
    given = give("auditor", holder("sam"), reason="For a day")
    revoke(given.pk, reason="Done", actor=alma)
    row = give("model_validator", holder("sam"), portfolio=house, reason="For a while")
    started = timezone.now() - timedelta(days=9)
    RoleAssignment.objects.filter(pk=row.pk).update(
        starts_at=started, granted_at=started, ends_at=timezone.now() - timedelta(days=1)
    )
    proposed = grant("risk_officer", holder("sam"), portfolio=house, reason="x", actor=alma)
    decline_proposal(proposed.pk, reason="No need", actor=second)
    break_glass("auditor", portfolio=house, reason="Fire", hours=1, actor=actor_named("hanna"))
    return house


def verbs(who: str = "ada", **asked: object) -> list[str]:
    return [one.verb for one in events_of(history_of_grants(actor_named(who), asked_for(**asked)))]


def asked_for(**asked: object) -> HistoryFilter:
    return HistoryFilter(**asked)


def test_every_kind_of_change_is_told_newest_first(house: Portfolio) -> None:
    """Given, taken back, run out, declined: of one person, in order."""
    found = verbs(person=person("sam").pk)
    assert sorted(found) == ["declined", "ended", "granted", "granted", "revoked"]
    times = [one.at for one in events_of(history_of_grants(actor_named("ada")))]
    assert times == sorted(times, reverse=True)


def test_it_is_narrowed_by_role_place_kind_and_time(house: Portfolio) -> None:
    """Each alone and together."""
    sam = person("sam").pk
    assert verbs(person=sam, role="auditor") == ["revoked", "granted"]
    assert verbs(person=sam, kind="ended") == ["ended"]
    assert verbs(person=sam, kind="short") == ["revoked", "granted"]
    assert verbs(kind="emergency") == ["granted"]
    assert verbs(kind="declined") == ["declined"]
    assert verbs(person=sam, place="*") == ["revoked", "granted"]
    week_ago = timezone.localdate() - timedelta(days=7)
    assert verbs(person=sam, until=week_ago) == ["granted"]
    assert "granted" in verbs(person=sam, since=week_ago)


def test_every_change_leads_to_its_entry(house: Portfolio) -> None:
    """But for those of the first start, which one entry tells together."""
    told = events_of(history_of_grants(actor_named("ada")))
    untold = {str(one.row.person) for one in told if one.entry is None}
    assert untold <= {"First Administrator", "Second Administrator"}
    page = seen("ada", f"{HISTORY}?kind=revoked")
    [revoked] = [one for one in told if one.verb == "revoked"]
    assert f"/log/{revoked.entry}/" in page
    assert "Done" in page
    assert signed_in("ada").get(f"/log/{revoked.entry}/").status_code == 200


def test_filters_live_in_the_address_and_bad_ones_are_named(house: Portfolio) -> None:
    """With a way to take each away again."""
    page = seen("ada", f"{HISTORY}?role=auditor&kind=granted")
    assert 'href="/access/history/?kind=granted"' in page
    assert signed_in("ada").get(f"{HISTORY}?since=yesterday").status_code == 422
    assert signed_in("ada").get(f"{HISTORY}?person=nobody").status_code == 422
    assert "No change is found" in seen("ada", f"{HISTORY}?until=2001-01-01")
    assert "No change is found" not in seen("ada", f"{HISTORY}?until=9999-12-31")


def test_it_comes_in_pages(house: Portfolio) -> None:
    """Fifty at a time; the filter stays in the links."""
    alma = actor_named("alma")
    for number in range(45):
        cards = add_portfolio(name=f"p{number}", title=f"P {number}", actor=alma)
        grant("auditor", holder("mo"), portfolio=cards, reason="x", actor=alma)
    page = seen("ada", f"{HISTORY}?kind=granted")
    assert "kind=granted&amp;page=2" in page
    assert "1 to 50 of" in page
    assert "51 to" in seen("ada", f"{HISTORY}?kind=granted&page=2")


def test_only_where_one_may_see_people(house: Portfolio) -> None:
    """An administrator of another portfolio reads nothing of this one."""
    cards = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    give("portfolio_administrator", holder("mo"), portfolio=cards, reason="x")
    rows = [one.row for one in events_of(history_of_grants(actor_named("mo")))]
    assert {row.portfolio for row in rows} <= {None, cards}
    assert held("mo", "portfolio_administrator") in rows
    assert signed_in("dana").get(HISTORY).status_code == 403
