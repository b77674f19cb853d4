"""What is shown to one person stays in no cache, neither the browser's nor one on the way."""

import pytest
from django.test import Client

from tests import stories
from tests.governance.api.api import Pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _house(module_db: None) -> None:
    stories.house()


@pytest.mark.parametrize("path", ["/", "/models/", "/accounts/2fa/", "/accounts/sessions/"])
def test_a_page_is_kept_nowhere(path: str) -> None:
    """Or the next one at the same machine reads it by going back, after signing out."""
    assert "no-store" in stories.signed_in("rita").get(path).headers["Cache-Control"]


def test_what_a_program_reads_is_kept_nowhere() -> None:
    answer = Pipeline(stories.pipeline_token()).get("/models")
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_refusal_is_kept_nowhere() -> None:
    """Tomorrow the same address may be open, and what it refused says something, too."""
    answer = stories.signed_in("sam").get("/log/")
    assert answer.status_code >= 400
    assert "no-store" in answer.headers["Cache-Control"]
    assert "no-store" in Client().get("/models/").headers["Cache-Control"]
