"""Separation of duties: what one person may not both do to one version. Pure.

Rules look at persons, never at accounts, roles or tokens, and at what somebody did
(`Involvement`), never at what they are called. Which parts exclude each other is data
(`ConflictRule`); those that ship stand in `shipped`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from governance.sentences import sentence as _


class Part(StrEnum):
    """The part that a person played in one version."""

    AUTHOR = "author"
    UPLOADER = "uploader"
    SUBMITTER = "submitter"
    VALIDATOR = "validator"
    APPROVER = "approver"
    MERGER = "merger"


PART_WORDS = {
    Part.AUTHOR: _("an author"),
    Part.UPLOADER: _("an uploader"),
    Part.SUBMITTER: _("the submitter"),
    Part.VALIDATOR: _("the validator"),
    Part.APPROVER: _("an approver"),
    Part.MERGER: _("the merger"),
}
MAKERS = frozenset({Part.AUTHOR, Part.UPLOADER, Part.SUBMITTER})


@dataclass(frozen=True, slots=True)
class Played:
    """One person's part in the version at hand."""

    person_id: UUID
    part: Part


# A part, and those which nobody may have played before who wants to play it.
Excluded = Mapping[Part, Collection[Part]]


def conflict(
    person_id: UUID | None, wanted: Part, played: Iterable[Played], excluded: Excluded
) -> Part | None:
    """The earlier part that forbids this person to play `wanted`, or None when nothing does."""
    earlier = {p.part for p in played if p.person_id == person_id}
    against = earlier & set(excluded.get(wanted, ()))
    return next((part for part in Part if part in against), None)
