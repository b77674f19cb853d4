"""What the log says which wordings a policy has, and which is in force. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from governance.audit.lines import Line

DRAFTED: Final = "policy.drafted"
DISCARDED: Final = "policy.discarded"
PUT_IN_FORCE: Final = "policy.put_in_force"


class InForce(NamedTuple):
    """The number of a wording, and its digest as the log has it."""

    number: int
    digest: str


def fold_policy(lines: Iterable[Line]) -> dict[str, object]:
    """Each wording that is there by its number, with its digest, and the number in force."""
    told: dict[str, object] = {}
    for line in lines:
        if line.action == DISCARDED:
            told.pop(f"wording {line.after['number']}", None)
        elif line.action in {DRAFTED, PUT_IN_FORCE}:
            told[f"wording {line.after['number']}"] = line.after["digest"]
        if line.action == PUT_IN_FORCE:
            told["in force"] = line.after["number"]
    return told


def in_force(told: Mapping[str, object]) -> InForce | None:
    """The wording that was in force after what was told; None while none was."""
    number = told.get("in force")
    digest = told.get(f"wording {number}", "")
    return InForce(number, str(digest)) if isinstance(number, int) else None


def beyond_shipped(told: dict[str, object], shipped_digest: str) -> dict[str, object]:
    """A table's facts without those that no entry tells of.

    These are the first wording as it ships, in force, which a migration wrote (`shipped_digest` is
    empty for a policy that did not ship); and that nothing is in force yet, told as 0.
    """
    rest = dict(told)
    if shipped_digest and rest.get("wording 1") == shipped_digest:
        del rest["wording 1"]
    if rest["in force"] == (1 if shipped_digest else 0):
        del rest["in force"]
    return rest
