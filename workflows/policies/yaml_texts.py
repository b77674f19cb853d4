"""Two wordings of a policy as texts, and how they differ. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Protocol

from workflows.policies.wording import parse, plain_of
from workflows.policies.yaml_form import dump


class Wording(Protocol):
    """A row that holds a wording."""

    definition: Any
    number: int


@dataclass(frozen=True, slots=True)
class TextDifference:
    """A unified diff with its counts; `against` is the number of the earlier wording, 0: none."""

    text: str
    added: int
    removed: int
    against: int


def text_difference(old: Wording | None, new: Wording) -> TextDifference:
    """How the YAML of one wording differs from that of an earlier one."""
    lines = list(
        unified_diff(
            _lines(old.definition) if old else [],
            _lines(new.definition),
            fromfile="old",
            tofile="new",
            lineterm="",
        )
    )
    body = lines[2:]
    return TextDifference(
        "\n".join(lines),
        sum(line.startswith("+") for line in body),
        sum(line.startswith("-") for line in body),
        old.number if old else 0,
    )


def _lines(plain: Mapping[str, Any]) -> list[str]:
    return dump(plain_of(parse(plain))).splitlines()
