"""The choices in the panel: validate, request changes, reject; each with its refusals."""

import pytest
from django.http import HttpResponse

from governance.inventory.models import ModelVersion
from governance.inventory.operations import raise_finding
from tests.stories import again, digest, submitted_version
from tests.workflows.desk.pages import case_page, press, text_of
from workflows.management.cast import actor_named
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db

REPORT = {
    "scope": "All of it.",
    "tests": "Three.",
    "conclusion": "Good.",
    "limits": "",
    "independent": "on",
}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Submitted, its checks ended."""
    return submitted_version()


def decide(username: str, version: ModelVersion, decision: str, comment: str = "") -> HttpResponse:
    """Press the one button of the panel."""
    seen = digest(version, Move.VALIDATE)
    typed = {"decision": decision, "comment": comment, "digest": seen}
    return press(username, version, "decide_version", **typed)


def test_the_validator_writes_a_report_and_validates(version: ModelVersion) -> None:
    """The report first; then the choice opens, and those who approve are asked."""
    assert "The validation report is not written yet." in case_page("victor", version)
    assert press("victor", version, "write_validation_report", **REPORT).status_code == 302
    assert "Good." in case_page("rita", version)
    assert decide("victor", version, "validate").status_code == 302
    assert again(version).state == "validated"
    assert "Your decision" in case_page("rita", version)


def test_validating_without_a_report_is_refused_in_words(version: ModelVersion) -> None:
    """The page comes back with what stands against it and with the comment."""
    page = text_of(decide("victor", version, "validate", "I am in a hurry"), 409)
    assert "The validation report is not written yet." in page
    assert "I am in a hurry" in page


def test_an_unfinished_report_keeps_what_was_typed(version: ModelVersion) -> None:
    """Without the declaration of independence nothing is written."""
    typed = REPORT | {"scope": "Half of it."}
    del typed["independent"]
    page = text_of(press("victor", version, "write_validation_report", **typed), 422)
    assert "State that you took no part in building this version." in page
    assert "Half of it." in page


def test_changes_are_requested_with_a_reason(version: ModelVersion) -> None:
    """The developer reads it and is told how the next version comes."""
    assert decide("victor", version, "request_changes", "Add the segments.").status_code == 302
    page = case_page("dana", version)
    assert "Changes requested" in page
    assert "“Add the segments.”" in page
    assert "Changes come as version 2" in page


@pytest.mark.parametrize("decision", ["reject", "request_changes"])
def test_a_refusal_without_a_reason_is_not_taken(version: ModelVersion, decision: str) -> None:
    """The choice stays as it was made."""
    page = text_of(decide("victor", version, decision), 422)
    assert "Say why, so that the developer knows what to do." in page
    assert f'value="{decision}" required checked' in page
    assert again(version).state == "submitted"


def test_a_rejection_ends_the_case(version: ModelVersion) -> None:
    """Nobody is asked any more; a second press finds that out."""
    answer = decide("victor", version, "reject", "Not sound.")
    assert answer.status_code == 302
    assert again(version).state == "rejected"
    late = press("victor", version, "reject_version", comment="Again", digest="00" * 32)
    assert "Nobody is being asked about this version." in text_of(late, 409)


def test_no_choice_is_no_decision(version: ModelVersion) -> None:
    """The page asks for one."""
    page = text_of(press("victor", version, "decide_version", comment="Hm"), 422)
    assert "Choose one of the decisions." in page


def test_a_page_that_is_out_of_date_decides_nothing(version: ModelVersion) -> None:
    """Something changed since it was loaded: the comment is kept, the choice is not."""
    press("victor", version, "write_validation_report", **REPORT)
    seen = digest(version, Move.VALIDATE)
    raise_finding(
        version.pk, severity="low", title="New", required=False, actor=actor_named("victor")
    )
    typed = {"decision": "validate", "comment": "All is well", "digest": seen}
    page = text_of(press("victor", version, "decide_version", **typed), 409)
    assert "The case has changed since this page was loaded." in page
    assert "All is well" in page
    assert "required checked" not in page
    assert again(version).state == "submitted"


def test_findings_go_along_only_with_a_word(version: ModelVersion) -> None:
    """The page says so at the choice, and comes back with words where none was written."""
    press("victor", version, "write_validation_report", **REPORT)
    facts = {"severity": "low", "title": "New", "required": False}
    raise_finding(version.pk, **facts, actor=actor_named("victor"))
    page = text_of(decide("victor", version, "validate_with_findings"), 422)
    assert "Say why you validate although findings are open." in page
    assert again(version).state == "submitted"
    assert decide("victor", version, "validate_with_findings", "Small.").status_code == 302
    assert again(version).state == "validated"


@pytest.mark.parametrize("username", ["dana", "rita", "ada"])
def test_others_cannot_decide_by_any_address(version: ModelVersion, username: str) -> None:
    """Without a form on the page the address still refuses."""
    assert decide(username, version, "validate").status_code == 403


def test_a_stranger_finds_no_address(version: ModelVersion) -> None:
    """It does not even exist for them."""
    assert decide("sam", version, "validate").status_code == 404
