"""Checkpoints kept outside: in a folder and with a collector, through the outbox."""

import base64
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from governance.audit.models import AuditAnchor
from governance.audit.queries import latest_checkpoint
from governance.outbox.models import OutboxJob
from governance.trail.operations import anchor_checkpoints
from governance.trail.operations.anchoring import ANCHOR
from governance.trail.syslog import Collector, collector_of, message
from tests.governance.audit.story import seal, write
from tests.stories import people, signed_in
from workflows.delivery.operations import run_due

pytestmark = pytest.mark.django_db


@contextmanager
def listening() -> Iterator[tuple[Collector, list[bytes]]]:
    """A collector on loopback, and what it was sent on each connection."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            while True:
                try:
                    stream, _peer = server.accept()
                except OSError:
                    return
                with stream, stream.makefile("rb") as content:
                    heard.append(content.read())

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield Collector("tcp", "127.0.0.1", server.getsockname()[1]), heard
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def anchored() -> list[tuple[str, int, str]]:
    rows = AuditAnchor.objects.order_by("kind", "checkpoint")
    return list(rows.values_list("kind", "checkpoint", "ref"))


def sealed() -> str:
    """One more entry, signed; the note."""
    write()
    seal()
    newest = latest_checkpoint()
    assert newest
    return newest.note


def keep() -> None:
    """The clock asks, a worker does."""
    anchor_checkpoints()
    run_due("fast")


def test_a_checkpoint_lies_in_the_folder_as_since_takes_it(
    settings: Settings, tmp_path: Path
) -> None:
    """The exact note, under its size; the row says so."""
    settings.ANCHOR_FOLDER = tmp_path
    note = sealed()
    keep()
    assert (tmp_path / "checkpoint-1.txt").read_text(encoding="utf-8") == note
    assert anchored() == [("file", 1, "checkpoint-1.txt")]


def test_a_collector_gets_one_whole_message(settings: Settings) -> None:
    """RFC 5424 with octet counting; the signed note comes back out of it."""
    note = sealed()
    with listening() as (collector, heard):
        settings.ANCHOR_SYSLOG = collector
        keep()
    [frame] = heard
    length, _, content = frame.partition(b" ")
    assert int(length) == len(content)
    assert content.startswith(b"<109>1 ")
    assert b" foureyes - CHECKPOINT [foureyes@32473 origin=" in content
    told = re.search(rb'note="([^"]+)"', content)
    assert told
    assert base64.b64decode(told[1]).decode() == note
    assert anchored() == [("syslog", 1, str(collector))]


def test_a_place_that_is_away_is_tried_again(settings: Settings, tmp_path: Path) -> None:
    """Nothing is noted as kept before it is; the job says what to do, and later it succeeds."""
    settings.ANCHOR_FOLDER = tmp_path / "mount"
    sealed()
    keep()
    assert anchored() == []
    job = OutboxJob.objects.get(topic=ANCHOR)
    assert "ANCHOR_FOLDER" in str(job.last_error)
    (tmp_path / "mount").mkdir()
    OutboxJob.objects.filter(pk=job.pk).update(next_attempt_at=datetime(2026, 1, 1, tzinfo=UTC))
    run_due("fast")
    assert anchored() == [("file", 1, "checkpoint-1.txt")]


def test_another_checkpoint_of_the_same_size_is_an_alarm(
    settings: Settings, tmp_path: Path
) -> None:
    """T08, T17: the file is left as it was, and the job is parked for a person."""
    settings.ANCHOR_FOLDER = tmp_path
    sealed()
    (tmp_path / "checkpoint-1.txt").write_text("another history", encoding="utf-8")
    keep()
    assert (tmp_path / "checkpoint-1.txt").read_text(encoding="utf-8") == "another history"
    assert OutboxJob.objects.get(topic=ANCHOR).parked_at
    assert anchored() == []


def test_a_worker_that_died_in_between_does_no_harm(settings: Settings, tmp_path: Path) -> None:
    """The file lies there whole or half, without its row: the next worker completes both."""
    settings.ANCHOR_FOLDER = tmp_path
    note = sealed()
    (tmp_path / "checkpoint-1.txt").write_text(note[:20], encoding="utf-8")
    keep()
    assert (tmp_path / "checkpoint-1.txt").read_text(encoding="utf-8") == note
    assert len(anchored()) == 1


def test_it_goes_out_only_so_often(settings: Settings, tmp_path: Path) -> None:
    """A log that grows all the time sends one checkpoint in ten minutes."""
    settings.ANCHOR_FOLDER = tmp_path
    for _ in range(3):
        sealed()
        keep()
    assert len(anchored()) == 1
    settings.ANCHOR_MINUTES = 0
    keep()
    assert [size for _kind, size, _ref in anchored()] == [1, 3]


def test_nothing_is_sent_where_nothing_is_set_up() -> None:
    """No place, no job."""
    sealed()
    assert anchor_checkpoints() == 0
    assert not OutboxJob.objects.filter(topic=ANCHOR).exists()


def test_the_page_shows_where_each_is_kept(settings: Settings, tmp_path: Path) -> None:
    """Ada finds the file's name beside the checkpoint."""
    people()
    settings.ANCHOR_FOLDER = tmp_path
    sealed()
    keep()
    page = signed_in("ada").get("/log/checkpoints/").text
    assert anchored()[0][2] in page


@pytest.mark.parametrize(
    "address",
    [
        "udp://host",
        "tcp://",
        "host:601",
        "tls://host:0",
        "tls://host:99999",
        "tcp://h/x",
        "tcp://a@h",
    ],
)
def test_a_wrong_address_is_refused_in_words(address: str) -> None:
    """The site does not start with a collector that it could never reach."""
    with pytest.raises(ValueError, match="write tcp://host:port"):
        collector_of(address)


def test_addresses_have_the_ports_of_their_standards() -> None:
    """RFC 6587 and RFC 5425; empty means none."""
    assert collector_of("") is None
    assert collector_of("tls://siem.example") == Collector("tls", "siem.example", 6514)
    assert collector_of("tcp://[::1]:5514") == Collector("tcp", "::1", 5514)


def test_no_value_can_end_its_place_in_a_message() -> None:
    """RFC 5424, 6.3.3: quotation mark, backslash and bracket are escaped."""
    at = datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=UTC)
    made = message("ENTRY", at, "a host", {"who": 'D"a\\n]a'}, "é").decode()
    assert made == (
        "<109>1 2026-03-02T09:00:00.000005Z a-host foureyes - ENTRY "
        '[foureyes@32473 who="D\\"a\\\\n\\]a"] \ufeffé'
    )
