"""Suggestions while typing @: only people who may see the version, few at a time."""

import re

import pytest

from governance.inventory.models import ModelVersion
from tests.stories import signed_in, submitted_version
from workflows.desk.views import comments

pytestmark = pytest.mark.django_db
PAGE = "/models/credit-default/versions/1/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Dana has submitted."""
    return submitted_version()


def suggested(begun: str, who: str = "victor") -> list[str]:
    """The accounts that are suggested."""
    answer = signed_in(who).get(f"{PAGE}comment/people/", {"q": begun}, headers=HTMX)
    assert answer.status_code == 200
    return re.findall(r'role="option"[^>]*data-account="([^"]+)"', answer.text)


def test_account_and_words_of_the_name_are_found(version: ModelVersion) -> None:
    """However they are written; what is in the middle of a word is not meant."""
    assert suggested("ri") == ["rita"]
    assert suggested("RITA") == ["rita"]
    assert suggested("offi") == ["rolf"]
    assert suggested("ita") == []


def test_only_who_sees_the_version_is_suggested(version: ModelVersion) -> None:
    """Strangers are called by nobody, and programs neither."""
    assert suggested("sam") == []
    assert suggested("ci-") == []


def test_few_at_a_time_and_it_says_that_there_are_more(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An @ alone begins with whoever comes first by name."""
    monkeypatch.setattr(comments, "MOST_SUGGESTED", 2)
    answer = signed_in("victor").get(f"{PAGE}comment/people/", {"q": ""}, headers=HTMX)
    assert len(suggested("")) == 2
    assert "There are more: type on." in answer.text
    assert 'data-announce="2 people can be called"' in answer.text


def test_nobody_found_is_said(version: ModelVersion) -> None:
    """What was typed is not shown again, and however long it is, it is looked at in part."""
    answer = signed_in("victor").get(
        f"{PAGE}comment/people/", {"q": "<b>" + "x" * 5000}, headers=HTMX
    )
    assert "Nobody who sees this version is called so." in answer.text
    assert "<b>" not in answer.text


def test_who_may_not_comment_is_told_no_names(version: ModelVersion) -> None:
    """An auditor reads; a stranger knows of no version."""
    for who, status in (("ada", 403), ("sam", 404)):
        answer = signed_in(who).get(f"{PAGE}comment/people/", headers=HTMX)
        assert answer.status_code == status
        assert "Rita" not in answer.text


def test_both_fields_ask_there_and_without_script_the_page_lists_all(
    version: ModelVersion,
) -> None:
    """The field of the case, and that of the page of its own."""
    victor = signed_in("victor")
    for page in (PAGE, f"{PAGE}comment/"):
        text = victor.get(page).text
        assert f'data-mentions="{PAGE}comment/people/"' in text
        assert "js/mentions" in text
    plain = victor.get(f"{PAGE}comment/people/")
    assert plain["Location"] == f"{PAGE}comment/"
