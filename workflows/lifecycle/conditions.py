"""What an approval demands later, as it is typed, signed and sent back. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from governance.errors import Invalid
from governance.sentences import sentence as _

MOST = 10  # conditions of one decision; more is a rejection in other words


@dataclass(frozen=True, slots=True)
class ConditionFacts:
    """One condition: what, by whom, until when, and whether a breach asks for a roll back."""

    text: str
    owner_id: UUID
    due_on: date
    demands_roll_back: bool = False

    def part(self) -> list[Any]:
        """What the case digest holds of it: never its state, so that meeting it changes nothing."""
        digest = sha256(self.text.encode()).hexdigest()
        return [digest, str(self.owner_id), self.due_on.isoformat(), self.demands_roll_back]


def to_text(conditions: Sequence[ConditionFacts]) -> str:
    """The conditions as one line of JSON, to be carried from page to page."""
    return json.dumps([_plain(one) for one in conditions]) if conditions else ""


def from_text(text: str) -> tuple[ConditionFacts, ...]:
    """The conditions of a line made by `to_text`.

    Raises:
        Invalid: it is not such a line. What it says is checked by the operation.
    """
    if not text:
        return ()
    try:
        return tuple(_facts(plain) for plain in _listed(json.loads(text)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Invalid(_("The conditions are not whole."), field="conditions") from error


def _listed(plain: object) -> Iterable[Mapping[str, Any]]:
    if not isinstance(plain, list) or len(plain) > MOST:
        raise ValueError
    return plain


def _plain(one: ConditionFacts) -> dict[str, Any]:
    return {
        "text": one.text,
        "owner": str(one.owner_id),
        "due_on": one.due_on.isoformat(),
        "roll_back": one.demands_roll_back,
    }


def _facts(plain: Mapping[str, Any]) -> ConditionFacts:
    return ConditionFacts(
        text=str(plain["text"]),
        owner_id=UUID(plain["owner"]),
        due_on=date.fromisoformat(plain["due_on"]),
        demands_roll_back=plain["roll_back"] is True,
    )
