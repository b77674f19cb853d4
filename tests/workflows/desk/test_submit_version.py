"""The developer's buttons: submit, withdraw; the owner's: retire."""

import pytest

from governance.inventory.models import ModelVersion
from tests.stories import again, draft_version, submitted_version
from tests.workflows.desk.pages import case_page, press, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def draft(module_db: None) -> ModelVersion:
    """Dana's draft, complete."""
    return draft_version()


def test_a_draft_is_submitted(draft: ModelVersion) -> None:
    """Her comment stands in the timeline; a second press changes nothing."""
    answer = press("dana", draft, "submit_version", comment="Scores are out of fold.")
    assert answer.status_code == 302
    assert again(draft).state == "submitted"
    assert "“Scores are out of fold.”" in case_page("victor", draft)
    assert press("dana", draft, "submit_version").status_code == 409


def test_an_incomplete_draft_is_not_submitted(draft: ModelVersion) -> None:
    """The message names what is missing."""
    draft.evidence.filter(kind="document").delete()
    page = text_of(press("dana", draft, "submit_version"), 422)
    assert "Missing: document." in page
    assert again(draft).state == "draft"


def test_others_do_not_submit(draft: ModelVersion) -> None:
    """A validator reads the draft and no more."""
    assert press("victor", draft, "submit_version").status_code == 403
    assert press("sam", draft, "submit_version").status_code == 404


def test_a_version_is_withdrawn_with_a_reason(draft: ModelVersion) -> None:
    """Without one the dialog stands open again; with one everything about it is closed."""
    version = submitted_version(model=draft.model)
    page = text_of(press("dana", version, "withdraw_version", reason=""), 422)
    assert 'id="withdraw" aria-labelledby="withdraw-h" data-open' in page
    assert press("dana", version, "withdraw_version", reason="Wrong data.").status_code == 302
    page = case_page("victor", version)
    assert "Nothing more can happen to this version." in page
    assert "“Wrong data.”" in page
