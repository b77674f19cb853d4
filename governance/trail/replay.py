"""What the log says was erased beside it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from governance.audit.commitments import Paths

if TYPE_CHECKING:
    from collections.abc import Iterable

    from governance.audit.lines import Line

ERASED: Final = frozenset({"erasure.confirmed", "retention.applied"})
TOLD: Final = frozenset({"at", "number", "digest"})


def fold_erasures(lines: Iterable[Line]) -> dict[str, Paths]:
    """Number and digest of the personal values that went, by the moment that their rows carry.

    An entry that does not say which ones vouches for none.
    """
    return {
        line.details["at"]: Paths(line.details["number"], line.details["digest"])
        for line in lines
        if line.action in ERASED and line.details.keys() >= TOLD
    }
