"""Where a feed goes, and what it says there: syslog (RFC 5424) or signed JSON over HTTPS. Pure.

Documents are signed as `governance.webhooks` says; the id names the entries, so that a receiver
knows a batch that comes twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError

from governance.addresses import Network, is_inside, resolved
from governance.audit.canonical import canonical
from governance.errors import Invalid, JobError, Permanent, Temporary
from governance.sentences import sentence as _
from governance.trail.syslog import PORTS, Collector, send
from governance.webhooks import GOOD, post

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PLAIN: Final = frozenset({"http", "tcp"})
DEFAULT_PORTS: Final = {"https": 443, "http": 80, **PORTS}
LARGEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a feed goes, read from its address. `scheme` is https, http, tls or tcp."""

    address: str
    scheme: str
    host: str
    port: int

    @property
    def is_syslog(self) -> bool:
        """Whether it takes messages instead of documents."""
        return self.scheme in PORTS


def destination_of(address: str) -> Destination:
    """Read an address.

    Raises:
        Invalid: it is none that a feed can go to.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise _unusable(address) from error
    surplus = parts.username or parts.password or parts.fragment
    if parts.scheme in PORTS:
        surplus = surplus or parts.path.strip("/") or parts.query
    if not parts.hostname or surplus or not 0 < port <= LARGEST_PORT:
        raise _unusable(address)
    return Destination(address, parts.scheme, parts.hostname, port)


def number_of(to: Destination, allowed: Sequence[Network]) -> str:
    """The checked address of the host; without TLS only one in the operator's own networks.

    Raises:
        Temporary: the name is not known at this moment. Permanent: we may not connect there.
    """
    remedy = _("If it is your own collector, the operator adds its network to FEED_NETWORKS.")
    try:
        number = resolved(to.host, to.port, allowed)
    except Temporary as error:
        look = _("Look at the address of the feed, and at your name server.")
        raise Temporary(error.said, remedy=look) from error
    except Permanent as error:
        raise Permanent(error.said, remedy=remedy) from error
    if to.scheme in PLAIN and not is_inside(number, allowed):
        raise Permanent(
            _("Without TLS anybody on the way to {host} could read the log.", host=to.host),
            remedy=_("Use tls:// or https://. {or_else}", or_else=remedy),
        )
    return number


def push_messages(
    to: Destination, messages: Iterable[bytes], *, allowed: Sequence[Network], authority: str
) -> None:
    """Hand messages to a collector.

    Raises:
        Temporary: it did not take them. Permanent: we may not connect there.
    """
    number = number_of(to, allowed)
    try:
        collector = Collector(to.scheme, to.host, to.port)
        send(collector, messages, number=number, authority=authority)
    except OSError as error:
        raise _refused(to, str(error)) from error


def push_document(
    to: Destination,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[Network],
    authority: str,
) -> None:
    """Post a document; any answer but success is a refusal. No redirect is followed.

    Raises:
        Temporary: it did not take it. Permanent: we may not connect there.
    """
    number_of(to, allowed)
    try:
        answer = post(to.address, body, headers, allowed=allowed, authority=authority)
    except (HTTPError, OSError) as error:
        raise _refused(to, str(error)) from error
    if answer.status not in GOOD:
        raise Temporary(
            _("{host} answers {status}.", host=to.host, status=answer.status),
            remedy=_("Look at its address and at the secret of this feed."),
            retry_after=_pause(answer.headers.get("Retry-After", "")),
        )


def document(feed: str, origin: str, entries: Iterable[bytes]) -> bytes:
    """The body: `entries` are objects as they stand in an export of lines, without line feeds."""
    head = canonical({"feed": feed, "origin": origin})[1:-1]
    return b'{"entries":[%s],%s,"type":"log.entries"}' % (b",".join(entries), head)


def _pause(words: str) -> float | None:
    return float(words) if words.isascii() and words.isdigit() else None


def _refused(to: Destination, why: str) -> JobError:
    return Temporary(
        _("{host} does not take entries: {why}.", host=to.host, why=why[:300]),
        remedy=_("Check the address of the feed, and that something listens there."),
    )


def _unusable(address: str) -> Invalid:
    return Invalid(
        _("Nothing can be sent to {address}.", address=address[:200] or "–"),
        remedy=_("Write https://siem.example.org/path, tls://host:6514 or tcp://host:601."),
        field="address",
    )
