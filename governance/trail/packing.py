"""The verifiable package: a zip whose every byte follows from what is in it. Pure.

The verifier of `governance/trail/verifier/verify.py` reads it; docs/audit-log.md describes it.
Members are written one after the other and never held whole, so memory stays bounded.
"""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Final

from governance.audit.canonical import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORMAT: Final = 1
# The oldest time that a zip can state: the same content gives the same bytes.
NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
ORDINARY_FILE: Final = 0o100644 << 16
UNIX: Final = 3

README: Final = """\
Entries of a Foureyes log, with what proves them.

    python verify.py EXPORT.zip --key VKEY [--since checkpoint.txt]

verify.py needs Python 3.8 or newer and nothing else. Take VKEY, the public key of the log, from
where you trust it, not from this file; take verify.py from there, too, if you can. It ends with 0
when everything holds. Keep checkpoint.txt: with --since, your next export must continue it.

entries.jsonl      the entries, byte by byte as they were recorded, in the order of the log
inclusion.jsonl    the place of each in the log and its proof (not in an export of the whole log)
disclosures.jsonl  names and free text, each with the salt that opens its commitment
checkpoint.txt     the signed head of the log that all proofs lead to
closing.json       the log's own statement how many entries of this scope there were, proven
earlier.jsonl      former signed heads, each with the proof that the log continues it
rotations.jsonl    the entries by which the log went from one key to the next, proven
evidence.html      of an evidence bundle: the decision as a document; closing.json names its digest
evidence/          of an evidence bundle: files that entries name, each called by its SHA-256
export.json        the scope of this export
keys.txt           public keys of the log, for convenience: what proves is the key that you bring
MANIFEST.sha256    digests of all members
"""


class Package:
    """A package in the making."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._digests: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """A member that is at hand."""
        with self.member(name) as write:
            write(content)

    def add_json(self, name: str, value: Mapping[str, object]) -> None:
        """A member that holds one object in canonical form."""
        self.add(name, canonical(value))

    def add_rows(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """A member with one object a line."""
        with self.member(name) as write:
            for row in rows:
                write(canonical(row) + b"\n")

    @contextmanager
    def member(self, name: str) -> Iterator[Writer]:
        """A member that is written piece by piece."""
        info = zipfile.ZipInfo(name, NO_TIME)
        info.create_system, info.external_attr = UNIX, ORDINARY_FILE
        # Evidence may be packed or hold long runs: stored as it is, it never looks like a bomb.
        stored = name.startswith("evidence/")
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        with self._zip.open(info, "w", force_zip64=True) as member:
            writer = Writer(member)
            yield writer
        self._digests[name] = writer.digest.hexdigest()

    def close(self) -> None:
        """Write the manifest and the directory."""
        lines = [f"{digest}  {name}\n" for name, digest in sorted(self._digests.items())]
        self.add("MANIFEST.sha256", "".join(lines).encode())
        self._zip.close()


class Writer:
    """Writes to a member, and hashes what goes by."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member
        self.digest = sha256()

    def __call__(self, piece: bytes) -> None:
        """Write one piece."""
        self.digest.update(piece)
        self._member.write(piece)
