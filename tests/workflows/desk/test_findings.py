"""Findings on the page of their version: raised, answered, closed."""

from typing import Any

import pytest
from django.urls import reverse

from governance.inventory.models import Finding, ModelVersion
from tests.stories import signed_in, submitted_version
from tests.workflows.desk.pages import case_page, press, text_of

pytestmark = pytest.mark.django_db

TYPED = {"title": "Income field capped", "severity": "high", "text": "At 250,000", "required": "on"}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Submitted, its checks ended."""
    return submitted_version()


def about(username: str, name: str, **typed: str) -> Any:
    """Press a button beside the only finding."""
    finding = Finding.objects.get()
    return signed_in(username).post(reverse(name, args=[finding.pk]), typed)


def test_a_finding_is_raised_answered_and_closed(version: ModelVersion) -> None:
    """Each by who may, each told on the page; while it is open nobody validates."""
    assert press("victor", version, "raise_finding", **TYPED).status_code == 302
    assert "is not closed" in case_page("victor", version)
    assert about("dana", "answer_finding", answer="Cap moved.").status_code == 302
    assert "“Cap moved.”" in case_page("victor", version)
    assert about("victor", "close_finding").status_code == 302
    assert "1 closed" in case_page("rita", version)


def test_an_incomplete_finding_keeps_what_was_typed(version: ModelVersion) -> None:
    """The form stands open with its error."""
    page = text_of(press("victor", version, "raise_finding", **TYPED | {"severity": ""}), 422)
    assert "Income field capped" in page
    assert not Finding.objects.exists()


def test_an_empty_answer_is_asked_for_again(version: ModelVersion) -> None:
    """At the finding, not on another page."""
    press("victor", version, "raise_finding", **TYPED)
    assert "invalid-feedback" in text_of(about("dana", "answer_finding", answer=""), 422)


def test_others_neither_raise_nor_close(version: ModelVersion) -> None:
    """The developer does not close an objection to their own work."""
    assert press("dana", version, "raise_finding", **TYPED).status_code == 403
    press("victor", version, "raise_finding", **TYPED)
    assert about("dana", "close_finding").status_code == 403
    assert about("sam", "answer_finding", answer="Hello").status_code == 404
    assert Finding.objects.get().state == "open"
