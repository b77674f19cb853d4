"""What the document of an evidence bundle is made of. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from governance.reports.papers import PaperPart as BundlePart
from governance.reports.papers import Row
from governance.templatetags.foureyes import moment

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["BundlePart", "Row", "recorded", "when"]


def recorded(value: object) -> str:
    """A part of what was signed as it stands in the canonical form; a list has a line for each."""
    if isinstance(value, str):
        return value or "–"
    lines = value if isinstance(value, list) else [value] if value else []
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines) or "–"


def when(value: datetime | None) -> str:
    """A moment as people read it; empty where there is none."""
    return moment(value) if value else ""
