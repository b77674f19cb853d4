"""What the log says that was decided about a version. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from governance.audit.lines import Line

DECIDED: Final = "decision.recorded"


def fold_decisions(lines: Iterable[Line]) -> dict[str, object]:
    """Each decision by its id: who, in which role, what, and over which case digest."""
    return {
        f"decision {line.after['decision']}": decision(
            line.author.person_id, line.after["role"], line.after["kind"], line.after["digest"]
        )
        for line in lines
        if line.action == DECIDED
    }


def decision(person: object, role: object, kind: object, digest: object) -> str:
    """A decision in one line, to be compared."""
    return f"{kind} by {person} as {role} over {digest}"
