"""Separation of duties: what one person may not both do to one version. Pure.

Rules look at persons, never at accounts, roles or tokens, and at what somebody did
(`Involvement`), never at what they are called. Sources: SR 26-2 and MaRisk AT 4.3.1 on
independence of validation and approval; the four-eyes principle that the product is named for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Part(StrEnum):
    """The part that a person played in one version."""

    AUTHOR = "author"
    UPLOADER = "uploader"
    SUBMITTER = "submitter"
    VALIDATOR = "validator"
    APPROVER = "approver"
    MERGER = "merger"


@dataclass(frozen=True, slots=True)
class Played:
    """One person's part in the version at hand."""

    person_id: UUID
    part: Part


MAKERS = frozenset({Part.AUTHOR, Part.UPLOADER, Part.SUBMITTER})

# A person who wants to play the key may have played none of the values before.
EXCLUDED_BY: dict[Part, frozenset[Part]] = {
    Part.VALIDATOR: MAKERS | {Part.APPROVER},
    Part.APPROVER: MAKERS | {Part.VALIDATOR},
    Part.MERGER: MAKERS | {Part.VALIDATOR, Part.APPROVER},
    Part.AUTHOR: frozenset({Part.VALIDATOR, Part.APPROVER, Part.MERGER}),
    Part.UPLOADER: frozenset({Part.VALIDATOR, Part.APPROVER, Part.MERGER}),
    Part.SUBMITTER: frozenset({Part.VALIDATOR, Part.APPROVER, Part.MERGER}),
}


def conflict(person_id: UUID | None, wanted: Part, played: Iterable[Played]) -> Part | None:
    """The earlier part that forbids this person to play `wanted`, or None when nothing does."""
    earlier = {p.part for p in played if p.person_id == person_id}
    return next((part for part in Part if part in earlier & EXCLUDED_BY[wanted]), None)
