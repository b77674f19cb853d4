"""Deployments: what shall stand where, what stands, and jobs that gave up."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.audit.models import AuditEntry
from governance.outbox.models import OutboxJob
from tests.stories import approved_version, deployed_version, registered_model, signed_in
from workflows.gitops.models import PromotionAlarm, SyncReport
from workflows.gitops.queries import deployments
from workflows.targets.models import Promotion, Target

pytestmark = pytest.mark.django_db


def page(username: str) -> str:
    answer = signed_in(username).get("/deployments/")
    assert answer.status_code == 200
    return answer.content.decode()


def parked_opening() -> OutboxJob:
    """The forge refused for as long as we tried; the pull request is not there."""
    version = approved_version(opened=False)
    promotion = Promotion.objects.get(version=version)
    job = OutboxJob.objects.get(topic="promotion.open", key=str(promotion.pk))
    job.parked_at, job.attempts, job.last_error = timezone.now(), 8, "The forge answers 403."
    job.save()
    return job


def test_approved_and_live_stand_side_by_side() -> None:
    """One model is live as approved, another waits for its merge."""
    deployed_version()
    approved_version(model=registered_model("cards", "Cards", 3))
    board = page("mo")
    assert "1 promotion is on its way." in board
    assert "waits for a person" in board
    assert 'href="/forge/risk-models/2/"' in board
    assert "Equal" in board


def test_an_open_alarm_stands_where_equal_would() -> None:
    """Somebody changed the repository by hand: the board says so until it is answered."""
    promotion = Promotion.objects.get(version=deployed_version())
    alarm = PromotionAlarm.objects.create(promotion=promotion, kind="drifted", occasion="by hand")
    board = page("mo")
    assert "1 alarm is open." in board
    assert "The repository was changed without an approval" in board
    assert "Equal" not in board
    assert "What stands at the targets is what was approved." not in board
    PromotionAlarm.objects.filter(pk=alarm.pk).update(closed_at=timezone.now())
    assert "Equal" in page("mo")


def test_what_the_deployer_said_last_stands_beside() -> None:
    """Its health in a word, whether it is in sync, and one query for all lines."""
    version = deployed_version()
    target = Target.objects.get()
    board = page("mo")
    assert "in sync" not in board
    Target.objects.update(application="{model}")
    for minutes, health in ((2, "Degraded"), (1, "Healthy")):
        SyncReport.objects.create(
            source=f"argocd-{minutes}",
            application=version.model.name,
            target=target,
            synced=health == "Healthy",
            health=health,
            observed_at=timezone.now() - timedelta(minutes=minutes),
        )
    board = page("mo")
    assert "Healthy" in board
    assert "Degraded" not in board
    assert '<span class="fe-sub">in sync, ' in board
    assert f'href="/models/{version.model.name}/#history"' in board


def test_a_parked_job_says_why_and_is_retried_by_who_may() -> None:
    """Mo sees to the cause and presses Retry; it stands in the log."""
    job = parked_opening()
    assert "The forge answers 403." in page("mo")
    answer = signed_in("mo").post(f"/jobs/{job.pk}/retry/", follow=True)
    assert "Opening the pull request is tried again." in answer.content.decode()
    job.refresh_from_db()
    assert job.parked_at is None
    assert AuditEntry.objects.filter(action="job.retried", subject_id=job.pk).exists()


def test_who_may_not_retry_sees_no_button_and_is_refused() -> None:
    """Rita reads why it stopped, and who can start it anew."""
    job = parked_opening()
    board = page("rita")
    assert "The forge answers 403." in board
    assert f"/jobs/{job.pk}/retry/" not in board
    assert signed_in("rita").post(f"/jobs/{job.pk}/retry/").status_code == 403
    job.refresh_from_db()
    assert job.parked_at is not None


def test_strangers_see_nothing_and_find_no_job() -> None:
    """Sam gets an empty page, and the job does not exist for him."""
    job = parked_opening()
    assert "Nothing was promoted yet" in page("sam")
    assert signed_in("sam").post(f"/jobs/{job.pk}/retry/").status_code == 404


def test_a_job_that_is_not_parked_cannot_be_retried() -> None:
    """Twice pressed, it is gone the second time."""
    job = parked_opening()
    browser = signed_in("mo")
    browser.post(f"/jobs/{job.pk}/retry/")
    assert browser.post(f"/jobs/{job.pk}/retry/").status_code == 404


def asked(narrowing: str) -> str:
    answer = signed_in("mo").get(f"/deployments/?{narrowing}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_is_narrowed_by_the_address() -> None:
    """By words, portfolio and tier as the inventory is, and by what is shown."""
    live = Promotion.objects.get(version=deployed_version())
    moving = approved_version(model=registered_model("cards", "Cards", 3))
    PromotionAlarm.objects.create(promotion=live, kind="drifted", occasion="by hand")
    names = {
        "": (True, True),
        "q=cards": (False, True),
        "portfolio=nowhere": (False, False),
        "tier=1": (True, False),
        "shown=moving": (False, True),
        "shown=alarm": (True, False),
        "shown=differs": (False, False),
        "shown=what": (True, True),
    }
    for narrowing, expected in names.items():
        told = asked(narrowing)
        links = (f'href="/models/{live.version.model.name}/"', 'href="/models/cards/"')
        assert tuple(link in told for link in links) == expected, narrowing
        assert ("Nothing matches these filters" in told) == (not any(expected)), narrowing
        assert "1 promotion is on its way." in told, narrowing
    Promotion.objects.filter(version=moving).update(state="diverged")
    assert 'href="/models/cards/"' in asked("shown=differs")
    assert 'href="/models/cards/"' not in asked("shown=moving")
    assert "1 differs from what was approved." in asked("")


def test_pages_hold_models_and_only_so_much_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on its way is drawn before the first page, newest first; the rest is a step away."""
    monkeypatch.setattr("workflows.desk.views.lists.PAGE", 1)
    monkeypatch.setattr("workflows.desk.queries.board.DRAWN", 1)
    for name in ("alpha", "beta"):
        approved_version(model=registered_model(name, name.title(), 3))
    first, second = asked(""), asked("page=2")
    assert ('id="move-1">Beta' in first, ">Alpha" in first.split("<table")[0]) == (True, False)
    assert "?shown=moving" in first
    assert "1 to 1 of 2" in first
    assert ('href="/models/alpha/"' in first, 'href="/models/beta/"' in first) == (True, False)
    assert "</h2>" not in second.split('id="list"')[1].split("Desired and live")[0]
    assert 'href="/models/beta/"' in second


def test_of_the_jobs_that_gave_up_so_many_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """And of the others how many there are."""
    monkeypatch.setattr("workflows.desk.queries.board.DRAWN", 1)
    version = approved_version(opened=False)
    facts = {"parked_at": timezone.now(), "payload": {"version_id": str(version.pk)}}
    for number in range(3):
        OutboxJob.objects.create(topic="webhook.heard", key=f"hint-{number}", **facts)
    board = page("mo")
    assert board.count("Parked: Following a hint") == 1
    assert "2 more jobs gave up later." in board


def test_a_line_reads_three_promotions_however_often_it_was_promoted() -> None:
    """The newest, the newest that was not closed, and what is live."""
    live = Promotion.objects.get(version=deployed_version())
    again = {"version": live.version, "target": live.target, "approved_content": []}
    again |= {"approval_round": live.approval_round, "merge_commit": "c" * 40}
    for kind in ("suspend", "resume", "suspend"):
        Promotion.objects.create(kind=kind, state="deployed", **again)
    newest = Promotion.objects.create(kind="resume", state="deployed", **again)
    closed = Promotion.objects.create(kind="suspend", state="closed", **again)
    with CaptureQueriesContext(connection) as taken:
        (line,) = deployments([live.version.model_id])
    assert (line.live, line.desired) == (newest, newest)
    assert len(taken) == 1
    with connection.cursor() as cursor:
        cursor.execute(taken[0]["sql"])
        assert {row[0] for row in cursor.fetchall()} == {newest.pk, closed.pk}


def test_queries_do_not_grow_with_the_deployments() -> None:
    """Two models cost what one costs."""
    deployed_version()
    browser = signed_in("mo")
    browser.get("/deployments/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/deployments/")
    approved_version(model=registered_model("cards", "Cards", 3))
    with CaptureQueriesContext(connection) as two:
        browser.get("/deployments/")
    assert len(two) <= len(one)
