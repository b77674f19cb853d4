"""Who agreed to what a version went live by."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from governance.inventory.models import ModelVersion
from workflows.lifecycle.models import ApprovalRound, Decision
from workflows.lifecycle.queries.content import AGREEING
from workflows.policies.definition import Move


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who agreed to one move of a version, and until when that holds where it ends."""

    move: str
    people: tuple[str, ...]
    at: datetime
    expires_at: datetime | None


def agreed_to(version: ModelVersion) -> list[Agreed]:
    """What a version went live by: its last validation and approval that passed. One query."""
    signed = Decision.objects.filter(
        round__version=version,
        round__move__in=[Move.VALIDATE, Move.APPROVE],
        round__state=ApprovalRound.State.PASSED,
        kind__in=AGREEING,
        digest=F("round__digest"),
    )
    latest: dict[str, list[Decision]] = {}
    for decision in signed.select_related("round", "person").order_by("decided_at"):
        before = latest.get(decision.round.move, [])
        same = before and before[0].round_id == decision.round_id
        latest[decision.round.move] = [*before, decision] if same else [decision]
    return [
        Agreed(
            move,
            tuple(one.person.full_name for one in latest[move]),
            latest[move][-1].decided_at,
            latest[move][0].round.expires_at,
        )
        for move in (Move.VALIDATE, Move.APPROVE)
        if move in latest
    ]
