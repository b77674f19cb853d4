"""allauth's pages that change the ways into an account: the change and its entry go together.

allauth tells of most changes within its view, of two only after its transaction, and not at all of
the recovery codes that come with a first factor and go with the last: those write their entry here.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from allauth.account import views as account
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import register_converter
from django.urls.converters import StringConverter

from governance.access.operations import lock_account, note_account_change, note_factor_removed
from governance.access.requests import proved
from governance.audit.actions import Action


class AddApp(totp.ActivateTOTPView):  # type: ignore[misc]  # allauth ships no types
    """An authenticator app."""

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        """The app is set up, and its entry written."""
        answer: HttpResponse = super().form_valid(form)
        _note_added("authenticator app", self.request)
        if self.did_generate_recovery_codes:
            _note_added("recovery codes", self.request)
        return answer


class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """A passkey; its own entry is written when allauth tells of it."""

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Recovery codes came with it where there were none."""
        answer: HttpResponse = super().form_valid(form)
        if self.did_generate_recovery_codes:
            _note_added("recovery codes", self.request)
        return answer


class AddRecoveryCodes(GenerateRecoveryCodesView):  # type: ignore[misc]  # allauth ships no types
    """New recovery codes; the former ones end."""

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        """The codes are made, and their entry written."""
        answer: HttpResponse = super().form_valid(form)
        _note_added("recovery codes", self.request)
        return answer


class RemoveApp(totp.DeactivateTOTPView):  # type: ignore[misc]  # allauth ships no types
    """An authenticator app goes."""

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        """And with it the recovery codes, where it was the last factor."""
        with _noted_removal("authenticator app", self.request):
            answer: HttpResponse = super().form_valid(form)
        return answer


class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """A passkey goes."""

    @transaction.atomic
    def form_valid(self, form: BaseForm) -> HttpResponse:
        """And with it the recovery codes, where it was the last factor."""
        with _noted_removal("passkey", self.request):
            answer: HttpResponse = super().form_valid(form)
        return answer


@contextmanager
def _noted_removal(what: str, request: HttpRequest) -> Iterator[None]:
    """One entry for a factor and the recovery codes that end with it."""
    account: Any = request.user  # who is signed in
    lock_account(account)
    codes = Authenticator.objects.filter(user=account, type=Authenticator.Type.RECOVERY_CODES)
    had = codes.exists()
    yield
    ended = had and not codes.exists()
    note_factor_removed(what, codes=ended, account=account, actor=proved(request))


def _note_added(what: str, request: HttpRequest) -> None:
    account: Any = request.user  # who is signed in
    note_account_change(Action.ACCOUNT_FACTOR_ADDED, what, account=account, actor=proved(request))


class AccountNumber(StringConverter):
    """An account's number in a link of allauth's mails; what looks otherwise is no such link."""

    regex = "[0-9A-Za-z]+"


class ResetKey(StringConverter):
    """The key in such a link, or allauth's word in its place: what allauth can write again."""

    regex = "[0-9A-Za-z-]+"


register_converter(AccountNumber, "account_number")
register_converter(ResetKey, "reset_key")

WAYS_IN: Mapping[str, Callable[..., HttpResponse]] = MappingProxyType(
    {
        "2fa/recovery-codes/generate/": AddRecoveryCodes.as_view(),
        "2fa/totp/activate/": AddApp.as_view(),
        "2fa/totp/deactivate/": transaction.atomic(RemoveApp.as_view()),
        "2fa/webauthn/add/": AddPasskey.as_view(),
        "2fa/webauthn/keys/<int:pk>/remove/": transaction.atomic(RemovePasskey.as_view()),
        "password/change/": transaction.atomic(account.password_change),
        "password/reset/key/<account_number:uidb36>-<reset_key:key>/": transaction.atomic(
            account.password_reset_from_key
        ),
    }
)
