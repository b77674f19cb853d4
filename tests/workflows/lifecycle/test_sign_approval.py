"""The signature itself: one page, one person, one digest, once, within two minutes (A41)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from governance.errors import (
    Invalid,
    NotAllowed,
    Stale,
    WrongState,
)
from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.lifecycle.signing import begin, change_finding, nothing_signed, sign
from workflows.lifecycle.models import Decision, SigningNonce
from workflows.lifecycle.operations import (
    validate_version,
)
from workflows.management.cast import actor_named
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.validated_version()


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


def test_a_wrong_password_signs_nothing_and_may_be_entered_again(version: ModelVersion) -> None:
    """The nonce is used up by a signature, not by a slip."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    with pytest.raises(Invalid, match="Nothing was signed") as refused:
        sign(version, rita, nonce, password="wrong")
    assert refused.value.field == "password"
    assert nothing_signed(version)
    sign(version, rita, nonce)
    assert Decision.objects.filter(round__version=version, round__move="approve").count() == 1


def test_guessing_ends_after_five_tries(version: ModelVersion) -> None:
    """Even the right password is not taken then."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    for _try in range(5):
        with pytest.raises(Invalid):
            sign(version, rita, nonce, password="wrong")
    with pytest.raises(NotAllowed, match="Too many wrong passwords"):
        sign(version, rita, nonce)
    assert nothing_signed(version)


def test_neither_password_nor_code_is_no_proof(version: ModelVersion) -> None:
    """An empty form signs nothing."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    with pytest.raises(Invalid):
        sign(version, rita, nonce, password="")


def test_a_nonce_signs_once(version: ModelVersion) -> None:
    """Replayed by another person, in another session, after its time, or a second time: stale."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    sign(version, rita, nonce)
    nonce.refresh_from_db()
    assert nonce.used_at
    change_finding(version)
    with pytest.raises(Stale):
        sign(version, rita, nonce, digest=stories.digest(version, Move.APPROVE))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("session_digest", "somewhere else"),
        ("move", "validate"),
        ("digest", "0" * 64),
        ("issued_at", timezone.now() - timedelta(seconds=121)),
        ("issued_at", timezone.now() + timedelta(hours=1)),  # the clock was set back since
        ("used_at", timezone.now()),
    ],
)
def test_a_nonce_of_another_session_move_digest_or_time_signs_nothing(
    version: ModelVersion, column: str, value: object
) -> None:
    """It binds all of them."""
    rita = actor_named("rita")
    nonce = begin(version, rita)
    digest = nonce.digest
    SigningNonce.objects.filter(pk=nonce.pk).update(**{column: value})
    with pytest.raises(Stale, match="signature page is no longer valid") as refused:
        sign(version, rita, nonce, digest=digest)
    assert "Begin the signature again" in refused.value.remedy
    assert nothing_signed(version)


def test_a_nonce_of_another_person_signs_nothing(version: ModelVersion) -> None:
    """Rolf cannot sign with Rita's page."""
    nonce = begin(version, actor_named("rita"))
    with pytest.raises(Stale):
        sign(version, actor_named("rolf"), nonce)
    assert nothing_signed(version)


def test_an_unknown_nonce_signs_nothing(version: ModelVersion) -> None:
    """Nobody began that signature."""
    nonce = SigningNonce(digest=stories.digest(version, Move.APPROVE))
    with pytest.raises(Stale):
        sign(version, actor_named("rita"), nonce)


def test_validating_is_no_way_around_approving(version: ModelVersion) -> None:
    """The digest of one move is none of the other."""
    with pytest.raises(WrongState):
        validate_version(
            version.pk, digest=stories.digest(version, Move.APPROVE), actor=actor_named("victor")
        )
