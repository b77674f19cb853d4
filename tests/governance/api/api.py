"""Speaking with the REST API in tests: a token at the door, raw bytes as files."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.test import Client

from governance.access.permissions import Permission
from governance.audit.models import AuditEntry
from governance.inventory.models import Artifact, Evidence, ModelVersion, RegisteredModel
from tests import stories
from tests.governance.access.tokens import secret_of
from workflows.cases.models import Case

BASE = "/api/v1"
VERSION = f"/models/{stories.MODEL}/versions/1"
HEADER = b"applicant_id,score,outcome\n"
# Row 3 of the file is the second applicant; enough rows that each would be taken in.
SCORED = HEADER + b"1,0.2,0\n2,0.9,1\n" + b"".join(b"%d,0.3,0\n" % n for n in range(3, 100))


@dataclass
class Pipeline:
    """A program with one token."""

    token: str

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def get(self, path: str) -> Any:
        return Client().get(BASE + path, headers=self.headers())

    def post(self, path: str, body: Any = None) -> Any:
        return Client().post(
            BASE + path, body or {}, content_type="application/json", headers=self.headers()
        )

    def put(self, path: str, content: bytes, digest: str | None = None) -> Any:
        """Upload; `digest` empty: without the header."""
        said = hashlib.sha256(content).hexdigest() if digest is None else digest
        headers = self.headers() | ({"X-Content-SHA256": said} if said else {})
        return Client().put(
            BASE + path, content, content_type="application/octet-stream", headers=headers
        )


def program_of(username: str, *permissions: Permission) -> Pipeline:
    """A token of somebody's program; all permissions when none is named."""
    return Pipeline(secret_of(username, permissions or tuple(Permission)))


def traces() -> tuple[int, ...]:
    """What a refused request must leave as it was."""
    tables = (AuditEntry, RegisteredModel, ModelVersion, Artifact, Evidence, Case)
    return tuple(table.objects.count() for table in tables)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal, checked for its shape."""
    content = answer.json()
    assert (answer.status_code, content["code"]) == (status, code), content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(content) == {"type", "title", "status", "code", "detail", "remedy", "field"}
    assert content["status"] == status
    assert content["detail"]
    return dict(content)
