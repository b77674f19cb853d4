"""Hints and documents over HTTPS, signed as Standard Webhooks says (standardwebhooks.com). Pure.

The headers are `webhook-id`, `webhook-timestamp` and `webhook-signature`, an HMAC-SHA256 over both
and the body; libraries in many languages check it. The id names what is sent, so that a receiver
knows a delivery that comes twice.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Final

from urllib3 import Timeout
from urllib3.response import BaseHTTPResponse

from governance.addresses import Network, PinnedPool
from governance.errors import Invalid
from governance.sentences import sentence as _

CONNECT_S, READ_S = 5.0, 15.0
LARGEST_ANSWER: Final = 2000
GOOD: Final = range(200, 300)
SHORTEST_SECRET: Final = 32


def key_of(secret: str) -> bytes:
    """The key: what `whsec_` stands before in base64, or any other text byte by byte.

    Raises:
        ValueError: behind `whsec_` stands no base64.
    """
    if not secret.startswith("whsec_"):
        return secret.encode()
    return b64decode(secret.removeprefix("whsec_"), validate=True)


def check_secret(secret: str) -> None:
    """Refuse a secret that guards nothing.

    Raises:
        Invalid: it is too short, or not plain text.
    """
    try:
        short = len(key_of(secret)) < SHORTEST_SECRET
    except ValueError:
        short = True
    if short or not secret.isascii() or " " in secret:
        raise Invalid(
            _("The secret is too short to be safe, or is not plain text."),
            remedy=_("Use at least {n} random characters.", n=SHORTEST_SECRET),
            field="secret",
        )


def signature(key: bytes, delivery: str, at: int | str, body: bytes) -> str:
    """What proves a body; `at` is the Unix time in seconds."""
    content = f"{delivery}.{at}.".encode() + body
    return "v1," + b64encode(hmac.digest(key, content, "sha256")).decode()


def signed(secret: str, delivery: str, at: int, body: bytes) -> dict[str, str]:
    """The headers that prove a body."""
    return {
        "webhook-id": delivery,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(key_of(secret), delivery, at, body),
    }


def post(
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[Network],
    authority: str = "",
) -> BaseHTTPResponse:
    """Post a JSON document and return the answer, read and released. No redirect is followed.

    Raises:
        HTTPError, OSError: nobody answers in time. Their words may hold the whole address.
    """
    pool = PinnedPool(allowed, authority)
    try:
        answer = pool.urlopen(
            "POST",
            address,
            body=body,
            headers={"Content-Type": "application/json", "User-Agent": "Foureyes", **headers},
            timeout=Timeout(connect=CONNECT_S, read=READ_S),
            preload_content=False,
        )
        answer.read(LARGEST_ANSWER)
        answer.release_conn()
        return answer
    finally:
        pool.clear()
