"""Whether what was approved still holds."""

from collections.abc import Collection
from uuid import UUID

from django.utils import timezone

from governance.errors import Invalid
from governance.evaluation.labels import gate_title
from governance.evaluation.queries import gates_of
from governance.inventory.models import ModelVersion
from governance.inventory.queries import evidence_since
from governance.inventory.states import IN_WORDS, State
from governance.reading import one_reading
from governance.sentences import Words
from workflows.cases.queries import submission_of
from workflows.lifecycle.labels import FALLEN
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.queries.against import aged_evidence
from workflows.lifecycle.queries.ahead import Matter, read_ahead
from workflows.lifecycle.queries.content import case_of, digest_of, excepted_in
from workflows.lifecycle.queries.live_parts import approval_of
from workflows.lifecycle.queries.revalidations import is_used_by_exception
from workflows.lifecycle.queries.waivers import stands_against, waivers_of
from workflows.policies.definition import Move, MoveRules
from workflows.policies.queries import definition_of

HOLDING = {State.APPROVED.value, State.DEPLOYED.value}


def approval_stands(round_id: UUID) -> Words:
    """Empty when an approval still holds for what is there now; else the reason why it fell."""
    return approvals_stand([round_id])[round_id]


def approvals_stand(round_ids: Collection[UUID]) -> dict[UUID, Words]:
    """The same for many: the number of queries does not grow with them."""
    rounds = ApprovalRound.objects.select_related(
        "version__model__portfolio", "case__policy_version__policy"
    ).in_bulk(list(round_ids))
    ended = {pk: _moved(round_) or _ended(round_) for pk, round_ in rounds.items()}
    return ended | _changes([rounds[pk] for pk, reason in ended.items() if not reason])


def approval_fell(version: ModelVersion) -> Words:
    """Why a version that was live could not come back on its approval; empty when it could."""
    round_, case = approval_of(version.pk), case_of(version)
    if round_ is None or case is None:
        return FALLEN["not_passed"]
    return _ended(round_) or _changes([round_])[round_.pk]


def _moved(round_: ApprovalRound) -> Words:
    if round_.state == ApprovalRound.State.PASSED and round_.version.state not in HOLDING:
        return FALLEN["moved"].filled(state=IN_WORDS[round_.version.state])
    return ""


def _ended(round_: ApprovalRound) -> Words:
    if round_.state != ApprovalRound.State.PASSED:
        return FALLEN["not_passed"]
    if round_.expires_at and round_.expires_at <= timezone.now():
        return FALLEN["expired"]
    return ""


def _changes(rounds: Collection[ApprovalRound]) -> dict[UUID, Words]:
    """Nothing is written in between, so what the digests have read is not read again."""
    with one_reading():
        read_ahead([Matter(one.version, one.case, Move.APPROVE) for one in rounds])
        submission_of.ahead(one.version_id for one in rounds)
        evidence_since.ahead(one.version_id for one in rounds if _ages(one))
        return {one.pk: _changed(one) for one in rounds}


def _changed(round_: ApprovalRound) -> Words:
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


def _ages(round_: ApprovalRound) -> bool:
    return bool(_rules(round_).validity.evidence_max_age_days)


def _rules(round_: ApprovalRound) -> MoveRules:
    return definition_of(round_.case.policy_version).moves[Move.APPROVE]


def _evidence_aged(round_: ApprovalRound) -> Words:
    aged = aged_evidence(round_.version_id, _rules(round_))
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
