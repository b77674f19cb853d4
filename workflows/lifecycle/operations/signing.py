"""Signing: leave to sign once, and the fresh proof that the person is there.

After 21 CFR 11.50 and 11.200: name, time and meaning stand with the signature, and each one is
proved afresh. The nonce binds person, session, move and digest, and lives for 120 seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.queries import person_of
from governance.actors import Actor
from governance.errors import Invalid, NotAllowed, Stale
from workflows.lifecycle.answers import refuse_silence
from workflows.lifecycle.conditions import ConditionFacts
from workflows.lifecycle.digest import case_digest
from workflows.lifecycle.models import SigningNonce
from workflows.lifecycle.operations.conditions import refuse_bad_conditions
from workflows.lifecycle.operations.deciding import Sitting, answering, sit_unblocked
from workflows.lifecycle.operations.proving import Proof, is_there, passkey_challenge
from workflows.lifecycle.queries import digest_parts
from workflows.policies.definition import Move

NOTHING: Mapping[str, str] = MappingProxyType({})
LIFETIME = timedelta(seconds=120)
TRIES = 5
TRIES_WINDOW_S = 300


@transaction.atomic
def begin_signature(
    version_id: UUID,
    *,
    move: Move,
    digest: str,
    conditions: Sequence[ConditionFacts] = (),
    answers: Mapping[str, str] = NOTHING,
    kind: str = "approve",
    comment: str = "",
    actor: Actor,
) -> SigningNonce:
    """Gives leave to sign this digest once, to somebody who may decide on it now.

    With `conditions` the leave is for the digest that includes them; `answers` (`check.NAME`,
    `field.NAME`) are what the step of the policy asks for, and are kept with the leave. `kind` and
    `comment` are what will be decided, and why: who would be refused for silence gets no leave.

    Raises:
        as `sit`: whoever could not decide gets no leave to sign. Conflict: something stands
        against the move. Invalid: a condition that nobody could meet, an answer is missing, or the
        decision must say why and does not.
    """
    seen = answering(sit_unblocked(version_id, move, move.value, digest, actor), answers)
    refuse_silence(kind, comment)
    return give_leave(with_conditions(seen, conditions), actor)


def give_leave(sitting: Sitting, actor: Actor) -> SigningNonce:
    """Leave to sign once what somebody sits before; part of the caller's transaction."""
    return SigningNonce.objects.create(
        person_id=person_of(actor),
        session_digest=actor.session,
        version=sitting.version,
        move=sitting.move.value,
        digest=sitting.digest,
        answers=dict(sitting.answers),
        passkey=passkey_challenge(actor.account_id),
    )


def with_conditions(sitting: Sitting, conditions: Sequence[ConditionFacts]) -> Sitting:
    """The same sitting before the digest that these conditions make of it.

    Raises:
        Invalid: a condition that nobody could meet.
    """
    if not conditions:
        return sitting
    refuse_bad_conditions(sitting.version, conditions)
    parts = digest_parts(sitting.version, sitting.case, sitting.move, adding=conditions) or {}
    return replace(sitting, parts=parts, digest=case_digest(parts))


def answered(
    seen: Sitting, given: Mapping[str, str], meaning: str, proof: Proof | None, actor: Actor
) -> Sitting:
    """The sitting with its answers; signed, with those given before, where the step asks for it.

    Raises:
        Invalid: an answer or the proof is missing. Otherwise as `verify_signature`.
    """
    if not seen.asks.signature:
        return answering(seen, given)
    if proof is None:
        raise Invalid(_("This takes a signature."), field="password")
    return verify_signature(seen, meaning, proof, actor)


def verify_signature(sitting: Sitting, meaning: str, proof: Proof, actor: Actor) -> Sitting:
    """Consumes the nonce after a fresh check of the person, under the lock of the case.

    Returns the sitting as it is signed: with `meaning`, the sentence, with how they proved to be
    there, and with what they had answered before.

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
    if not (proved := is_there(nonce, proof, actor.account_id)):
        cache.set(_tries_key(actor), cache.get(_tries_key(actor), 0) + 1, TRIES_WINDOW_S)
        raise Invalid(
            _("The password or code is not right. Nothing was signed.")
            if proof.assertion is None and proof.elsewhere is None
            else _("This does not show that it is you. Nothing was signed."),
            remedy=_("Enter it again."),
            field="password",
        )
    nonce.used_at = timezone.now()
    nonce.save(update_fields=["used_at"])
    return replace(sitting, answers=nonce.answers, meaning=meaning, proved_by=proved)


def _fits(nonce: SigningNonce, sitting: Sitting, actor: Actor) -> bool:
    return (
        nonce.used_at is None
        # A clock that was set back makes no leave last longer.
        and abs(timezone.now() - nonce.issued_at) < LIFETIME
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
