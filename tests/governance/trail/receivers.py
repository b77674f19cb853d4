"""A SIEM on loopback that takes documents over HTTP(S), and feeds that go there."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from governance.trail.models import LogFeed
from governance.trail.operations import add_feed, push_feeds
from governance.trail.queries.log import Narrowing
from workflows.delivery.operations import run_due, seal_log
from workflows.management.cast import actor_named

SECRET = "0123456789abcdef0123456789abcdef-CANARY"


@dataclass
class Receiver:
    """What came, and what it answers: `answers` in turn, then 204."""

    address: str = ""
    certificate: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)


@contextmanager
def receiving(folder: Path | None = None) -> Iterator[Receiver]:
    """Listens for documents; with a folder, over TLS under a certificate of its own."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    scheme = "http"
    if folder is not None:
        receiver.certificate, context = sealed(folder)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    receiver.address = f"{scheme}://127.0.0.1:{server.server_port}/siem"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def sealed(folder: Path) -> tuple[str, ssl.SSLContext]:
    """A certificate of 127.0.0.1 that signs itself (PEM), and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "collector")])
    now = datetime.now(UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(host, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
        .public_bytes(Encoding.PEM)
    )
    file = folder / "collector.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return certificate.decode(), context


def fed(address: str, **facts: Any) -> LogFeed:
    """Alma adds a feed from the first entry on."""
    told: dict[str, Any] = {
        "name": "siem",
        "secret": "" if address.startswith(("tls:", "tcp:")) else SECRET,
        "narrowing": Narrowing(),
        "from_beginning": True,
    }
    return add_feed(address=address, actor=actor_named("alma"), **(told | facts))


def pushed() -> None:
    """The log is signed, the clock wakes the feeds, a worker sends."""
    seal_log()
    push_feeds()
    run_due("fast")


def entries_in(receiver: Receiver) -> list[dict[str, Any]]:
    return [entry for body in receiver.bodies for entry in json.loads(body)["entries"]]
