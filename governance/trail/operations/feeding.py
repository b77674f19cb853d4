"""Feeds of the log to other systems: added, renewed, switched, and pushed in a worker.

At least once: the cursor moves after the receiver has taken a batch, so that a worker that dies in
between sends it again, under the same id. Only signed entries leave, in the order of the log.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic, time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.addresses import check_authority, networks
from governance.audit.actions import Action
from governance.audit.lines import parse
from governance.audit.operations import record
from governance.audit.queries import head, latest_checkpoint
from governance.errors import Duplicate, Invalid, JobError, Permanent, Temporary
from governance.outbox.claims import Again
from governance.outbox.operations import enqueue, hasten, retry_parked
from governance.outbox.queries import jobs
from governance.sealing import reseal, seal, unseal
from governance.sentences import kept, sentence
from governance.trail.feeds import (
    destination_of,
    document,
    number_of,
    push_document,
    push_messages,
)
from governance.trail.models import LogFeed
from governance.trail.operations.exporting import asked_of
from governance.trail.operations.writing import json_line
from governance.trail.queries.feeds import PUSH, feed_by_id
from governance.trail.queries.scoping import entries_after, scope_of
from governance.trail.scopes import Scope
from governance.trail.syslog import message
from governance.webhooks import check_secret, signed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from governance.actors import Actor
    from governance.addresses import Network
    from governance.outbox.claims import Claim
    from governance.trail.feeds import Destination
    from governance.trail.queries.log import Narrowing
    from governance.trail.queries.scoping import Placed

NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
BATCH: Final = 200
BUDGET_S: Final = 30.0
AT_REST_S: Final = 3600.0


@transaction.atomic
def add_feed(
    *,
    name: str,
    address: str,
    narrowing: Narrowing,
    actor: Actor,
    secret: str = "",
    discloses: bool = False,
    from_beginning: bool = False,
    ca_certificate: str = "",
) -> LogFeed:
    """Send entries to another system from now on, or from the first one.

    What may leave is what the actor may view, narrowed; names and free text only if it `discloses`.

    Raises:
        NotAllowed: the actor may not add feeds, or may view no part of the log.
        Invalid: a setting cannot work; `field` names it. Duplicate: the name is taken.
    """
    require(actor, Permission.FEED_ADD)
    to = _checked(name, address)
    check_authority(ca_certificate)
    if not to.is_syslog:  # collectors of system logs know none
        check_secret(secret)
    _refuse_taken(name)
    assert actor.account_id is not None  # only an account holds a role
    feed = LogFeed.objects.create(
        name=name,
        address=address,
        sealed_secret=seal(secret, settings.FORGE_KEYS),
        ca_certificate=ca_certificate,
        filters=asked_of(narrowing),
        scope=scope_of(actor, narrowing).to_json(),
        discloses=discloses,
        cursor=0 if from_beginning else _end_of_log(),
        account_id=actor.account_id,
    )
    _record(Action.FEED_ADDED, feed, actor)
    enqueue(PUSH, str(feed.pk), {"feed_id": str(feed.pk)}, queue="fast", host=to.host)
    return feed


def _refuse_taken(name: str) -> None:
    if LogFeed.objects.filter(name=name).exists():
        raise Duplicate(_("There is a feed {name} already.").format(name=name), field="name")


def _end_of_log() -> int:
    edge = head()
    return edge.size if edge else 0


@transaction.atomic
def renew_feed(feed_id: UUID, *, secret: str, actor: Actor) -> LogFeed:
    """Sign with another secret from now on.

    Raises:
        NotAllowed, NotFound, Invalid: as `add_feed`.
    """
    feed = _locked(feed_id, actor)
    to = destination_of(feed.address)
    if to.is_syslog:
        raise Invalid(_("Collectors of system logs know no secret."), field="secret")
    check_secret(secret)
    feed.sealed_secret = seal(secret, settings.FORGE_KEYS)
    feed.save(update_fields=["sealed_secret"])
    _record(Action.FEED_RENEWED, feed, actor)
    _start(feed)
    return feed


@transaction.atomic
def switch_feed(feed_id: UUID, *, active: bool, actor: Actor) -> LogFeed:
    """Stop a feed, or let it go on where it stopped; one that gave up is tried again.

    Raises:
        NotAllowed, NotFound: may not, or there is none.
    """
    feed = _locked(feed_id, actor)
    feed.active = active
    feed.save(update_fields=["active"])
    _record(Action.FEED_SWITCHED, feed, actor)
    if active:
        _start(feed)
    return feed


def push_feeds() -> int:
    """Wake the feeds that new signed entries wait for; returns how many. Those that fail wait."""
    newest = latest_checkpoint()
    if newest is None:
        return 0
    behind = LogFeed.objects.filter(active=True, cursor__lt=newest.size)
    keys = [str(pk) for pk in behind.values_list("pk", flat=True)]
    idle = jobs().filter(topic=PUSH, key__in=keys, attempts=0, done_at=None)
    return sum(hasten(PUSH, key) for key in idle.values_list("key", flat=True))


def push_feed(claim: Claim) -> Again:
    """Handler of `feed.push`: sends what was signed since, batch by batch, and waits for more.

    Raises:
        Temporary: the receiver took nothing. Permanent: we may not connect there.
    """
    deadline = monotonic() + BUDGET_S
    while monotonic() < deadline:
        feed = LogFeed.objects.get(pk=claim.payload["feed_id"])
        size = _end_of_offer(claim, feed)
        if not feed.active or feed.cursor >= size:
            return Again(AT_REST_S)
        scope = Scope.from_json(feed.scope)
        batch = entries_after(scope, feed.cursor, size, limit=BATCH, texts=feed.discloses)
        try:
            if batch:
                _deliver(feed, batch)
        except JobError as error:
            _keep_error(claim, feed, error)
            raise
        _advance(claim, feed, batch, size)
    return Again(0)


def reseal_feeds() -> int:
    """Encrypt every stored secret by the first key now; returns how many feeds."""
    with transaction.atomic():
        feeds = list(LogFeed.objects.select_for_update().order_by("pk"))
        for feed in feeds:
            feed.sealed_secret = reseal(feed.sealed_secret, settings.FORGE_KEYS)
            feed.save(update_fields=["sealed_secret"])
    return len(feeds)


def _checked(name: str, address: str) -> Destination:
    """A place that we may connect to; one that nobody knows now may be known later."""
    if not NAME.fullmatch(name):
        raise Invalid(
            _("“{name}” cannot be the name of a feed.").format(name=name),
            remedy=_("Use at most 40 small letters, digits and dashes: siem-risk."),
            field="name",
        )
    to = destination_of(address)
    try:
        with suppress(Temporary):
            number_of(to, _allowed())
    except Permanent as error:
        raise Invalid(error.said, remedy=error.advice, field="address") from error
    return to


def _allowed() -> tuple[Network, ...]:
    return networks(settings.FEED_NETWORKS, "FEED_NETWORKS")


def _locked(feed_id: UUID, actor: Actor) -> LogFeed:
    feed_by_id(feed_id, actor)
    return LogFeed.objects.select_for_update().get(pk=feed_id)


def _start(feed: LogFeed) -> None:
    for job in jobs().filter(topic=PUSH, key=str(feed.pk)):
        retry_parked(job.pk)
    hasten(PUSH, str(feed.pk))


def _record(action: Action, feed: LogFeed, actor: Actor) -> None:
    """Never the secret, and of the address the host alone: a path may hold a token."""
    record(
        action,
        actor=actor,
        subject=("feed", feed.pk),
        after={"name": feed.name, "active": feed.active, "discloses": feed.discloses},
        details={
            "host": urlsplit(feed.address).hostname or "",
            "scope_sha256": Scope.from_json(feed.scope).sha256,
            "cursor": feed.cursor,
        },
    )


def _end_of_offer(claim: Claim, feed: LogFeed) -> int:
    """Before which leaf the next batches end; kept before they leave.

    So a batch that was sent is sent again as the same one, whatever was signed in between.
    """
    if feed.offered <= feed.cursor:
        feed.offered = getattr(latest_checkpoint(), "size", 0)
        with transaction.atomic():
            claim.heartbeat()
            LogFeed.objects.filter(pk=feed.pk).update(offered=feed.offered)
    return feed.offered


def _deliver(feed: LogFeed, batch: Sequence[Placed]) -> None:
    to = destination_of(feed.address)
    allowed, authority = _allowed(), feed.ca_certificate
    if to.is_syslog:
        messages = [_message(entry) for entry in batch]
        push_messages(to, messages, allowed=allowed, authority=authority)
        return
    body = document(feed.name, settings.AUDIT_ORIGIN, (json_line(one)[:-1] for one in batch))
    delivery = f"{feed.pk}:{batch[0].index}-{batch[-1].index}"
    secret = unseal(feed.sealed_secret, settings.FORGE_KEYS)
    headers = signed(secret, delivery, int(time()), body)
    push_document(to, body, headers, allowed=allowed, authority=authority)


def _message(entry: Placed) -> bytes:
    line = parse(entry.line)
    facts = {
        "origin": line.origin,
        "index": str(entry.index),
        "id": str(line.id),
        "action": line.action,
        "subject": f"{line.subject_type}:{line.subject_id}",
        "person": str(line.author.person_id or "-"),
    }
    host = urlsplit(settings.SITE_URL).hostname or ""
    at: datetime = line.occurred_at.astimezone(UTC)
    return message("ENTRY", at, host, facts, json_line(entry)[:-1].decode())


def _advance(claim: Claim, feed: LogFeed, batch: Sequence[Placed], size: int) -> None:
    """After a full batch the next begins behind it; after the last one all that is signed is."""
    cursor = batch[-1].index + 1 if len(batch) == BATCH else size
    with transaction.atomic():
        claim.heartbeat()
        told = {"sent": F("sent") + len(batch), "sent_at": timezone.now()} if batch else {}
        LogFeed.objects.filter(pk=feed.pk).update(
            cursor=cursor, last_error="", failed_at=None, **told
        )


def _keep_error(claim: Claim, feed: LogFeed, error: JobError) -> None:
    words = sentence("{what} {remedy}", what=error.said, remedy=error.advice)
    with transaction.atomic():
        claim.heartbeat()
        LogFeed.objects.filter(pk=feed.pk).update(last_error=kept(words), failed_at=timezone.now())
