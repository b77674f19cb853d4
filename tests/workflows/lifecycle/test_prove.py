"""How a signer shows to be there, and what does not show it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache

from governance.access.models import User
from governance.errors import Invalid
from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.lifecycle.signing import begin, nothing_signed
from workflows.lifecycle.models import Decision, SigningNonce
from workflows.lifecycle.operations import Elsewhere, Proof, approve_version
from workflows.management.cast import PASSWORD, actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.validated_version()


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


def prove(version: ModelVersion, nonce: SigningNonce, **proof: Any) -> None:
    """Rita signs with what she has."""
    shown = Proof(nonce.pk, **proof)
    approve_version(version.pk, digest=nonce.digest, proof=shown, actor=actor_named("rita"))


def proved_by() -> str:
    return str(Decision.objects.get(round__move="approve").proved_by)


def at(nonce: SigningNonce, seconds: float) -> datetime:
    return nonce.issued_at.astimezone(UTC) + timedelta(seconds=seconds)


def test_the_decision_says_how_it_was_proved(version: ModelVersion) -> None:
    """With a password here."""
    prove(version, begin(version, actor_named("rita")), password=PASSWORD)
    assert proved_by() == "password"


def test_a_recovery_code_never_signs(version: ModelVersion) -> None:
    """It gets somebody back in; it does not stand for them."""
    account = User.objects.get(username="rita")
    code = RecoveryCodes.activate(account).get_unused_codes()[0]
    nonce = begin(version, actor_named("rita"))
    for proof in ({"code": code}, {"password": code}):
        with pytest.raises(Invalid):
            prove(version, nonce, **proof)
    assert Authenticator.objects.get(user=account).wrap().get_unused_codes()
    assert nothing_signed(version)


def test_the_provider_asked_for_this_signature_signs(version: ModelVersion) -> None:
    """After it began."""
    nonce = begin(version, actor_named("rita"))
    prove(version, nonce, elsewhere=Elsewhere(nonce.pk, at(nonce, 5)))
    assert proved_by() == "sso"


@pytest.mark.parametrize("seconds", [-31, -3600])
def test_what_the_provider_asked_before_does_not_sign(version: ModelVersion, seconds: int) -> None:
    """A session there is not a person here."""
    nonce = begin(version, actor_named("rita"))
    with pytest.raises(Invalid, match="does not show that it is you"):
        prove(version, nonce, elsewhere=Elsewhere(nonce.pk, at(nonce, seconds)))
    assert nothing_signed(version)


def test_what_the_provider_asked_for_another_signature_does_not_sign(
    version: ModelVersion,
) -> None:
    """It binds the nonce."""
    nonce = begin(version, actor_named("rita"))
    with pytest.raises(Invalid):
        prove(version, nonce, elsewhere=Elsewhere(uuid4(), at(nonce, 5)))
    assert nothing_signed(version)


@pytest.mark.parametrize("assertion", [{}, {"id": "x"}, [], "x", 1, {"response": None}])
def test_what_is_no_assertion_does_not_sign(version: ModelVersion, assertion: object) -> None:
    """In words, not with a fault; and not for somebody who has no passkey."""
    nonce = begin(version, actor_named("rita"))
    assert nonce.passkey == {}
    SigningNonce.objects.update(passkey={"state": {"challenge": "AAAA", "user_verification": None}})
    with pytest.raises(Invalid):
        prove(version, nonce, assertion=json.loads(json.dumps(assertion)))
    assert nothing_signed(version)
