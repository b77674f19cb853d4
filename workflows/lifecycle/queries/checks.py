"""How far the checks of a version are: of its submission, and those that look again."""

from typing import Literal

from governance.inventory.models import ModelVersion
from governance.inventory.queries import champion_of
from governance.outbox.queries import Progress, progress_of
from workflows.cases.models import Case

EVALUATE = "version.evaluate"
ChecksState = Literal["none", "waiting", "running", "parked", "cancelled", "done"]
WORDS: dict[str, ChecksState] = {
    "waiting": "waiting",
    "running": "running",
    "parked": "parked",
    "done": "done",
}


def checks_progress(version: ModelVersion, case: Case | None) -> Progress | None:
    """The checks that were asked for last; None where none were.

    Of the submission, under a stricter policy, or against a newer champion: keys are those under
    which the operations ask for them.
    """
    occasions = [""]
    if case:
        occasions.append(f":{case.policy_version_id}")
    if champion := champion_of(version.model_id):
        occasions.append(f":{champion.pk}:{champion.audit_seq}")
    return progress_of(EVALUATE, *(f"{version.pk}{occasion}" for occasion in occasions))


def checks_state(version: ModelVersion, case: Case | None) -> ChecksState:
    """Where they are in one word; `parked`: they gave up and wait for a person."""
    found = checks_progress(version, case)
    if found is None:
        return "none"
    stopped = found.cancelled or (found.cancelling and found.state != "done")
    return "cancelled" if stopped else WORDS[found.state]
