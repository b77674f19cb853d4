"""Files made to hurt whoever opens them, and files that are broken (T27, T28)."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from tests.tampering.forging import (
    Case,
    case,
    edited_json,
)
from tests.tampering.logs import (
    VERSIONS,
    Log,
    packed,
    told,
    zipped,
)
from tests.tampering.raw_zips import (
    LISTED,
    LOCAL,
    Part,
    deflated,
    ending_in,
    joined,
    listed_as,
    part,
    posing,
)

WHY = {
    "a member called": "is called",
    "a name twice": "occurs twice",
    "a symbolic link": "no ordinary file",
    "a bomb": "would unpack to",
    "a large small file": "is too large",
    "an encrypted member": "is packed in a way",
    "another packing": "is packed in a way",
    "members that overlap": "do not follow each other",
    "a directory": "lists too much",
    "without": "it has no",
    "nothing": "it has no end",
    "garbage": "it has no end",
    "half of it": "it has no end",
    "a later format": "format 1",
    "something before": "not where it should be",
    "something after": "it has no end",
    "a comment": "it has no end",
    "an end": "its directory is not where it should be",
    "a wide end": "its end cannot be read",
    "a part of its directory": "its directory cannot be read",
    "another mark": "its directory cannot be read",
    "before its bytes": "is not where the directory says",
    "bytes of": "do not follow each other",
}


def zips_of_any_size() -> Iterator[Case]:
    """What looks like a bomb and is none: text that shrinks to nothing, and very much of it."""
    for name, word, number in (
        ("one sign", "a" * 60_000, 16),
        ("much text", sha256(b"x").hexdigest() * 900, 24),
    ):
        log = Log()
        for at in range(number):
            log.add(VERSIONS[0], details={"word": word[at:]})
        yield case("T27", f"a member of {name}, honest", log.members())


def zips_hostile() -> Iterator[Case]:
    honest = told().members()
    good = list(_read(packed(honest)).items())

    def refused(name: str, content: bytes, kind: str = "T27") -> Case:
        why = next((why for start, why in WHY.items() if name.startswith(start)), "")
        return Case(kind, name, content, None, why=why)

    for name in (
        "../evil",
        "/etc/passwd",
        "C:\\evil",
        "a/../b",
        "evidence/",
        "evidence/..",
        "evidence/" + "0" * 63,
        "verify.pyc",
    ):
        yield refused(f"a member called {name!r}", zipped([*good, (name, b"x")]))
    hidden = zipped([*good, ("verify.py_evil", b"x")])
    yield refused("a member called with NUL", hidden.replace(b"verify.py_evil", b"verify.py\0evil"))
    duplicate = io.BytesIO(zipped(good))
    with zipfile.ZipFile(duplicate, "a") as archive:
        archive.NameToInfo.pop("checkpoint.txt")  # else Python warns
        archive.writestr("checkpoint.txt", b"other")
    yield refused("a name twice", duplicate.getvalue())
    link = zipfile.ZipInfo("evidence/" + "0" * 64)
    link.create_system, link.external_attr = 3, 0o120777 << 16
    yield refused("a symbolic link", zipped([*good, (link, b"/etc/passwd")]))
    bomb = zipfile.ZipInfo("evidence/" + "0" * 64)
    bomb.compress_type = zipfile.ZIP_DEFLATED
    yield refused("a bomb", zipped([*good, (bomb, b"\x00" * (40 << 20))]))
    without_readme = [(name, content) for name, content in good if name != "README.txt"]
    for name in ("README.txt", "rotations.jsonl"):
        large = dict(good) | {name: _noise(5 << 20)}
        yield refused(f"a large small file, {name}", zipped(large.items()))
    lying = bytearray(zipped(good))
    first = lying.index(b"PK\x01\x02")
    lying[first + 8] |= 1
    yield refused("an encrypted member", bytes(lying))
    packing = bytearray(zipped(good))
    packing[packing.index(b"PK\x01\x02") + 10] = 12
    yield refused("another packing", bytes(packing))
    yield refused("members that overlap", _overlapping(good))
    yield refused("a directory of millions", _with_count(zipped(good), 0xFFFE))
    yield refused("a directory of many bytes", _with_size(zipped(good), 1 << 30))
    for name in (
        "checkpoint.txt",
        "entries.jsonl",
        "closing.json",
        "MANIFEST.sha256",
        "disclosures.jsonl",
        "earlier.jsonl",
        "rotations.jsonl",
        "export.json",
    ):
        yield refused(f"without {name}", zipped([one for one in good if one[0] != name]), "T28")
    yield refused("nothing", b"", "T28")
    yield refused("garbage", _noise(4000), "T28")
    yield refused("half of it", packed(honest)[: len(packed(honest)) // 2], "T28")
    newer = edited_json(honest, "export.json", format=2)
    yield refused("a later format", packed(newer), "T28")
    lines = honest | {"entries.jsonl": b"\n" * 2_000}
    yield case("T28", "thousands of empty lines", lines, "line_invalid")
    yield case("T28", "garbage for export.json", honest | {"export.json": b"{"}, "line_invalid")
    yield case(
        "T28", "a number for export.json", honest | {"export.json": b"7"}, "export_malformed"
    )
    yield case(
        "T28", "garbage for rows", honest | {"disclosures.jsonl": b"{\n"}, "export_malformed"
    )
    yield case(
        "T28", "no object for a row", honest | {"earlier.jsonl": b"[]\n"}, "export_malformed"
    )
    yield case(
        "T28",
        "no text for the checkpoint",
        honest | {"checkpoint.txt": b"\xff"},
        "export_malformed",
    )
    changed = dict(good) | {"README.txt": b"trust this"}
    yield Case(
        "T28",
        "a member changed after packing",
        zipped(changed.items()),
        frozenset({"manifest_mismatch"}),
    )
    yield Case(
        "T28",
        "a member gone after packing",
        zipped(without_readme),
        frozenset({"manifest_mismatch"}),
    )
    broken = bytearray(packed(honest))
    broken[broken.index(b"entries.jsonl") + 60] ^= 0xFF
    yield Case(
        "T28", "packed bytes that do not unpack", bytes(broken), frozenset({"export_malformed"})
    )


def zips_ambiguous() -> Iterator[Case]:
    """Files that two readers would read in two ways."""
    good = [part(*one) for one in _read(packed(told().members())).items()]
    whole, wide = joined(good), joined(good, wide=True)
    count, last = len(good), good[-1].name
    first = whole.index(LISTED)
    yield Case("T27", "put together by hand, honest", whole, frozenset())

    def refused(name: str, content: bytes) -> Case:
        why = next(why for start, why in WHY.items() if name.startswith(start))
        return Case("T27", name, content, None, why=why)

    yield refused("something before it", b"#!/bin/sh\n" + whole)
    yield refused("something after it", whole + b"more")
    yield refused("a comment", whole[:-2] + b"\x04\x00more")
    yield refused("a comment that is not there", whole[:-2] + b"\x04\x00")
    yield refused("without the mark of its end", whole[:-22] + b"PK\0\0" + whole[-18:])
    for name, numbers in (
        ("on another disk", {"disk": 1}),
        ("with its directory on another disk", {"other": 1}),
        ("that counts fewer here", {"here": count - 1}),
        ("that leads elsewhere", {"start": 7}),
    ):
        yield refused(f"an end {name}", ending_in(whole, **numbers))
    yield refused("a part of its directory", ending_in(whole, here=count - 1, count=count - 1))
    yield refused("another mark", whole[:first] + b"PK\x01\x03" + whole[first + 4 :])
    yield refused("a wide end that leads elsewhere", whole + wide[len(whole) - 22 :])
    for mark in (b"PK\x06\x06", b"PK\x06\x07"):
        at = wide.rindex(mark)
        yield refused(f"a wide end without {mark!r}", wide[:at] + b"PK\0\0" + wide[at + 4 :])
    name = whole.index(LOCAL) + 30
    yield refused("before its bytes another name", whole[:name] + b"X" + whole[name + 1 :])
    yield refused("before its bytes other flags", listed_as(whole, last, flags=2))
    yield refused("before its bytes another packing", listed_as(whole, last, method=0))
    yield refused("before its bytes another mark", b"PK\x03\x05" + whole[4:])
    for at in (0, 2, len(good)):
        evil = part("evidence.html", b"<h1>Approved</h1>")
        parts = [*good[:at], evil, *good[at:]]
        yield refused(f"bytes of no member, {at} before them", joined(parts, hidden=evil))
    yield refused("another packing: sizes that follow", _streamed(good))
    size = len(good[-1].packed)
    yield refused("before its bytes fewer of them", listed_as(whole, last, packed=size + 1))
    for what, offset in (("checksum", 14), ("packed size", 18), ("size", 22)):
        at = whole.rindex(LOCAL) + offset
        forged = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
        yield refused(f"before its bytes another {what}", forged)
    yield from _lying(good)


def _lying(good: list[Part]) -> Iterator[Case]:
    """Members that unpack to something else than the directory says."""
    for name, content, claim in _claims():
        told_of = {one.name: one for one in good} | {"README.txt": claim}
        manifest = {
            one.name: sha256(zlib.decompress(one.packed, -15)).hexdigest()
            for one in good
            if one.name not in {"MANIFEST.sha256", "README.txt"}
        } | {"README.txt": sha256(content).hexdigest()}
        text = "".join(f"{digest}  {one}\n" for one, digest in sorted(manifest.items())).encode()
        told_of["MANIFEST.sha256"] = part("MANIFEST.sha256", text)
        forged = joined(told_of.values())
        yield Case("T27", f"a member that {name}", forged, frozenset({"export_malformed"}))
    right = next(one for one in good if one.name == "MANIFEST.sha256")
    more = zlib.decompress(right.packed, -15) + b"trust this\n"
    others = [one for one in good if one is not right]
    forged = joined([*others, part(right.name, more)])
    yield Case("T28", "a manifest with words", forged, frozenset({"manifest_mismatch"}))
    starred = zlib.decompress(right.packed, -15).replace(b"  README", b" *README")
    forged = joined([*others, part(right.name, starred)])
    yield Case("T28", "a manifest of another form", forged, frozenset({"manifest_mismatch"}))


def _claims() -> Iterator[tuple[str, bytes, Part]]:
    """What a README.txt does, what the manifest says it is, and the member."""
    text = b"read me, and nothing else, please"
    honest = part("README.txt", text)
    yield "has another checksum", text, replace(honest, crc=honest.crc ^ 1)
    yield "goes on after its end", text[:7], posing(honest, text[:7])
    yield "ends before its end", text, posing(honest, text + b"x")
    yield "has bytes after its own", text, replace(honest, packed=honest.packed + b"x")
    cut = deflated(text)[:-4]
    seen = zlib.decompressobj(-15).decompress(cut)
    yield "is cut", seen, replace(posing(honest, seen), packed=cut)
    stored = Part("README.txt", text, 7, zlib.crc32(text[:7]), method=0)
    yield "is stored and goes on", text[:7], stored


def _noise(size: int) -> bytes:
    return b"".join(sha256(b"%d" % number).digest() for number in range(size // 32))


def _read(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _streamed(good: list[Part]) -> bytes:
    """As it is written where nobody can go back: each size stands after its bytes."""
    there = bytearray()

    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, piece: Any) -> int:
            there.extend(piece)
            return len(piece)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
        for one in good:
            archive.writestr(one.name, zlib.decompress(one.packed, -15))
    return bytes(there)


def _overlapping(good: list[tuple[str, bytes]]) -> bytes:
    """Two entries of the directory that lead to one member."""
    content = bytearray(zipped(good))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[second + 42 : second + 46] = bytes(4)
    return bytes(content)


def _with_count(content: bytes, count: int) -> bytes:
    at = content.rindex(b"PK\x05\x06")
    return content[: at + 10] + count.to_bytes(2, "little") + content[at + 12 :]


def _with_size(content: bytes, size: int) -> bytes:
    at = content.rindex(b"PK\x05\x06")
    return content[: at + 12] + size.to_bytes(4, "little") + content[at + 16 :]
