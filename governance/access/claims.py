"""What an identity provider says of somebody, read and checked. Pure.

Source: OpenID Connect Core 1.0, sections 2, 3.1.3.7 and 5.3.2; RFC 8176 for `amr`.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Unbelievable(Exception):
    """The answer of the provider is not one to this question; its text is a word for the log."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at the door, as the provider knows them."""

    provider: str
    subject: str
    name: str
    email: str
    email_verified: bool
    username: str
    groups: frozenset[str]
    second_factor: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What the site asked and how it reads the answer."""

    provider: str
    issuer: str
    nonce: str
    groups_claim: str
    mfa_values: Collection[str]


def visitor_from(answer: Mapping[str, Any], expected: Expected) -> Visitor:
    """Who is at the door, from the ID token and what the user-info endpoint adds.

    Audience, end and issuer of the token as the provider's own document names it are checked
    where it is decoded; here is what binds it to this sign-in.

    Raises:
        Unbelievable: no ID token, another issuer or nonce, or two subjects.
    """
    token, more = answer.get("id_token") or {}, answer.get("userinfo") or {}
    _refuse_foreign(token, more, expected)
    said = {**token, **more}
    return Visitor(
        provider=expected.provider,
        subject=str(token["sub"]),
        name=str(said.get("name") or said.get("preferred_username") or said.get("email") or ""),
        email=str(said.get("email") or ""),
        email_verified=said.get("email_verified") is True,
        username=str(said.get("preferred_username") or said.get("email") or ""),
        groups=_groups(said.get(expected.groups_claim)),
        second_factor=_second_factor(token, expected.mfa_values),
    )


def _refuse_foreign(token: Mapping[str, Any], more: Mapping[str, Any], expected: Expected) -> None:
    if not token.get("sub"):
        raise Unbelievable("no ID token")
    if str(token.get("iss", "")).rstrip("/") != expected.issuer.rstrip("/"):
        raise Unbelievable("issuer")
    if not expected.nonce or not hmac.compare_digest(str(token.get("nonce", "")), expected.nonce):
        raise Unbelievable("nonce")
    if more and more.get("sub") != token["sub"]:
        raise Unbelievable("subject")


def _groups(said: object) -> frozenset[str]:
    if isinstance(said, str):
        return frozenset({said})
    return frozenset(str(group) for group in said) if isinstance(said, list) else frozenset()


def _second_factor(token: Mapping[str, Any], values: Collection[str]) -> str:
    """The word by which the signed token says that two factors were shown, or nothing."""
    methods = token.get("amr") if isinstance(token.get("amr"), list) else []
    said = [*map(str, methods or []), str(token.get("acr", ""))]
    return next((word for word in said if word in values), "")
