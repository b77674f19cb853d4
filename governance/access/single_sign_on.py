"""Single sign-on: how allauth asks the identity provider, and what we make of its answer."""

import secrets
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from governance.access import sessions
from governance.access.claims import Expected, Unbelievable, Visitor, visitor_from
from governance.access.operations import admit, refuse_single_sign_on
from governance.errors import FoureyesError, NotAllowed, Unavailable

PROVIDER_ID = "sso"
# OpenID Connect Core 3.1.2.1: the provider must ask the person, whatever session it has of them.
AFRESH = {"prompt": "login", "max_age": "0"}


def ask_again(request: HttpRequest, purpose: str, back_to: str) -> HttpResponse:
    """Sends somebody who is signed in to the provider, to prove afresh that they are there.

    Raises:
        NotAllowed: this account is not bound to the provider. Unavailable: it does not answer.
    """
    if not is_bound(request.user.pk):
        raise NotAllowed(_("Your account is not bound to an identity provider."))
    provider = get_adapter().get_provider(request, PROVIDER_ID)
    answer: HttpResponse = provider.redirect(
        request, "login", next_url=back_to, asking_again=purpose
    )
    return answer


def is_bound(account_id: object) -> bool:
    """Whether single sign-on is on and knows this account."""
    bound = SocialAccount.objects.filter(user=account_id, provider=PROVIDER_ID)
    return bool(settings.SINGLE_SIGN_ON) and bool(bound.exists())


class Provider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    """The one identity provider. Each question carries a nonce, and nothing from the address."""

    package = "allauth.socialaccount.providers.openid_connect"  # where its addresses stand

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:  # noqa: ARG002
        """No parameters of a stranger's making."""
        return dict(self.get_auth_params())

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:  # noqa: ARG002
        """No scopes of a stranger's making."""
        return list(self.get_scope())

    def redirect(
        self,
        request: HttpRequest,
        process: str,  # noqa: ARG002  there is one thing to do there: sign in
        next_url: str | None = None,
        data: object = None,
        *,
        asking_again: str = "",
        **more: Any,  # noqa: ANN401
    ) -> HttpResponse:
        """Goes to the provider; `asking_again` names why somebody who is signed in is asked.

        Raises:
            Unavailable: it does not answer.
        """
        nonce = secrets.token_urlsafe(24)
        more["auth_params"] = {**self.get_auth_params(), "nonce": nonce}
        if asking_again:
            more["auth_params"] |= AFRESH
            more["asking_again"] = asking_again
        try:
            answer: HttpResponse = super().redirect(
                request, "login", next_url, data, nonce=nonce, **more
            )
        except OSError as error:  # what requests raises
            raise Unavailable(
                _("{provider} does not answer.").format(provider=self.name),
                remedy=_("Try again in a minute."),
            ) from error
        return answer


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # no types
    """People come by what the provider says of them; a form never makes an account."""

    def list_apps(
        self,
        request: HttpRequest,  # noqa: ARG002
        provider: str | None = None,
        client_id: str | None = None,  # noqa: ARG002
    ) -> list[SocialApp]:
        """The one provider that the environment names; none from the database."""
        if not settings.SINGLE_SIGN_ON or provider not in {None, Provider.id, PROVIDER_ID}:
            return []
        return [SocialApp(**settings.SINGLE_SIGN_ON)]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Closed, always: `pre_social_login` has admitted whoever may come in."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Checks the answer, finds or makes the person, and follows their groups.

        Raises:
            PermissionDenied: the answer is not one to our question. NotAllowed: it is, and this
            person may not come in.
        """
        visitor = self._visitor(sociallogin)
        if purpose := sociallogin.state.get("asking_again"):
            self._note_asked_again(request, sociallogin, purpose)
        known = sociallogin.user if sociallogin.is_existing else None
        try:
            account = admit(visitor, known=known)
        except FoureyesError as refusal:
            refuse_single_sign_on(refusal.code, account=known)
            raise
        if known is None:
            sociallogin.connect(request, account)
        request.second_factor = visitor.second_factor  # type: ignore[attr-defined]

    def _note_asked_again(
        self, request: HttpRequest, sociallogin: SocialLogin, purpose: str
    ) -> None:
        """They were signed in before and stay so; only that they were asked again is noted.

        Raises:
            PermissionDenied: it is somebody else, or the provider does not say when it asked.
            ImmediateHttpResponse: always else: the way back to where they were.
        """
        token = sociallogin.account.extra_data.get("id_token") or {}
        same = sociallogin.is_existing and sociallogin.user.pk == request.user.pk
        at = token.get("auth_time")
        if not same or isinstance(at, bool) or not isinstance(at, int | float):
            refuse_single_sign_on("asked again", account=None)
            raise PermissionDenied(_("The identity provider did not show that it is you."))
        sessions.note_asked_again(request.session, purpose, float(at))
        raise ImmediateHttpResponse(redirect(sociallogin.get_redirect_url(request) or "/"))

    def _visitor(self, sociallogin: SocialLogin) -> Visitor:
        expected = Expected(
            provider=PROVIDER_ID,
            issuer=settings.OIDC_ISSUER,
            nonce=sociallogin.state.get("nonce", ""),
            groups_claim=settings.OIDC_GROUPS_CLAIM,
            mfa_values=settings.OIDC_MFA_VALUES,
        )
        try:
            return visitor_from(sociallogin.account.extra_data, expected)
        except Unbelievable as doubt:
            raise PermissionDenied(str(doubt)) from doubt

    def on_authentication_error(
        self,
        request: HttpRequest,  # noqa: ARG002
        provider: Provider,  # noqa: ARG002
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> None:
        """A sign-in that the provider or its answer spoiled stands in the log."""
        refuse_single_sign_on(type(exception).__name__ if exception else str(error), account=None)
