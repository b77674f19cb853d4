"""Waivers of gates: which cover what was measured, and until when."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils import timezone

from governance.evaluation.models import GateResult
from governance.reading import ReadEach, gathered
from workflows.lifecycle.models import Waiver
from workflows.policies.definition import Definition, Move

GOOD = {GateResult.Outcome.PASSED, GateResult.Outcome.WAIVED}


@ReadEach
def waivers_of(version_ids: Collection[UUID]) -> dict[UUID, list[Waiver]]:
    """Every waiver ever given for a version, oldest first."""
    rows = Waiver.objects.filter(version__in=version_ids).order_by("waived_at")
    found = rows.select_related("waived_by", "role")
    return gathered(version_ids, ((row.version_id, row) for row in found))


def covering_waiver(gate: GateResult, waivers: Iterable[Waiver]) -> Waiver | None:
    """The newest waiver that was given for exactly this result, whether it has ended or not."""
    found = [one for one in waivers if _covers(one, gate)]
    return found[-1] if found else None


def _covers(waiver: Waiver, gate: GateResult) -> bool:
    seen = (waiver.gate, waiver.value, waiver.threshold)
    return gate.outcome not in GOOD and seen == (gate.gate, gate.value, gate.threshold)


def is_live(waiver: Waiver | None) -> bool:
    """Whether a waiver holds at this moment."""
    return waiver is not None and waiver.expires_at > timezone.now()


def stands_against(gate: GateResult, waivers: Iterable[Waiver]) -> bool:
    """Whether a result keeps a version from going on."""
    return (
        gate.required and gate.outcome not in GOOD and not is_live(covering_waiver(gate, waivers))
    )


def waiver_role(definition: Definition) -> str:
    """The one role whose holders may waive a gate, as the policy names it."""
    return definition.moves[Move.VALIDATE].waived_by
