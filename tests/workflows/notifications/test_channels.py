"""Notices of cases go to channels too: once each, signed, to where we may connect, no further."""

import base64
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest

from governance.access.models import Portfolio
from governance.addresses import PinnedPool
from governance.audit.models import AuditEntry
from governance.errors import Duplicate, Invalid, NotAllowed, NotFound
from governance.inventory.models import ModelVersion
from tests import stories
from workflows.delivery.operations import reconcile, run_due
from workflows.management.cast import actor_named
from workflows.notifications.models import Channel, Posting
from workflows.notifications.operations import (
    add_channel,
    reseal_channels,
    switch_channel,
)
from workflows.notifications.operations import (
    test_channel as try_channel,
)
from workflows.notifications.posting import Message, card, document, plain

pytestmark = pytest.mark.django_db
HOST = "192.0.2.7"  # for documentation, and never reached: the pool of these tests answers itself
ADDRESS = f"https://{HOST}/hooks/abc-token"
SECRET = "s" * 40


class Answer:
    """What a receiver says."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.headers: dict[str, str] = {}

    def read(self, _most: int) -> bytes:
        return b""

    def release_conn(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _reachable(settings: Any) -> None:
    """As if the operator had named that network."""
    settings.CHANNEL_NETWORKS = ["192.0.2.0/24"]


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Every request that would go out, in order; answered with `status`."""
    sent: list[dict[str, Any]] = []

    def urlopen(_pool: PinnedPool, method: str, url: str, **more: Any) -> Answer:
        sent.append({"method": method, "url": url, **more})
        return Answer(202)

    monkeypatch.setattr(PinnedPool, "urlopen", urlopen)
    return sent


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return stories.house()


def added(**more: Any) -> Channel:
    facts = {"name": "desk", "kind": "webhook", "address": ADDRESS, "secret": SECRET}
    facts |= {"events": ["task", "escalated"]} | more
    return add_channel(**facts, actor=actor_named("admin1"))


def submit(number: int = 1, **facts: Any) -> ModelVersion:
    """Dana submits; whoever is to hear of it does. The checks wait for their worker."""
    version: ModelVersion = stories.submitted_version(number, checked=False, **facts)
    run_due("fast")
    return version


def test_what_happens_in_a_case_is_posted_once_and_signed(
    house: Portfolio, posted: list[dict[str, Any]]
) -> None:
    """A task of a validator: whoever holds the secret can check that it came from here."""
    added()
    submit()
    assert len(posted) == Posting.objects.count() >= 1
    sent = posted[0]
    body, headers = sent["body"], sent["headers"]
    told = json.loads(body)
    assert told["type"] == "case.task"
    assert "waits for validation" in told["title"]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.digest(SECRET.encode(), signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"
    before = len(posted)
    run_due("fast")
    assert len(posted) == before
    channel = Channel.objects.get()
    assert (channel.sent, channel.last_error) == (before, "")


def test_teams_gets_an_adaptive_card(house: Portfolio, posted: list[dict[str, Any]]) -> None:
    """A message with one card, its words and a button that only opens the case."""
    added(kind="teams", secret="")
    submit()
    told = json.loads(posted[0]["body"])
    (attachment,) = told["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    content = attachment["content"]
    assert (content["type"], content["version"]) == ("AdaptiveCard", "1.4")
    assert [one["type"] for one in content["actions"]] == ["Action.OpenUrl"]
    assert "webhook-signature" not in posted[0]["headers"]


def test_words_that_somebody_typed_make_no_link_in_a_card() -> None:
    """A model may be called anything."""
    assert plain("[Sign here](https://evil)") == r"\[Sign here\]\(https://evil\)"
    message = Message("1", "task", "task:1", "[x](y)", "", "https://site/x", "Open")
    assert rb"[x](y)" not in card(message)
    assert json.loads(document(message))["title"] == "[x](y)"


BAD = {
    "the local machine": ({"address": "https://127.0.0.1/x"}, "address"),
    "a private network": ({"address": "https://10.0.0.7/x"}, "address"),
    "the metadata of a cloud": ({"address": "https://169.254.169.254/x"}, "address"),
    "an address in an address": ({"address": "https://[::ffff:127.0.0.1]/x"}, "address"),
    "without TLS": ({"address": f"http://{HOST}/x"}, "address"),
    "a password in it": ({"address": f"https://a:b@{HOST}/x"}, "address"),
    "another scheme": ({"address": f"ftp://{HOST}/x"}, "address"),
    "no address": ({"address": "https://"}, "address"),
    "a short secret": ({"secret": "short"}, "secret"),
    "no event": ({"events": []}, "events"),
    "an unknown event": ({"events": ["everything"]}, "events"),
    "a bad name": ({"name": "Über uns"}, "name"),
    "an unknown kind": ({"kind": "carrier-pigeon"}, "kind"),
}


@pytest.mark.parametrize(("typed", "field"), BAD.values(), ids=BAD)
def test_what_cannot_work_or_must_not_is_refused(
    house: Portfolio, typed: dict[str, Any], field: str
) -> None:
    """At its field; nothing is kept."""
    with pytest.raises(Invalid) as refused:
        added(**typed)
    assert refused.value.field == field
    assert not Channel.objects.exists()


def test_a_name_that_leads_inside_later_is_refused_at_the_sending(
    house: Portfolio, posted: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is looked up anew each time: nothing is sent, and the channel says why."""
    channel = added()
    inside = [(2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("governance.addresses.getaddrinfo", lambda *_a, **_k: inside)
    try_channel(channel.pk, actor=actor_named("admin1"))
    reconcile()
    assert not posted
    assert "CHANNEL_NETWORKS" in Channel.objects.get().error


def test_neither_address_nor_secret_is_readable_anywhere(house: Portfolio) -> None:
    """Not in the row, not in the log, not on the page."""
    channel = added()
    row = str(Channel.objects.filter(pk=channel.pk).values().get())
    entry = bytes(AuditEntry.objects.get(action="channel.added").line)
    page = stories.signed_in("admin1").get("/notices/channels/").content.decode()
    for place in (row, entry.decode(), page):
        assert "abc-token" not in place
        assert SECRET not in place
    assert HOST in page
    assert reseal_channels() == 1


@pytest.mark.parametrize("who", ["dana", "victor", "rita", "hanna", "mo", "ada", "sam"])
def test_only_administrators_open_channels(house: Portfolio, who: str) -> None:
    """Nobody sends what happens here elsewhere by themselves."""
    actor = actor_named(who)
    with pytest.raises(NotAllowed):
        add_channel(
            name="x", kind="webhook", address=ADDRESS, secret=SECRET, events=["task"], actor=actor
        )
    channel = added()
    for act in (try_channel, lambda pk, actor: switch_channel(pk, active=False, actor=actor)):
        with pytest.raises((NotAllowed, NotFound)):
            act(channel.pk, actor=actor)


def test_a_channel_of_a_portfolio_hears_of_no_other(
    house: Portfolio, posted: list[dict[str, Any]]
) -> None:
    """And one that is off hears nothing; a kind that it does not take is not posted."""
    elsewhere = Portfolio.objects.create(name="markets", title="Markets")
    added(portfolio=elsewhere)
    added(name="off")
    switch_channel(Channel.objects.get(name="off").pk, active=False, actor=actor_named("admin1"))
    added(name="late", events=["overdue"])
    submit()
    assert not posted


def test_one_name_a_channel(house: Portfolio) -> None:
    """Said at the field."""
    added()
    with pytest.raises(Duplicate):
        added()


def test_a_receiver_that_fails_is_tried_again(
    house: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands on the page, without the path, and nothing is lost."""
    monkeypatch.setattr(PinnedPool, "urlopen", lambda *_a, **_k: Answer(500))
    channel = added()
    try_channel(channel.pk, actor=actor_named("admin1"))
    reconcile()
    page = stories.signed_in("admin1").get("/notices/channels/").content.decode()
    assert f"{HOST} answers 500." in page
    assert Posting.objects.get().sent_at is None


def test_it_is_added_tried_and_switched_on_the_page(
    house: Portfolio, posted: list[dict[str, Any]]
) -> None:
    """What was typed wrong comes back, but for the secrets."""
    admin = stories.signed_in("admin1")
    typed: dict[str, Any] = {"name": "desk", "kind": "webhook", "events": ["task"]}
    typed |= {"address": ADDRESS, "secret": "short"}
    answer = admin.post("/notices/channels/add/", typed)
    assert answer.status_code == 422
    assert "too short to be safe" in answer.content.decode()
    assert admin.post("/notices/channels/add/", typed | {"secret": SECRET}).status_code == 302
    channel = Channel.objects.get()
    assert admin.post(f"/notices/channels/{channel.pk}/test/").status_code == 302
    reconcile()
    assert "A trial message of desk" in posted[0]["body"].decode()
    assert (
        admin.post(f"/notices/channels/{channel.pk}/switch/", {"active": "no"}).status_code == 302
    )
    assert "Switched off" in admin.get("/notices/channels/").content.decode()


def test_another_version_of_the_same_case_is_another_event(
    house: Portfolio, posted: list[dict[str, Any]]
) -> None:
    """Once an event, not once a channel."""
    added()
    version = submit()
    first = len(posted)
    submit(2, model=version.model)
    assert len(posted) > first
