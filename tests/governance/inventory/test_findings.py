"""A validator's objection: raised, answered, closed, never deleted."""

import pytest

from governance.audit.models import AuditEntry
from governance.errors import Conflict, Invalid, NotAllowed, WrongState
from governance.inventory.models import Finding, ModelVersion
from governance.inventory.operations import answer_finding, close_finding, raise_finding
from tests import stories
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.submitted_version(checked=False)


def find(version: ModelVersion, who: str = "victor", **parts: str) -> Finding:
    """Somebody raises a finding."""
    facts = {"severity": "high", "title": "Leak", "text": "The target leaks."} | parts
    return raise_finding(version.pk, **facts, actor=actor_named(who))


def test_a_finding_goes_from_open_to_answered_to_closed(version: ModelVersion) -> None:
    """The developer answers, the validator closes; each is written down."""
    finding = find(version)
    assert (str(finding), finding.state) == ("F-1 Leak", "open")
    assert (
        answer_finding(finding.pk, answer="Mended.", actor=actor_named("dana")).state == "answered"
    )
    assert close_finding(finding.pk, actor=actor_named("victor")).state == "closed"
    actions = AuditEntry.objects.filter(action__startswith="finding.").order_by("subject_seq")
    assert list(actions.values_list("action", flat=True)) == [
        "finding.raised",
        "finding.answered",
        "finding.closed",
    ]


def test_findings_are_numbered_by_version(version: ModelVersion) -> None:
    """So that people can speak of them."""
    assert [find(version).number, find(version).number] == [1, 2]


@pytest.mark.parametrize("parts", [{"title": " "}, {"severity": "terrible"}])
def test_a_finding_needs_a_title_and_a_known_severity(
    version: ModelVersion, parts: dict[str, str]
) -> None:
    """Nothing is kept without."""
    with pytest.raises(Invalid):
        find(version, **parts)
    assert not Finding.objects.exists()


def test_an_answer_has_words(version: ModelVersion) -> None:
    """At its field."""
    with pytest.raises(Invalid) as refused:
        answer_finding(find(version).pk, answer=" ", actor=actor_named("dana"))
    assert refused.value.field == "answer"


def test_a_closed_finding_stays_closed(version: ModelVersion) -> None:
    """It is neither answered nor closed again."""
    finding = find(version)
    close_finding(finding.pk, actor=actor_named("victor"))
    with pytest.raises(Conflict):
        answer_finding(finding.pk, answer="Late.", actor=actor_named("dana"))
    with pytest.raises(Conflict):
        close_finding(finding.pk, actor=actor_named("victor"))


@pytest.mark.parametrize("who", ["dana", "rita", "mo", "ada", "alma"])
def test_only_validators_raise_and_close(version: ModelVersion, who: str) -> None:
    """A developer never closes what stands against the own work."""
    with pytest.raises(NotAllowed):
        find(version, who)
    finding = find(version)
    with pytest.raises(NotAllowed):
        close_finding(finding.pk, actor=actor_named(who))


def test_a_draft_is_not_objected_to(version: ModelVersion) -> None:
    """It is not under review."""
    draft = stories.draft_version(model=version.model)
    with pytest.raises(WrongState):
        find(draft)
