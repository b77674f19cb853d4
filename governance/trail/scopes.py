"""What an export is about: filters that can be decided from the line of an entry alone. Pure.

Because nothing else is needed, whoever holds the log can repeat the choice, and the verifier can
tell an entry that does not belong.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Self

from governance.audit.canonical import canonical


@dataclass(frozen=True, slots=True)
class Scope:
    """Each filter is None when it leaves nothing out. Lists are sorted, so that equal is equal.

    `portfolios` and `person` are ids, `subjects` pairs of type and id, `action` the beginning of
    an action, `since` (included) and `until` (not included) moments as they stand in a line.
    """

    portfolios: tuple[str, ...] | None = None
    subjects: tuple[tuple[str, str], ...] | None = None
    person: str | None = None
    action: str | None = None
    since: str | None = None
    until: str | None = None

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Read what `to_json` gave."""
        portfolios, subjects = value["portfolios"], value["subjects"]
        return cls(
            **value
            | {
                "portfolios": None if portfolios is None else tuple(portfolios),
                "subjects": None if subjects is None else tuple((a, b) for a, b in subjects),
            }
        )

    def to_json(self) -> dict[str, Any]:
        """In JSON's own types, as export.json holds it."""
        subjects = None if self.subjects is None else [list(pair) for pair in self.subjects]
        portfolios = None if self.portfolios is None else list(self.portfolios)
        return asdict(self) | {"portfolios": portfolios, "subjects": subjects}

    @property
    def sha256(self) -> str:
        """The digest that the closing entry names."""
        return sha256(canonical(self.to_json())).hexdigest()

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the log."""
        return self == Scope()
