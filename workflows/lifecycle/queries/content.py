"""What stands in a case, what may be decided in it, and by whom."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.access.permissions import Permission
from governance.access.queries import (
    visible_to,
)
from governance.access.separation import Part
from governance.actors import Actor
from governance.evaluation.models import GateResult
from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.models import ModelVersion
from governance.inventory.queries import artifacts_of, evidence_of, files_named
from governance.inventory.states import State
from governance.reading import ReadEach, gathered, last_of, read_once
from workflows.cases.models import LIVE, Case, Task, UseException
from workflows.cases.queries import submission_of
from workflows.lifecycle.answers import Answers
from workflows.lifecycle.conditions import ConditionFacts
from workflows.lifecycle.digest import case_digest
from workflows.lifecycle.models import (
    ApprovalRound,
    Decision,
    SigningNonce,
    ValidationReport,
    Waiver,
)
from workflows.lifecycle.queries.conditions import standing_conditions
from workflows.lifecycle.queries.finding_parts import finding_parts
from workflows.lifecycle.queries.live_parts import live_change_parts
from workflows.lifecycle.queries.revalidations import exception_of, exception_part
from workflows.lifecycle.queries.waivers import covering_waiver, waivers_of
from workflows.policies.definition import Definition, Move, MoveRules
from workflows.policies.labels import role_words
from workflows.policies.progress import Progress, Vote, progress_of
from workflows.policies.queries import definition_of
from workflows.targets.queries import route_facts

PERMISSION_OF = {
    Move.VALIDATE: Permission.VERSION_VALIDATE,
    Move.APPROVE: Permission.VERSION_APPROVE,
    Move.EMERGENCY: Permission.EMERGENCY_SIGN,
    Move.RETIRE: Permission.VERSION_RETIRE,
}
# What a decision makes somebody of the version.
PART_OF = {Move.VALIDATE: Part.VALIDATOR, Move.APPROVE: Part.APPROVER}
# As what somebody must be free to decide. Nobody lets run what they made; whoever signs in an
# emergency may still merge what they signed, and the review afterwards is somebody else's.
SEAT_OF = {**PART_OF, Move.EMERGENCY: Part.APPROVER}
# Decisions that count towards the quorum; every other one is said, kept, and counts for nothing.
AGREEING = frozenset(
    {
        Decision.Kind.APPROVE,
        Decision.Kind.APPROVE_WITH_CONDITIONS,
        Decision.Kind.VALIDATE_WITH_FINDINGS,
    }
)
REFUSING = frozenset({Decision.Kind.REJECT, Decision.Kind.REQUEST_CHANGES})
# Who said one of these is out of the round, whatever changes in the case.
OUT = frozenset({Decision.Kind.RECUSE, Decision.Kind.DELEGATE})
STATE_OF = {Move.VALIDATE: State.SUBMITTED, Move.APPROVE: State.VALIDATED}


def move_open_in(version: ModelVersion) -> Move | None:
    """The move that people are asked about in this state, if any."""
    return next((m for m, state in STATE_OF.items() if version.state == state.value), None)


def digest_of(
    version: ModelVersion, case: Case, move: Move, *, adding: Sequence[ConditionFacts] = ()
) -> str | None:
    """The digest that a decision on this move would bind to; None while gates are running.

    `adding`: with these conditions besides those that stand there.
    """
    parts = digest_parts(version, case, move, adding=adding)
    return None if parts is None else case_digest(parts)


def gates_ended(definition: Definition, gates: list[GateResult]) -> bool:
    """Whether every required gate of the policy has a result."""
    ended = {gate.gate for gate in gates}
    return all(g.name in ended for g in definition.moves[Move.VALIDATE].gates if g.required)


def digest_parts(
    version: ModelVersion, case: Case, move: Move, *, adding: Sequence[ConditionFacts] = ()
) -> dict[str, Any] | None:
    """What a decision on this move would bind to, part by part; None while gates are running."""
    gates = gates_of(version.pk)
    if case.kind in LIVE:
        anew = {"content": _parts(version, case, move, gates)} if move is Move.APPROVE else {}
        return live_change_parts(case, move) | anew
    if not gates_ended(definition_of(case.policy_version), gates):
        return None
    parts = _parts(version, case, move, gates)
    if move is Move.APPROVE:
        conditions = [*standing_conditions(version.pk), *adding]
        parts["conditions"] = [one.part() for one in conditions]
        parts["validation"] = _validation(version, case)
        if exception := excepted_in(version, case):
            parts["exception"] = exception_part(exception)
    return parts


def _parts(
    version: ModelVersion, case: Case, move: Move, gates: list[GateResult]
) -> dict[str, Any]:
    waivers = waivers_of(version.pk)
    comparison = comparison_of(version.pk)
    champion = comparison.champion_id if comparison else None
    # Only where it was said: cases that were opened before anybody could say so keep their digest.
    original = version.retrained_from_id
    return {
        **({"retrained_from": str(original)} if original else {}),
        "move": move.value,
        "version": str(version.pk),
        "image": version.image,
        "artifacts": [[a.name, a.role, a.sha256] for a in artifacts_of(version.pk)],
        "schema": version.input_schema,
        "parameters": version.parameters,
        "evidence": [[e.name, e.kind, e.sha256, e.columns] for e in evidence_of(version.pk)],
        "findings": finding_parts(version.pk, partial(passed_round, case, move)),
        "gates": [_gate(gate, covering_waiver(gate, waivers)) for gate in gates],
        "comparison": comparison.digest if comparison else "",
        "champion": str(champion or ""),
        "policy": str(case.policy_version_id),
        "route": route_facts(version),
    }


def _gate(gate: GateResult, waiver: Waiver | None) -> list[Any]:
    """Its waiver by id and end: whether that end has come is asked besides, at every step."""
    return [
        gate.gate,
        gate.required,
        gate.threshold,
        gate.value,
        gate.outcome,
        gate.evidence_sha256,
        str(waiver.pk) if waiver else "",
        waiver.expires_at.isoformat() if waiver else "",
    ]


def _validation(version: ModelVersion, case: Case) -> list[str]:
    report = report_of(version.pk)
    passed = passed_round(case, Move.VALIDATE)
    decided = decided_in(passed.pk) if passed else []
    return [report.digest if report else "", *(str(pk) for pk in decided)]


def excepted_in(version: ModelVersion, case: Case) -> UseException | None:
    """The exception that stands in the place of the validation of a case, if there is none."""
    return None if passed_round(case, Move.VALIDATE) else exception_of(version.pk)


def approval_meaning(
    version: ModelVersion, role: str, conditions: int = 0, exception: UseException | None = None
) -> str:
    """The sentence that a signer signs; `exception`: it is used before its validation."""
    words = _("I have reviewed this case and approve {model} {version} for use, as {role}.")
    if conditions:
        words = ngettext(
            "I have reviewed this case and approve {model} {version} for use, on {number} "
            "condition, as {role}.",
            "I have reviewed this case and approve {model} {version} for use, on {number} "
            "conditions, as {role}.",
            conditions,
        )
    meaning = words.format(
        model=version.model.title,
        version=version.label or version.number,
        role=role_words(role),
        number=conditions,
    )
    if exception is None or exception.revalidation.outcome:
        return meaning
    not_yet = _("It is not validated yet and is used by exception, until {day}.")
    return f"{meaning} {not_yet.format(day=date_format(localtime(exception.expires_at)))}"


def validation_meaning(version: ModelVersion, role: str) -> str:
    """The sentence that a validator signs, where the policy asks for a signature."""
    words = _("I have validated {model} {version} independently and stand by it, as {role}.")
    return words.format(
        model=version.model.title, version=version.label or version.number, role=role_words(role)
    )


def independence_statement() -> str:
    """What a validator declares with the report."""
    return _("I took no part in building, choosing or submitting this version.")


def passkey_options(actor: Actor, nonce: UUID) -> dict[str, Any]:
    """What a browser must ask the signer's passkeys; {} where they have none."""
    rows = SigningNonce.objects.filter(pk=nonce, person=actor.person_id)
    asked = rows.values_list("passkey", flat=True).first() or {}
    options: dict[str, Any] = asked.get("options", {})
    return options


def answers_given(actor: Actor, nonce: UUID) -> Answers:
    """What a signer had answered when they began to sign."""
    rows = SigningNonce.objects.filter(pk=nonce, person=actor.person_id)
    return rows.values_list("answers", flat=True).first() or {}


@ReadEach
def report_of(version_ids: Collection[UUID]) -> dict[UUID, ValidationReport | None]:
    """The newest validation report of a version."""
    same = ValidationReport.objects.filter(version=OuterRef("version")).order_by("-number")
    newest = Subquery(same.values("pk")[:1])
    rows = ValidationReport.objects.filter(version__in=version_ids, pk=newest)
    found = rows.select_related("written_by")
    return last_of(version_ids, ((row.version_id, row) for row in found))


def all_files_named(digests: Collection[str]) -> set[str]:
    """Those of these files that any row names: artefacts, evidence, a validator's attachment."""
    attached = ValidationReport.objects.filter(attachment_sha256__in=digests)
    return files_named(digests) | set(attached.values_list("attachment_sha256", flat=True))


@read_once
def open_round(case: Case, move: Move) -> ApprovalRound | None:
    """The round in which people are being asked about a move."""
    return case.rounds.filter(move=move, state=ApprovalRound.State.OPEN).first()


def passed_round(case: Case, move: Move) -> ApprovalRound | None:
    """The newest round in which a move was agreed to."""
    return next((one for one in passed_rounds(case.pk) if one.move == move), None)


@ReadEach
def passed_rounds(case_ids: Collection[UUID]) -> dict[UUID, list[ApprovalRound]]:
    """The rounds of a case in which something was agreed to, the newest first."""
    rows = ApprovalRound.objects.filter(case__in=case_ids, state=ApprovalRound.State.PASSED)
    return gathered(case_ids, ((row.case_id, row) for row in rows.order_by("-number")))


@ReadEach
def decided_in(round_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The decisions of a round, oldest first."""
    rows = Decision.objects.filter(round__in=round_ids).order_by("decided_at")
    return gathered(round_ids, rows.values_list("round", "pk"))


def decisions_of(case: Case) -> QuerySet[Decision]:
    """Everything that people decided in a case, oldest first."""
    rows = Decision.objects.filter(round__case=case)
    people = rows.select_related("person", "role", "round", "delegate")
    return people.order_by("decided_at")


def decisions_about(version_ids: Iterable[UUID]) -> list[tuple[UUID, Decision]]:
    """Every decision about these versions, each with the version. One query."""
    rows = Decision.objects.filter(round__case__version__in=list(version_ids))
    rows = rows.select_related("round__case")
    return [(row.round.case.version_id, row) for row in rows]


def decisions_by(actor: Actor) -> QuerySet[Decision]:
    """Everything that a person decided, newest first, with the version it was about."""
    rows = Decision.objects.filter(person=actor.person_id).select_related("round__version__model")
    return visible_to(actor, rows.order_by("-decided_at"))


def open_rounds(case_ids: Iterable[UUID]) -> dict[UUID, ApprovalRound]:
    """The rounds in which people are being asked in these cases, by case. Three queries at most.

    `decisions.all()` of each is read already, with the people.
    """
    rows = ApprovalRound.objects.filter(case__in=case_ids, state=ApprovalRound.State.OPEN)
    return {row.case_id: row for row in rows.prefetch_related("decisions__person")}


def voting(round_: ApprovalRound, digest: str) -> QuerySet[Decision]:
    """What was said in a round for or against what stands there with a digest, oldest first."""
    rows = round_.decisions.filter(kind__in=AGREEING | REFUSING, digest=digest)
    return rows.order_by("decided_at")


def progress_in(round_: ApprovalRound | None, rules: MoveRules, digest: str | None) -> Progress:
    """How far the people of a move have come on what stands there now."""
    if round_ is None or digest is None:
        return progress_of(rules, ())
    rows = voting(round_, digest).values_list("person", "role", "step", "kind")
    votes = [Vote(person, role, step, kind in AGREEING) for person, role, step, kind in rows]
    return progress_of(rules, votes, escalated_steps(round_, rules))


def escalated_steps(round_: ApprovalRound, rules: MoveRules) -> set[str]:
    """The steps of an open round whose higher role is asked by now."""
    higher = {step.name: step.escalation.role for step in rules.steps if step.escalation}
    if not higher:
        return set()
    asked = Task.objects.filter(
        case=round_.case_id, verb=round_.move, opened_at__gte=round_.opened_at
    )
    rows = asked.filter(step__in=higher).values_list("step", "role")
    return {step for step, role in rows if role == higher[step]}


def quorum_reached(round_: ApprovalRound, rules: MoveRules, digest: str) -> bool:
    """Whether every stage of a move is complete on this digest."""
    return progress_in(round_, rules, digest).passed


def case_of(version: ModelVersion) -> Case | None:
    """The submission that a version's decisions hang on."""
    return submission_of(version.pk)
