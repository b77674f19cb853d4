"""Every request of a clean life is the one that fails, once before and once after its effect.

What must hold each time: exactly one pull request, the approved bytes live, nothing lost or stuck.
A worker's death is a matter of the server's database; what a forge answers is told on SQLite.
"""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.databases import POSTGRESQL, SQLITE, rolled_back
from tests.faults.fakes.transport import AFTER, BEFORE, FOR_PEOPLE
from tests.faults.world import ON_SQLITE, World, assert_exactly_once, continued, merges, open_world
from workflows.targets.models import ForgeConnection

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

REQUESTS = {"github": 16, "gitlab": 16, "gitea": 16}
KINDS = [*(("before", name) for name in BEFORE), *(("after", name) for name in AFTER)]
# In every run: these at each request at GitHub, all others at its push and its pull request, and
# at the other two forges the death of the worker from the push on: before it all three are asked
# in the same Git. The rest is for the long run.
CORE = [("before", "500"), ("after", "killed")]
PUSH, OPEN = 5, 8
PULL = {11, 13}  # asked for by its number
LOOK = (11, 12)  # the look at the open pull request; whoever merges at once leaves none to look at
Case = tuple[str, int, str, str]
ALL: list[Case] = [
    (dialect, number, when, name)
    for dialect, requests in REQUESTS.items()
    for number, (when, name) in product(range(requests), KINDS)
]


def is_quick(case: Case) -> bool:
    dialect, number, *kind = case
    if dialect != "github":
        return kind == ["after", "killed"] and number >= PUSH
    return tuple(kind) in CORE or number in {PUSH, OPEN}


def name_of(case: Case) -> str:
    dialect, number, when, name = case
    return f"{dialect}-{number:02}-{when}-{name}"


def vendor_of(case: Case) -> str:
    return POSTGRESQL if case[-1] == "killed" else SQLITE


def cases(*, later: bool) -> list[Any]:
    """Those of the opening, or those after it, each with its database and its forge's dialect."""
    return [
        pytest.param(
            vendor_of(case),
            case[0],
            case,
            id=name_of(case),
            marks=[] if is_quick(case) else pytest.mark.soak,
        )
        for case in sorted(ALL, key=vendor_of, reverse=later)  # each database is made once
        if (case[1] >= LOOK[0]) == later
    ]


def lives(world: World, case: Case) -> None:
    """Mo waits for the pull request and merges at once, but where the look before that breaks."""
    _dialect, number, when, name = case
    skipped = len(LOOK) if number > LOOK[-1] else 0
    world.plan.at = {number - skipped: (when, name)}
    if number not in LOOK:
        world.at_once = merges
        merges(world)
    world.settle(merges)
    assert world.plan.happened == [name]
    assert_exactly_once(world)
    assert bool(world.parked) == (name in FOR_PEOPLE and not is_looked_for(case)), world.parked


def is_looked_for(case: Case) -> bool:
    """A 404 that need not be a setting: the pull request, or Gitea's branch, may only be late."""
    dialect, number, _when, name = case
    return name == "404-hidden" and (number in PULL or (dialect, number) == ("gitea", OPEN))


@pytest.mark.parametrize(
    ("module_db", "dialect", "case"), cases(later=False), indirect=["module_db"]
)
def test_a_request_that_fails(
    module_db: None,
    dialect: str,
    case: Case,
    bank: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only what a person must mend is parked; everything else heals by itself."""
    ForgeConnection.objects.update(kind=dialect)
    lives(open_world(bank, dialect, tmp_path, monkeypatch), case)


@ON_SQLITE
@pytest.mark.parametrize("dialect", REQUESTS)
def test_the_clean_lives_have_the_steps_that_are_broken_here(
    module_db: None, dialect: str, bank: Any, tmp_path: Path
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
        ForgeConnection.objects.update(kind=dialect)
        world = open_world(bank, dialect, folder, patch)
        world.at_once = at_once
        world.settle(merges)
        assert_exactly_once(world)
    return world.plan.log


# From here on the pull request has been opened, once for each dialect.
@pytest.mark.parametrize(
    ("module_db", "opened", "case"), cases(later=True), indirect=["module_db", "opened"]
)
def test_a_later_request_that_fails(
    module_db: None, opened: World, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same while the pull request is looked at, and when it has been merged."""
    assert len(opened.plan.log) == LOOK[0]
    lives(continued(opened, tmp_path, monkeypatch), case)
