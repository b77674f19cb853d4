"""Feeds of the log are set up by administrators: on the screen, with clear refusals, recorded."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from governance.audit.models import AuditEntry
from governance.errors import Duplicate, FoureyesError, Invalid, NotAllowed
from governance.outbox.models import OutboxJob
from governance.trail.models import LogFeed
from governance.trail.operations import add_feed, renew_feed, reseal_feeds, switch_feed
from governance.trail.queries.feeds import PUSH, feed_rows
from governance.trail.queries.log import Narrowing
from tests.governance.trail.receivers import SECRET, entries_in, fed, pushed, receiving
from tests.stories import people, signed_in
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def house(module_db: None) -> None:
    """People with their roles."""
    people()


@pytest.fixture(autouse=True)
def _own_network(settings: Settings) -> None:
    """Loopback is the operator's."""
    settings.FEED_NETWORKS = ["127.0.0.0/8"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "ftp://siem.example"},
        {"address": "https://user:pw@siem.example/"},
        {"address": "tls://siem.example/path"},
        {"address": ""},
        {"secret": "short"},
        {"name": "No Name"},
    ],
    ids=str,
)
def test_what_cannot_work_is_refused_in_words(wrong: dict[str, str]) -> None:
    """The form shows it at the field; nothing is there afterwards."""
    with pytest.raises(Invalid) as refused:
        fed(**({"address": "https://127.0.0.1:9/"} | wrong))
    assert refused.value.field in wrong
    assert not LogFeed.objects.exists()


def test_a_name_is_taken_once() -> None:
    """Also when the address differs."""
    fed("tcp://127.0.0.1:9")
    with pytest.raises(Duplicate):
        fed("tcp://127.0.0.1:10")


@pytest.mark.parametrize("who", ["ada", "hanna", "dana"])
def test_only_an_administrator_of_the_site_changes_feeds(who: str) -> None:
    """Not who reads the log, not who looks after a portfolio."""
    feed = fed("tcp://127.0.0.1:9")
    actor = actor_named(who)
    acts: tuple[Callable[[], object], ...] = (
        lambda: add_feed(name="x", address="tcp://127.0.0.1:9", narrowing=Narrowing(), actor=actor),
        lambda: renew_feed(feed.pk, secret=SECRET, actor=actor),
        lambda: switch_feed(feed.pk, active=False, actor=actor),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_what_happens_to_a_feed_stands_in_the_log_without_its_secret() -> None:
    """Neither the secret nor the path of the address."""
    feed = fed("https://127.0.0.1:9/token-in-path")
    renew_feed(feed.pk, secret=SECRET[::-1], actor=actor_named("alma"))
    switch_feed(feed.pk, active=False, actor=actor_named("alma"))
    rows = AuditEntry.objects.filter(subject_id=feed.pk).order_by("subject_seq")
    assert [row.action for row in rows] == ["feed.added", "feed.renewed", "feed.switched"]
    assert not any(b"CANARY" in bytes(row.line) or b"in-path" in bytes(row.line) for row in rows)
    stored = LogFeed.objects.get(pk=feed.pk).sealed_secret
    assert "CANARY" not in stored


def test_stored_secrets_are_encrypted_anew(settings: Settings) -> None:
    """After a change of keys the feed signs as before."""
    with receiving() as receiver:
        fed(receiver.address)
        settings.FORGE_KEYS = ["n" * 40, *settings.FORGE_KEYS]
        assert reseal_feeds() == 1
        settings.FORGE_KEYS = settings.FORGE_KEYS[:1]
        pushed()
        assert receiver.headers[0]["webhook-signature"].startswith("v1,")


def test_a_feed_that_is_off_sends_nothing_and_goes_on_where_it_stopped() -> None:
    """Nothing is lost meanwhile."""
    with receiving() as receiver:
        feed = fed(receiver.address)
        switch_feed(feed.pk, active=False, actor=actor_named("alma"))
        pushed()
        assert not receiver.bodies
        switch_feed(feed.pk, active=True, actor=actor_named("alma"))
        pushed()
        found = [one["index"] for one in entries_in(receiver)]
    assert found == list(range(len(found)))
    assert found


def test_a_feed_that_gave_up_is_started_anew() -> None:
    """From the screen, by the same button."""
    feed = fed("tcp://127.0.0.1:9")
    job = OutboxJob.objects.filter(topic=PUSH, key=str(feed.pk))
    job.update(parked_at="2026-01-01T00:00:00Z")
    [row] = feed_rows(actor_named("ada"))
    assert row.state == "stopped"
    alma = signed_in("alma")
    assert "Start anew" in alma.get("/log/feeds/").text
    alma.post(f"/log/feeds/{feed.pk}/switch/", {"active": "yes"})
    assert job.get().parked_at is None


def test_a_feed_is_added_on_the_screen() -> None:
    """What was typed stays where something is wrong; a secret is never shown."""
    alma = signed_in("alma")
    wrong = alma.post("/log/feeds/add/", {"name": "siem", "address": "ftp://x", "secret": SECRET})
    assert wrong.status_code == 422
    assert 'value="siem"' in wrong.text
    assert "CANARY" not in wrong.text
    right = {"name": "siem", "address": "https://127.0.0.1:9/", "secret": SECRET, "action": "role."}
    assert alma.post("/log/feeds/add/", right)["Location"] == "/log/feeds/"
    page = alma.get("/log/feeds/").text
    assert "https://127.0.0.1:9/" in page
    assert "CANARY" not in page
    feed = LogFeed.objects.get()
    assert feed.scope["action"] == "role."
    renewed = alma.post(f"/log/feeds/{feed.pk}/renew/", {"secret": SECRET[::-1]})
    assert renewed["Location"] == "/log/feeds/"


def test_a_feed_that_is_not_there_is_not_found() -> None:
    """In words."""
    with pytest.raises(FoureyesError):
        switch_feed(uuid4(), active=True, actor=actor_named("alma"))
