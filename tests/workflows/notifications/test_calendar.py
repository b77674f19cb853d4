"""Deadlines in a calendar: RFC 5545, behind a secret that can be revoked."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from governance.access.models import User
from governance.access.operations import deactivate_person
from governance.inventory.models import ModelVersion
from tests import stories
from workflows.cases.models import Task
from workflows.management.cast import actor_named
from workflows.notifications.calendar_format import LINE_OCTETS, Deadline, escaped, folded, written
from workflows.notifications.models import CalendarFeed
from workflows.notifications.operations import make_calendar, revoke_calendar

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.validated_version()


def read(secret: str) -> tuple[int, str]:
    answer = Client().get(f"/calendar/{secret}.ics")
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
def test_a_calendar_holds_what_waits_for_its_owner(version: ModelVersion) -> None:
    """Titles and times, no figures; what is signed leaves it."""
    secret = make_calendar(actor=actor_named("rita"))
    status, text = read(secret)
    task = Task.objects.get(verb="approve")
    assert status == 200
    assert "SUMMARY:Credit default 1.0.0 waits for your signature" in text
    assert f"DTSTART:{task.due_at.astimezone(UTC):%Y%m%dT%H%M%SZ}" in text
    assert f"UID:{task.pk}@foureyes" in text
    stories.sign(version, "rita")
    assert "BEGIN:VEVENT" not in read(secret)[1]


@pytest.mark.django_db
def test_a_secret_is_kept_as_a_hash_and_opens_nothing_when_revoked(version: ModelVersion) -> None:
    """Nor when a new one has been made, nor when its owner has left."""
    rita = actor_named("rita")
    first = make_calendar(actor=rita)
    assert first not in str(CalendarFeed.objects.values())
    second = make_calendar(actor=rita)
    assert (read(first)[0], read(second)[0]) == (404, 200)
    revoke_calendar(actor=rita)
    assert read(second)[0] == 404
    third = make_calendar(actor=actor_named("rolf"))
    rolf = User.objects.get(username="rolf").person
    deactivate_person(rolf.pk, reason="Left", actor=actor_named("alma"))
    assert read(third)[0] == 404


@pytest.mark.django_db
def test_the_address_is_shown_once(version: ModelVersion) -> None:
    """On the page that made it, which no cache keeps."""
    client = stories.signed_in("rita")
    made = client.post("/notices/calendar/make/")
    found = re.search(r"/calendar/([\w-]+)\.ics", made.content.decode())
    assert found is not None
    assert made["Cache-Control"] == "no-store"
    assert read(found[1])[0] == 200
    assert found[1] not in client.get("/notices/mail/").content.decode()
    client.post("/notices/calendar/revoke/")
    assert read(found[1])[0] == 404


@given(st.text())
def test_a_line_is_never_longer_than_75_octets_and_reads_back(text: str) -> None:
    """Whatever somebody called their model."""
    line = folded(f"SUMMARY:{escaped(text)}")
    assert all(len(piece.encode()) <= LINE_OCTETS for piece in line.split("\r\n"))
    assert line.replace("\r\n ", "") == f"SUMMARY:{escaped(text)}"


@given(st.text())
def test_no_title_writes_a_line_of_its_own(text: str) -> None:
    """A line break in a title is no line break in the file."""
    one = Deadline("1", text, NOON, NOON, "https://foureyes.example/")
    lines = written("Deadlines", [one]).replace("\r\n ", "").split("\r\n")
    assert len(lines) == 16
    assert lines[9].startswith("DTSTART:")
    assert [line for line in lines if line.startswith("BEGIN:")] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
    ]


def test_commas_and_line_breaks_are_escaped() -> None:
    """As section 3.3.11 writes them."""
    assert escaped("a, b; c\\d\r\ne") == "a\\, b\\; c\\\\d\\ne"
