"""What a signer reads before signing."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.actors import Actor
from workflows.desk.panel import Panel
from workflows.desk.queries.dossier import Dossier
from workflows.lifecycle.queries import approval_meaning
from workflows.policies.labels import role_words


@dataclass(frozen=True, slots=True)
class Signature:
    """The sentence to be signed and what stands with it."""

    statement: str
    signer: str
    meaning: str
    time: datetime
    digest: str


def signature_of(actor: Actor, dossier: Dossier, panel: Panel) -> Signature:
    """The words above the password, as the decision will keep them."""
    version = dossier.version
    role = role_words(panel.role)
    return Signature(
        statement=approval_meaning(version, panel.role),
        signer=f"{actor.name}, {role}, {version.model.portfolio.title}",
        meaning=_("Approval, {which} ({policy})").format(
            which=_which(panel), policy=dossier.policy
        ),
        time=timezone.now(),
        digest=dossier.digest or "",
    )


def _which(panel: Panel) -> str:
    rule = panel.rules[-1]
    return _("signature {number} of {needed}").format(number=rule.signed + 1, needed=rule.needed)


def has_one_time_codes(actor: Actor) -> bool:
    """Whether the signer can prove to be there with a code instead of a password."""
    codes = Authenticator.objects.filter(user=actor.account_id, type=Authenticator.Type.TOTP)
    return bool(codes.exists())
