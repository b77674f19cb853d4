"""Channels: where notices of cases go besides people; added, tried, switched, and posted to."""

import re
from contextlib import suppress
from time import time
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from governance.access.models import Portfolio
from governance.access.permissions import Permission
from governance.access.queries import person_of, require
from governance.actors import Actor
from governance.addresses import Network, networks
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Duplicate, Invalid, JobError, Permanent, Temporary
from governance.outbox.claims import Claim
from governance.outbox.operations import enqueue
from governance.sealing import reseal, seal, unseal
from governance.sentences import kept
from governance.sentences import sentence as _
from governance.webhooks import check_secret, signed
from workflows.notifications.models import Channel, Kind, Posting
from workflows.notifications.posting import (
    Message,
    card,
    check_address,
    check_reach,
    document,
    push,
)
from workflows.notifications.queries.channels import channel_by_id, channels_taking
from workflows.notifications.queries.telling import Telling

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


@transaction.atomic
def add_channel(
    *,
    name: str,
    kind: str,
    address: str,
    secret: str = "",
    portfolio: Portfolio | None = None,
    events: list[str],
    language: str = "",
    actor: Actor,
) -> Channel:
    """Posts what happens in cases to an address as well: of one portfolio, or of all.

    Raises:
        NotAllowed: may not. Invalid: a setting cannot work; `field` names it. Duplicate: the name
        is taken.
    """
    require(actor, Permission.CONNECTION_ADD)
    host = _checked(name, kind, address, secret, events, language)
    if Channel.objects.filter(name=name).exists():
        raise Duplicate(_("There is a channel {name} already.", name=name), field="name")
    channel = Channel.objects.create(
        name=name,
        kind=kind,
        host=host,
        sealed_address=seal(address, settings.FORGE_KEYS),
        sealed_secret=seal(secret, settings.FORGE_KEYS) if kind == Channel.Kind.WEBHOOK else "",
        portfolio=portfolio,
        events=sorted(set(events)),
        language=language,
        added_by_id=person_of(actor),
    )
    _record(Action.CHANNEL_ADDED, channel, actor)
    return channel


def _checked(
    name: str, kind: str, address: str, secret: str, events: list[str], language: str
) -> str:
    """The host; an address that nobody knows now may be known later."""
    if not NAME.fullmatch(name):
        raise Invalid(
            _("“{name}” cannot be the name of a channel.", name=name[:60]),
            remedy=_("Use at most 40 small letters, digits and dashes: risk-desk."),
            field="name",
        )
    if kind not in Channel.Kind.values:
        raise Invalid(_("Choose what the receiver is."), field="kind")
    if not events or set(events) - set(Kind.values):
        raise Invalid(_("Choose at least one kind of notice."), field="events")
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid(_("There is no such language here."), field="language")
    if kind == Channel.Kind.WEBHOOK:
        check_secret(secret)
    host = check_address(address)
    try:
        with suppress(Temporary):
            check_reach(host, urlsplit(address).port or 443, _allowed())
    except Permanent as error:
        raise Invalid(error.said, remedy=error.advice, field="address") from error
    return host


@transaction.atomic
def switch_channel(channel_id: UUID, *, active: bool, actor: Actor) -> Channel:
    """Stops a channel, or lets it go on with what happens from now on.

    Raises:
        NotAllowed, NotFound: may not, or there is none.
    """
    channel = _locked(channel_id, actor)
    channel.active = active
    channel.save(update_fields=["active"])
    _record(Action.CHANNEL_SWITCHED, channel, actor)
    return channel


@transaction.atomic
def test_channel(channel_id: UUID, *, actor: Actor) -> Channel:
    """Posts a trial message, by a worker as any other.

    Raises:
        NotAllowed, NotFound: may not, or there is none.
    """
    channel = _locked(channel_id, actor)
    _record(Action.CHANNEL_TESTED, channel, actor)
    trial = Telling(
        Kind.TASK,
        _("A trial message of {name}", name=channel.name),
        reverse("inbox"),
        text=_("What happens in cases is told here from now on."),
    )
    _post(channel, trial, f"trial:{timezone.now().isoformat()}")
    return channel


def post_to_channels(telling: Telling, event: str) -> int:
    """Asks for the posting of an event to every channel that takes it; each once, by unique key."""
    return sum(_post(channel, telling, event) for channel in channels_taking(telling))


def _post(channel: Channel, telling: Telling, event: str) -> bool:
    posting, new = Posting.objects.get_or_create(
        channel=channel,
        event=event,
        defaults={
            "kind": telling.kind,
            "kept_title": kept(telling.title),
            "kept_text": kept(telling.text),
            "link": telling.link,
            "due_at": telling.due_at,
        },
    )
    if new:
        payload = {"posting_id": str(posting.pk)}
        enqueue("channel.post", str(posting.pk), payload, host=channel.host)
    return new


def post_to_channel(claim: Claim) -> dict[str, int]:
    """Handler of `channel.post`: one posting goes out.

    After a crash between the answer and its note it goes out again under the same id.

    Raises:
        Temporary: the receiver did not take it. Permanent: we may not connect there.
    """
    rows = Posting.objects.select_related("channel").filter(sent_at=None)
    posting = rows.filter(pk=claim.payload["posting_id"], channel__active=True).first()
    if posting is None:
        return {"sent": 0}
    channel = posting.channel
    try:
        _push(channel, posting)
    except JobError as error:
        words = _("{what} {remedy}", what=error.said, remedy=error.advice)
        _note(claim, channel, last_error=kept(words), failed_at=timezone.now())
        raise
    with transaction.atomic():
        claim.heartbeat()
        Posting.objects.filter(pk=posting.pk).update(sent_at=timezone.now())
        Channel.objects.filter(pk=channel.pk).update(
            sent=F("sent") + 1, sent_at=timezone.now(), last_error="", failed_at=None
        )
    return {"sent": 1}


def _note(claim: Claim, channel: Channel, **facts: object) -> None:
    with transaction.atomic():
        claim.heartbeat()
        Channel.objects.filter(pk=channel.pk).update(**facts)


def _push(channel: Channel, posting: Posting) -> None:
    address = unseal(channel.sealed_address, settings.FORGE_KEYS)
    message = message_of(posting, channel.language or settings.LANGUAGE_CODE)
    if channel.kind == Channel.Kind.TEAMS:
        push(address, card(message), {}, allowed=_allowed())
        return
    body = document(message)
    secret = unseal(channel.sealed_secret, settings.FORGE_KEYS)
    headers = signed(secret, message.id, int(time()), body)
    push(address, body, headers, allowed=_allowed())


def message_of(posting: Posting, language: str) -> Message:
    """What a posting says in a language."""
    with override(language):
        due = timezone.localtime(posting.due_at) if posting.due_at else None
        return Message(
            id=str(posting.pk),
            kind=posting.kind,
            event=posting.event,
            title=posting.title,
            text=posting.text,
            link=settings.SITE_URL + posting.link,
            link_words=str(_("Open in Foureyes")),
            facts=((str(_("Due")), f"{due:%Y-%m-%d %H:%M}"),) if due else (),
            due_at=posting.due_at,
        )


def reseal_channels() -> int:
    """Encrypt every address and secret by the first key now; returns how many channels."""
    with transaction.atomic():
        rows = list(Channel.objects.select_for_update().order_by("pk"))
        for row in rows:
            row.sealed_address = reseal(row.sealed_address, settings.FORGE_KEYS)
            row.sealed_secret = reseal(row.sealed_secret, settings.FORGE_KEYS)
            row.save(update_fields=["sealed_address", "sealed_secret"])
    return len(rows)


def _allowed() -> tuple[Network, ...]:
    return networks(settings.CHANNEL_NETWORKS, "CHANNEL_NETWORKS")


def _locked(channel_id: UUID, actor: Actor) -> Channel:
    require(actor, Permission.CONNECTION_CHANGE)
    channel_by_id(actor, channel_id)
    return Channel.objects.select_for_update(of=("self",)).get(pk=channel_id)


def _record(action: Action, channel: Channel, actor: Actor) -> None:
    """Never the secret, and of the address the host alone: a path may hold a token."""
    record(
        action,
        actor=actor,
        subject=("channel", channel.pk),
        portfolio_id=channel.portfolio_id,
        after={
            "name": channel.name,
            "kind": channel.kind,
            "active": channel.active,
            "events": channel.events,
        },
        details={"host": channel.host},
    )
