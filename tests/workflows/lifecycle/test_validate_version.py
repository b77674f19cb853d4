"""The independent validator writes a report and says that a version may go to approval."""

import pytest

from governance.access.models import User
from governance.access.operations import Holder
from governance.errors import Conflict, Invalid, NotAllowed, NotFound, Stale, WrongState
from governance.inventory.models import ModelVersion
from governance.inventory.operations import close_finding, raise_finding
from tests import stories
from workflows.cases.models import Case, Task
from workflows.lifecycle.models import Decision, ValidationReport
from workflows.lifecycle.operations import validate_version, write_validation_report
from workflows.management.cast import actor_named, give
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.submitted_version()


def report(version: ModelVersion, who: str = "victor", **parts: object) -> ValidationReport:
    """Somebody writes a complete report, but for what the test says."""
    texts = {
        "scope": "Data, method.",
        "tests": "Three.",
        "conclusion": "Good.",
        "independent": True,
    } | parts
    return write_validation_report(version.pk, **texts, actor=actor_named(who))


def validate(version: ModelVersion, who: str = "victor", digest: str = "") -> None:
    """Somebody validates what stands there now."""
    seen = digest or stories.digest(version, Move.VALIDATE)
    validate_version(version.pk, digest=seen, actor=actor_named(who))


def test_a_validated_version_waits_for_the_approvers(version: ModelVersion) -> None:
    """The validators' round has passed, their task is done, the risk officers are asked."""
    report(version)
    validate(version)
    case = Case.objects.get(version=version)
    assert stories.again(version).state == "validated"
    assert sorted(case.rounds.values_list("move", "state")) == [
        ("approve", "open"),
        ("validate", "passed"),
    ]
    assert dict(case.tasks.values_list("verb", "state")) == {
        Task.Verb.VALIDATE: Task.State.DONE,
        Task.Verb.APPROVE: Task.State.OPEN,
    }


def test_without_a_report_nobody_validates(version: ModelVersion) -> None:
    """The refusal names what is missing, and no decision is kept."""
    with pytest.raises(Conflict, match="validation report is not written"):
        validate(version)
    assert not Decision.objects.filter(round__version=version).exists()


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"scope": " "}, "scope"),
        ({"conclusion": ""}, "conclusion"),
        ({"independent": False}, "independent"),
    ],
)
def test_a_report_says_what_was_done_and_that_the_writer_is_independent(
    version: ModelVersion, parts: dict[str, object], field: str
) -> None:
    """The refusal names the field."""
    with pytest.raises(Invalid) as refused:
        report(version, **parts)
    assert refused.value.field == field
    assert not version.validation_reports.exists()


def test_before_the_checks_have_ended_nobody_decides(version: ModelVersion) -> None:
    """There is no digest yet that a decision could bind to."""
    report(version)
    version.gates.all().delete()
    with pytest.raises(Conflict, match="checks are still running"):
        validate(version, digest="0" * 64)


def test_a_failed_gate_stands_in_the_way(version: ModelVersion) -> None:
    """The message names the gate and why it failed."""
    report(version)
    version.gates.filter(gate="auc_at_least").update(outcome="failed", reason="beyond_threshold")
    with pytest.raises(Conflict, match="has not passed"):
        validate(version)


def test_an_open_required_finding_stands_in_the_way_until_it_is_closed(
    version: ModelVersion,
) -> None:
    """Only a closed one lets the version pass."""
    report(version)
    finding = raise_finding(
        version.pk, severity="high", title="Leak", text="Target leaks.", actor=actor_named("victor")
    )
    with pytest.raises(Conflict, match="F-1 Leak is not closed"):
        validate(version)
    close_finding(finding.pk, actor=actor_named("victor"))
    validate(version)
    assert stories.again(version).state == "validated"


def test_validated_with_findings_says_why(version: ModelVersion) -> None:
    """Open findings go along only with a word on them; a plain yes may stay silent."""
    report(version)
    victor = actor_named("victor")
    raise_finding(version.pk, severity="low", title="Typo", required=False, actor=victor)
    facts = {"digest": stories.digest(version, Move.VALIDATE), "with_findings": True}
    with pytest.raises(Invalid, match="Say why you validate although findings are open") as refused:
        validate_version(version.pk, comment="  ", **facts, actor=victor)
    assert refused.value.field == "comment"
    assert not Decision.objects.exists()
    validate_version(version.pk, comment="A typo only.", **facts, actor=victor)
    assert Decision.objects.get().comment == "A typo only."


def test_a_page_that_is_out_of_date_decides_nothing(version: ModelVersion) -> None:
    """A finding was raised after the page was loaded."""
    report(version)
    seen = stories.digest(version, Move.VALIDATE)
    raise_finding(
        version.pk, severity="low", title="Typo", required=False, actor=actor_named("victor")
    )
    with pytest.raises(Stale) as refused:
        validate(version, digest=seen)
    assert (refused.value.code, refused.value.field) == ("stale", "digest")


def test_a_developer_who_is_also_validator_does_not_validate_the_own_work(
    version: ModelVersion,
) -> None:
    """Roles add up, but separation of duties looks at what the person did."""
    dana = User.objects.get(username="dana").person
    give("model_validator", Holder(person=dana), reason="Both", conflict_reason="Test")
    with pytest.raises(NotAllowed, match="an author"):
        report(version, "dana")
    report(version)
    with pytest.raises(NotAllowed, match="author"):
        validate(version, "dana")


def test_who_wrote_the_report_never_approves_although_another_validated(
    version: ModelVersion,
) -> None:
    """The report is the validation: its writer is no second pair of eyes."""
    rita = User.objects.get(username="rita").person
    give("model_validator", Holder(person=rita), reason="Both", conflict_reason="Test")
    report(version, "rita")
    validate(version, "victor")
    with pytest.raises(NotAllowed, match="validator of this version"):
        stories.sign(version, "rita")


@pytest.mark.parametrize("who", ["rita", "mo", "ada", "alma", "olive"])
def test_without_the_role_nobody_validates(version: ModelVersion, who: str) -> None:
    """Not even an administrator."""
    report(version)
    with pytest.raises(NotAllowed):
        validate(version, who)


def test_a_stranger_sees_nothing_to_validate(version: ModelVersion) -> None:
    """Not found, as for every other version that is not there."""
    with pytest.raises(NotFound):
        validate(version, "sam")


def test_a_validated_version_is_not_validated_again(version: ModelVersion) -> None:
    """The move starts from submitted."""
    report(version)
    validate(version)
    with pytest.raises(WrongState, match="To be validated it must be submitted"):
        validate(version)
    with pytest.raises(WrongState):
        report(version)
