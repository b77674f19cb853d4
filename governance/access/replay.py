"""What the log says that a grant is: who holds which role where, and whether still. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from governance.audit.lines import Line

GIVEN: Final = frozenset({"assignment.granted", "glass.broken", "site.administrator_named"})
REVOKED: Final = "assignment.revoked"


def fold_assignment(lines: Iterable[Line]) -> dict[str, object]:
    """A grant as its entries tell it: the facts it was given with, and `revoked`."""
    told: dict[str, object] = {"revoked": False}
    for line in lines:
        if line.action in GIVEN:
            told |= line.after
        if line.action == REVOKED:
            told["revoked"] = True
    return told
