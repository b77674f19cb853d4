"""Whether what was approved still holds."""

from uuid import UUID

from django.utils import timezone

from governance.errors import Invalid
from governance.evaluation.labels import gate_title
from governance.evaluation.queries import gates_of
from governance.inventory.models import ModelVersion
from governance.inventory.states import IN_WORDS, State
from governance.reading import one_reading
from governance.sentences import Words
from workflows.lifecycle.labels import FALLEN
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.queries.against import aged_evidence
from workflows.lifecycle.queries.content import case_of, digest_of, excepted_in
from workflows.lifecycle.queries.live_parts import approval_of
from workflows.lifecycle.queries.revalidations import is_used_by_exception
from workflows.lifecycle.queries.waivers import stands_against, waivers_of
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of

HOLDING = {State.APPROVED.value, State.DEPLOYED.value}


def approval_stands(round_id: UUID) -> Words:
    """Empty when an approval still holds for what is there now; else the reason why it fell."""
    rows = ApprovalRound.objects.select_related("version__model", "case__policy_version")
    round_ = rows.get(pk=round_id)
    if round_.state == ApprovalRound.State.PASSED and round_.version.state not in HOLDING:
        return FALLEN["moved"].filled(state=IN_WORDS[round_.version.state])
    return _fell(round_)


def approval_fell(version: ModelVersion) -> Words:
    """Why a version that was live could not come back on its approval; empty when it could."""
    round_, case = approval_of(version.pk), case_of(version)
    if round_ is None or case is None:
        return FALLEN["not_passed"]
    return _fell(round_)


def _fell(round_: ApprovalRound) -> Words:
    if round_.state != ApprovalRound.State.PASSED:
        return FALLEN["not_passed"]
    if round_.expires_at and round_.expires_at <= timezone.now():
        return FALLEN["expired"]
    with one_reading():
        return _changed(round_)


def _changed(round_: ApprovalRound) -> Words:
    """Nothing is written in between, so what the digest has read is not read again."""
    if _present(round_) != round_.digest:
        return FALLEN["changed"]
    return _waiver_over(round_.version) or _exception_over(round_.version) or _evidence_aged(round_)


def _present(round_: ApprovalRound) -> str | None:
    """None also where its targets, or its artefacts, can no longer give files."""
    try:
        return digest_of(round_.version, round_.case, Move.APPROVE)
    except Invalid:
        return None


def _exception_over(version: ModelVersion) -> Words:
    case = case_of(version)
    exception = excepted_in(version, case) if case else None
    if exception is None or is_used_by_exception(exception):
        return ""
    return FALLEN["exception"]


def _evidence_aged(round_: ApprovalRound) -> Words:
    rules = definition_of(round_.case.policy_version).moves[Move.APPROVE]
    aged = aged_evidence(round_.version_id, rules)
    return FALLEN["evidence"].filled(name=aged[0].name) if aged else ""


def _waiver_over(version: ModelVersion) -> Words:
    """Time-bound parts are asked each time: a waiver may have ended since the signatures."""
    waivers = waivers_of(version.pk)
    over = [gate for gate in gates_of(version.pk) if stands_against(gate, waivers)]
    return FALLEN["waiver"].filled(gate=str(gate_title(over[0].gate))) if over else ""


def held_rounds() -> list[UUID]:
    """Approvals whose versions are not live yet: whether they still hold is asked of each."""
    rounds = ApprovalRound.objects.filter(
        state=ApprovalRound.State.PASSED,
        move=Move.APPROVE,
        version__state=State.APPROVED.value,
    )
    return list(rounds.values_list("pk", flat=True))
