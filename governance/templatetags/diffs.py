"""A unified diff as lines that a screen can draw. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One drawn line: kind is add, del, same or gap; `number` counts in the file it stands in."""

    kind: str
    number: str
    sign: str
    text: str


def diff_lines(text: str) -> Iterator[DiffLine]:
    """The lines of one file's unified diff; file headers are left out, hunks become gaps."""
    old = new = 0
    for line in text.splitlines():
        if hunk := _HUNK.match(line):
            if old or new:
                yield DiffLine("gap", "…", "", "")
            old, new = int(hunk[1]), int(hunk[2])
        elif old == new == 0 or line.startswith("\\"):
            continue
        elif line.startswith("+"):
            yield DiffLine("add", str(new), "+", line[1:])
            new += 1
        elif line.startswith("-"):
            yield DiffLine("del", str(old), "-", line[1:])
            old += 1
        else:
            yield DiffLine("same", str(new), " ", line[1:])
            old, new = old + 1, new + 1
