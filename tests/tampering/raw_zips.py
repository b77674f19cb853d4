"""Zips put together by hand, as no library would write them."""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

STORED, DEFLATED = 0, 8
LISTED, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"
# Where the numbers of a member stand in the directory, and their bytes.
FIELDS = {"flags": (8, 2), "method": (10, 2), "crc": (16, 4), "packed": (20, 4), "size": (24, 4)}
# And those of the end, counted from its mark.
ENDS = {"disk": (4, 2), "other": (6, 2), "here": (8, 2), "count": (10, 2), "size": (12, 4)}
ENDS |= {"start": (16, 4)}


@dataclass(frozen=True)
class Part:
    """A member: what it says of itself, and the bytes that are there."""

    name: str
    packed: bytes
    size: int
    crc: int
    method: int = DEFLATED

    def header(self) -> bytes:
        """What stands before the bytes."""
        told = (20, 0, self.method, 0, 33, self.crc, len(self.packed), self.size)
        return LOCAL + struct.pack("<5H3L2H", *told, len(self.name), 0) + self.name.encode()

    def listed(self, offset: int) -> bytes:
        """The same in the directory."""
        told = (20, 20, 0, self.method, 0, 33, self.crc, len(self.packed), self.size)
        rest = (len(self.name), 0, 0, 0, 0, 0o100644 << 16, offset)
        return LISTED + struct.pack("<6H3L5H2L", *told, *rest) + self.name.encode()


def part(name: str, content: bytes) -> Part:
    """An honest member."""
    return Part(name, deflated(content), len(content), zlib.crc32(content))


def posing(honest: Part, content: bytes) -> Part:
    """The same bytes, which now claim to be these."""
    return replace(honest, size=len(content), crc=zlib.crc32(content))


def deflated(content: bytes) -> bytes:
    """Without a head, as zips have it."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def joined(parts: Iterable[Part], *, wide: bool = False, hidden: Part | None = None) -> bytes:
    """The file; `wide` writes its end as a file of more than 4 GiB has it.

    The directory does not list the `hidden` part.
    """
    body, directory, count = b"", b"", 0
    for one in parts:
        if one is not hidden:
            directory += one.listed(len(body))
            count += 1
        body += one.header() + one.packed
    place = (count, count, len(directory), len(body))
    if not wide:
        return body + directory + END + struct.pack("<4H2LH", 0, 0, *place, 0)
    end = b"PK\x06\x06" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, *place)
    end += b"PK\x06\x07" + struct.pack("<LQL", 0, len(body + directory), 1)
    most = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    return body + directory + end + END + struct.pack("<4H2LH", 0, 0, *most, 0)


def listed_as(content: bytes, name: str, **numbers: int) -> bytes:
    """The file with other numbers for one member of its directory."""
    found = bytearray(content)
    at = found.rindex(name.encode()) - 46
    assert found[at : at + 4] == LISTED
    for field, number in numbers.items():
        where, size = FIELDS[field]
        found[at + where : at + where + size] = number.to_bytes(size, "little")
    return bytes(found)


def ending_in(content: bytes, **numbers: int) -> bytes:
    """The file with other numbers at its end."""
    found = bytearray(content)
    at = found.rindex(END)
    for field, number in numbers.items():
        where, size = ENDS[field]
        found[at + where : at + where + size] = number.to_bytes(size, "little")
    return bytes(found)
