"""Ids of entries: UUID version 7 of RFC 9562, so that neighbours in time are neighbours on disk."""

from datetime import datetime
from secrets import randbits
from uuid import UUID

VERSION, VARIANT = 0x7, 0b10


def uuid7(at: datetime) -> UUID:
    """An id that begins with the milliseconds of `at`; the other 74 bits are random.

    Order by id is not the order of the log: only the leaf index is.
    """
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    chance = randbits(74)
    high = milliseconds << 16 | VERSION << 12 | chance >> 62
    return UUID(int=high << 64 | VARIANT << 62 | chance & (1 << 62) - 1)
