"""Ids of jobs: UUID version 7 of RFC 9562, each above all that this process gave before.

Jobs of one transaction are due at the same moment, and the id decides between them: whatever was
asked for first goes first, on a clock of milliseconds (SQLite's) as well.
"""

from secrets import randbits
from threading import Lock
from time import time_ns
from uuid import UUID

VERSION, VARIANT = 0x7, 0b10
_turn = Lock()
_last = {"tick": 0}


def next_id() -> UUID:
    """The next id: 60 bits of time, in ticks of a quarter of a microsecond, then 62 random bits."""
    tick = _next_tick()
    high = tick >> 12 << 16 | VERSION << 12 | tick & 0xFFF
    return UUID(int=high << 64 | VARIANT << 62 | randbits(62))


def _next_tick() -> int:
    """Milliseconds and the 4096th parts of one; never twice, whatever the clock does."""
    with _turn:
        _last["tick"] = max((time_ns() << 12) // 1_000_000, _last["tick"] + 1)
        return _last["tick"]
