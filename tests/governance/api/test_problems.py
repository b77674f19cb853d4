"""Whatever goes wrong at an address of the API is a problem in words, never a page."""

import json
import time
from typing import Any

import pytest
from django.test import Client

from governance.project.strict_json import read_object
from tests import stories
from tests.governance.api.api import BASE, VERSION, Pipeline, problem

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def pipeline(module_db: None) -> Pipeline:
    stories.draft_version()
    return Pipeline(stories.pipeline_token())


@pytest.mark.parametrize(
    "path", ["/nothing-here", "/log/entries/no-id/receipt", "/models?page=%00", "/models/a%00b"]
)
def test_an_unknown_address_is_said_in_words(pipeline: Pipeline, path: str) -> None:
    assert "docs" in problem(pipeline.get(path), 404, "not_found")["remedy"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "TRACE", "POST"])
def test_a_method_that_is_not_offered_is_said_in_words(pipeline: Pipeline, method: str) -> None:
    """And which ones are."""
    answer = Client().generic(method, BASE + VERSION, headers=pipeline.headers())
    assert method in problem(answer, 405, "method_not_allowed")["detail"]
    assert answer.headers["Allow"] == "GET"


def test_another_host_is_said_in_words(pipeline: Pipeline) -> None:
    answer = Client().get(f"{BASE}/models", headers=pipeline.headers() | {"Host": "evil.example"})
    problem(answer, 400, "refused")


def test_a_fault_of_ours_is_said_in_words(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a word of what broke: that stands in the log of the server."""

    def broken(*_args: object) -> Any:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("governance.inventory.api.models_for", broken)
    answer = Client(raise_request_exception=False).get(f"{BASE}/models", headers=pipeline.headers())
    assert "secret" not in str(problem(answer, 500, "fault"))


def test_the_pages_of_the_api_stay_pages() -> None:
    assert "html" in Client().get(f"{BASE}/docs").headers["Content-Type"]


def test_a_page_beyond_all_pages_is_refused(pipeline: Pipeline) -> None:
    """No database can count so far."""
    said = problem(pipeline.get(f"/models?page={10**30}"), 422, "invalid")
    assert said["field"] == "page"


def test_a_token_that_no_text_can_hold_is_no_token() -> None:
    problem(Pipeline("fe_\udcff").get("/models"), 401, "unauthorized")


def test_a_body_of_very_many_names_is_read_at_once() -> None:
    """Each name is looked up, not compared with all the others."""
    names = {f"n{number}": number for number in range(50_000)}
    began = time.monotonic()
    assert read_object(json.dumps(names).encode()) == names
    assert time.monotonic() - began < 5
