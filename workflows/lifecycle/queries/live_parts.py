"""What a decision about a change of what is live binds to."""

from collections.abc import Collection
from hashlib import sha256
from typing import Any
from uuid import UUID

from governance.errors import Conflict
from governance.inventory.models import ModelVersion
from governance.inventory.queries import champion_of
from governance.reading import ReadEach, last_of
from workflows.cases.models import Case, LiveChange
from workflows.lifecycle.models import ApprovalRound
from workflows.policies.definition import Move
from workflows.targets.models import PromotionKind
from workflows.targets.queries import approved_content, settings_revision, targets_of
from workflows.targets.rendered import content_digest


def live_change_parts(case: Case, move: Move) -> dict[str, Any]:
    """The change, its reason, and the exact content that each target shall have by it."""
    change = change_in(case.pk)
    version, kind = shall_stand(change)
    champion, approval = champion_of(version.model_id), approval_of(version.pk)
    return {
        "move": move.value,
        "change": str(change.pk),
        "kind": case.kind,
        "version": str(case.version_id),
        "reason": sha256(change.reason.encode()).hexdigest(),
        "policy": str(case.policy_version_id),
        "champion": str(champion.pk if champion else ""),
        "approval": [str(approval.pk), approval.digest] if approval else [],
        "stands": [str(version.pk), kind, _places(version, kind)],
    }


@ReadEach
def change_in(case_ids: Collection[UUID]) -> dict[UUID, LiveChange]:
    """The change of what is live that a case is about."""
    whole = ("instead__model__portfolio", "case__version__model__portfolio")
    rows = LiveChange.objects.filter(case__in=case_ids).select_related(*whole)
    return {row.case_id: row for row in rows}


def shall_stand(change: LiveChange) -> tuple[ModelVersion, str]:
    """Which version a change puts at the targets, and by which kind of promotion."""
    if change.instead is not None:
        return change.instead, PromotionKind.ROLL_BACK.value
    return change.case.version, PromotionKind(change.case.kind).value


def _places(version: ModelVersion, kind: str) -> list[list[str]]:
    try:
        targets = targets_of(version, kind)
    except Conflict:
        return []  # it stands nowhere any more: nobody could complete this
    return [
        [
            target.name,
            settings_revision(target),
            content_digest(approved_content(version, target, kind)),
        ]
        for target in targets
    ]


@ReadEach
def approval_of(version_ids: Collection[UUID]) -> dict[UUID, ApprovalRound | None]:
    """The newest approval that a version was given, in whichever case."""
    rows = ApprovalRound.objects.filter(version__in=version_ids, move=Move.APPROVE)
    passed = rows.filter(state=ApprovalRound.State.PASSED).order_by("closed_at")
    found = passed.select_related("version__model", "case__policy_version")
    return last_of(version_ids, ((row.version_id, row) for row in found))
