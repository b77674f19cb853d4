"""The inbox: what waits for whom, why, and until when."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.access.models import Person
from governance.access.operations import add_member, add_team
from governance.inventory.models import ModelVersion
from tests.governance.monitoring.alarm import raised_alert
from tests.stories import (
    approved_version,
    deployed_version,
    registered_model,
    sign,
    signed_in,
    submitted_version,
    validated_version,
)
from workflows.cases.models import Task
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated; two risk officers are asked to sign."""
    return validated_version()


def page(username: str, address: str = "/") -> str:
    answer = signed_in(username).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_line_says_why_it_is_here_and_how_many_have_signed(version: ModelVersion) -> None:
    """The first signer is asked, then the second; who signed is not asked again."""
    assert "Validated; nobody has signed yet." in page("rita")
    sign(version, "rolf")
    inbox = page("rita")
    assert "The second signature is missing; yours completes the quorum." in inbox
    assert "Approve, 1 of 2" in inbox
    assert "Nothing waits for you" in page("rolf")
    assert "Signed the approval" in page("rolf", "/?tab=done")


def test_nobody_is_asked_about_their_own_work(version: ModelVersion) -> None:
    """Dana finds her version under what she submitted; Sam, a stranger, finds nothing at all."""
    assert "Nothing waits for you" in page("dana")
    assert "0 of 2 have signed." in page("dana", "/?tab=submitted")
    assert "Nothing waits for you" in page("sam")
    assert version.model.title not in page("sam", "/?tab=submitted")


def test_the_validator_reads_that_checks_are_running(version: ModelVersion) -> None:
    """Nothing can be decided before they have ended, and the line says so."""
    submitted_version(model=registered_model("cards", "Cards"), checked=False)
    assert "The checks are running; the case can be read, not yet decided." in page("victor")


def test_a_merge_leads_to_its_pull_request(version: ModelVersion) -> None:
    """Mo is asked to merge, on the page where the merge happens."""
    approved_version(model=registered_model("cards", "Cards"))
    inbox = page("mo")
    assert "Approved; pull request 1 in risk-models waits for the merge." in inbox
    assert 'href="/forge/risk-models/1/"' in inbox


def test_the_owner_is_asked_to_look_at_an_alert(version: ModelVersion) -> None:
    """The line says which figure, and leads to the alert."""
    alert = raised_alert(deployed_version(model=registered_model("cards", "Cards")))
    inbox = page("olive")
    assert "Alert: AUC is 0.71, below the threshold 0.74." in inbox
    assert f'href="/alerts/{alert.pk}/"' in inbox


def test_overdue_is_a_word_and_comes_first(version: ModelVersion) -> None:
    """Not only a colour: the group and the line both say it, and a filter shows only those."""
    validated_version(model=registered_model("cards", "A later case"))
    late = timezone.now() - timedelta(days=3, hours=1)
    Task.objects.filter(case__version=version).update(due_at=late)
    inbox = page("rita")
    assert "2 cases wait for you." in inbox
    assert "1 is overdue." in inbox
    assert "Overdue 3 days" in inbox
    assert inbox.index(version.model.title) < inbox.index("A later case")
    assert "A later case" not in page("rita", "/?due=overdue")


def test_filters_live_in_the_address(version: ModelVersion) -> None:
    """A part of the page is asked for, and the address it pushes has no empty filter."""
    assert version.model.title in page("rita", "/?q=default&tier=1&portfolio=retail-credit")
    part = {"HX-Request": "true"}
    answer = signed_in("rita").get("/?q=nothing&portfolio=&tier=", headers=part)
    assert "Nothing matches these filters" in answer.content.decode()
    assert answer.headers["HX-Push-Url"] == "/?q=nothing"


def test_what_is_unknown_in_the_address_is_ignored(version: ModelVersion) -> None:
    """An old or mistyped link still shows the inbox."""
    assert version.model.title in page("rita", "/?tab=nonsense&tier=9&page=many")


def test_queries_do_not_grow_with_the_cases(version: ModelVersion) -> None:
    """Three lines cost what one costs."""
    browser = signed_in("victor")
    submitted_version(model=registered_model("cost", "Cost"), checked=False)
    browser.get("/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/")
    for name in ("cards", "cure"):
        submitted_version(model=registered_model(name, name.title()), checked=False)
    with CaptureQueriesContext(connection) as three:
        inbox = browser.get("/").content.decode()
    assert inbox.count("fe-case-title") == 3
    assert len(three) <= len(one)


def test_my_team_shows_what_my_roles_are_asked_though_i_cannot_act(version: ModelVersion) -> None:
    """Rolf has signed; the case still waits for the second officer, and that is his to know."""
    sign(version, "rolf")
    team = page("rolf", "/?tab=team")
    assert version.model.title in team
    assert "Risk officer" in team
    assert 'My team <span class="fe-count">1</span>' in team
    assert version.model.title not in page("sam", "/?tab=team")
    assert "Nothing waits for your team" in page("victor", "/?tab=team")
    assert "Nothing matches these filters" in page("rolf", "/?tab=team&q=zebra")


def test_my_team_shows_what_a_colleague_is_asked_by_name(version: ModelVersion) -> None:
    """Being in a team together is enough; the case must be theirs to see all the same."""
    olive, dana = (Person.objects.get(full_name=name) for name in ("Olive Owner", "Dana Developer"))
    alma = actor_named("alma")
    team = add_team(name="scoring", title="Scoring", actor=alma)
    Task.objects.filter(state="open").update(person=dana, role=None)
    assert version.model.title not in page("olive", "/?tab=team")
    for one in (olive, dana):
        add_member(team.pk, one, reason="They work together", actor=alma)
    shown = page("olive", "/?tab=team")
    assert version.model.title in shown
    assert "Dana Developer" in shown
