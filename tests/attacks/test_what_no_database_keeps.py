"""Text that no database keeps is refused in words, whatever form it comes in."""

import pytest

from tests import stories

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _submitted(module_db: None) -> None:
    stories.submitted_version(checked=False)


@pytest.mark.parametrize("field", ["digest", "comment"])
def test_a_nul_in_a_form_is_refused_in_words(field: str) -> None:
    """Views that read what was typed before it is judged once broke on it."""
    page = f"/models/{stories.MODEL}/versions/1/begin-signature/"
    answer = stories.signed_in("rita").post(page, {"digest": "a", "comment": "b"} | {field: "\x00"})
    assert answer.status_code == 422
    assert "NUL character" in answer.content.decode()
