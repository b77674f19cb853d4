"""What the log says that a version is: its identity, its state, its files. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from governance.audit.lines import Line

CREATED: Final = "version.created"
ORIGINAL: Final = "retrained_from"
FILES: Final = {"artifact.uploaded": "artifact", "evidence.uploaded": "evidence"}


def fold_version(lines: Iterable[Line]) -> dict[str, object]:
    """A version as its entries tell it, in their order.

    `retrained_from` is the number of another version of the model, not there where none was named.

    `moved` is the number of the entry that gave it its state, 0 while it is the draft it began as;
    a file stands under its kind and name with its SHA-256.
    """
    told: dict[str, object] = {"state": "draft", "moved": 0}
    for line in lines:
        if line.action == CREATED:
            told |= {key: line.after[key] for key in ("model", "number", "label")}
            told |= {key: line.after[key] for key in (ORIGINAL,) if key in line.after}
        if kind := FILES.get(line.action):
            told |= {f"{kind} {ref.name}": ref.sha256 for ref in line.evidence}
        if "state" in line.before and "state" in line.after:
            told |= {"state": line.after["state"], "moved": line.seq}
    return told
