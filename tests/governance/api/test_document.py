"""The API describes itself."""

import pytest
from django.test import Client

from tests.governance.api.api import BASE

pytestmark = pytest.mark.django_db


def test_the_openapi_document_lists_every_door() -> None:
    """Nothing that decides is among them."""
    document = Client().get(f"{BASE}/openapi.json").json()
    assert document["openapi"].startswith("3.")
    found = {f"{m.upper()} {p}" for p, ways in document["paths"].items() for m in ways}
    version = "/api/v1/models/{name}/versions/{number}"
    assert found == {
        "GET /api/v1/as-of",
        "GET /api/v1/attestations/{digest}",
        "GET /api/v1/standings",
        "GET /api/v1/log/entries/{entry_id}/receipt",
        "GET /api/v1/version",
        "GET /api/v1/models",
        "POST /api/v1/models",
        "GET /api/v1/models/{name}",
        "POST /api/v1/models/{name}/versions",
        "POST /api/v1/models/{name}/kpis",
        f"GET {version}",
        f"POST {version}/submit",
        f"POST {version}/checks/cancel",
        f"POST {version}/checks/restart",
        f"POST {version}/withdraw",
        f"PUT {version}/artifacts/{{file_name}}",
        f"PUT {version}/evidence/{{file_name}}",
    }


def test_every_door_but_the_release_asks_for_a_token() -> None:
    """As the document says."""
    document = Client().get(f"{BASE}/openapi.json").json()
    open_doors = [
        path
        for path, ways in document["paths"].items()
        for way in ways.values()
        if not way.get("security")
    ]
    assert open_doors == ["/api/v1/version"]


def test_the_release_is_told_to_everybody() -> None:
    """A client checks it before it has a token."""
    assert Client().get(f"{BASE}/version").json()["version"]
