"""Every request of a clean life is the one that fails, once before and once after its effect.

What must hold each time: exactly one pull request, the approved bytes live, nothing lost or stuck.
"""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.databases import rolled_back
from tests.faults.fakes.transport import AFTER, BEFORE, FOR_PEOPLE, Plan
from tests.faults.world import assert_exactly_once, merges, open_world

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

REQUESTS = {"github": 16, "gitlab": 16, "gitea": 16}
KINDS = [*(("before", name) for name in BEFORE), *(("after", name) for name in AFTER)]
# In every run: these at each request at GitHub, all others at its push and its pull request, and
# at the other two forges the death of the worker. The rest is for the long run.
CORE = [("before", "killed"), ("before", "500"), ("after", "killed"), ("after", "read-timeout")]
PUSH, OPEN = 5, 8
LOOK = (11, 12)  # the look at the open pull request; whoever merges at once leaves none to look at
ALL = [
    (dialect, number, when, name)
    for dialect, requests in REQUESTS.items()
    for number, (when, name) in product(range(requests), KINDS)
]


def is_quick(case: tuple[str, int, str, str]) -> bool:
    dialect, number, *kind = case
    if dialect != "github":
        return kind == ["after", "killed"]
    return tuple(kind) in CORE or number in {PUSH, OPEN}


QUICK = [case for case in ALL if is_quick(case)]
LONG = [case for case in ALL if not is_quick(case)]


def name_of(case: tuple[str, int, str, str]) -> str:
    dialect, number, when, name = case
    return f"{dialect}-{number:02}-{when}-{name}"


def world_of(dialect: str, bank: Any, folder: Path, patch: pytest.MonkeyPatch, plan: Plan) -> Any:
    """The promotion that was approved once, at a forge that speaks this dialect."""
    from workflows.targets.models import ForgeConnection  # noqa: PLC0415

    ForgeConnection.objects.update(kind=dialect)
    return open_world(bank, dialect, folder, patch, plan)


def lives(case: Any, bank: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mo waits for the pull request and merges at once, but where the look before that breaks."""
    dialect, number, when, name = case
    skipped = len(LOOK) if number > LOOK[-1] else 0
    world = world_of(dialect, bank, tmp_path, monkeypatch, Plan({number - skipped: (when, name)}))
    world.at_once = None if number in LOOK else merges
    world.settle(merges)
    assert world.plan.happened == [case[3]]
    assert_exactly_once(world)
    assert bool(world.parked) == (case[3] in FOR_PEOPLE), world.parked


@pytest.mark.parametrize("case", QUICK, ids=name_of)
def test_a_request_that_fails(
    case: Any, bank: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what a person must mend is parked; everything else heals by itself."""
    lives(case, bank, tmp_path, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("case", LONG, ids=name_of)
def test_a_request_that_fails_in_every_dialect(
    case: Any, bank: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for the rest."""
    lives(case, bank, tmp_path, monkeypatch)


@pytest.mark.parametrize("dialect", REQUESTS)
def test_the_clean_lives_have_the_steps_that_are_broken_above(
    dialect: str, bank: Any, tmp_path: Path
) -> None:
    """No request is left out: who merges at once leaves out the look, and nothing else."""
    calm = clean_life(dialect, bank, tmp_path / "calm", None)
    assert len(calm) == REQUESTS[dialect], calm
    assert calm[PUSH].endswith("git-receive-pack"), calm
    assert calm[OPEN].startswith("POST"), calm
    quick = clean_life(dialect, bank, tmp_path / "quick", merges)
    assert quick == [one for at, one in enumerate(calm) if at not in LOOK]


def clean_life(dialect: str, bank: Any, folder: Path, at_once: Any) -> list[str]:
    """What was asked in it; the rows are as before afterwards."""
    with pytest.MonkeyPatch.context() as patch, rolled_back():
        patch.setattr(settings, "FORGE_DIR", folder / "forge")
        world = world_of(dialect, bank, folder, patch, Plan())
        world.at_once = at_once
        world.settle(merges)
        assert_exactly_once(world)
    return world.plan.log
