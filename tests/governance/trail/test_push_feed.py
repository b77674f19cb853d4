"""Entries go to a SIEM as soon as they are signed: at least once, in their order, as allowed."""

import base64
import hmac
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from governance.audit.models import AuditEntry, AuditPersonalValue
from governance.audit.queries import latest_checkpoint
from governance.errors import Invalid
from governance.outbox.models import HostCircuit, OutboxJob
from governance.trail.models import LogFeed
from governance.trail.operations import (
    feeding,
    push_feeds,
    switch_feed,
)
from governance.trail.queries.feeds import PUSH
from governance.trail.queries.log import Narrowing
from governance.webhooks import key_of, signed
from tests.governance.outbox.jobs import pass_time
from tests.governance.trail.receivers import SECRET, entries_in, fed, pushed, receiving
from tests.governance.trail.test_anchor_checkpoint import listening
from tests.stories import people, signed_in
from workflows.delivery.operations import run_due, seal_log
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


def signed_lines() -> list[bytes]:
    rows = AuditEntry.objects.filter(leaf__isnull=False).order_by("leaf__idx")
    return [bytes(line) for line in rows.values_list("line", flat=True)]


def test_every_signed_entry_arrives_once_in_the_order_of_the_log() -> None:
    """And what is signed later follows without anybody asking."""
    with receiving() as receiver:
        fed(receiver.address)
        pushed()
        first = len(entries_in(receiver))
        assert [one["index"] for one in entries_in(receiver)] == list(range(first))
        people_token = switch_feed(
            fed("tcp://127.0.0.1:9", name="other").pk, active=False, actor=actor_named("alma")
        )
        assert not people_token.active
        pushed()
        found = entries_in(receiver)
    assert len(found) > first
    assert [one["index"] for one in found] == list(range(len(found)))
    lines = [json.dumps(one["line"], separators=(",", ":"), ensure_ascii=False) for one in found]
    assert [line.encode() for line in lines] == signed_lines()[: len(found)]


def test_a_batch_is_signed_as_standard_webhooks_has_it() -> None:
    """Over the id, the time and the body; the id names the entries."""
    with receiving() as receiver:
        feed = fed(receiver.address)
        pushed()
    headers, body = receiver.headers[0], receiver.bodies[0]
    last = json.loads(body)["entries"][-1]["index"]
    assert headers["webhook-id"] == f"{feed.pk}:0-{last}"
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    due = base64.b64encode(hmac.digest(SECRET.encode(), content, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{due}"


def test_the_published_example_gives_the_published_signature() -> None:
    """Standard Webhooks: the figures of its own test."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert len(key_of(secret)) == 24


def test_names_and_texts_leave_only_where_that_was_said() -> None:
    """Otherwise ids and salted hashes."""
    with receiving() as receiver:
        fed(receiver.address)
        pushed()
        assert all(one["personal"] == {} for one in entries_in(receiver))
        assert not any(b"Alma Admin" in body for body in receiver.bodies)
        receiver.bodies.clear()
        fed(receiver.address, name="told", discloses=True)
        pushed()
        assert any(b"Alma Admin" in body for body in receiver.bodies)


def test_an_erased_value_does_not_leave() -> None:
    """Whatever the feed may disclose."""
    AuditPersonalValue.objects.exclude(path="x").update(
        value="", salt=b"", erased_at="2026-01-01T00:00:00Z"
    )
    with receiving() as receiver:
        fed(receiver.address, discloses=True, narrowing=Narrowing(action="person."))
        pushed()
        assert entries_in(receiver)
        assert all(one["personal"] == {} for one in entries_in(receiver))


def test_only_what_was_chosen_leaves() -> None:
    """The cursor passes the rest by."""
    with receiving() as receiver:
        feed = fed(receiver.address, narrowing=Narrowing(action="role."))
        pushed()
        kinds = {one["line"]["action"].partition(".")[0] for one in entries_in(receiver)}
        other = fed(receiver.address, name="two", narrowing=Narrowing(portfolio="retail-credit"))
        receiver.bodies.clear()
        pushed()
    assert kinds <= {"role"}
    assert all(one["line"]["portfolio"] for one in entries_in(receiver))
    size = getattr(latest_checkpoint(), "size", 0)
    assert LogFeed.objects.get(pk=feed.pk).cursor == size
    assert LogFeed.objects.get(pk=other.pk).cursor == size


def test_a_feed_begins_with_the_next_entry_unless_told() -> None:
    """Nobody gets years of history by mistake."""
    seal_log()
    size = getattr(latest_checkpoint(), "size", 0)
    with receiving() as receiver:
        feed = fed(receiver.address, from_beginning=False)
        assert feed.cursor == size
        pushed()
        assert entries_in(receiver)[0]["index"] == size


def test_a_receiver_that_refuses_gets_the_same_again() -> None:
    """The cursor stays, the page says why, and the pause that it asked for is kept."""
    with receiving() as receiver:
        receiver.answers = [(503, {"Retry-After": "120"})]
        feed = fed(receiver.address)
        pushed()
        failed = LogFeed.objects.get(pk=feed.pk)
        assert (failed.cursor, failed.sent) == (0, 0)
        assert "503" in failed.error
        assert "503" in signed_in("ada").get("/log/feeds/").text
        assert push_feeds() == 0  # nobody hastens what fails
        HostCircuit.objects.all().delete()
        pass_time(seconds=3600)
        pushed()
        healed = LogFeed.objects.get(pk=feed.pk)
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]
    assert receiver.bodies[0] == receiver.bodies[1]
    assert healed.last_error == ""
    assert healed.cursor == getattr(latest_checkpoint(), "size", 0)


def test_a_worker_that_dies_after_sending_sends_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least once: nothing is passed over, and the receiver knows it by its id.

    Also where more was signed before it is sent again.
    """
    alma = actor_named("alma")
    advance = feeding._advance

    def die(*_words: Any) -> None:
        raise KeyboardInterrupt

    with receiving() as receiver:
        fed(receiver.address)
        seal_log()
        monkeypatch.setattr(feeding, "_advance", die)
        with pytest.raises(KeyboardInterrupt):
            run_due("fast")
        monkeypatch.setattr(feeding, "_advance", advance)
        switch_feed(fed("tcp://127.0.0.1:9", name="other").pk, active=False, actor=alma)
        seal_log()
        pass_time(seconds=3600)
        run_due("fast")
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]
    assert receiver.bodies[0] == receiver.bodies[1]
    found = [one["index"] for one in entries_in(receiver)]
    assert sorted(set(found)) == list(range(getattr(latest_checkpoint(), "size", 0)))


def test_many_entries_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bounded, without gap or overlap."""
    monkeypatch.setattr(feeding, "BATCH", 3)
    with receiving() as receiver:
        fed(receiver.address)
        pushed()
    found = [one["index"] for one in entries_in(receiver)]
    assert found == list(range(len(found)))
    assert len(receiver.bodies) > len(found) // 3


def test_a_collector_gets_messages(tmp_path: Path) -> None:
    """RFC 5424, one for each entry, on one stream; the entry comes back out of each."""
    with listening() as (collector, heard):
        feed = fed(str(collector))
        pushed()
    rest, found = heard[0], []
    while rest:
        length, _gap, rest = rest.partition(b" ")
        found.append(rest[: int(length)])
        rest = rest[int(length) :]
    assert len(found) == LogFeed.objects.get(pk=feed.pk).sent > 5
    assert all(b" foureyes - ENTRY [foureyes@32473 origin=" in one for one in found)
    told = json.loads(found[0].partition(b"\xef\xbb\xbf")[2])
    assert told["line"]["seq" if "seq" in told["line"] else "v"] == 1


def test_a_receiver_under_an_own_authority_is_trusted(tmp_path: Path) -> None:
    """And without its certificate it is not."""
    with receiving(tmp_path) as receiver:
        feed = fed(receiver.address)
        pushed()
        assert not receiver.bodies
        assert "certificate" in LogFeed.objects.get(pk=feed.pk).error
        HostCircuit.objects.all().delete()
        fed(receiver.address, name="trusting", ca_certificate=receiver.certificate)
        pushed()
        assert entries_in(receiver)


def test_a_private_address_needs_the_operators_word(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the moment of adding, and again at each sending: a name may lead elsewhere by then."""
    with receiving() as receiver:
        feed = fed(receiver.address)
        settings.FEED_NETWORKS = []
        with pytest.raises(Invalid, match=r"127\.0\.0\.1") as refused:
            fed(receiver.address, name="two")
        assert "FEED_NETWORKS" in refused.value.remedy
        pushed()
        assert not receiver.bodies
    assert "FEED_NETWORKS" in LogFeed.objects.get(pk=feed.pk).error
    assert OutboxJob.objects.get(topic=PUSH, key=str(feed.pk)).parked_at


def test_without_tls_only_the_operators_networks_are_reached(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public address in plain text would tell everybody on the way."""
    told = [(2, 1, 6, "", ("140.82.121.4", 80))]
    monkeypatch.setattr("governance.addresses.getaddrinfo", lambda *_a, **_k: told)
    for address in ("http://siem.example/x", "tcp://siem.example:601"):
        with pytest.raises(Invalid, match="Without TLS"):
            fed(address)
    assert fed("tls://siem.example").active


def test_a_collector_that_is_away_is_told_of() -> None:
    """The page says what to look at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    feed = fed(f"tcp://127.0.0.1:{port}")
    pushed()
    assert "does not take entries" in LogFeed.objects.get(pk=feed.pk).error
