"""The page of a case as somebody sees it, and what they press on it."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from governance.inventory.models import ModelVersion
from tests.stories import signed_in


def address(version: ModelVersion, name: str = "version") -> str:
    """Where a version's page is, or one of the things that can be pressed on it."""
    return reverse(name, args=[version.model.name, version.number])


def case_page(username: str, version: ModelVersion, **asked: str) -> str:
    """The whole page, as text."""
    answer = signed_in(username).get(address(version), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def press(username: str, version: ModelVersion, name: str, **typed: Any) -> HttpResponse:
    """One button of the page, with what was typed."""
    return signed_in(username).post(address(version, name), typed)


def text_of(answer: HttpResponse, status: int) -> str:
    """What a refused press shows."""
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()
