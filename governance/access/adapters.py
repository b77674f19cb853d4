"""How allauth behaves here: nobody signs themselves up, and coming and going is in the log."""

from dataclasses import replace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from governance.access.models import User
from governance.access.operations import refuse_sign_in, sign_in, sign_out, stranger
from governance.access.requests import person_behind
from governance.actors import Actor


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Accounts are made by administrators, or later by single sign-on; never by a form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's
        """Closed, always."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Comes last, after the second factor."""
        super().login(request, user)
        sign_in(actor=_proved(request))

    def logout(self, request: HttpRequest) -> None:
        """Written before the session is gone."""
        sign_out(actor=_proved(request))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401 - allauth's
        """A wrong password, at the door or when asked for it again."""
        name = credentials.get("username") or credentials.get("email") or ""
        refuse_sign_in(name, confirming=request.user.is_authenticated, actor=stranger())


def _proved(request: HttpRequest) -> Actor:
    """Who is signed in, and by which means, such as password and mfa."""
    methods = tuple(
        record["method"] for record in get_authentication_records(request, request.user)
    )
    actor = person_behind(request)
    return replace(actor, amr=methods or actor.amr)
