"""The checks of a submission, run in a worker: compare with the champion, then ask the gates."""

from typing import Any

from django.db import transaction

from governance.actors import Actor
from governance.errors import Invalid
from governance.evaluation.comparison import Comparison
from governance.evaluation.labels import ASKING
from governance.evaluation.operations import (
    Pulse,
    compare_versions,
    gate_outcomes,
    keep_comparison,
    keep_gates,
    original_beside,
)
from governance.inventory.models import ModelVersion
from governance.inventory.queries import champion_of
from governance.inventory.states import State
from governance.outbox.claims import Claim
from governance.sentences import kept
from workflows.cases.queries import submission_of
from workflows.lifecycle.operations.checking import checks_ended
from workflows.lifecycle.operations.moving import lock_for_system
from workflows.policies.definition import Definition, Move
from workflows.policies.queries import definition_of

UNDER_REVIEW = {State.SUBMITTED.value, State.VALIDATED.value}


def evaluate_version(claim: Claim) -> dict[str, Any]:
    """Handler of `version.evaluate`: measures outside of any lock, then keeps all in one go.

    Run twice it gives the same rows. A version that is no longer under review is left alone, and
    so is one whose champion changed while we measured: another job is asked for that already.
    Where nothing could be measured, the result says why (`refused`: what, and what to do).
    """
    version = ModelVersion.objects.select_related("model").get(pk=claim.payload["version_id"])
    case = submission_of(version.pk)
    if case is None or version.state not in UNDER_REVIEW:
        return {"skipped": version.state}
    definition = definition_of(case.policy_version)
    champion, pulse = champion_of(version.model_id), Pulse(claim)
    comparison, refused = _compare(version, champion, definition, pulse)
    pulse(ASKING)
    outcomes = gate_outcomes(version, comparison, definition.moves[Move.VALIDATE].gates)
    actor = Actor.system("evaluation")
    with transaction.atomic():
        locked = lock_for_system(version.pk)  # first: who stops the checks holds it, too
        claim.heartbeat()
        if locked.state not in UNDER_REVIEW:
            return {"skipped": locked.state}
        if champion_of(version.model_id) != champion:
            return {"skipped": "champion"}
        if comparison:
            keep_comparison(version, champion, comparison, actor=actor)
        digest = comparison.digest if comparison else ""
        keep_gates(version, outcomes, evidence=digest, actor=actor)
        checks_ended(case)
    return {**{gate.name: gate.outcome.value for gate in outcomes}, **refused}


def _compare(
    version: ModelVersion, champion: ModelVersion | None, definition: Definition, pulse: Pulse
) -> tuple[Comparison | None, dict[str, list[str]]]:
    """None, and why, where the data cannot be compared: gates that need it then end in error."""
    margin = float(definition.margin)
    try:
        original = original_beside(version, champion)
        found = compare_versions(version, champion, margin=margin, tell=pulse, original=original)
    except Invalid as error:
        return None, {"refused": [kept(error.said), kept(error.advice)]}
    return found, {}
