"""The log as different people see it, narrowed and in pages."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from governance.access.models import Person
from governance.access.operations import Holder, add_portfolio, grant
from governance.audit.models import AuditEntry
from governance.audit.operations import sequence_pending
from governance.inventory.models import ModelVersion
from governance.trail.queries import log as log_queries
from tests.stories import approved_version, days_told, registered_model, signed_in
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Approved; its pull request is open. Every entry has its leaf."""
    version = approved_version()
    sequence_pending()
    return version


def page(username: str, **asked: str) -> str:
    answer = signed_in(username).get("/log/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def actions(text: str) -> list[str]:
    return re.findall(r'data-l="Action">([a-z_]+\.[a-z_]+)<', text)


def person_id(username: str) -> str:
    return str(Person.objects.get(accounts__username=username).pk)


def test_the_newest_stands_first_in_words(version: ModelVersion) -> None:
    """Who, what and about what, with a way to the case."""
    seen = page("ada")
    found = actions(seen)
    assert found.index("version.approved") < found.index("version.submitted")
    assert "Rolf Officer" in seen
    assert "Credit default 1.0.0 to production" in seen
    assert 'href="/models/credit-default/versions/1/"' in seen


def test_it_is_narrowed_by_action(version: ModelVersion) -> None:
    """One, or all of a kind."""
    assert set(actions(page("ada", action="version.validated"))) == {"version.validated"}
    kinds = {action.partition(".")[0] for action in actions(page("ada", action="version."))}
    assert kinds == {"version"}


def test_it_is_narrowed_by_person(version: ModelVersion) -> None:
    """What Victor did, and nothing else."""
    seen = set(actions(page("ada", person=person_id("victor"))))
    assert "version.validated" in seen
    assert "version.submitted" not in seen


def test_it_is_narrowed_by_model(version: ModelVersion) -> None:
    """Model, versions, and the cases and promotions that hang on them; nobody's account."""
    kinds = {action.partition(".")[0] for action in actions(page("ada", model="credit-default"))}
    assert {"model", "version", "case", "promotion", "task"} <= kinds
    assert not kinds & {"person", "assignment", "account"}


def test_a_model_is_typed_by_its_short_name(version: ModelVersion) -> None:
    """None are offered: with many models the list took longer than the log."""
    registered_model("cards", "Cards", 3)
    assert "Cards" not in page("ada").split("<table")[0]
    assert 'value="credit-default"' in page("ada", model="credit-default")


def test_a_model_that_is_not_there_is_named(version: ModelVersion) -> None:
    """Nor is one whose log somebody may not view; an unfiltered list never stands in for it."""
    cards = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    sam = Holder(person=Person.objects.get(accounts__username="sam"))
    grant("auditor", sam, portfolio=cards, reason="x", actor=actor_named("alma"))
    for username, name in (("ada", "gone"), ("sam", "gone"), ("sam", "credit-default")):
        answer = signed_in(username).get("/log/", {"model": name})
        text = answer.content.decode()
        assert (answer.status_code, actions(text)) == (422, [])
        assert f"There is no model {name} whose log you can view." in text


def test_it_is_narrowed_by_day(version: ModelVersion) -> None:
    """Both days count whole."""
    first, last = days_told()
    assert actions(page("ada", since=first.isoformat(), until=last.isoformat()))
    assert not actions(page("ada", until=(first - timedelta(days=1)).isoformat()))
    assert not actions(page("ada", since=(last + timedelta(days=1)).isoformat()))


def test_it_is_narrowed_by_subject(version: ModelVersion) -> None:
    """The whole story of one version."""
    seen = actions(page("ada", subject=f"version:{version.pk}"))
    assert seen[-1] == "version.created"
    assert "task.opened" not in seen


def test_a_number_or_an_id_leads_to_the_entry(version: ModelVersion) -> None:
    """With or without the sign before it."""
    entry = AuditEntry.objects.get(action="version.approved")
    for words in (str(entry.leaf.idx), f"#{entry.leaf.idx}", str(entry.pk)):
        assert signed_in("ada").get("/log/", {"q": words})["Location"] == f"/log/{entry.pk}/"
    answer = signed_in("ada").get("/log/", {"q": "999999"})
    assert (answer.status_code, b"No entry with this number" in answer.content) == (422, True)


@pytest.mark.parametrize(
    "asked",
    [{"since": "tomorrow"}, {"action": "king.crowned"}, {"person": "x"}, {"subject": "'; DROP"}],
)
def test_a_filter_that_is_not_understood_shows_nothing(
    version: ModelVersion, asked: dict[str, str]
) -> None:
    """An auditor must not take an unfiltered list for a filtered one."""
    answer = signed_in("ada").get("/log/", asked)
    assert answer.status_code == 422
    assert not actions(answer.content.decode())


@pytest.mark.parametrize(
    "asked",
    [
        {"subject": "version:" + "-" * 36},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01", "until": "0001-01-01"},
        {"q": "9" * 60},
        {"q": "\u0663"},
        {"after": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_what_no_filter_offers_is_answered_all_the_same(
    version: ModelVersion, asked: dict[str, str]
) -> None:
    """An address is typed by anybody: it shows something or says why not, and never breaks."""
    assert signed_in("ada").get("/log/", asked).status_code in {200, 302, 422}


def test_older_entries_follow_page_by_page(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each exactly once, however many are written meanwhile."""
    monkeypatch.setattr(log_queries, "PAGE", 10)
    client, address, ids = signed_in("ada"), "/log/", []
    while address:
        text = client.get(address).content.decode()
        ids += re.findall(r'<a href="/log/([0-9a-f-]{36})/">', text)
        grant_something()
        older = re.search(r'rel="next" href="(\?after=[^"]+)"', text)
        address = f"/log/{older[1]}" if older else ""
    written_before = AuditEntry.objects.exclude(action="portfolio.added").count()
    assert len(ids) == len(set(ids))
    assert len(ids) == written_before + 1  # the story's own portfolio


def grant_something() -> None:
    name = f"p-{uuid4().hex[:8]}"
    add_portfolio(name=name, title=name, actor=actor_named("alma"))


@pytest.mark.parametrize("username", ["sam", "dana", "victor", "rita", "mo"])
def test_others_see_no_log(version: ModelVersion, username: str) -> None:
    """Neither the list, nor an entry, nor a check, nor a link."""
    client, entry = signed_in(username), AuditEntry.objects.get(action="version.approved")
    for address in ("/log/", f"/log/{entry.pk}/", f"/log/{entry.pk}/proof/", "/log/checkpoints/"):
        assert client.get(address).status_code == 403
    assert client.post("/log/verify/").status_code == 403
    assert 'href="/log/"' not in client.get("/preferences/").content.decode()


def test_a_head_of_one_portfolio_sees_its_entries_only(version: ModelVersion) -> None:
    """Hanna's portfolio: its versions, not who got an account; other portfolios neither."""
    other = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    seen = page("hanna")
    assert "version.approved" in actions(seen)
    assert not {"person.added", "site.bootstrapped"} & set(actions(seen))
    assert "entries of the whole site are not among them" in seen
    hidden = AuditEntry.objects.get(action="portfolio.added", subject_id=other.pk)
    assert signed_in("hanna").get(f"/log/{hidden.pk}/").status_code == 404
    assert (
        signed_in("hanna").get("/log/", {"q": str(hidden.pk)})["Location"] == f"/log/{hidden.pk}/"
    )


def test_rights_in_one_portfolio_give_nothing_in_another(version: ModelVersion) -> None:
    """Sam may view the log of cards and so nothing of retail credit."""
    cards = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    sam = Holder(person=Person.objects.get(accounts__username="sam"))
    grant("auditor", sam, portfolio=cards, reason="x", actor=actor_named("alma"))
    assert set(actions(page("sam"))) == {"portfolio.added", "assignment.granted"}
    assert not actions(page("sam", subject=f"version:{version.pk}"))
    entry = AuditEntry.objects.get(action="version.approved")
    assert signed_in("sam").get(f"/log/{entry.pk}/").status_code == 404
    assert signed_in("sam").get("/log/", {"q": str(entry.leaf.idx)}).status_code == 422
