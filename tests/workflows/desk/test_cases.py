"""The board and the table of open cases, and how long the steps take."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

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
from workflows.desk.queries.cases import board, open_cases
from workflows.desk.queries.cycle_times import cycle_times
from workflows.desk.queries.lists import Narrowing
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """One case in each column: in validation, before its signers, to be merged, and an alert."""
    raised_alert(deployed_version())
    approved_version(model=registered_model("loans", "Loans", tier=2))
    submitted_version(model=registered_model("savings", "Savings"))
    return validated_version(model=registered_model("cards", "Cards"))


def page(username: str, address: str = "/cases/") -> str:
    answer = signed_in(username).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_case_stands_in_its_column(version: ModelVersion) -> None:
    """With what blocks it, who is asked, and what comes next."""
    columns = board(actor_named("ada"), Narrowing())
    assert [(c.name, [line.title for line in c.lines]) for c in columns] == [
        ("submitted", ["Savings"]),
        ("validated", ["Cards"]),
        ("approved", ["Loans"]),
        ("live", []),
        ("alert", ["Credit default"]),
    ]
    (line,) = columns[1].lines
    assert line.asked == "Risk officer"
    assert line.stands == "0 of 2 have signed."
    assert line.then == "Then the pull request is opened."
    assert line.since == Task.objects.get(verb="approve", state="open").opened_at
    assert "Independent validator" in page("ada")


def test_a_signature_shows_on_the_board(version: ModelVersion) -> None:
    """What blocks it is counted anew."""
    sign(version, "rita")
    assert "1 of 2 have signed." in page("ada")


def test_the_table_is_narrowed_and_sorted_by_the_address(version: ModelVersion) -> None:
    """State, step, tier, words, overdue; nonsense narrows nothing."""
    ada = actor_named("ada")

    def titles(step: str = "", sort: str = "due", **narrowing: object) -> list[str]:
        rows = open_cases(ada, Narrowing(**narrowing), step=step, sort=sort)
        return [case.version.model.title for case in rows]

    assert titles(state="validated") == ["Cards"]
    assert "Cards" not in titles("merge")
    assert titles(tier="2") == ["Loans"]
    assert titles(sort="model") == ["Cards", "Credit default", "Loans", "Savings"]
    assert titles(sort="-model") == ["Savings", "Loans", "Credit default", "Cards"]
    table = "/cases/?view=table"
    narrow = page("ada", f"{table}&state=validated&step=approve&tier=1&q=card&sort=-model")
    assert "Cards" in narrow
    assert "Savings" not in narrow
    assert "Nothing matches these filters" in page("ada", f"{table}&due=overdue")
    assert "Savings" in page("ada", f"{table}&sort=%27&step=x&state=&page=99")


def test_overdue_cases_stand_out(version: ModelVersion) -> None:
    """In the summary, on the board, and behind their filter."""
    late = timezone.now() - timedelta(days=2)
    Task.objects.filter(case__version=version, state="open").update(due_at=late)
    assert "1 is overdue." in page("ada")
    only = page("ada", "/cases/?due=overdue")
    assert "Cards" in only
    assert "Savings" not in only


def test_nobody_sees_cases_that_are_not_theirs(version: ModelVersion) -> None:
    """A stranger finds an empty board and no figures."""
    assert "Cards" not in page("sam")
    assert "No case is open" in page("sam", "/cases/?view=table")
    assert signed_in("sam").get("/cases/cycle-times/").status_code == 403


def test_more_cases_take_no_more_queries(version: ModelVersion) -> None:
    """However many there are, and however many of them have checks that run."""
    submitted_version(model=registered_model("loans", "Loans"), checked=False)
    client = signed_in("ada")
    client.get("/cases/")
    with CaptureQueriesContext(connection) as before:
        client.get("/cases/?view=table")
    submitted_version(model=registered_model("autos", "Autos"), checked=False)
    with CaptureQueriesContext(connection) as after:
        client.get("/cases/?view=table")
    assert len(after) == len(before)


def test_cycle_times_are_medians_and_tails_by_step_and_tier(version: ModelVersion) -> None:
    """From being asked to being done; what is still open does not count."""
    done = Task.objects.filter(state="done", verb="validate", case__version__model__tier=1)
    start = timezone.now() - timedelta(days=20)
    days = [1, 2]
    for task, number in zip(done, days, strict=True):
        task.opened_at, task.closed_at = start, start + timedelta(days=number)
        task.due_at = start + timedelta(days=1, hours=1)
        task.save()
    found = {(row.step, row.tier): row for row in cycle_times(actor_named("hanna"), 90)}
    row = found["validate", 1]
    assert row.durations.number == 2
    assert (row.durations.median, row.durations.tail) == (1.5 * 86400, 2 * 86400)
    assert row.late == 1
    assert ("validate", 2) in found
    assert ("look", 1) not in found
    recent = {(row.step, row.tier) for row in cycle_times(actor_named("hanna"), 7)}
    assert ("validate", 1) not in recent
    assert "90th percentile" in page("hanna", "/cases/cycle-times/?days=365")
