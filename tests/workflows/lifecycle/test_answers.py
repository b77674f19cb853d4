"""What a step asks a decider to tick and write down: asked on the form, kept in the decision."""

from typing import Any

import pytest
from django.http import HttpResponse

from governance.audit.models import AuditEntry
from governance.errors import Invalid
from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.desk.pages import address, case_page, text_of
from tests.workflows.policies.wordings import own_policy, step, tier
from workflows.lifecycle.answers import WHY, answers_digest, checked
from workflows.lifecycle.models import Decision, SigningNonce
from workflows.lifecycle.operations import (
    Proof,
    approve_version,
    begin_signature,
    validate_version,
    write_validation_report,
)
from workflows.management.cast import PASSWORD, actor_named
from workflows.policies.definition import FieldKind, FormField, Move, Step

CHECKLIST = [
    {"name": "data", "text": "Data was checked", "required": True},
    {"name": "code", "text": "Code was read", "required": False},
]
FIELDS = [
    {"name": "sample", "label": "Rows looked at", "kind": "number", "required": True},
    {"name": "risk", "label": "Residual risk", "kind": "choice", "choices": ["low", "high"]},
]
GOOD = {"check.data": "on", "field.sample": "500", "field.risk": "low"}
KEPT = {
    "checklist": {"data": True, "code": False},
    "fields": {"sample": "500", "risk": "low"},
}


def asking(role: str) -> dict[str, Any]:
    return step(role, checklist=CHECKLIST, fields=FIELDS)


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Submitted under rules that ask both sides, and let validators sign."""
    model, plain = stories.registered_model(tier=3), tier(3)
    plain["moves"]["validate"]["stages"] = [[asking("model_validator")]]
    plain["moves"]["approve"]["stages"] = [[asking("risk_officer")]]
    own_policy(model, plain)
    submitted = stories.submitted_version(model=model)
    texts = {"scope": "All.", "tests": "Some.", "conclusion": "Good."}
    write_validation_report(submitted.pk, **texts, independent=True, actor=actor_named("victor"))
    return submitted


def validate(version: ModelVersion, answers: dict[str, str]) -> None:
    """Victor signs his validation."""
    victor, seen = actor_named("victor"), stories.digest(version, Move.VALIDATE)
    nonce = begin_signature(
        version.pk, move=Move.VALIDATE, digest=seen, answers=answers, actor=victor
    )
    proof = Proof(nonce.pk, password=PASSWORD)
    validate_version(version.pk, digest=seen, proof=proof, actor=victor)


# The rules ---------------------------------------------------------------------------------------
STEP = Step(
    "a",
    "model_validator",
    1,
    signature=False,
    due_business_days=1,
    fields=tuple(FormField(kind.value, kind.value, kind, choices=("a",)) for kind in FieldKind),
)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("number", "many"),
        ("number", "NaN"),
        ("date", "tomorrow"),
        ("choice", "b"),
        ("yes_no", "maybe"),
        ("text", "x" * 4001),
    ],
)
def test_what_is_no_answer_is_refused(name: str, bad: str) -> None:
    """Each kind of field knows its own, also of who does not agree."""
    with pytest.raises(Invalid):
        checked(STEP, {f"field.{name}": bad})


def test_what_nobody_asked_is_not_kept() -> None:
    """Neither names that the step does not have, nor anything where it asks for nothing."""
    good = {"field.number": "1.5", "field.date": "2026-01-31", "field.yes_no": "yes"}
    kept = checked(STEP, {**good, "field.choice": "a", "field.other": "x"})
    assert set(kept["fields"]) == {kind.value for kind in FieldKind}
    bare = Step("b", "model_validator", 1, signature=False, due_business_days=1)
    assert checked(bare, {"check.data": "on"}) == {}


# The decisions -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_answers_are_kept_in_the_decision_and_its_entry(version: ModelVersion) -> None:
    """The log holds their digest; a signature on validation is one like any other."""
    validate(version, GOOD)
    decision = Decision.objects.get(round__move="validate")
    assert decision.answers == KEPT
    assert (decision.proved_by, "I have validated" in decision.meaning) == ("password", True)
    entry = AuditEntry.objects.get(action="decision.recorded")
    assert answers_digest(KEPT) in bytes(entry.line).decode()
    assert stories.again(version).state == "validated"


@pytest.mark.django_db
@pytest.mark.parametrize("left_out", ["check.data", "field.sample"])
def test_what_is_required_is_asked_before_the_signature(
    version: ModelVersion, left_out: str
) -> None:
    """Nobody gets leave to sign without."""
    answers = {name: value for name, value in GOOD.items() if name != left_out}
    with pytest.raises(Invalid, match="The policy asks for this before you agree"):
        validate(version, answers)
    with pytest.raises(Invalid, match="This takes a signature"):
        validate_version(
            version.pk,
            digest=stories.digest(version, Move.VALIDATE),
            answers=GOOD,
            actor=actor_named("victor"),
        )
    assert not Decision.objects.exists()


@pytest.mark.django_db
def test_a_signature_is_for_the_answers_it_began_with(version: ModelVersion) -> None:
    """Nothing that comes with the proof replaces them."""
    validate(version, GOOD)
    rita, seen = actor_named("rita"), stories.digest(version, Move.APPROVE)
    nonce = begin_signature(version.pk, move=Move.APPROVE, digest=seen, answers=GOOD, actor=rita)
    proof = Proof(nonce.pk, password=PASSWORD)
    approve_version(version.pk, digest=seen, proof=proof, actor=rita)
    assert Decision.objects.get(round__move="approve").answers == KEPT


# The screens -------------------------------------------------------------------------------------
def send(username: str, version: ModelVersion, name: str, **typed: str) -> HttpResponse:
    return stories.signed_in(username).post(address(version, name), typed)


@pytest.mark.django_db
def test_the_form_asks_and_keeps_what_was_typed(version: ModelVersion) -> None:
    """Refused, the ticks are still there; signed, the case shows what was answered."""
    page = case_page("victor", version)
    assert "Data was checked" in page
    assert 'name="field.sample"' in page
    digest = stories.digest(version, Move.VALIDATE)
    typed = {"decision": "validate", "digest": digest, "comment": "Fine", "check.data": "on"}
    page = text_of(send("victor", version, "decide_version", **typed), 422)
    assert "Rows looked at" in page
    assert 'name="check.data" checked' in page
    browser = stories.signed_in("victor")  # the leave to sign is for one session
    page = text_of(browser.post(address(version, "decide_version"), typed | GOOD), 200)
    assert "I have validated" in page
    assert "Sign validation" in page
    nonce = SigningNonce.objects.latest("issued_at")
    signed = {"nonce": str(nonce.pk), "digest": digest, "decision": "validate"}
    place = address(version, "validate_version")
    wrong = browser.post(place, signed | {"password": "wrong"})
    assert "Nothing was signed" in text_of(wrong, 422)
    answer = browser.post(place, signed | {"password": PASSWORD})
    assert answer.status_code == 302
    assert stories.again(version).state == "validated"
    assert "Rows looked at" in case_page("dana", version)
    assert '<dd class="fe-break">500</dd>' in case_page("dana", version)


@pytest.mark.django_db
def test_answers_go_along_with_conditions(version: ModelVersion) -> None:
    """The step between choosing and signing carries them."""
    validate(version, GOOD)
    digest = stories.digest(version, Move.APPROVE)
    typed = {"decision": "approve_with_conditions", "digest": digest, "comment": "Only so."}
    page = text_of(send("rita", version, "decide_version", **typed, **GOOD), 200)
    assert '<input type="hidden" name="field.sample" value="500">' in page


def test_every_decision_but_a_plain_yes_must_say_why() -> None:
    """A kind that is added later has words for it, or this fails."""
    assert set(Decision.Kind) - set(WHY) == {Decision.Kind.APPROVE}
