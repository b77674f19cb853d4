"""Waking a worker costs nobody anything, whatever the broker does."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest
import redis
from pytest_django import Settings

from governance.outbox import wake as alarm
from governance.outbox.wake import LONGEST_S, SILENCE_S, wake

MARGIN_S = 0.4


@pytest.fixture(autouse=True)
def _no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(alarm._silent_until, "broker", 0.0)


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_the_embedded_broker_gets_a_file(settings: Settings, tmp_path: Path) -> None:
    """And nothing but the queue's name is in it."""
    settings.VAR_DIR, settings.BROKER_URL = tmp_path, "filesystem://"
    assert wake("slow")
    assert len(list((tmp_path / "broker" / "messages").glob("*.slow.msg"))) == 1


def test_a_wiped_folder_is_made_again(settings: Settings, tmp_path: Path) -> None:
    """Somebody cleaned up; no harm done."""
    settings.VAR_DIR, settings.BROKER_URL = tmp_path, "filesystem://"
    assert wake("fast")
    shutil.rmtree(tmp_path / "broker")
    assert wake("fast")


def test_redis_gets_a_message(settings: Settings, redis_url: str) -> None:
    """The same call in production."""
    settings.BROKER_URL = redis_url
    assert wake("fast")
    with redis.Redis.from_url(redis_url) as client:
        assert client.llen("fast") == 1


def test_a_broker_that_is_down_costs_half_a_second_and_then_nothing(
    settings: Settings, deaf_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failure nobody is woken for half a minute; then one call tries again."""
    settings.BROKER_URL = f"redis://127.0.0.1:{deaf_port}/0"
    start = monotonic()
    assert not wake("fast")
    assert monotonic() - start < LONGEST_S + MARGIN_S
    monkeypatch.setattr(alarm, "_send", lambda _queue, taken: taken.set())
    assert not wake("fast")
    monkeypatch.setattr(alarm, "monotonic", lambda: monotonic() + SILENCE_S + 1)
    assert wake("fast")


def test_no_error_of_a_broker_reaches_the_caller(settings: Settings) -> None:
    """Not even an address that makes no sense."""
    settings.BROKER_URL = "carrier-pigeon://roof"
    assert not wake("fast")


def test_a_site_without_a_broker_waits_for_its_tick(settings: Settings) -> None:
    """Empty address, no alarm clock."""
    settings.BROKER_URL = ""
    assert not wake("fast")
