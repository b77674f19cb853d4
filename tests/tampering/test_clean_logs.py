"""Honest exports raise no alarm, whatever is in them and whichever part of the log they are."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from governance.audit.canonical import moment
from governance.trail.scopes import Scope
from governance.trail.verifier.verify import verify
from tests.tampering.logs import MARKETS, PEOPLE, RETAIL, START, VERSIONS, packed, signer_of, told


def some_scope(chance: random.Random) -> Scope:
    """Each filter is there or not."""
    kind, subject = chance.choice(VERSIONS)
    filters: dict[str, Any] = {
        "portfolios": tuple(
            sorted(map(str, chance.sample([RETAIL, MARKETS], chance.randint(1, 2))))
        ),
        "subjects": ((kind, str(subject)),),
        "person": str(chance.choice(PEOPLE)),
        "action": chance.choice(["version.", "kpi.recorded"]),
        "since": moment(START + timedelta(seconds=chance.randrange(600))),
        "until": moment(START + timedelta(seconds=chance.randrange(600, 2000))),
    }
    return Scope(**{name: value for name, value in filters.items() if chance.random() < 0.3})


def alarms(folder: Path, numbers: range) -> dict[int, list[Any]]:
    """What the verifier objects to, by the number of the log."""
    found = {}
    for number in numbers:
        chance = random.Random(number)
        log = told(chance.randint(1, 60), seed=number)
        vkey = log.vkey
        if chance.random() < 0.2:
            log.rotate(signer_of(number + 10))
        since = chance.choice([None, *log.checkpoints.values()])
        path = folder / f"{number}.zip"
        path.write_bytes(packed(log.members(some_scope(chance))))
        report = verify(str(path), [vkey], since)
        if report.problems or report.warnings:
            found[number] = report.problems + report.warnings
        path.unlink()
    return found


def test_honest_exports_raise_no_alarm(tmp_path: Path) -> None:
    """A share of the thousand."""
    assert not alarms(tmp_path, range(30))


@pytest.mark.soak
def test_a_thousand_honest_exports_raise_no_alarm(tmp_path: Path) -> None:
    """Random sizes, scopes, rotations and kept checkpoints."""
    assert not alarms(tmp_path, range(1000))
