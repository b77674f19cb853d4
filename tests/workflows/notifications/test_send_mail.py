"""Mails: at once or once a day, each once, in both forms and languages, never deciding."""

import smtplib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.core import mail as outgoing
from django.core.mail import EmailMultiAlternatives

from governance.inventory.models import ModelVersion
from governance.outbox.models import OutboxJob
from tests import stories
from workflows.delivery.operations import reconcile
from workflows.management.cast import actor_named
from workflows.notifications.models import Kind, Mail, Notice
from workflows.notifications.operations import send_digests, set_mail_preferences

pytestmark = pytest.mark.django_db
MORNING = datetime(2030, 3, 4, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.submitted_version()


def mails_to(username: str) -> list[Any]:
    return [m for m in outgoing.outbox if f"{username}@example.org" in m.to[0]]


def prefer(username: str, when: str, language: str = "") -> None:
    set_mail_preferences(dict.fromkeys(Kind, when), language=language, actor=actor_named(username))


def test_a_mail_holds_facts_and_a_link_in_both_forms(version: ModelVersion) -> None:
    """One button, which opens the page; no picture, no form, no script."""
    stories.validated(version)
    reconcile()
    (message,) = mails_to("rita")
    assert message.subject == "Credit default 1.0.0 waits for your signature"
    notice = Notice.objects.get(person__email="rita@example.org")
    address = f"http://127.0.0.1:8000/notices/{notice.pk}/"
    (html,) = [part.content for part in message.alternatives]
    for form in (message.body, html):
        assert address in form
        assert "A mail never decides anything" in form
        assert "Dear Rita Risk," in form
        assert "you hold the role that is asked" in form
    assert not [tag for tag in ("<img", "<form", "<script", "<table") if tag in html]
    assert str(notice.mail_id) in message.extra_headers["Message-ID"]


def test_a_mail_speaks_the_language_that_somebody_chose(version: ModelVersion) -> None:
    """Whatever the language of the worker."""
    prefer("rita", "immediately", "de")
    stories.validated(version)
    reconcile()
    (message,) = mails_to("rita")
    assert message.subject == "Credit default 1.0.0 wartet auf Ihre Unterschrift"
    assert "Eine Mail entscheidet nie etwas" in message.body


def test_whoever_wants_none_gets_none_and_the_notice_still_stands(version: ModelVersion) -> None:
    """Work is done on the site."""
    prefer("rita", "off")
    stories.validated(version)
    reconcile()
    assert not mails_to("rita")
    assert Notice.objects.filter(person__email="rita@example.org").count() == 1


def test_a_mail_goes_out_once(version: ModelVersion) -> None:
    """Also when the job runs again because its worker died."""
    stories.validated(version)
    reconcile()
    OutboxJob.objects.filter(topic="mail.send").update(done_at=None, attempts=0)
    reconcile()
    assert len(mails_to("rita")) == 1


def test_a_server_that_is_away_is_tried_again(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail waits in the outbox and is not marked as sent."""

    def away(_message: EmailMultiAlternatives) -> int:
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailMultiAlternatives, "send", away)
    stories.validated(version)
    reconcile()
    waiting = OutboxJob.objects.filter(topic="mail.send", done_at=None, parked_at=None)
    assert list(waiting.values_list("attempts", flat=True)) == [1, 1]
    assert Mail.objects.filter(sent_at=None).count() == 2


def test_a_day_comes_in_one_mail_in_the_morning(version: ModelVersion) -> None:
    """Not before eight, once a day, whatever the clock does."""
    prefer("rita", "daily")
    stories.validated(version)
    reconcile()
    assert not mails_to("rita")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).replace(hour=12)
    with time_machine.travel(tomorrow):
        assert send_digests() >= 1
        send_digests()
        reconcile()
    with time_machine.travel(tomorrow - timedelta(hours=3)):
        assert send_digests() == 0
    (message,) = mails_to("rita")
    assert message.subject == "Foureyes, your day: 1 notice"
    assert "Credit default 1.0.0 waits for your signature" in message.body


def test_a_title_cannot_write_headers(version: ModelVersion) -> None:
    """A subject is one line."""
    stories.validated(version)
    version.model.title = "Cards\r\nBcc: everybody@example.org"
    version.model.save()
    reconcile()
    (message,) = mails_to("rita")
    written: EmailMessage = message.message()
    assert "\n" not in message.subject
    assert written["Bcc"] is None
