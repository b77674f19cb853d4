"""Checkpoints stamped by an authority (RFC 3161): OpenSSL plays it, here on loopback."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID
from pytest_django.fixtures import Settings

from governance.audit.models import AuditAnchor
from governance.outbox.models import OutboxJob
from governance.trail.operations.anchoring import ANCHOR
from tests.governance.trail.test_anchor_checkpoint import anchored, keep, sealed
from tests.stories import people, signed_in

pytestmark = pytest.mark.django_db

CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
accuracy = secs:1
"""


@dataclass
class Authority:
    """A folder with the authority's key, certificates and clock; how it answers."""

    folder: Path
    address: str = ""
    status: int = 200
    other: bytes = b""
    asked: int = 0

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def reply(self, query: bytes) -> bytes:
        """What `openssl ts -reply` says to a request; `other` replaces the request."""
        (self.folder / "query.tsq").write_bytes(self.other or query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "here"]
        command += ["-queryfile", "query.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key"]
        command += ["-out", "answer.tsr"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=30)
        return (self.folder / "answer.tsr").read_bytes()


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])


def certify(folder: Path) -> None:
    """A root, and under it a certificate that may stamp times and nothing else."""
    now = datetime.now(UTC)
    root, tsa = (rsa.generate_private_key(65537, 2048) for _ in range(2))

    def begun(subject: str, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named("root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    authority = x509.BasicConstraints(ca=True, path_length=None)
    made = {
        "root.pem": begun("root", root)
        .add_extension(authority, critical=True)
        .sign(root, SHA256()),
        "tsa.pem": begun("tsa", tsa).add_extension(use, critical=True).sign(root, SHA256()),
    }
    for name, certificate in made.items():
        (folder / name).write_bytes(certificate.public_bytes(Encoding.PEM))
    secret = tsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tsa.key").write_bytes(secret)
    (folder / "serial").write_text("01\n", encoding="ascii")
    text = CONFIGURATION.format(folder=folder)
    (folder / "tsa.cnf").write_text(text, encoding="utf-8")


@contextmanager
def stamping(folder: Path) -> Iterator[Authority]:
    """The authority behind HTTP, as they are everywhere."""
    folder.mkdir()
    certify(folder)
    authority = Authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.asked += 1
            assert self.headers["Content-Type"] == "application/timestamp-query"
            query = self.rfile.read(int(self.headers["Content-Length"]))
            answer = authority.reply(query) if authority.status == 200 else b""
            self.send_response(authority.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority.address = f"http://127.0.0.1:{server.server_port}/tsa"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def authority(tmp_path: Path, settings: Settings) -> Iterator[Authority]:
    """The site knows it and trusts its root."""
    with stamping(tmp_path / "tsa") as made:
        settings.ANCHOR_TSA = made.address
        settings.ANCHOR_TSA_ROOTS = made.roots
        yield made


def test_a_checkpoint_is_stamped_and_openssl_agrees(authority: Authority, tmp_path: Path) -> None:
    """The answer is kept as it came; anybody can hold it against the note and the root."""
    people()
    note = sealed()
    keep()
    [(kind, size, ref)] = anchored()
    assert (kind, ref.startswith(f"{authority.address} 20")) == ("rfc3161", True)
    answer = signed_in("ada").get(f"/log/checkpoints/{size}/time-stamp/")
    assert answer["Content-Type"] == "application/timestamp-reply"
    (tmp_path / "stamp.tsr").write_bytes(answer.content)
    (tmp_path / "checkpoint.txt").write_text(note, encoding="utf-8", newline="")
    command = ["openssl", "ts", "-verify", "-in", "stamp.tsr", "-data", "checkpoint.txt"]
    command += ["-CAfile", str(authority.roots)]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in found.stdout + found.stderr
    assert f"/log/checkpoints/{size}/time-stamp/" in signed_in("ada").get("/log/checkpoints/").text


def test_one_checkpoint_a_day_is_enough(authority: Authority, settings: Settings) -> None:
    """However often the others go out."""
    settings.ANCHOR_MINUTES = 0
    for _ in range(2):
        sealed()
        keep()
    assert authority.asked == 1
    AuditAnchor.objects.update(verified_at=datetime.now(UTC) - timedelta(days=1, minutes=1))
    keep()
    assert authority.asked == 2


def refused() -> OutboxJob:
    """Nothing counts as kept; the job says why."""
    sealed()
    keep()
    assert anchored() == []
    return OutboxJob.objects.get(topic=ANCHOR)


def test_an_authority_that_is_away_is_asked_again(authority: Authority) -> None:
    """The job waits."""
    authority.status = 503
    job = refused()
    assert "503" in job.error
    assert job.parked_at is None


def test_a_stamp_under_another_root_is_no_stamp(
    authority: Authority, settings: Settings, tmp_path: Path
) -> None:
    """A person has to look: somebody answered in the authority's place, or the root changed."""
    other = tmp_path / "other"
    other.mkdir()
    certify(other)
    settings.ANCHOR_TSA_ROOTS = other / "root.pem"
    assert refused().parked_at


def test_a_stamp_on_something_else_is_no_stamp(authority: Authority) -> None:
    """An old answer, or one to somebody else's request."""
    query = authority.folder / "else.tsq"
    command = ["openssl", "ts", "-query", "-digest", "00" * 32, "-sha256", "-cert"]
    subprocess.run([*command, "-out", str(query)], check=True, capture_output=True)
    authority.other = query.read_bytes()
    job = refused()
    assert "does not hold" in job.error
    assert job.parked_at


def test_without_roots_nothing_is_believed(authority: Authority, settings: Settings) -> None:
    """And the remedy names the setting."""
    settings.ANCHOR_TSA_ROOTS = None
    assert "ANCHOR_TSA_ROOTS" in refused().error
