"""Places and their values as YAML, where nothing of them stands yet. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from workflows.targets.places import Entry, Step, steps_of
from workflows.targets.scalars import scalar

Value = str | int | bool | None
# From step to what stands below it; a value at the end, None for what shall not be there.
Wanted = dict[Step, Any]

INDENT = 2
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*\Z")
_PRINTED = re.compile(r"[ -~]*\Z")
# What one version of YAML or another takes for something else than a text.
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_FIRST_LIST = re.compile(r"^( *)[^\s#-][^\n]*:[ ]*(?:#[^\n]*)?\n( *)- ", re.MULTILINE)


def tree_of(fields: Mapping[str, Value]) -> Wanted:
    """Return places as what stands below what, in the order of their names."""
    tree: Wanted = {}
    for place in sorted(fields):
        *above, last = steps_of(place)
        at = tree
        for step in above:
            at = at.setdefault(step, {})
        at[last] = fields[place]
    return tree


def made_of(wanted: Wanted) -> Wanted:
    """Return what of it shall be there."""
    pruned = {step: made_of(v) if isinstance(v, dict) else v for step, v in wanted.items()}
    return {step: value for step, value in pruned.items() if value not in (None, {})}


def is_list(wanted: Wanted) -> bool:
    """Whether what is wanted are entries of a list."""
    return all(isinstance(step, Entry) for step in wanted)


def entries_of(wanted: Wanted) -> list[tuple[Entry, Any]]:
    """Return what is wanted of the entries of a list."""
    return [(step, inner) for step, inner in wanted.items() if isinstance(step, Entry)]


def as_block(made: Wanted, column: int, offset: int) -> list[str]:
    """Return it as lines; `offset` is how far a list stands to the right of its key."""
    pad = " " * column
    return [f"{pad}{line}" for step, value in made.items() for line in _lines(step, value, offset)]


def as_flow(made: Wanted) -> str:
    """Return it within brackets, as one piece of a line."""
    members = ", ".join(flow_members(made))
    return f"[{members}]" if is_list(made) else f"{{{members}}}"


def flow_members(made: Wanted) -> list[str]:
    """Return each of it as it stands within brackets."""
    return [_member(step, value) for step, value in made.items()]


def written(value: Value, style: str = "") -> str:
    """Return a value as YAML, in the quotes that stood there before where it fits them."""
    if not isinstance(value, str):
        return str(value).lower()
    if style == "'" and _PRINTED.match(value):
        return "'" + value.replace("'", "''") + "'"
    plain = not style and _PLAIN.match(value) and value.lower() not in _WORDS
    return value if plain else scalar(value)


def dash_offset(text: str) -> int:
    """How far the file's first list stands to the right of its key; both ways are common."""
    first = _FIRST_LIST.search(text)
    return max(0, len(first[2]) - len(first[1])) if first else INDENT


def _lines(step: Step, value: Any, offset: int) -> list[str]:  # noqa: ANN401  of `Wanted`
    if isinstance(step, Entry):
        return _dashed(step, value, offset)
    if not isinstance(value, dict):
        return [f"{step}: {written(value)}"]
    return [f"{step}:", *as_block(value, offset if is_list(value) else INDENT, offset)]


def _dashed(entry: Entry, value: Any, offset: int) -> list[str]:  # noqa: ANN401
    if not isinstance(value, dict):
        return [f"- {written(value)}"]
    named = f"- {entry.key}: {written(entry.value)}"
    return [named, *as_block(value, INDENT, offset)]


def _member(step: Step, value: Any) -> str:  # noqa: ANN401
    if isinstance(step, str):
        return f"{step}: {as_flow(value) if isinstance(value, dict) else written(value)}"
    if not isinstance(value, dict):
        return written(value)
    return as_flow({step.key: step.value, **value})
