"""Which actor stands behind an account or a token."""

import hashlib
from dataclasses import replace

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from governance.access.models import (
    ApiToken,
    User,
)
from governance.actors import Actor, ActorKind, Surface
from governance.errors import NotFound


def person_actor(user: User, *, session: str = "", surface: Surface = Surface.SCREEN) -> Actor:
    """The actor behind a signed-in account. How it signed in stands in the session's record."""
    return Actor(
        name=user.get_full_name(),
        kind=ActorKind.PERSON if user.kind == User.Kind.PERSON else ActorKind.SERVICE,
        surface=surface,
        person_id=user.person_id,
        account_id=user.pk,
        session=session,
        amr=("session",),
    )


def account_actor(username: str, *, surface: Surface) -> Actor:
    """The actor behind an account that somebody at the server names; the log says so.

    Raises:
        NotFound: there is no such account, or it is not active.
    """
    rows = User.objects.filter(username=username, is_active=True, person__active=True)
    user = rows.select_related("person").first()
    if user is None:
        raise NotFound(_("There is no active account {name}.").format(name=username))
    return replace(person_actor(user, surface=surface), amr=("server",))


def token_actor(secret: str) -> Actor | None:
    """The actor behind a token, or None when it is unknown, ended, revoked or its owner is gone."""
    digest = hashlib.sha256(secret.encode(errors="replace")).hexdigest()
    token = (
        ApiToken.objects.select_related("account__person")
        .filter(
            digest=digest,
            revoked_at__isnull=True,
            expires_at__gt=Now(),
            account__is_active=True,
            account__person__active=True,
        )
        .first()
    )
    return _actor_of(token) if token else None


def _actor_of(token: ApiToken) -> Actor:
    account = token.account
    kind = ActorKind.PERSON if account.kind == User.Kind.PERSON else ActorKind.SERVICE
    return Actor(
        name=account.get_full_name(),
        kind=kind,
        surface=Surface.API,
        person_id=account.person_id,
        account_id=account.pk,
        amr=("token",),
        token_id=token.pk,
        token_permissions=frozenset(token.permissions),
    )
