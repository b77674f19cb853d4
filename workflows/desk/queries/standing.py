"""What the lines of inbox and board say of cases: how far each has come, and what blocks it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from governance.actors import Actor
from governance.evaluation.labels import gate_title
from governance.inventory.models import Finding
from governance.outbox.queries import parked
from workflows.cases.models import Case
from workflows.desk.queries.deployments import reason_of
from workflows.desk.reasons import Standing
from workflows.lifecycle.queries import (
    AGREEING,
    EVALUATE,
    Blocks,
    blocks_of,
    gates_ended,
    stands_against,
)
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of

if TYPE_CHECKING:
    from workflows.lifecycle.models import ApprovalRound

# What must have been read with a version for its line.
ROWS = ("gates", "findings", "waivers", "validation_reports")


def standings(
    cases: Sequence[Case], rounds: "Mapping[UUID, ApprovalRound]", reader: Actor | None = None
) -> dict[UUID, Standing]:
    """How these cases stand, by case. The number of queries does not grow with them.

    A `reader` who is asked although they have decided is asked again: the case changed since.
    """
    blocks, stuck = blocks_of(cases, rounds), _stuck(cases)
    found = {
        case.pk: _standing(case, rounds.get(case.pk), blocks[case.pk], reader) for case in cases
    }
    return {pk: replace(one, stuck=stuck.get(pk, "")) for pk, one in found.items()}


def _stuck(cases: Sequence[Case]) -> dict[UUID, str]:
    """Why the checks of a case gave up; asked only where some have not ended."""
    running = {
        case.pk: str(case.version_id)
        for case in cases
        if not gates_ended(definition_of(case.policy_version), list(case.version.gates.all()))
    }
    if not running:
        return {}
    jobs = parked().filter(topic=EVALUATE, payload__version_id__in=list(running.values()))
    why = {job.payload["version_id"]: reason_of(job) for job in jobs}
    return {pk: why[version] for pk, version in running.items() if version in why}


def _standing(
    case: Case, round_: "ApprovalRound | None", blocks: Blocks, reader: Actor | None
) -> Standing:
    definition = definition_of(case.policy_version)
    gates, waivers = list(case.version.gates.all()), list(case.version.waivers.all())
    move = Move(round_.move) if round_ else Move.VALIDATE
    return Standing(
        running=not gates_ended(definition, gates),
        cancelled=case.checks_cancelled_at is not None,
        failed=tuple(str(gate_title(gate.gate)) for gate in gates if stands_against(gate, waivers)),
        findings=sum(
            finding.required and finding.state != Finding.State.CLOSED
            for finding in case.version.findings.all()
        ),
        reported=bool(case.version.validation_reports.all()),
        signed=len(signers_in(round_, reader)),
        changed=bool(reader and round_ and _digests_of(reader, round_)),
        needed=definition.moves[move].signers,
        aged=blocks.aged,
        outrun=blocks.outrun,
        ended=blocks.ended,
        short=blocks.left.words if blocks.left else "",
    )


def signers_in(round_: "ApprovalRound | None", reader: Actor | None = None) -> list[str]:
    """Who has agreed in a round, over the digest of its newest decision if that still holds."""
    if round_ is None:
        return []
    fallen = _digests_of(reader, round_) if reader else set()
    agreed = [d for d in round_.decisions.all() if d.kind in AGREEING and d.digest not in fallen]
    newest = agreed[-1].digest if agreed else ""
    return [d.person.full_name for d in agreed if d.digest == newest]


def _digests_of(reader: Actor, round_: "ApprovalRound") -> set[str]:
    return {d.digest for d in round_.decisions.all() if d.person_id == reader.person_id}
