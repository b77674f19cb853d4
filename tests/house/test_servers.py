"""The programs that tests talk to, and the errors of a page that must not pass unseen."""

import socket

import pytest
import redis
from playwright.sync_api import Page
from pytest_socket import SocketConnectBlockedError

from tests.chromium import Console
from tests.servers import MissingProgram, Redis, Servers, require_programs


def test_redis_is_empty_and_real(redis_url: str) -> None:
    """Each test starts with an empty database of its worker."""
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("word", "kept")
        assert client.get("word") == b"kept"


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_only_loopback_can_be_reached() -> None:
    """A test that calls out fails instead of waiting for a network."""
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be installed, the message says what to install."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setitem(__import__("tests.servers").servers.FINDERS, "redis", lambda: None)
    with pytest.raises(MissingProgram, match="apt-get install redis-server"):
        require_programs(["redis"])


def test_a_server_ends_when_told(servers: Servers) -> None:
    """Nothing of ours runs on after the tests."""
    server = Redis("redis", servers.folder / "short-lived", servers.redis.end_signal)
    server.start()
    running = server.running
    server.stop()
    assert running is not None
    assert running.poll() is not None
    assert not server.answers()


@pytest.mark.browser
def test_a_page_shows_what_it_was_given(page: Page) -> None:
    """Chromium runs and renders."""
    page.set_content("<title>Desk</title>")
    assert page.title() == "Desk"


@pytest.mark.browser
def test_the_real_site_opens(page: Page, live_site: str) -> None:
    """The site is served whole: page, styles and scripts, under its policy."""
    answer = page.goto(live_site)
    assert answer
    assert answer.status == 200
    assert page.evaluate("getComputedStyle(document.body).fontFamily")


@pytest.mark.browser
def test_a_console_error_is_noticed(page: Page, console: Console) -> None:
    """A page that complains fails its test unless the complaint was announced."""
    page.evaluate("console.error('the chart is broken')")
    page.wait_for_timeout(50)
    assert "the chart is broken" in console.unexpected()[0]
    console.allow("chart is broken")
    assert not console.unexpected()
