"""Files made to hurt whoever opens them, and files that are broken (T27, T28)."""

import io
import zipfile
from collections.abc import Iterator
from hashlib import sha256

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

WHY = {
    "a member called": "is called",
    "a name twice": "occurs twice",
    "a symbolic link": "no ordinary file",
    "a bomb": "would unpack to",
    "a large small file": "README.txt is too large",
    "an encrypted member": "is packed in a way",
    "another packing": "is packed in a way",
    "members that overlap": "overlap",
    "a directory": "lists too much",
    "without": "it has no",
    "nothing": "it has no end",
    "garbage": "it has no end",
    "half of it": "it has no end",
    "a later format": "format 1",
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
    yield refused(
        "a large small file",
        zipped([*without_readme, ("README.txt", _noise(5 << 20))]),
    )
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


def _noise(size: int) -> bytes:
    return b"".join(sha256(b"%d" % number).digest() for number in range(size // 32))


def _read(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


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
