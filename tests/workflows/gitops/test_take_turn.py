"""A host that asks for a pause gets it from all workers together."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.db.models import F

from governance.sealing import seal
from workflows.gitops.connections import connected
from workflows.gitops.models import ForgeTurn
from workflows.gitops.turns import take_turn
from workflows.targets.models import ForgeConnection

WORKERS = 4


@pytest.mark.both_databases
def test_workers_that_come_at_once_get_moments_one_after_the_other() -> None:
    """None of them asks within a second of another."""
    gate, waits = threading.Barrier(WORKERS), []

    def ask() -> None:
        gate.wait()
        waits.append(take_turn("api.github.com", 10.0))
        connections.close_all()

    workers = [threading.Thread(target=ask) for _number in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    due = sorted(waits)
    assert len(due) == WORKERS
    for number, wait in enumerate(due):
        assert 10 * number - 5 < wait <= 10 * number, due


@pytest.mark.django_db
def test_whoever_comes_later_waits_for_nobody() -> None:
    """The pause is over, or it is another host."""
    assert take_turn("api.github.com", 60.0) == 0
    assert take_turn("forge.example", 60.0) == 0
    assert 59 < take_turn("api.github.com", 60.0) <= 60
    ForgeTurn.objects.update(next_at=F("next_at") - timedelta(minutes=5))
    assert take_turn("api.github.com", 60.0) == 0


@pytest.mark.both_databases
def test_a_turn_of_a_time_to_come_holds_nobody_when_the_clock_is_set_back() -> None:
    """Else a worker would sleep until the time comes that it showed; those after it keep turns."""
    take_turn("api.github.com", 60.0)
    ForgeTurn.objects.update(next_at=F("next_at") + timedelta(days=400))
    assert take_turn("api.github.com", 60.0) == 0
    assert 59 < take_turn("api.github.com", 60.0) <= 60


@pytest.mark.django_db
def test_only_changes_at_a_forge_that_asks_for_it_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub asks for a second between changes; looking is free."""
    slept: list[float] = []
    monkeypatch.setattr("workflows.gitops.forges.wire.time.sleep", slept.append)
    for kind in ("github", "gitea"):
        token = seal("a-token", settings.FORGE_KEYS)
        place = "https://forge.example"
        row = ForgeConnection(name=kind, kind=kind, base_url=place, sealed_token=token)
        wire = connected(row).api  # type: ignore[attr-defined]
        for _change in range(2):
            wire._pause()
    assert (len(slept), slept[0]) == (2, 0)
    assert 0.5 < slept[1] <= 1
