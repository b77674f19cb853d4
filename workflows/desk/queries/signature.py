"""What a signer reads before signing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person, User
from governance.actors import Actor
from workflows.desk.panel import Panel
from workflows.desk.queries.dossier import Dossier
from workflows.lifecycle.conditions import ConditionFacts
from workflows.lifecycle.queries import (
    approval_meaning,
    digest_of,
    excepted_in,
    passkey_options,
    validation_meaning,
)
from workflows.policies.definition import Move
from workflows.policies.labels import role_words

# Recovery codes are not among them.
NOBODY = UUID(int=0)
FACTORS = {"totp": Authenticator.Type.TOTP, "passkey": Authenticator.Type.WEBAUTHN}


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition above the password: what, who, until when; `new` if the signer sets it."""

    text: str
    owner: str
    due_on: date
    roll_back: bool
    new: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """The sentence to be signed and what stands with it."""

    statement: str
    signer: str
    meaning: str
    time: datetime
    digest: str
    conditions: tuple[ConditionLine, ...] = ()


def signature_of(
    actor: Actor, dossier: Dossier, panel: Panel, conditions: Sequence[ConditionFacts] = ()
) -> Signature:
    """The words above the password, as the decision will keep them."""
    version, validating = dossier.version, dossier.move is Move.VALIDATE
    role = role_words(panel.role)
    words = _("Validation, {which} ({policy})") if validating else _("Approval, {which} ({policy})")
    exception = excepted_in(version, dossier.case) if dossier.case else None
    statement = approval_meaning(version, panel.role, len(conditions), exception)
    return Signature(
        statement=validation_meaning(version, panel.role) if validating else statement,
        signer=f"{actor.name}, {role}, {version.model.portfolio.title}",
        meaning=words.format(which=_which(panel, first=validating), policy=dossier.policy),
        time=timezone.now(),
        digest=_digest(dossier, conditions),
        conditions=(*_there(dossier), *_new(conditions)),
    )


def _digest(dossier: Dossier, conditions: Sequence[ConditionFacts]) -> str:
    """What will be signed: the digest of the page, or the one with the new conditions."""
    if not conditions or dossier.case is None:
        return dossier.digest or ""
    found = digest_of(dossier.version, dossier.case, Move.APPROVE, adding=conditions)
    return found or ""


def _there(dossier: Dossier) -> list[ConditionLine]:
    return [
        ConditionLine(
            one.text, one.owner.full_name, one.due_on, roll_back=one.demands_roll_back, new=False
        )
        for one in dossier.conditions
        if one.state != "void"
    ]


def _new(conditions: Sequence[ConditionFacts]) -> list[ConditionLine]:
    names = Person.objects.in_bulk([one.owner_id for one in conditions])
    return [
        ConditionLine(
            one.text,
            names[one.owner_id].full_name,
            one.due_on,
            roll_back=one.demands_roll_back,
            new=True,
        )
        for one in conditions
    ]


def _which(panel: Panel, *, first: bool = False) -> str:
    rule = panel.rules[0 if first else -1]
    return _("signature {number} of {needed}").format(number=rule.signed + 1, needed=rule.needed)


def proof_context(actor: Actor, ways: frozenset[str], nonce: UUID | None) -> dict[str, object]:
    """What `proof.html` shows: the ways there are, and what passkeys are asked for this nonce."""
    return {
        "ways": ways,
        "passkey_options": passkey_options(actor, nonce) if nonce else {},
        "provider": (settings.SINGLE_SIGN_ON or {}).get("name", ""),
    }


def ways_to_prove(actor: Actor, *, bound: bool) -> frozenset[str]:
    """How the signer can show to be there: password, totp, passkey, sso.

    `bound`: whether the identity provider knows the account. It is asked where there is no
    password here.
    """
    account = User.objects.get(pk=actor.account_id or NOBODY)
    factors = Authenticator.objects.filter(user=account).values_list("type", flat=True)
    ways = {way for way, kind in FACTORS.items() if kind in set(factors)}
    if account.has_usable_password():
        ways.add("password")
    elif bound:
        ways.add("sso")
    return frozenset(ways)
