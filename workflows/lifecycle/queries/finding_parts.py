"""What a digest holds of a version's findings."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from governance.inventory.queries import findings_of
from governance.reading import ReadEach, gathered
from workflows.lifecycle.models import ApprovalRound, Decision


def finding_parts(
    version_id: UUID, passed_round: Callable[[], ApprovalRound | None]
) -> list[list[str]]:
    """Findings by id, severity and state; `passed_round` is asked when the move was agreed to.

    Of what the product saw after that nothing belongs to that decision. It belongs to the next one:
    whoever decides after it was seen has it before them.
    """
    rows = findings_of(version_id)
    seen_by_us = any(f.raised_by_id is None for f in rows)
    if seen_by_us and (passed := passed_round()) is not None:
        signed = _signed_in(passed.pk)
        rows = [f for f in rows if f.raised_by_id or str(f.pk) in signed]
    return [[str(f.pk), f.severity, f.state] for f in rows]


@ReadEach
def _signed_in(round_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The findings that whoever decided in a round had before them, by their ids."""
    rows = Decision.objects.filter(round__in=round_ids).values_list("round", "parts")
    return {
        pk: frozenset(found[0] for parts in each for found in _case_of(parts).get("findings", ()))
        for pk, each in gathered(round_ids, rows).items()
    }


def _case_of(parts: dict[str, Any]) -> dict[str, Any]:
    """What was signed of the case itself; of a live change it stands inside."""
    content: dict[str, Any] = parts.get("content", parts)
    return content
