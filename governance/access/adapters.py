"""How allauth behaves here: nobody signs themselves up, and coming and going is in the log."""

import base64
import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from governance.access import sessions
from governance.access.models import User
from governance.access.operations import (
    note_account_change,
    refuse_sign_in,
    sign_in,
    sign_out,
    stranger,
)
from governance.access.queries import asks_second_factor, person_actor
from governance.access.requests import proved
from governance.audit.actions import Action

# The notices that allauth would mail are its one way to tell what changed about an account. Those
# that come after its commit or say too little have their entries from `access.views.ways_in`.
CHANGES = {
    "account/email/password_changed": (Action.ACCOUNT_PASSWORD_CHANGED, "changed"),
    "account/email/password_reset": (Action.ACCOUNT_PASSWORD_CHANGED, "reset by e-mail"),
    "mfa/email/webauthn_added": (Action.ACCOUNT_FACTOR_ADDED, "passkey"),
}
# Whoever has just set one of these up has shown it, too.
SHOWN = {"mfa/email/totp_activated": "authenticator app", "mfa/email/webauthn_added": "passkey"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by administrators and by single sign-on; never by a form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's
        """Closed, always."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Comes last, after the second factor."""
        super().login(request, user)
        vouched = getattr(request, "second_factor", "")
        sessions.begin(request.session, time.time(), second_factor=vouched)
        actor = proved(request)
        sign_in(actor=replace(actor, amr=(*actor.amr, vouched)) if vouched else actor)

    def logout(self, request: HttpRequest) -> None:
        """Written before the session is gone."""
        sign_out(actor=proved(request))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401 - allauth's
        """A wrong password, at the door or when asked for it again."""
        name = credentials.get("username") or credentials.get("email") or ""
        refuse_sign_in(name, confirming=request.user.is_authenticated, actor=stranger())

    def send_notification_mail(
        self, template_prefix: str, user: User, *rest: object, **more: object
    ) -> None:
        """What changed about the ways into an account is written down, whoever is told."""
        if change := CHANGES.get(template_prefix):
            action, what = change
            actor = proved(self.request) if self.request.user == user else person_actor(user)
            note_account_change(action, what, account=user, actor=actor)
        if shown := SHOWN.get(template_prefix):
            self.request.session[sessions.SECOND_FACTOR] = shown
        super().send_notification_mail(template_prefix, user, *rest, **more)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Second factors: their secrets are kept sealed, and the last one stays where roles need it."""

    def encrypt(self, text: str) -> str:
        """Seals the secret of an authenticator app: a copy of the database is not enough."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Opens it again."""
        return _seal().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody whose roles ask for a second factor."""
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        held = Authenticator.objects.filter(user=authenticator.user, type__in=kinds)
        if not settings.SECOND_FACTOR_BY_ROLE or held.exclude(pk=authenticator.pk).exists():
            return True
        return not asks_second_factor(person_actor(authenticator.user))


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]  # allauth ships no types
    """Ending other sessions stands in the log."""

    def end_sessions(self, chosen: Sequence[Any]) -> None:
        """As chosen on the page of one's own sessions."""
        super().end_sessions(chosen)
        note_account_change(
            Action.ACCOUNT_SESSIONS_ENDED,
            str(len(chosen)),
            account=self.request.user,
            actor=proved(self.request),
        )


def _seal() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(b"second factor" + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
