"""What the document of an evidence bundle is made of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.templatetags.foureyes import moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class BundlePart:
    """One part of the document: facts as pairs, a table with its head, or neither."""

    title: str
    facts: Sequence[tuple[str, object]] = ()
    head: Sequence[str] = ()
    rows: Sequence[Row] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.rows and not any(value for _label, value in self.facts)


def when(value: datetime | None) -> str:
    """A moment as people read it; empty where there is none."""
    return moment(value) if value else ""
