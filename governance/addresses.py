"""Which machine a host name may lead to: looked up once, checked, and connected to by number.

A name is resolved at the moment of connecting, every address it gives is checked, and the
connection goes to the checked one. So a name server that answers differently the second time gains
nothing, and neither does a redirect: none is followed. Addresses that are not public are refused
unless the operator's networks hold them.
"""

import ssl
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from socket import IPPROTO_TCP, gaierror, getaddrinfo
from typing import Any, cast
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, PoolManager
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
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


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
    if parts.scheme == "http":
        only_inside = resolved(parts.hostname, port or 80, allowed)
        if not any(_inner(ip_address(only_inside)) in network for network in allowed):
            raise _bad_url(url, _("without TLS anybody on the way could read the token"))


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


class PinnedPool(PoolManager):
    """Connections to checked addresses only; certificates are checked against the name."""

    def __init__(self, allowed: Sequence[Network], authority: str = "", **settings: Any) -> None:
        super().__init__(ssl_context=_context(authority), **settings)
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
