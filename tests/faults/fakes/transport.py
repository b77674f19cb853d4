"""The wire between us and the fake forge, without sockets, and the one place where it breaks.

A fault belongs to the n-th request and happens before or after the request has had its effect.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from urllib3 import HTTPResponse
from urllib3.exceptions import (
    ConnectTimeoutError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from tests.faults.fakes.dialects import BASES, Request
from tests.faults.fakes.forge import FakeForge


class Killed(BaseException):
    """kill -9: no handler catches it, nothing is written after it."""


Raises = Callable[[], BaseException]


def answers(status: int, body: bytes, **headers: str) -> HTTPResponse:
    names = {name.replace("_", "-"): text for name, text in headers.items()}
    return HTTPResponse(BytesIO(body), names, status, preload_content=False)


SECONDARY = b'{"message": "You have exceeded a secondary rate limit."}'
# Name of the fault: what the caller gets instead of an answer; an exception is raised.
BEFORE: dict[str, Callable[[], HTTPResponse | BaseException]] = {
    "killed": lambda: Killed("before"),
    "refused": lambda: NewConnectionError(None, "refused"),  # type: ignore[arg-type]
    "unknown-host": lambda: NewConnectionError(None, "Name or service not known"),  # type: ignore[arg-type]
    "connect-timeout": lambda: ConnectTimeoutError("too slow"),
    "tls": lambda: SSLError("handshake failure"),
    "500": lambda: answers(500, b'{"message": "oops"}'),
    "503-retry-after": lambda: answers(503, b"", retry_after="30"),
    "429-retry-after": lambda: answers(429, b"{}", retry_after="30"),
    "403-secondary": lambda: answers(403, SECONDARY),
    "403-primary": lambda: answers(
        403, b"{}", x_ratelimit_remaining="0", x_ratelimit_reset="1764576000"
    ),
    "401-revoked": lambda: answers(401, b'{"message": "Bad credentials"}'),
    "301-renamed": lambda: answers(301, b"", location="https://elsewhere.example/"),
    "404-hidden": lambda: answers(404, b'{"message": "Not Found"}'),
}
AFTER: dict[str, Callable[[], HTTPResponse | BaseException]] = {
    "killed": lambda: Killed("after"),
    "read-timeout": lambda: ReadTimeoutError(None, "", "too slow"),  # type: ignore[arg-type]
    "502": lambda: answers(502, b"<html>Bad gateway</html>"),
    "cut": lambda: ProtocolError("Connection broken: IncompleteRead"),
    "html": lambda: answers(200, b"<html>Sign in</html>", content_type="text/html"),
    "half": lambda: answers(200, b'{"number": 1, "ht', content_type="application/json"),
}
# After these a person must mend something and press the button: they park the job.
FOR_PEOPLE = {"401-revoked", "301-renamed", "404-hidden"}


@dataclass
class Plan:
    """Which request breaks and how; `log` is every request made."""

    at: dict[int, tuple[str, str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)


@dataclass
class Line:
    """Stands where urllib3 keeps its connections to a host."""

    forge: FakeForge
    kind: str
    plan: Plan

    def urlopen(self, method: str, url: str, **more: Any) -> HTTPResponse:
        """One request, broken if the plan says so."""
        number = len(self.plan.log)
        self.plan.log.append(f"{method} {url.partition('?')[0]}")
        when, name = self.plan.at.get(number, ("", ""))
        if when == "before":
            return self._break(BEFORE[name](), name)
        answer = self._answered(method, url, more.get("body"), dict(more.get("headers") or {}))
        return self._break(AFTER[name](), name) if when == "after" else answer

    def _break(self, fault: HTTPResponse | BaseException, name: str) -> HTTPResponse:
        self.plan.happened.append(name)
        if isinstance(fault, BaseException):
            raise fault
        return fault

    def _answered(self, method: str, url: str, body: Any, headers: dict[str, str]) -> HTTPResponse:
        raw = b"".join(body) if body is not None and not isinstance(body, bytes | str) else body
        raw = raw.encode() if isinstance(raw, str) else raw or b""
        if ".git/" in url:
            return self._git(method, url, raw, headers)
        parts = urlsplit(url)
        base = BASES[self.kind]
        assert parts.path.startswith(base), url
        status, told, found = self.forge.api(
            Request(
                method,
                parts.path.removeprefix(base),
                dict(parse_qsl(parts.query)),
                json.loads(raw) if raw else {},
                headers,
            )
        )
        return answers(status, json.dumps(found).encode(), **told)

    def _git(self, method: str, url: str, raw: bytes, headers: dict[str, str]) -> HTTPResponse:
        parts, told = urlsplit(url), {}
        written: list[bytes] = []

        def start(status: str, names: list[tuple[str, str]], *_more: Any) -> Any:
            told["status"] = status
            told["headers"] = dict(names)  # type: ignore[assignment]
            return written.append

        small = {name.lower(): text for name, text in headers.items()}
        body = self.forge(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "CONTENT_TYPE": small.get("content-type", ""),
                "CONTENT_LENGTH": str(len(raw)),
                "wsgi.input": BytesIO(raw),
                **({"HTTP_CONTENT_ENCODING": "gzip"} if "content-encoding" in small else {}),
            },
            start,
        )
        status = int(told["status"].split()[0])
        whole = b"".join([*written, *body])
        return HTTPResponse(BytesIO(whole), told["headers"], status, preload_content=False)
