"""What a verification of the log can find, and what others may add to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from governance.audit.lines import Line

MOST_KEPT: Final = 1000


class Kind(StrEnum):
    """The kinds of problem."""

    CHAIN_BROKEN = "chain_broken"  # the entry does not continue the subject's entry before it
    CHECKPOINT_INVALID = "checkpoint_invalid"  # signature, text, origin or key does not hold
    CHECKPOINT_MISMATCH = "checkpoint_mismatch"  # signed another tree than the one that is here
    COPY_DIFFERS = "copy_differs"  # a search column says something else than the line
    ENTRY_LOST = "entry_lost"  # numbers of a subject are missing
    ENTRY_UNPLACED = "entry_unplaced"  # neither a leaf nor in the queue, or both
    HEAD_MISMATCH = "head_mismatch"  # the head is not the root over the leaves
    LEAF_MISMATCH = "leaf_mismatch"  # the leaf hash is not the hash of the line
    LEAF_MISSING = "leaf_missing"  # the leaf indexes have a gap
    LINE_INVALID = "line_invalid"  # the bytes are no line of this log
    NODE_MISMATCH = "node_mismatch"  # a cached inner node is wrong; proofs from it would fail
    PERSONAL_MISMATCH = "personal_mismatch"  # the value is not the one that was committed to
    REPLAY_DIFFERS = "replay_differs"  # a table says something else than its entries
    TRIGGER_MISSING = "trigger_missing"  # the database no longer refuses changes
    UNREADABLE = "unreadable"  # a row or key that cannot even be read; the check ended there


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where: an entry, a leaf index or the size of a checkpoint."""

    kind: Kind
    text: str
    entry_id: UUID | None = None
    index: int | None = None


@dataclass(slots=True)
class Verification:
    """The outcome: what was read, and the first thousand problems of `count`."""

    entries: int = 0
    leaves: int = 0
    checkpoints: int = 0
    root: bytes = b""
    count: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.count == 0

    @property
    def kinds(self) -> set[Kind]:
        """The kinds of problem among those kept."""
        return {problem.kind for problem in self.problems}

    def add(self, problems: Iterable[Problem]) -> None:
        """Count all, keep the first thousand: a ruined log must not fill the memory."""
        for problem in problems:
            self.count += 1
            if len(self.problems) < MOST_KEPT:
                self.problems.append(problem)


class Stopped(Exception):
    """Whoever watches a verification asked for it to end."""


@dataclass(slots=True)
class Watch:
    """How far a verification is, for another thread to read; `stop` there ends it here.

    `stage` is `entries`, `leaves` or, for a replay, the type of subject; `total` 0 when unknown.
    """

    stage: str = ""
    done: int = 0
    total: int = 0
    stop: bool = False

    def begin(self, stage: str, total: int = 0) -> None:
        """Go on to the next part."""
        self.stage, self.done, self.total = stage, 0, total

    def step(self, number: int) -> None:
        """So many more are done.

        Raises:
            Stopped: as asked.
        """
        self.done += number
        if self.stop:
            raise Stopped


class Fold(Protocol):
    """Replays the entries of one type of subject and compares with the tables they tell of.

    It is called once, with the readable entries of `subject_type`: all of one subject in their
    order, then all of the next. It yields a problem of kind REPLAY_DIFFERS for each difference,
    in both directions: entries without a row, and rows without entries.
    """

    subject_type: str

    def __call__(self, entries: Iterator[Line], /) -> Iterable[Problem]:
        """Yield what differs."""
        ...
