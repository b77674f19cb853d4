"""What a pull request changes, file by file, as unified differences. Pure."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

CONTEXT = 3


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file: `kind` is new, changed or removed; `text` is a unified difference."""

    path: str
    kind: str
    added: int
    removed: int
    text: str


def file_diff(path: str, before: str | None, after: str | None) -> FileDiff | None:
    """Return how a file changes, None when it does not. None stands for no such file."""
    if before == after:
        return None
    old, new = (before or "").splitlines(), (after or "").splitlines()
    lines = list(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", "", "", CONTEXT, ""))
    kind = "new" if before is None else "removed" if after is None else "changed"
    changes = lines[2:]  # after the two lines that name the file
    return FileDiff(path, kind, _count(changes, "+"), _count(changes, "-"), "\n".join(lines))


def _count(lines: Iterable[str], sign: str) -> int:
    return sum(line.startswith(sign) for line in lines)
