"""What the document of an evidence bundle is made of. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from governance.reports.papers import PaperPart as BundlePart
from governance.reports.papers import Row
from governance.templatetags.foureyes import moment

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["BundlePart", "Row", "when"]


def when(value: datetime | None) -> str:
    """A moment as people read it; empty where there is none."""
    return moment(value) if value else ""
