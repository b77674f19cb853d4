"""What a channel is sent, and the sending of it. Pure.

A webhook gets canonical JSON, signed as `governance.webhooks` says; the id is that of the posting,
so that a receiver knows one that comes twice. Teams gets an Adaptive Card in a
message, as its workflows take it; what people wrote is escaped, since a card reads Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import rfc8785
from urllib3.exceptions import HTTPError

from governance.addresses import Network, resolved
from governance.errors import Invalid, Permanent, Temporary
from governance.sentences import sentence as _
from governance.webhooks import GOOD, post

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

MARKDOWN: Final = re.compile(r"([\\`*_\[\]()#<>!~|-])")


@dataclass(frozen=True, slots=True)
class Message:
    """One event in words, in the language of its channel; `facts` are labels and values."""

    id: str
    kind: str
    event: str
    title: str
    text: str
    link: str
    link_words: str
    facts: tuple[tuple[str, str], ...] = ()
    due_at: datetime | None = None


def check_address(address: str) -> str:
    """The host of an address that can be posted to.

    Raises:
        Invalid: it is no https address, or holds a name and password.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    bad = parts.scheme != "https" or not parts.hostname or parts.username or parts.fragment
    if bad or parts.password or port == 0:
        raise Invalid(
            _("Nothing can be sent to this address."),
            remedy=_("Paste the whole https:// address that the receiver shows."),
            field="address",
        )
    return str(parts.hostname)


def document(message: Message) -> bytes:
    """What a webhook gets: the facts of one event and a link, nothing that decides."""
    told: dict[str, Any] = {
        "type": f"case.{message.kind}",
        "id": message.id,
        "event": message.event,
        "title": message.title,
        "text": message.text,
        "link": message.link,
        "facts": dict(message.facts),
        "due_at": message.due_at.isoformat() if message.due_at else "",
    }
    return rfc8785.dumps(told)


def card(message: Message) -> bytes:
    """What Teams gets: a message with one Adaptive Card."""
    body: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": plain(message.title), "weight": "Bolder", "wrap": True}
    ]
    if message.text:
        body.append({"type": "TextBlock", "text": plain(message.text), "wrap": True})
    if message.facts:
        facts = [{"title": plain(name), "value": plain(value)} for name, value in message.facts]
        body.append({"type": "FactSet", "facts": facts})
    content: dict[str, Any] = {
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": message.link_words, "url": message.link}],
    }
    attachment: dict[str, Any] = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": content,
    }
    return rfc8785.dumps({"type": "message", "attachments": [attachment]})


def plain(words: str) -> str:
    """Words that a card shows as they are: no link, no emphasis comes from what somebody typed."""
    return MARKDOWN.sub(r"\\\1", words)


def check_reach(host: str, port: int, allowed: Sequence[Network]) -> None:
    """Refuse a host that we may not connect to.

    Raises:
        Temporary: its name is not known now. Permanent: it leads to no public address.
    """
    try:
        resolved(host, port, allowed)
    except Temporary as error:
        raise Temporary(
            error.said, remedy=_("Look at the address of the channel, and at your name server.")
        ) from error
    except Permanent as error:
        raise Permanent(
            error.said,
            remedy=_("If it is your own, the operator adds its network to CHANNEL_NETWORKS."),
        ) from error


def push(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[Network],
) -> None:
    """Posts a body; any answer but success is a refusal. No redirect is followed.

    An error names the host alone: a path may hold a token.

    Raises:
        Temporary: it did not take it. Permanent: we may not connect there.
    """
    parts = urlsplit(address)
    host = str(parts.hostname)
    check_reach(host, parts.port or 443, allowed)
    try:
        answer = post(address, body, headers, allowed=allowed)
    except (HTTPError, OSError) as error:
        raise Temporary(
            _("{host} does not answer ({why}).", host=host, why=type(error).__name__),
            remedy=_("Look at the address of the channel, and that something listens there."),
        ) from error
    if answer.status not in GOOD:
        raise Temporary(
            _("{host} answers {status}.", host=host, status=answer.status),
            remedy=_("Look at the address and the secret of the channel."),
        )
