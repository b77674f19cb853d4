"""The identity provider as the settings describe it. Pure."""

from typing import Any
from urllib.parse import urlsplit

from governance.errors import Invalid

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def provider_of(
    issuer: str, *, name: str, client_id: str, secret: str, scopes: list[str]
) -> dict[str, Any] | None:
    """What allauth needs to know of the provider; None without one.

    Raises:
        Invalid: it would be spoken to in the clear, or does not know us.
    """
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Invalid(
            "OIDC_ISSUER is not https.",
            remedy="Tokens are believed because TLS brings them: name its https address.",
            field="OIDC_ISSUER",
        )
    if not client_id or not secret:
        raise Invalid(
            "OIDC_ISSUER is set, but not OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.",
            remedy="Register this site at the provider and set both.",
            field="OIDC_CLIENT_ID",
        )
    return {
        "provider": "openid_connect",
        "provider_id": "sso",
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "scope": scopes},
    }


def origin_of(address: str) -> list[str]:
    """Scheme, host and port, as a content security policy names them; nothing for no address."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
