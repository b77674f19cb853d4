"""What a forge's published description says about a request of ours, and about an answer to it.

The descriptions are cut by `scripts/contracts`; each file names what it was cut from.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

FOLDER = Path(__file__).parent
# What GitLab's own description leaves out, although its reference has pages about it.
UNDESCRIBED = {
    "gitlab": (
        "GET /user",
        "GET /users",
        "GET /projects/{id}/milestones",
        "POST /projects/{id}/merge_requests/{iid}/notes",
    )
}


class Contract:
    """One forge's description."""

    def __init__(self, kind: str) -> None:
        read = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
        self.source: dict[str, str] = read["source"]
        self.operations: dict[str, Any] = read["operations"]
        self.undescribed = UNDESCRIBED.get(kind, ())

    def operation_of(self, request: Any) -> str:
        """The name of what is asked, empty where nothing of the kind is known."""
        parts = request.path.strip("/").split("/")
        for asked in (*self.operations, *self.undescribed):
            method, _space, path = asked.partition(" ")
            known = path.strip("/").split("/")
            if method == request.method and len(known) == len(parts) and _fits(known, parts):
                return asked
        return ""

    def breaches(self, request: Any) -> list[str]:
        """What of a request the forge's description does not have; empty where all is well."""
        asked = self.operation_of(request)
        if asked in self.undescribed:
            return []
        if not asked:
            return [f"{request.method} {request.path} is not described"]
        known = self.operations[asked]
        found = [*_query(request.query, known), *_body(request.body, known["body"])]
        return [f"{asked}: {one}" for one in found]

    def unread(self, request: Any, answer: Any) -> list[str]:
        """What of an answer the description does not have."""
        known = self.operations.get(self.operation_of(request), {}).get("answer") or {}
        rows = answer if isinstance(answer, list) else [answer]
        if known.get("items"):
            known = known["items"]
        return [said for row in rows for said in _said(known, row)]


def _query(query: Mapping[str, str], known: Mapping[str, Any]) -> Iterator[str]:
    for name in known["needed"]:
        if name not in query:
            yield f"the parameter {name} is missing"
    for name, text in query.items():
        if name not in known["query"]:
            yield f"there is no parameter {name}"
        else:
            yield from _said(known["query"][name], _typed(text, known["query"][name].get("type")))


def _body(body: Any, schema: Mapping[str, Any] | None) -> Iterator[str]:
    if schema is None:
        yield from ["a body that nobody reads"] if body else []
    else:
        yield from _said(schema, body)


def _said(schema: Mapping[str, Any], value: Any) -> Iterator[str]:
    for error in Draft4Validator(schema).iter_errors(value):
        yield f"{error.json_path}: {error.message}"


def _typed(text: str, kind: Any) -> Any:
    if kind in {"integer", "number"} and text.isdigit():
        return int(text)
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


def _fits(known: list[str], parts: list[str]) -> bool:
    return all(one.startswith("{") or one == part for one, part in zip(known, parts, strict=True))


@cache
def contract_of(kind: str) -> Contract:
    """Read once a process."""
    return Contract(kind)
