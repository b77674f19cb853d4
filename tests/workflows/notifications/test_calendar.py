"""Deadlines in a calendar: RFC 5545, behind a secret that can be revoked."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from governance.access.models import User
from governance.access.operations import deactivate_person, revoke
from governance.inventory.models import ModelVersion, RegisteredModel
from tests import stories
from tests.governance.access.people import held
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


@pytest.mark.django_db
def test_a_secret_opens_this_one_calendar_and_nothing_near_it(version: ModelVersion) -> None:
    """Cut, longer, in other letters, guessed, or sent in another way: nobody's."""
    secret = make_calendar(actor=actor_named("rita"))
    near = (secret[:-1], f"{secret}x", secret.swapcase(), f" {secret}", f"{secret}%00", "x", "-")
    assert [read(one)[0] for one in near] == [404] * len(near)
    address = f"/calendar/{secret}.ics"
    assert Client().post(address).status_code == 405
    assert Client().get("/", headers={"Authorization": f"Bearer {secret}"}).status_code == 302
    assert (
        Client().get(f"{address}?token={secret}&person=rolf").content.decode().count("VEVENT") == 2
    )


@pytest.mark.django_db
def test_a_calendar_holds_no_case_of_others(version: ModelVersion) -> None:
    """Each has what waits for its owner now: another's tasks, and a role that was lost, are out."""
    secrets = {who: make_calendar(actor=actor_named(who)) for who in ("rita", "victor", "sam")}
    found = {who: read(secret)[1].count("BEGIN:VEVENT") for who, secret in secrets.items()}
    assert found == {"rita": 1, "victor": 0, "sam": 0}
    revoke(held("rita").pk, reason="x", actor=actor_named("alma"))
    assert "Credit" not in read(secrets["rita"])[1]


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x85", "\u2028", "\u2029", "\v", "\f"])
def test_a_title_writes_no_alarm_into_the_calendar_of_others(
    version: ModelVersion, sign: str
) -> None:
    """Whatever a reader takes for the end of a line."""
    secret = make_calendar(actor=actor_named("rita"))
    evil = sign.join(("Nice", "BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"))
    RegisteredModel.objects.filter(pk=version.model_id).update(title=evil)
    text = read(secret)[1]
    assert "ACTION:DISPLAY" in text.replace("\r\n ", "")
    assert not [line for line in text.splitlines() if line.startswith(("BEGIN:VALARM", "ACTION"))]


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
    text = written("Deadlines", [one])
    lines = text.replace("\r\n ", "").split("\r\n")
    assert len(lines) == 16
    assert text.splitlines() == text.removesuffix("\r\n").split("\r\n")
    assert lines[9].startswith("DTSTART:")
    assert [line for line in lines if line.startswith("BEGIN:")] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
    ]


def test_commas_and_line_breaks_are_escaped() -> None:
    """As section 3.3.11 writes them."""
    assert escaped("a, b; c\\d\r\ne") == "a\\, b\\; c\\\\d\\ne"
