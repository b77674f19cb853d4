"""How far each input of the cases has moved, ready to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from governance.reports.findings import LARGE_SHIFT, SMALL_SHIFT
from governance.reports.numbers import decimal, percent

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InputRow:
    """One input: its stability index, what that means, and the shares of cases without it."""

    name: str
    index: str
    tone: str
    words: str
    before: str
    after: str


def input_rows(payload: Payload) -> list[InputRow]:
    """Give one row an input, the one that moved most first; none where no input was there."""
    stability = payload.get("stability") or {}
    return [_row(one) for one in stability.get("inputs", ())]


def _row(one: Mapping[str, str]) -> InputRow:
    index = float(one["psi"])
    tone, words = _judged(index)
    return InputRow(
        name=one["name"],
        index=decimal(index, 3),
        tone=tone,
        words=words,
        before=percent(one["missing_before"], 1),
        after=percent(one["missing"], 1),
    )


def _judged(index: float) -> tuple[str, str]:
    """Judge an index by its usual bounds (Siddiqi 2006)."""
    if index < SMALL_SHIFT:
        return "good", _("as before")
    if index < LARGE_SHIFT:
        return "warn", _("moved somewhat")
    return "bad", _("moved far")
