"""Where a connection may lead: public machines, and what the operator named."""

import socket
import threading
import time
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.addresses import (
    PinnedPool,
    check_url,
    is_allowed,
    networks,
    resolved,
)
from governance.errors import Invalid, Permanent, Temporary
from workflows.gitops.forges.base import Connection
from workflows.gitops.forges.remote_git import RemoteGit
from workflows.gitops.forges.wire import Wire

INSIDE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.9",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "224.0.0.1",
    "240.0.0.1",
    "::1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "64:ff9b:1::7f00:1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "ff02::1",
)


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_public_is_refused(address: str) -> None:
    """In every way of writing it."""
    assert not is_allowed(ip_address(address), ())


@pytest.mark.parametrize("address", ["140.82.121.4", "2606:50c0:8000::154", "::ffff:8c52:7904"])
def test_what_is_public_is_allowed(address: str) -> None:
    """Also an IPv4 address in IPv6's clothes."""
    assert is_allowed(ip_address(address), ())


@given(st.ip_addresses(v=4))
def test_clothes_change_nothing(address: Any) -> None:
    """An address inside another is judged as what it is."""
    for written in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_allowed(ip_address(written), ()) == is_allowed(address, ())


def test_the_operator_opens_one_network_only() -> None:
    """And nothing beside it."""
    mine = networks(["10.20.0.0/16"])
    assert is_allowed(ip_address("10.20.1.1"), mine)
    assert not is_allowed(ip_address("10.21.1.1"), mine)
    with pytest.raises(Invalid, match="FORGE_NETWORKS"):
        networks(["10.20.0.0/99"])


@pytest.mark.parametrize(
    "host",
    ["127.1", "0x7f.1", "2130706433", "localhost", "[::ffff:7f00:1]".strip("[]"), "0177.0.0.1"],
)
def test_a_host_is_judged_by_what_it_leads_to(host: str) -> None:
    """However the number is written."""
    with pytest.raises((Permanent, Temporary)) as refusal:
        resolved(host, 443, ())
    if isinstance(refusal.value, Permanent):
        assert "FORGE_NETWORKS" in refusal.value.remedy


def test_one_private_address_among_public_ones_spoils_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise the choice would be the name server's."""
    told = [(2, 1, 6, "", (ip, 443)) for ip in ("140.82.121.4", "10.0.0.1")]
    monkeypatch.setattr("governance.addresses.getaddrinfo", lambda *_a, **_k: told)
    with pytest.raises(Permanent, match=r"10\.0\.0\.1"):
        resolved("git.example", 443, ())


def test_the_connection_goes_to_the_number_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that answers differently the second time gains nothing."""
    answers = iter(["140.82.121.4", "127.0.0.1"])
    monkeypatch.setattr(
        "governance.addresses.getaddrinfo",
        lambda *_a, **_k: [(2, 1, 6, "", (next(answers), 443))],
    )
    pool: Any = PinnedPool(()).connection_from_host("git.example", 443, "https")
    assert pool.host == "140.82.121.4"
    assert pool.conn_kw["server_hostname"] == "git.example"
    assert pool.assert_hostname == "git.example"


@pytest.mark.parametrize(
    "url",
    [
        "file:/etc/passwd",
        "gopher://git.example/",
        "git.example",
        "https://",
        "https://me:pw@git.example",
        "https://git.example/?x=1",
        "https://git.example:99999",
        "",
    ],
)
def test_an_address_that_is_no_forge_is_refused(url: str) -> None:
    """Before anything is looked up."""
    with pytest.raises(Invalid) as refusal:
        check_url(url, ())
    assert refusal.value.field == "base_url"


def test_without_tls_only_ones_own_network_is_spoken_to() -> None:
    """The token would be readable on the way."""
    check_url("http://127.0.0.1:3000", networks(["127.0.0.0/8"]))
    with pytest.raises(Permanent):
        check_url("http://127.0.0.1:3000", ())


def test_a_redirect_is_not_followed(live_redirect: str) -> None:
    """It could lead anywhere, with the token in the header."""
    wire = Wire(live_redirect, {"Authorization": "x"}, name="risk", allowed=networks(["127.0.0.1"]))
    with pytest.raises(Permanent, match="moved"):
        wire.ask("GET", "/user")


@pytest.fixture
def live_redirect() -> Any:
    """A server on loopback that sends everybody to the cloud's metadata."""
    from http.server import BaseHTTPRequestHandler, HTTPServer  # noqa: PLC0415

    class Away(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Away)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_nobody_answers_is_told_and_tried_again() -> None:
    """A closed port is no reason to park at once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    wire = Wire(f"http://127.0.0.1:{port}", {}, name="risk", allowed=networks(["127.0.0.1"]))
    with pytest.raises(Temporary, match="did not answer"):
        wire.ask("GET", "/user")


@pytest.fixture
def dripping() -> Any:
    """A server on loopback whose answers never end: a byte of the head or of the body at a time."""
    ended = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip(line: socket.socket) -> None:
        with line, suppress(OSError):
            if b"/head" not in line.recv(65536):
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while not ended.wait(0.02):
                line.sendall(b"1")

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=drip, args=(listening.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    ended.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


@pytest.mark.parametrize("where", ["head", "body"])
def test_whoever_drips_is_cut_off(
    dripping: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No time-out between two bytes would ever end it; the whole time does."""
    monkeypatch.setattr("workflows.gitops.forges.wire.WHOLE_S", 0.2)
    wire = Wire(dripping, {}, name="risk", allowed=networks(["127.0.0.1"]))
    began = time.monotonic()
    with pytest.raises(Temporary, match="too slowly"):
        wire.ask("GET", f"/{where}")
    assert time.monotonic() - began < 2


def test_whoever_drips_git_is_cut_off(
    dripping: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for refs and packs."""
    monkeypatch.setattr("workflows.gitops.forges.remote_git.CONVERSATION_S", 0.2)
    connection = Connection("risk", dripping, "", "", tmp_path, networks=("127.0.0.1",))
    began = time.monotonic()
    with pytest.raises(Temporary, match="broke off"):
        RemoteGit(connection, "x").ref("body", "main")
    assert time.monotonic() - began < 2
