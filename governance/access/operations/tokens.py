"""Keys for programs: shown once, kept as a hash."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import ApiToken, User
from governance.access.operations.assigning import place_of
from governance.access.permissions import Permission
from governance.access.queries import (
    let_pass,
    live_assignments,
    require,
    require_anywhere,
    require_on,
)
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Invalid, NotAllowed, NotFound

TOKEN_PREFIX = "fe_"  # noqa: S105 - how our tokens begin, so that scanners can find leaked ones
LONGEST_DAYS = 365


@transaction.atomic
def issue_token(
    account: User, *, name: str, permissions: Iterable[Permission], days: int = 90, actor: Actor
) -> str:
    """Issues a token and returns its secret, which is shown this once and kept only as a hash.

    Raises:
        NotAllowed: the actor may not issue tokens wherever the account holds a role. Invalid: it is
        a person's account, no name, nothing permitted, or no end within a year.
    """
    _require_everywhere(account, actor)
    given = sorted(permissions)
    _refuse_person(account)
    _refuse_bad_token(name, given, days)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        account=account,
        name=name,
        prefix=secret[:10],
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        permissions=given,
        created_by_id=actor.person_id,
        expires_at=timezone.now() + timedelta(days=days),
    )
    record(
        Action.TOKEN_ISSUED,
        actor=actor,
        subject=("token", token.pk),
        after={"account": str(account.pk), "permissions": token.permissions, "days": days},
    )
    return secret


def _require_everywhere(account: User, actor: Actor) -> None:
    """Wherever the account holds a role; where it holds none yet, in the organisation."""
    places = {place_of(row).thing for row in live_assignments().filter(account=account)} or {None}
    refused = [place for place in places if not let_pass(actor, Permission.TOKEN_ISSUE, place)]
    if len(refused) == len(places):
        missing = _("There is no such service account.")
        require_on(actor, Permission.TOKEN_ISSUE, refused[0], missing)
    if refused:  # not in words that name the other place
        raise NotAllowed(
            _("The account also holds a role where you may issue no tokens."),
            remedy=_("Ask an administrator of the organisation."),
        )


def _refuse_person(account: User) -> None:
    if account.kind != User.Kind.SERVICE:
        raise Invalid(
            _("Tokens are for programs; {account} is a person's account.").format(
                account=account.username
            ),
            remedy=_("Add a service account that this person answers for."),
        )


def _refuse_bad_token(name: str, permissions: list[Permission], days: int) -> None:
    if not name.strip():
        raise Invalid(_("A token needs a name that says what uses it."), field="name")
    if not permissions:
        raise Invalid(_("A token that permits nothing is of no use."), field="permissions")
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(_("A token ends within a year."), field="days")


def _require_somewhere(account: User, actor: Actor) -> None:
    """Ending is easier than giving: in one place where the account holds a role, or everywhere."""
    if let_pass(actor, Permission.TOKEN_REVOKE):
        return
    for row in live_assignments().filter(account=account):
        if let_pass(actor, Permission.TOKEN_REVOKE, place_of(row).thing):
            return
    require(actor, Permission.TOKEN_REVOKE)


@transaction.atomic
def revoke_token(token_id: UUID, *, actor: Actor) -> None:
    """Ends a token at once.

    Raises:
        NotFound: there is no such token. NotAllowed: the actor may not revoke tokens. Conflict: it
        is revoked already.
    """
    require_anywhere(actor, Permission.TOKEN_REVOKE)
    rows = ApiToken.objects.select_for_update(of=("self",)).select_related("account")
    if (token := rows.filter(pk=token_id).first()) is None:
        raise NotFound(_("There is no such token."))
    _require_somewhere(token.account, actor)
    if token.revoked_at:
        raise Conflict(_("This token was revoked before."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(Action.TOKEN_REVOKED, actor=actor, subject=("token", token.pk))


def touch_token(token_id: UUID) -> None:
    """Notes that a token was used, at most once a minute, so that reads stay reads."""
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    ApiToken.objects.filter(pk=token_id).exclude(last_used_at__gt=a_minute_ago).update(
        last_used_at=timezone.now()
    )
