"""Personal values stand in an entry as salted commitments: provable while kept, gone when erased.

commitment = SHA-256(0x02 ‖ salt ‖ canonical JSON of the value), salt = 32 random bytes. Once salt
and value are deleted, nobody can find the value by trying, and every proof still holds.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from itertools import groupby
from operator import itemgetter
from secrets import token_bytes
from typing import TYPE_CHECKING, NamedTuple

from governance.audit.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

SALT_SIZE = 32


def new_salt() -> bytes:
    """32 fresh random bytes."""
    return token_bytes(SALT_SIZE)


def commit(value: str, salt: bytes) -> str:
    """The commitment to a value, as 64 hex digits.

    Raises:
        ValueError: when the salt is not 32 bytes long.
    """
    if len(salt) != SALT_SIZE:
        message = f"a salt has {SALT_SIZE} bytes, not {len(salt)}"
        raise ValueError(message)
    return sha256(b"\x02" + salt + canonical(value)).hexdigest()


def opens(commitment: str, value: str, salt: bytes) -> bool:
    """Whether value and salt are the ones that were committed to."""
    return len(salt) == SALT_SIZE and compare_digest(commit(value, salt), commitment)


class Paths(NamedTuple):
    """Personal values of entries, told by their places: how many, and a digest over which."""

    number: int
    digest: str


def paths_of(values: Iterable[tuple[UUID, str]]) -> Paths:
    """Number and digest of values that are given as (entry, path), in the order of entries.

    The digest is SHA-256 over `entry path` in lines, paths of one entry in the order of Unicode.
    """
    number, digest = 0, sha256()
    for entry, rows in groupby(values, key=itemgetter(0)):
        for path in sorted(path for _entry, path in rows):
            digest.update(f"{entry} {path}\n".encode())
            number += 1
    return Paths(number, digest.hexdigest())
