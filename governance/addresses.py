"""Which machine a host name may lead to: looked up once, checked, and connected to by number.

A name is resolved at the moment of connecting, every address it gives is checked, and the
connection goes to the checked one. So a name server that answers differently the second time gains
nothing, and neither does a redirect: none is followed. Addresses that are not public are refused
unless the operator's networks hold them.

A time-out counts from byte to byte, so whoever sends one now and then could hold us for days:
`within` cuts what is open when the whole time is over.
"""

import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from socket import IPPROTO_TCP, SHUT_RDWR, gaierror, getaddrinfo
from threading import Timer, local
from typing import Any, cast
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import BaseHTTPResponse

from governance.errors import Invalid, Permanent, Temporary
from governance.sentences import Words
from governance.sentences import sentence as _

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")


def networks(words: Sequence[str], setting: str = "FORGE_NETWORKS") -> tuple[Network, ...]:
    """Read the operator's networks, each in CIDR form; `setting` is where they stand.

    Raises:
        Invalid: One of them is no network.
    """
    try:
        return tuple(ip_network(word, strict=False) for word in words)
    except ValueError as error:
        raise Invalid(
            _(
                "{setting} holds something that is no network: {error}.",
                setting=setting,
                error=str(error),
            ),
            remedy=_("Write networks in CIDR form: 10.20.0.0/16."),
        ) from error


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether we may connect there: it is public, or the operator named its network.

    An IPv4 address inside an IPv6 one is judged as what it is.
    """
    inner = _inner(address)
    if any(inner in network for network in allowed):
        return True
    inside = inner.is_multicast or inner.is_reserved or getattr(inner, "is_site_local", False)
    return inner.is_global and not inside


def _inner(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return cast("IPv4Address", address.ipv4_mapped or address.sixtofour)
    if address.teredo:
        return address.teredo[1]
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_inside(number: str, allowed: Sequence[Network]) -> bool:
    """Whether an address, as `resolved` gives it, is in one of the operator's own networks."""
    return any(_inner(ip_address(number)) in network for network in allowed)


def resolved(host: str, port: int, allowed: Sequence[Network]) -> str:
    """Return one checked address of a host, as a number.

    Raises:
        Temporary: The name is not known at this moment.
        Permanent: It leads to an address that we may not connect to.
    """
    try:
        found = getaddrinfo(host, port, proto=IPPROTO_TCP)
    except (gaierror, UnicodeError) as error:
        raise Temporary(
            _("The host {host} is not known.", host=host),
            remedy=_("Look at the address of the forge connection, and at your name server."),
        ) from error
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    refused = [address for address in addresses if not is_allowed(address, allowed)]
    if refused or not addresses:
        raise Permanent(
            _(
                "{host} leads to {address}, no public address.",
                host=host,
                address=str(refused[0]) if refused else "–",
            ),
            remedy=_("If that is your own forge, the operator adds its network to FORGE_NETWORKS."),
        )
    return str(addresses[0])


def check_url(url: str, allowed: Sequence[Network]) -> None:
    """Refuse an address of a forge that is no plain https address.

    Without TLS only a host inside the operator's networks is spoken to.

    Raises:
        Invalid: With what is wrong.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _bad_url(url, _("it cannot be read")) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _bad_url(url, _("it does not begin with https:// and a host"))
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _bad_url(url, _("it holds more than a host and a path"))
    plain = parts.scheme == "http"
    if plain and not is_inside(resolved(parts.hostname, port or 80, allowed), allowed):
        raise _bad_url(url, _("without TLS anybody on the way could read the token"))


def check_authority(certificate: str) -> None:
    """Refuse what could not be trusted as a certificate; none at all is fine.

    Raises:
        Invalid: It is none, or in another form than PEM.
    """
    try:
        _context(certificate)
    except (ssl.SSLError, ValueError, TypeError) as error:
        raise Invalid(
            _("This is no certificate that could be trusted."),
            remedy=_("Paste it in PEM form, with its lines BEGIN CERTIFICATE and END CERTIFICATE."),
            field="ca_certificate",
        ) from error


def _bad_url(url: str, why: Words) -> Invalid:
    return Invalid(
        _("The address “{url}” cannot be used: {why}.", url=url[:200], why=why),
        remedy=_("Write the forge's own address: https://git.example.org."),
        field="base_url",
    )


@lru_cache(maxsize=16)
def _context(authority: str) -> ssl.SSLContext:
    """Reading the machine's certificates takes longer than a request: once for each authority."""
    context = ssl.create_default_context()
    if authority:
        context.load_verify_locations(cadata=authority)
    return context


@dataclass(slots=True)
class Allowance:
    """The time that a conversation may take, and the connections that it uses."""

    over: bool = False
    lines: list[HTTPConnection] = field(default_factory=list)

    def end(self) -> None:
        """Cut every connection: whoever reads or writes on one gets an error at once."""
        self.over = True
        for line in self.lines:
            with suppress(OSError):  # gone already
                if line.sock is not None:
                    line.sock.shutdown(SHUT_RDWR)


_given = local()


@contextmanager
def within(seconds: float) -> Iterator[Allowance]:
    """Cut the connections that this thread uses in the block when so much time is over."""
    allowance = _given.allowance = Allowance()
    timer = Timer(seconds, allowance.end)
    timer.daemon = True
    timer.start()
    try:
        yield allowance
    finally:
        timer.cancel()
        _given.allowance = None


def _use(line: HTTPConnection) -> None:
    if allowance := getattr(_given, "allowance", None):
        allowance.lines.append(line)


class PlainLine(HTTPConnection):
    """A connection that can be cut."""

    def putrequest(self, *words: Any, **more: Any) -> None:
        """Begin a request, on a connection that is new or was kept."""
        _use(self)
        super().putrequest(*words, **more)


class SecureLine(HTTPSConnection):
    """The same over TLS."""

    def putrequest(self, *words: Any, **more: Any) -> None:
        """As above. The handshake comes before, and is short by its protocol."""
        _use(self)
        super().putrequest(*words, **more)


class PlainPool(HTTPConnectionPool):
    """Connections that can be cut."""

    ConnectionCls = PlainLine


class SecurePool(HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = SecureLine


class PinnedPool(PoolManager):
    """Connections to checked addresses only; certificates are checked against the name."""

    def __init__(self, allowed: Sequence[Network], authority: str = "", **settings: Any) -> None:
        super().__init__(ssl_context=_context(authority), **settings)
        self.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
        self.allowed = tuple(allowed)

    def connection_from_host(
        self,
        host: str | None,
        port: int | None = None,
        scheme: str | None = "http",
        pool_kwargs: dict[str, Any] | None = None,
    ) -> HTTPConnectionPool:
        """Resolve, check, and connect to the number."""
        secure = scheme == "https"
        name = (host or "").strip("[]")
        pinned = resolved(name, port or (443 if secure else 80), self.allowed)
        told = {**(pool_kwargs or {}), "server_hostname": name, "assert_hostname": name}
        return super().connection_from_host(
            pinned, port, scheme, pool_kwargs=told if secure else pool_kwargs
        )

    def urlopen(  # type: ignore[override]
        self,
        method: str,
        url: str,
        redirect: bool = True,  # noqa: FBT001, FBT002 - urllib3's own signature
        **more: Any,
    ) -> BaseHTTPResponse:
        """Ask by the name, although the connection goes to a number; never follow a redirect."""
        headers = {**(more.pop("headers", None) or {}), "Host": urlsplit(url).netloc}
        return super().urlopen(method, url, redirect=False, headers=headers, retries=False, **more)
