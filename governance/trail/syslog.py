"""Messages of RFC 5424, and where they go. Pure.

A message is one frame for a stream with octet counting (RFC 6587, RFC 5425), so that no character
in it can end it early.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

# Facility 13 (log audit), severity 5 (notice).
PRIORITY: Final = 13 * 8 + 5
# 32473 is the number that RFC 5612 sets aside for examples; a site's collector matches the name.
STRUCTURE: Final = "foureyes@32473"
PORTS: Final = {"tcp": 601, "tls": 6514}
LARGEST_PORT: Final = 65535
TIMEOUT_S: Final = 10.0
LINGER_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Collector:
    """A program that takes messages: `transport` is tcp or tls."""

    transport: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.transport}://{self.host}:{self.port}"


def collector_of(address: str) -> Collector | None:
    """Read `tcp://host[:port]` or `tls://host[:port]`; None when it is empty.

    Raises:
        ValueError: it is something else; the text says what is due.
    """
    if not address:
        return None
    due = f"{address!r} is no collector: write tcp://host:port or tls://host:port."
    try:
        parts = urlsplit(address)
        port = PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
    except ValueError:
        raise ValueError(due) from None
    surplus = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in PORTS or not parts.hostname or surplus or not 0 < port <= LARGEST_PORT:
        raise ValueError(due)
    return Collector(parts.scheme, parts.hostname, port)


def message(kind: str, at: datetime, host: str, facts: Mapping[str, str], text: str) -> bytes:
    """One message: `kind` is its MSGID, `facts` its structured data, `text` for people."""
    data = " ".join(f'{name}="{_escaped(value)}"' for name, value in facts.items())
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    name = "".join(sign if "!" <= sign <= "~" else "-" for sign in host)[:255] or "-"
    head = f"<{PRIORITY}>1 {stamp} {name} foureyes - {kind} [{STRUCTURE} {data}]"
    return f"{head} \ufeff{text}".encode()


def _escaped(value: str) -> str:
    """RFC 5424, 6.3.3: these three are written with a backslash before them."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


def send(
    collector: Collector, contents: Iterable[bytes], *, number: str = "", authority: str = ""
) -> None:
    """Hand messages over on one stream, and close it in order.

    `number` is the address to connect to, where somebody has checked the one that the name leads
    to; `authority` a certificate (PEM) to trust beside those of the machine.

    Raises:
        OSError: nobody listens, the certificate is not trusted, or the stream broke.
    """
    frames = b"".join(b"%d " % len(content) + content for content in contents)
    place = (number or collector.host, collector.port)
    with closing(socket.create_connection(place, TIMEOUT_S)) as stream:
        if collector.transport == "tls":
            context = ssl.create_default_context()
            if authority:
                context.load_verify_locations(cadata=authority)
            with context.wrap_socket(stream, server_hostname=collector.host) as sealed:
                sealed.sendall(frames)
                sealed.unwrap()
        else:
            stream.sendall(frames)
            stream.shutdown(socket.SHUT_WR)
            _await_end(stream)


def _await_end(stream: socket.socket) -> None:
    """A collector closes when it has read everything; a stream that broke says so here."""
    stream.settimeout(LINGER_S)
    with suppress(TimeoutError):
        while stream.recv(4096):
            pass
