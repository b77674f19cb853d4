"""How far the checks of a version are: of its submission, and those that look again."""

from governance.inventory.models import ModelVersion
from governance.inventory.queries import champion_of
from governance.outbox.queries import Progress, progress_of
from workflows.cases.models import Case

EVALUATE = "version.evaluate"


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


def checks_state(version: ModelVersion, case: Case | None) -> str:
    """Where they are in one word: none, waiting, running, parked, cancelled or done."""
    found = checks_progress(version, case)
    if found is None:
        return "none"
    return "cancelled" if found.cancelled or found.cancelling else found.state
