"""Attacks by doing two things at the same moment: whoever is first decides, nobody decides twice.

Each with real commits, in soak on both databases. At the form, a browser of each person with the
page open sends it when the gate opens; at the API a program calls with a token; behind both, the
operation is called the same way.
"""

from collections import Counter
from collections.abc import Callable

import pytest
from django.core.cache import cache

from governance.audit.models import AuditEntry
from governance.errors import WrongState
from governance.inventory.models import ModelVersion
from governance.inventory.operations import add_artifact
from tests import stories
from tests.attacks.test_what_is_signed import opened
from tests.databases import SQLITE
from tests.governance.api.api import program_of
from tests.workflows.desk.pages import address
from tests.workflows.lifecycle.at_once import at_once, log_is_whole, officers
from tests.workflows.lifecycle.signing import begin, sign
from workflows.lifecycle.models import Decision
from workflows.lifecycle.operations import reject_version, withdraw_version
from workflows.management.cast import PASSWORD, actor_named
from workflows.policies.definition import Move
from workflows.targets.models import Promotion

# On SQLite, where one writer comes after the other anyway, in soak.
pytestmark = pytest.mark.both_databases(soak=[SQLITE])
CROWD, QUORUM = 4, 2
Act = Callable[[], object]


class Refused(WrongState):
    """A door said no."""


@pytest.fixture
def version(database: object) -> ModelVersion:
    """Waits for two signatures; three officers could give them."""
    cache.clear()
    officers(1)
    return stories.validated_version()


# With which door ---------------------------------------------------------------------------------
def sent(username: str, version: ModelVersion, name: str, fields: dict[str, object]) -> Act:
    """A form of a browser that is signed in."""
    browser = stories.signed_in(username)

    def act() -> None:
        answer = browser.post(address(version, name), fields)
        assert answer.status_code in {302, 409}, answer.status_code
        if answer.status_code == 409:
            raise Refused("refused")

    return act


def calling(
    username: str, version: ModelVersion, path: str, body: dict[str, object] | bytes
) -> Act:
    """A program with every right of somebody's: it posts what is named, or uploads bytes."""
    program = program_of(username)
    place = f"/models/{version.model.name}/versions/{version.number}/{path}"
    call = program.put if isinstance(body, bytes) else program.post

    def act() -> None:
        answer = call(place, body)
        assert answer.status_code in {200, 409}, answer.content
        if answer.status_code == 409:
            raise Refused("refused")

    return act


def approving(door: str, version: ModelVersion, username: str) -> Act:
    """Somebody with the signature page open."""
    if door == "form":
        browser = stories.signed_in(username)
        fields = opened(browser, version) | {"password": PASSWORD}

        def act() -> None:
            if browser.post(address(version, "approve_version"), fields).status_code != 302:
                raise Refused("refused")

        return act
    person = actor_named(username)
    nonce = begin(version, person)
    return lambda: sign(version, person, nonce)


def rejecting(door: str, version: ModelVersion, username: str) -> Act:
    """Somebody about to say no."""
    seen = {"digest": stories.digest(version, Move.APPROVE), "comment": "No."}
    if door == "form":
        return sent(username, version, "reject_version", seen)
    return lambda: reject_version(version.pk, **seen, actor=actor_named(username))


def withdrawing(door: str, version: ModelVersion) -> Act:
    """Dana about to take it back."""
    if door == "form":
        return sent("dana", version, "withdraw_version", {"reason": "Wrong data."})
    if door == "api":
        return calling("dana", version, "withdraw", {"reason": "Wrong data."})
    dana = actor_named("dana")
    return lambda: withdraw_version(version.pk, reason="Wrong data.", actor=dana)


def editing(door: str, version: ModelVersion) -> Act:
    """Dana about to swap the model's file."""
    if door == "api":
        return calling("dana", version, "artifacts/model.onnx?role=model", b"other")
    facts = {"name": "model.onnx", "role": "model", "stored": stories.kept(b"other")}
    dana = actor_named("dana")
    return lambda: add_artifact(version.pk, **facts, actor=dana)


def went(ended: Counter[str]) -> int:
    """How many got through; all others were told why, and none broke."""
    assert set(ended) <= {"went", "Refused", "WrongState", "NotFound", "Conflict"}, ended
    return ended["went"]


@pytest.mark.parametrize("attack", ["A13-operation", "A13-form"])
def test_a_crowd_at_once_makes_one_approval(database: object, attack: str) -> None:
    """As many signatures as the quorum, one transition, one promotion."""
    cache.clear()
    crowd = officers(CROWD)
    version, door = stories.validated_version(), attack.partition("-")[2]
    acts = [approving(door, version, f"officer{number}") for number in range(len(crowd))]
    assert went(at_once(acts)) == QUORUM
    assert stories.again(version).state == "approved"
    assert Decision.objects.filter(round__move="approve").count() == QUORUM
    assert AuditEntry.objects.filter(action="version.approved").count() == 1
    assert Promotion.objects.count() == 1
    assert log_is_whole()


@pytest.mark.parametrize("attack", ["A14-operation", "A14-form"])
def test_approving_and_rejecting_at_once_ends_one_way(version: ModelVersion, attack: str) -> None:
    """The last signature and a no: one of them, and a promotion only with the first."""
    door = attack.partition("-")[2]
    stories.sign(version, "rita")
    acts = [approving(door, version, "rolf"), rejecting(door, version, "officer0")]
    assert went(at_once(acts)) == 1
    state = stories.again(version).state
    assert state in {"approved", "rejected"}
    assert Promotion.objects.exists() == (state == "approved")
    assert AuditEntry.objects.filter(action=f"version.{state}").count() == 1
    assert log_is_whole()


@pytest.mark.parametrize("attack", ["A15-api", "A15-form"])
def test_approving_and_withdrawing_at_once_ends_withdrawn(
    version: ModelVersion, attack: str
) -> None:
    """Whichever came first: nothing of it goes live."""
    door = attack.partition("-")[2]
    stories.sign(version, "rita")
    # Only a form signs; beside it the version is taken back through the door that is tried.
    acts = [approving("form", version, "rolf"), withdrawing(door, version)]
    assert went(at_once(acts)) in {1, 2}
    assert stories.again(version).state == "withdrawn"
    assert not Promotion.objects.exclude(state="closed").exists()
    assert log_is_whole()


@pytest.mark.parametrize("attack", ["A15-operation-edit", "A15-api-edit"])
def test_approving_and_editing_at_once_changes_no_byte(version: ModelVersion, attack: str) -> None:
    """What was submitted is final; the approval stands for what was signed."""
    stories.sign(version, "rita")
    before, door = stories.digest(version, Move.APPROVE), attack.split("-")[1]
    assert went(at_once([approving("form", version, "rolf"), editing(door, version)])) == 1
    assert stories.again(version).state == "approved"
    assert Decision.objects.filter(round__move="approve", digest=before).count() == QUORUM
