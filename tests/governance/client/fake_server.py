"""A small real HTTP server on loopback that answers in the shapes of the API.

It keeps what it was sent, and can be told to drop connections or to refuse.
"""

import hashlib
import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

TOKEN = "fe_test"
BLOCK = 65536
DROP = object()

Answer = tuple[int, Any]


@dataclass(frozen=True)
class Received:
    """One request as it arrived; of a body that is no JSON only digest and size are kept."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    digest: str
    size: int
    body: Any


def problem(status: int, detail: str, **more: str) -> Answer:
    """A problem document after RFC 9457."""
    return status, {"type": "about:blank", "title": "Refused", "detail": detail, **more}


def gate(name: str = "auc", outcome: str = "passed", **more: Any) -> dict[str, Any]:
    given = {"value": "0.797", "threshold": "0.700", "required": True, "reason": ""}
    return {"name": name, "outcome": outcome, **given, **more}


@dataclass
class FakeServer:
    """The server's memory and script; `url` is where it listens."""

    received: list[Received] = field(default_factory=list)
    script: deque[Any] = field(default_factory=deque)
    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    alert: dict[str, str] | None = None
    checks: deque[list[dict[str, Any]]] = field(default_factory=deque)
    url: str = ""

    def next_answers(self, *answers: Any) -> None:
        """Answer the next requests so, or drop the connection for `DROP`."""
        self.script.extend(answers)

    def sent(self, method: str) -> list[Received]:
        """The requests of one method, in order."""
        return [one for one in self.received if one.method == method]

    def answer(self, request: Received) -> Answer:  # noqa: PLR0911 -- one return an address
        """What the API says to a request."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return problem(401, "The token is unknown.", remedy="Make a new one.", code="token")
        match [unquote(part) for part in request.path.removeprefix("/api/v1/").split("/")]:
            case ["version"]:
                return 200, {"version": "0.1.0"}
            case ["models"]:
                return self._models(request)
            case ["models", name] if name not in self.models:
                return problem(404, f"There is no model {name}.", code="not_found")
            case ["models", name]:
                return 200, self.models[name]
            case ["models", name, "versions"]:
                return self._create_version(name, request)
            case ["models", _name, "kpis"]:
                return 201, {"alert": self.alert}
            case ["models", name, "versions", number, *rest]:
                return self._version(self.versions[name, int(number)], rest, request)
        return problem(404, "There is nothing here.")

    def _models(self, request: Received) -> Answer:
        if request.method == "POST":
            self.models[request.body["name"]] = {**request.body, "champion": None}
            return 201, self.models[request.body["name"]]
        page = int(request.query["page"])
        listed = list(self.models.values())
        return 200, {"count": len(listed), "models": listed[2 * page - 2 : 2 * page]}

    def _create_version(self, name: str, request: Received) -> Answer:
        number = 1 + sum(model == name for model, _ in self.versions)
        made = {
            "id": f"id-{number}",
            "number": number,
            "label": request.body["label"],
            "state": "draft",
            "model": name,
            "url": f"{self.url}/models/{name}/{number}",
            "artifacts": [],
            "evidence": [],
            "gates": [],
            "comparison": None,
            "retrained_from": request.body["retrained_from"],
            "checks": "none",
        }
        self.versions[name, number] = made
        return 201, made

    def _version(self, version: dict[str, Any], rest: list[str], request: Received) -> Answer:
        match rest:
            case ["submit"]:
                version |= {"state": "submitted", "checks": "running"}
            case ["checks", verb]:
                version["checks"] = {"cancel": "cancelled", "restart": "running"}[verb]
            case ["withdraw"]:
                version["state"] = "withdrawn"
            case [("artifacts" | "evidence") as place, name]:
                return self._store(version[place], name, request)
            case [] if self.checks:
                version["gates"] = self.checks.popleft()
        return 200, version

    def _store(self, place: list[Any], name: str, request: Received) -> Answer:
        if request.headers.get("x-content-sha256") != request.digest:
            return problem(422, "The file is not the one that was announced.", field="sha256")
        stored = {"name": name, "sha256": request.digest, "size": request.size, **request.query}
        place.append(stored)
        return 201, stored

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _answering(fake: FakeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            fake.received.append(request := self._read())
            scripted = fake.script.popleft() if fake.script else None
            if scripted is DROP:
                self.close_connection = True
                return
            self._write(*(scripted or fake.answer(request)))

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 -- the names that http.server calls

        def _read(self) -> Received:
            size = left = int(self.headers.get("Content-Length", 0))
            digest, start = hashlib.sha256(), b""
            while left:
                block = self.rfile.read(min(left, BLOCK))
                left -= len(block)
                digest.update(block)
                start = start or block
            address = urlsplit(self.path)
            is_json = self.headers.get("Content-Type") == "application/json"
            return Received(
                self.command,
                address.path,
                dict(parse_qsl(address.query)),
                {name.lower(): value for name, value in self.headers.items()},
                digest.hexdigest(),
                size,
                json.loads(start) if is_json and start else None,
            )

        def _write(self, status: int, content: Any) -> None:
            text = content if isinstance(content, str) else json.dumps(content)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        log_message: Callable[..., None] = lambda *_: None

    return Handler
