"""That the signer is there, proved afresh: password, one-time code, passkey, or their provider.

None of allauth's memory of an earlier proof is asked: what counts was made for this signature. A
recovery code never signs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import get_credentials, get_server

from governance.access.models import User
from workflows.lifecycle.models import SigningNonce

NOBODY = UUID(int=0)
CLOCKS_APART = timedelta(seconds=30)  # how far the provider's clock may be behind ours


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """That the identity provider asked the signer again: for which nonce, and when it says so."""

    nonce: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """What a signer hands over: the nonce of the page, and one of the proofs."""

    nonce: UUID
    password: str = ""
    code: str = ""
    assertion: Any = None
    elsewhere: Elsewhere | None = None


def passkey_challenge(account_id: UUID | None) -> dict[str, Any]:
    """What the signer's passkeys are asked, and how the answer will be checked; {} without one.

    Plain JSON: {"options": for the browser, "state": for us}.
    """
    keys = Authenticator.objects.filter(user=account_id, type=Authenticator.Type.WEBAUTHN)
    if account_id is None or not keys.exists():
        return {}
    account = User.objects.get(pk=account_id)
    asked, state = get_server().authenticate_begin(
        credentials=get_credentials(account), user_verification="required"
    )
    return {"options": dict(asked)["publicKey"], "state": dict(state)}


def is_there(nonce: SigningNonce, proof: Proof, account_id: UUID | None) -> str:
    """How the signer has proved to be there, for the log; empty when they have not."""
    account = User.objects.get(pk=account_id or NOBODY)
    if proof.elsewhere is not None:
        return "sso" if _asked_again(nonce, proof.elsewhere) else ""
    if proof.assertion is not None:
        return "passkey" if _answered(nonce, proof.assertion, account) else ""
    if proof.password:
        return "password" if account.check_password(proof.password) else ""
    return "totp" if proof.code and _shows(proof.code, account) else ""


def _asked_again(nonce: SigningNonce, elsewhere: Elsewhere) -> bool:
    """The provider asked them after this signature began, for this signature."""
    return elsewhere.nonce == nonce.pk and elsewhere.at >= nonce.issued_at - CLOCKS_APART


def _answered(nonce: SigningNonce, assertion: object, account: User) -> bool:
    """An assertion over the challenge of this nonce, with the person verified by the device."""
    state = nonce.passkey.get("state")
    if not state:
        return False
    try:
        get_server().authenticate_complete(state, get_credentials(account), assertion)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True


def _shows(code: str, account: User) -> bool:
    totp = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    return bool(totp and TOTP(totp).validate_code(code))
