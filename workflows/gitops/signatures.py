"""Whether a hint from outside is what it says: signatures and tokens of each sender. Pure.

Everything is compared in constant time over the raw bytes. A sender without a secret is refused.
Only what is signed tells a delivery from another: a body that comes twice is the same delivery,
whatever id somebody writes into a header beside it. Real ones differ by the times in them.
"""

import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from governance.webhooks import key_of, signature

WINDOW = timedelta(minutes=5)
HIDDEN = "(removed)"
SECRET_WORDS = (
    "accesskey",
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "token",
)
DEEPEST = 20
SPELLED = re.compile(r"[^a-z0-9]+")
# What stands in a text as a secret: the part behind the group's own words is taken out.
SECRETS = (
    re.compile(r"(?<=://)()[^/\s]+(?=@)"),
    re.compile(r"(?i)([?&;][a-z_-]*(?:token|secret|password|key|signature)=)[^&#\s\"']+"),
    re.compile(r"(?i)(authorization:\s*(?:[a-z]+\s+)?)[^\s\"']+"),
    re.compile(r"(?i)(\bbearer\s+)[^\s\"']{8,}"),
    re.compile(r"()\b(?:gh[pousr]_|github_pat_|glpat-|glptt-)[A-Za-z0-9_-]{16,}"),
    re.compile(r"(?s)()-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*KEY-----|\Z)"),
)
SECONDS = re.compile(r"[0-9]{1,11}\Z")  # until the year 5138


@dataclass(frozen=True, slots=True)
class Hint:
    """A verified delivery: its id for recognising it again, and what kind of event it is."""

    delivery_id: str
    event: str


class Refused(Exception):
    """The sender did not prove who it is; the message is for our log, not for them."""


def github(headers: Mapping[str, str], body: bytes, secret: str) -> Hint:
    """`X-Hub-Signature-256: sha256=…` over the body."""
    _require_secret(secret)
    given = headers.get("x-hub-signature-256", "").removeprefix("sha256=")
    _compare(given, _hmac(secret.encode(), body))
    return Hint(_digest(body), headers.get("x-github-event", ""))


def gitea(headers: Mapping[str, str], body: bytes, secret: str) -> Hint:
    """`X-Gitea-Signature` (or Forgejo's): the plain hexadecimal HMAC of the body."""
    _require_secret(secret)
    given = headers.get("x-gitea-signature") or headers.get("x-forgejo-signature", "")
    _compare(given, _hmac(secret.encode(), body))
    return Hint(_digest(body), headers.get("x-gitea-event", ""))


def gitlab(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> Hint:
    """A Standard-Webhooks signature where GitLab sends one, else its secret token.

    Raises:
        Refused: Neither fits, or the signed time is more than five minutes away.
    """
    _require_secret(secret)
    event = headers.get("x-gitlab-event", "")
    if "webhook-signature" in headers:
        return Hint(_standard_webhook(headers, body, secret, now), event)
    _compare(headers.get("x-gitlab-token", ""), secret)
    return Hint(_digest(body), event)


def shared_secret(headers: Mapping[str, str], body: bytes, secret: str) -> Hint:
    """Senders that cannot sign (Tekton, Argo CD, Flux) show a secret in a header of their own."""
    _require_secret(secret)
    given = headers.get("x-foureyes-secret") or headers.get("authorization", "")
    _compare(given.removeprefix("Bearer "), secret)
    return Hint(_digest(body), headers.get("ce-type", ""))


def redacted(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON without what looks like a secret: Gitea's payload may hold the webhook's own.

    By the name of a field, by the name that stands beside a value (as Kubernetes lists them), and
    in a text by what stands around it or by its form. And without what a database cannot keep:
    zero characters, halves of characters, infinities.
    """
    if depth > DEEPEST:
        return HIDDEN
    if isinstance(value, dict):
        named = isinstance(value.get("name"), str) and _is_secret(value["name"])
        return {
            _storable(key, 200): HIDDEN
            if _is_secret(key) or (named and key == "value")
            else redacted(inner, depth + 1)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [redacted(inner, depth + 1) for inner in value[:200]]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _storable(_without_secrets(value), 2000) if isinstance(value, str) else value


def _without_secrets(text: str) -> str:
    for form in SECRETS:
        text = form.sub(rf"\g<1>{HIDDEN}", text)
    return text


def parsed(body: bytes) -> dict[str, Any]:
    """Read a body as one JSON object.

    Raises:
        ValueError: It is none.
    """
    try:
        found = json.loads(body, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError(str(error)) from error
    if not isinstance(found, dict):
        message = "one object was expected"
        raise ValueError(message)  # noqa: TRY004 - one kind of refusal for a body
    return found


def _no_number(word: str) -> NoReturn:
    """JSON has no NaN and no Infinity; Python reads them."""
    message = f"{word} is no number"
    raise ValueError(message)


def _storable(text: str, longest: int) -> str:
    return text[:longest].replace("\0", "").encode(errors="replace").decode()


def _standard_webhook(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> str:
    name, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not SECONDS.match(sent) or not name:
        message = "a signed delivery names its id and time"
        raise Refused(message)
    if abs(datetime.fromtimestamp(int(sent), UTC) - now) > WINDOW:
        message = "the delivery was signed too long ago"
        raise Refused(message)
    expected = signature(_standard_key(secret), name, sent, body).removeprefix("v1,")
    given = [one.removeprefix("v1,") for one in headers["webhook-signature"].split()]
    if not any(hmac.compare_digest(one.encode(), expected.encode()) for one in given):
        message = "the signature does not hold"
        raise Refused(message)
    return name[:200]


def _standard_key(secret: str) -> bytes:
    try:
        return key_of(secret)
    except ValueError as error:
        message = "the stored secret is not in the form whsec_…"
        raise Refused(message) from error


def _require_secret(secret: str) -> None:
    if not secret:
        message = "no secret is set for this sender: the door is closed"
        raise Refused(message)


def _compare(given: str, expected: str) -> None:
    if not hmac.compare_digest(given.encode(), expected.encode()):
        message = "the signature or secret does not hold"
        raise Refused(message)


def _hmac(secret: bytes, body: bytes) -> str:
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _is_secret(key: str) -> bool:
    plain = SPELLED.sub("", key.lower())
    return any(word in plain for word in SECRET_WORDS)
