"""What the log says that a grant is: who holds which role where, and whether still. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from governance.audit.lines import Line

GIVEN: Final = frozenset({"assignment.granted", "glass.broken", "site.administrator_named"})
REVOKED: Final = "assignment.revoked"
# Facts that grants of earlier releases do not tell.
LATER: Final = frozenset({"starts_at", "ends_at"})


def window_told(told: Mapping[str, object]) -> tuple[datetime, datetime | None] | None:
    """From when until when a folded grant holds; None where its entries do not tell it."""
    if not told.keys() >= LATER:
        return None
    starts_at, ends_at = str(told["starts_at"]), str(told["ends_at"])
    return datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at) if ends_at else None


def fold_assignment(lines: Iterable[Line]) -> dict[str, object]:
    """A grant as its entries tell it: the facts it was given with, and `revoked`."""
    told: dict[str, object] = {"revoked": False}
    for line in lines:
        if line.action in GIVEN:
            told |= line.after
        if line.action == REVOKED:
            told["revoked"] = True
    return told
