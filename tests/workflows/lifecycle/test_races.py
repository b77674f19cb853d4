"""Many at once: one transition, one set of promotions, and everybody else hears why."""

import time
from collections.abc import Callable

import pytest

from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.lifecycle.at_once import at_once, crowd_of, log_is_whole, officers
from workflows.lifecycle.models import Decision
from workflows.lifecycle.operations import (
    Proof,
    approve_version,
    begin_signature,
    reject_version,
    reopen_version,
    withdraw_version,
)
from workflows.management.cast import PASSWORD, actor_named
from workflows.policies.definition import Move
from workflows.targets.models import Promotion

pytestmark = pytest.mark.both_databases
CROWD, SIXTEEN = 8, 16
GOOD_FOR_S = 60.0
QUORUM = 2


@pytest.fixture
def crowd(database: object) -> list[Actor]:
    """Eight more risk officers, named before the case is opened."""
    return officers(CROWD)


@pytest.fixture
def version(crowd: list[Actor]) -> ModelVersion:
    return stories.validated_version()


def signing(version: ModelVersion, who: Actor, digest: str = "") -> Callable[[], object]:
    """An officer with the signature page open."""
    digest = digest or stories.digest(version, Move.APPROVE)
    nonce = begin_signature(version.pk, move=Move.APPROVE, digest=digest, actor=who)
    proof = Proof(nonce.pk, password=PASSWORD)
    return lambda: approve_version(version.pk, digest=digest, proof=proof, actor=who)


def signatures(version: ModelVersion) -> int:
    return Decision.objects.filter(round__version=version, round__move="approve").count()


def test_eight_officers_at_once_approve_once(version: ModelVersion, crowd: list[Actor]) -> None:
    """A13: two signatures are the quorum; the other six are told that it is done."""
    ended = at_once([signing(version, one) for one in crowd])
    assert ended == {"went": QUORUM, "WrongState": CROWD - QUORUM}
    assert stories.again(version).state == "approved"
    assert (signatures(version), Promotion.objects.count()) == (QUORUM, 1)
    assert AuditEntry.objects.filter(action="version.approved").count() == 1
    assert log_is_whole()


@pytest.fixture
def small(database: object) -> tuple[ModelVersion, list[Actor]]:
    """A version of the lowest tier, where one signature is enough, and sixteen who may give it."""
    hired = officers(SIXTEEN)
    return stories.validated_version(model=stories.registered_model("s", "S", 3)), hired


def race(version: ModelVersion, signers: list[Actor], rounds: int) -> None:
    """All sign at once, again and again; between two rounds the product takes the approval back."""
    acts: dict[int, tuple[float, Callable[[], object]]] = {}
    with crowd_of(SIXTEEN) as go:
        for number in range(1, rounds + 1):
            renew(acts, version, signers)
            ended = go([act for _begun, act in acts.values()])
            assert ended == {"went": 1, "WrongState": SIXTEEN - 1}, number
            assert stories.again(version).state == "approved"
            assert (signatures(version), Promotion.objects.count()) == (number, number)
            assert AuditEntry.objects.filter(action="version.approved").count() == number
            acts.pop(winner(version, signers))
            reopen_version(version.pk, reason="again", actor=Actor.system("test"))
    assert log_is_whole()


def renew(
    acts: dict[int, tuple[float, Callable[[], object]]],
    version: ModelVersion,
    signers: list[Actor],
) -> None:
    """A leave to sign that nobody used is still good, but not for ever."""
    now, digest = time.monotonic(), stories.digest(version, Move.APPROVE)
    for place, one in enumerate(signers):
        if place not in acts or now - acts[place][0] > GOOD_FOR_S:
            acts[place] = (now, signing(version, one, digest))


def winner(version: ModelVersion, signers: list[Actor]) -> int:
    """Whose signature it was."""
    rows = Decision.objects.filter(round__version=version, round__move="approve")
    person = rows.latest("decided_at").person_id
    return [one.person_id for one in signers].index(person)


def test_sixteen_at_once_make_one_approval_time_after_time(
    small: tuple[ModelVersion, list[Actor]],
) -> None:
    """A13: one transition, one promotion, one entry each; fifteen are told, nothing breaks."""
    race(*small, rounds=20)


@pytest.mark.soak
def test_sixteen_at_once_two_hundred_times(small: tuple[ModelVersion, list[Actor]]) -> None:
    """The same for long."""
    race(*small, rounds=200)


def test_one_page_sent_eight_times_signs_once(database: object) -> None:
    """A41: two at once with the same nonce."""
    version = stories.validated_version()
    ended = at_once([signing(version, actor_named("rita"))] * CROWD)
    assert ended["went"] == 1
    assert sum(ended.values()) == CROWD
    assert set(ended) <= {"went", "Duplicate", "Stale"}
    assert (signatures(version), stories.again(version).state) == (1, "validated")


def test_approving_and_refusing_at_once_ends_one_way(
    version: ModelVersion, crowd: list[Actor]
) -> None:
    """A14, A15: whoever is first decides; there is no approved version without its promotion."""
    stories.sign(version, "rita")
    digest = stories.digest(version, Move.APPROVE)
    rejecter, dana = crowd[0], actor_named("dana")
    ended = at_once(
        [
            signing(version, actor_named("rolf")),
            lambda: reject_version(version.pk, digest=digest, comment="No.", actor=rejecter),
            lambda: withdraw_version(version.pk, reason="Wrong data.", actor=dana),
        ]
    )
    state = stories.again(version).state
    assert state in {"rejected", "withdrawn"}  # a withdrawal may follow an approval
    assert set(ended) <= {"went", "WrongState", "NotFound", "Conflict"}
    approved = AuditEntry.objects.filter(action="version.approved").exists()
    assert Promotion.objects.exists() == approved
    assert log_is_whole()
