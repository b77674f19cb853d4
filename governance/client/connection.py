"""One HTTP connection: the token, retries where they are safe, and errors in words.

GET and PUT are idempotent and retried after a lost connection or a 502, 503 or 504.
POST is sent once: after a lost answer only a look at the server tells whether it arrived.
"""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from governance.client.errors import ClientError, Refused, Unreachable

ATTEMPTS = 3
AWAY = frozenset(
    {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
)
USER_AGENT = "foureyes-client/1"


class BearerToken(AuthBase):
    """Puts the token on a request; as an `auth` it also keeps a .netrc from replacing it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Connection:
    """Speaks JSON with one server.

    Args:
        url: where Foureyes stands, e.g. `https://foureyes.example.org`.
        token: an API token, `fe_…`; it is never shown in a message or a repr.
        timeout: seconds to wait for a connection, and for each part of an answer.
        plain_http: allow sending the token unencrypted to a host other than this one.
        pause: seconds before the first repetition; doubles with each.

    Raises:
        Refused: the address or the token cannot be used.
    """

    def __init__(
        self, url: str, token: str, *, timeout: float, plain_http: bool, pause: float
    ) -> None:
        self.url = checked_url(url, plain_http=plain_http)
        self._timeout = timeout
        self._pause = pause
        self._session = requests.Session()
        self._session.auth = BearerToken(checked_token(token))
        self._session.headers.update({"Accept": "application/json", "User-Agent": USER_AGENT})

    def __repr__(self) -> str:
        return f"Connection({self.url!r})"

    def get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Read; repeated when the connection fails."""
        return self._repeated(lambda: self._send("GET", path, params=query))

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Write; sent exactly once."""
        return self._send("POST", path, json=body)

    def put(
        self, path: str, file: Path, *, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        """Stream a file; repeated from its start when the connection fails."""

        def send() -> dict[str, Any]:
            with file.open("rb") as content:
                return self._send("PUT", path, params=query, headers=headers, data=content)

        return self._repeated(send)

    def _repeated(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        for attempt in range(ATTEMPTS - 1):
            try:
                return ask()
            except Unreachable as error:
                if error.status is not None and error.status not in AWAY:
                    raise
                time.sleep(self._pause * 2**attempt)
        return ask()

    def _send(self, method: str, path: str, **parts: Any) -> dict[str, Any]:  # noqa: ANN401
        address = f"{self.url}/api/v1/{path}"
        try:
            answer = self._session.request(
                method, address, timeout=self._timeout, allow_redirects=False, **parts
            )
        except requests.RequestException as error:
            raise _no_answer(method, self.url, error) from error
        return read_answer(answer)


def checked_url(url: str, *, plain_http: bool) -> str:
    """The address without a trailing slash, or Refused if a token must not go there."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        detail = f"{url!r} is not the address of a server."
        raise Refused(None, detail, "Give it as https://host, without name or password.")
    if parts.scheme == "http" and not plain_http and not _is_this_machine(parts.hostname):
        raise Refused(
            None,
            f"{url} would send the token unencrypted.",
            "Use https, or allow plain http if the network between is yours.",
            code="plain_http",
        )
    return url.rstrip("/")


def checked_token(token: str) -> str:
    """The token without surrounding white space, or Refused if it cannot be one."""
    stripped = token.strip()
    if not stripped or not stripped.isascii() or not stripped.isprintable() or " " in stripped:
        raise Refused(None, "The API token is empty or not a token.", "Copy it once more.")
    return stripped


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _no_answer(method: str, url: str, error: requests.RequestException) -> ClientError:
    remedy = "Check the address and whether the server runs."
    if method == "POST" and not isinstance(error, requests.ConnectTimeout):
        remedy += " Look at the version before you send it again: it may have arrived."
    return Unreachable(None, f"No answer from {url} ({type(error).__name__}).", remedy)


def read_answer(answer: requests.Response) -> dict[str, Any]:
    """The JSON object of a 2xx answer.

    Raises:
        Refused: 4xx, with the words of the server's problem document.
        Unreachable: 5xx, a redirect, or something that is not ours.
    """
    content = _json_object(answer)
    status = answer.status_code
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES and content is not None:
        return content
    if status < HTTPStatus.BAD_REQUEST:
        raise Unreachable(
            status,
            f"The answer (HTTP {status}) does not come from a Foureyes API.",
            "Check the address: a log-in page or a proxy may stand in between.",
        )
    problem = content or {}
    kind = Refused if status < HTTPStatus.INTERNAL_SERVER_ERROR else Unreachable
    raise kind(
        status,
        str(problem.get("detail") or problem.get("title") or f"HTTP {status} {answer.reason}"),
        str(problem.get("remedy") or ""),
        code=str(problem.get("code") or ""),
        field=str(problem.get("field") or ""),
    )


def _json_object(answer: requests.Response) -> dict[str, Any] | None:
    try:
        content = answer.json()
    except requests.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None
