"""Signing: leave to sign once, and the fresh proof that the person is there.

After 21 CFR 11.50 and 11.200: name, time and meaning stand with the signature, and each one is
proved afresh. The nonce binds person, session, move and digest, and lives for 120 seconds.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import User
from governance.access.queries import person_of
from governance.actors import Actor
from governance.errors import Invalid, NotAllowed, Stale
from workflows.lifecycle.models import SigningNonce
from workflows.lifecycle.operations.deciding import Sitting, refuse_blocked, sit
from workflows.policies.definition import Move

LIFETIME = timedelta(seconds=120)
TRIES = 5
TRIES_WINDOW_S = 300
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a signer hands over: the nonce of the page, and the password or a one-time code."""

    nonce: UUID
    password: str = ""
    code: str = ""


@transaction.atomic
def begin_signature(version_id: UUID, *, move: Move, digest: str, actor: Actor) -> SigningNonce:
    """Gives leave to sign this digest once, to somebody who may decide on it now.

    Raises:
        as `sit`: whoever could not decide gets no leave to sign. Conflict: something stands
        against the move.
    """
    sitting = sit(version_id, move, move.value, digest, actor)
    refuse_blocked(sitting)
    return SigningNonce.objects.create(
        person_id=person_of(actor),
        session_digest=actor.session,
        version=sitting.version,
        move=move.value,
        digest=sitting.digest,
    )


def verify_signature(sitting: Sitting, proof: Proof, actor: Actor) -> None:
    """Consumes the nonce after a fresh check of the person, under the lock of the case.

    Raises:
        Stale: the leave to sign has ended, was used, or was for something else.
        Invalid: wrong password or code. NotAllowed: too many wrong tries.
    """
    nonce = SigningNonce.objects.select_for_update().filter(pk=proof.nonce).first()
    if nonce is None or not _fits(nonce, sitting, actor):
        raise Stale(
            _("This signature page is no longer valid."),
            remedy=_("Nothing was signed. Begin the signature again."),
            field="nonce",
        )
    _refuse_guessing(actor)
    if not _is_there(proof, actor):
        cache.set(_tries_key(actor), cache.get(_tries_key(actor), 0) + 1, TRIES_WINDOW_S)
        raise Invalid(
            _("The password or code is not right. Nothing was signed."),
            remedy=_("Enter it again."),
            field="password",
        )
    nonce.used_at = timezone.now()
    nonce.save(update_fields=["used_at"])


def _fits(nonce: SigningNonce, sitting: Sitting, actor: Actor) -> bool:
    return (
        nonce.used_at is None
        and nonce.issued_at > timezone.now() - LIFETIME
        and nonce.person_id == actor.person_id
        and nonce.session_digest == actor.session
        and nonce.version_id == sitting.version.pk
        and nonce.move == sitting.move.value
        and nonce.digest == sitting.digest
    )


def _refuse_guessing(actor: Actor) -> None:
    if cache.get(_tries_key(actor), 0) >= TRIES:
        raise NotAllowed(
            _("Too many wrong passwords."),
            remedy=_("Wait five minutes, then begin the signature again."),
        )


def _tries_key(actor: Actor) -> str:
    return f"signing-tries-{actor.account_id}"


def _is_there(proof: Proof, actor: Actor) -> bool:
    """A password, or a one-time code. A recovery code never signs."""
    account = User.objects.get(pk=actor.account_id or NOBODY)
    if proof.password:
        return account.check_password(proof.password)
    totp = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    return bool(proof.code and totp and TOTP(totp).validate_code(proof.code))
