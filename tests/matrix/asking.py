"""One request of one caller, in a savepoint, with what it answered and what it wrote."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction

from tests.matrix.people import Caller

# What keeping somebody signed in, and noting the last use of a token, writes.
OWN_BOOKS = {"django_session", "usersessions_usersession", "governance_apitoken"}
WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
FORM, JSON, BYTES = (
    "application/x-www-form-urlencoded",
    "application/json",
    "application/octet-stream",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the tables that were written to."""

    status: int
    text: str
    written: frozenset[str]


class Books:
    """Notes the tables that are written to."""

    def __init__(self) -> None:
        self.written: set[str] = set()

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """As Django calls a wrapper of its database."""
        if (found := WRITE.match(sql)) and found[1] not in OWN_BOOKS:
            self.written.add(found[1])
        return execute(sql, *rest)


def ask(
    caller: Caller,
    method: str,
    address: str,
    sends: bytes | dict[str, Any] | None = None,
    **headers: str,
) -> Answer:
    """Asks, and takes everything back."""
    books = Books()
    with transaction.atomic(), connection.execute_wrapper(books):
        answer = _sent(caller, method, address, sends, headers)
        text = b"".join(answer) if answer.streaming else answer.content
        transaction.set_rollback(True)
    told = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return Answer(
        answer.status_code, f"{told}\n{text.decode(errors='replace')}", frozenset(books.written)
    )


def _sent(caller: Caller, method: str, address: str, sends: Any, headers: dict[str, str]) -> Any:
    client = caller.client()
    if isinstance(sends, bytes):
        headers = headers | {"X-Content-SHA256": hashlib.sha256(sends).hexdigest()}
        return client.generic(method, address, sends, BYTES, headers=headers)
    if address.startswith("/api/"):
        return client.generic(method, address, json.dumps(sends or {}), JSON, headers=headers)
    return client.generic(
        method, address, urlencode(sends or {}, doseq=True), FORM, headers=headers
    )
