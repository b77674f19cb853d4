"""The members of a verifiable package, read from the log one after the other."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from governance.audit.lines import parse
from governance.audit.notes import open_checkpoint, parse_vkey
from governance.audit.queries import (
    checkpoint_at,
    checkpoint_covering,
    entry_at,
    former_checkpoints,
    keys,
    proofs_of,
    receipt_of,
    rotation_entries,
)
from governance.trail.packing import FORMAT, README
from governance.trail.queries.exports import document_of
from governance.trail.queries.scoping import entries_placed
from governance.trail.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from governance.audit.proofs import Proofs
    from governance.trail.models import LogExport
    from governance.trail.packing import Package
    from governance.trail.queries.scoping import Placed

    Counted = Callable[[Iterator[Placed]], Iterator[Placed]]

CHUNK: Final = 1 << 20
VERIFIER: Final = Path(__file__).parent.parent / "verifier" / "verify.py"


class Bundle(Protocol):
    """What an evidence bundle holds beside the entries; made where cases are known."""

    def document(self, export: LogExport) -> bytes:
        """The decision as a page of HTML that needs nothing else."""

    def files(self, export: LogExport) -> Mapping[str, Path]:
        """The files that the decision rests on, by their SHA-256."""


def write_package(
    package: Package, export: LogExport, counted: Counted, bundle: Bundle | None = None
) -> None:
    """All members; entries are read three times, so that none has to be held."""
    scope, size = Scope.from_json(export.scope), export.size or 0
    checkpoint = checkpoint_at(size)
    proofs = proofs_of(size)
    origin = parse_origin(checkpoint.note)
    package.add("README.txt", README.encode())
    package.add("verify.py", VERIFIER.read_bytes())
    package.add("keys.txt", "".join(f"{vkey}\n" for vkey in keys()).encode())
    package.add_json("export.json", {"format": FORMAT, "origin": origin, "scope": scope.to_json()})
    package.add("checkpoint.txt", checkpoint.note.encode())
    package.add_json("closing.json", _closing(export, size))
    package.add_rows("rotations.jsonl", _rotations())
    package.add_rows("earlier.jsonl", _earlier(export, size, proofs))
    with package.member("entries.jsonl") as write:
        for entry in counted(entries_placed(scope, size)):
            write(entry.line + b"\n")
    if not scope.is_whole:
        package.add_rows("inclusion.jsonl", _inclusion(entries_placed(scope, size), proofs))
    package.add_rows("disclosures.jsonl", _disclosures(entries_placed(scope, size)))
    if bundle and "version" in export.filters:
        _add_bundle(package, export, bundle.files(export))
    package.close()


def _add_bundle(package: Package, export: LogExport, files: Mapping[str, Path]) -> None:
    """The document, and of the files those that an entry of the package names."""
    package.add("evidence.html", document_of(export).read_bytes())
    named: set[str] = set()
    for entry in entries_placed(Scope.from_json(export.scope), export.size or 0):
        named |= {reference.sha256 for reference in parse(entry.line).evidence}
    for sha256 in sorted(named & files.keys()):
        with package.member(f"evidence/{sha256}") as write, files[sha256].open("rb") as file:
            for piece in iter(partial(file.read, CHUNK), b""):
                write(piece)


def parse_origin(note: str) -> str:
    """The name of the log in a note of our own."""
    return note.partition("\n")[0]


def _inclusion(entries: Iterable[Placed], proofs: Proofs) -> Iterator[Mapping[str, object]]:
    for entry in entries:
        yield {"index": entry.index, "proof": _texts(proofs.inclusion(entry.index))}


def _disclosures(entries: Iterable[Placed]) -> Iterator[Mapping[str, object]]:
    for entry in entries:
        for one in entry.openings:
            yield {
                "index": entry.index,
                "path": one.path,
                "salt": one.salt.hex(),
                "value": one.value,
            }


def _closing(export: LogExport, size: int) -> Mapping[str, object]:
    entry_id: Any = export.closing_entry
    receipt = receipt_of(entry_id)
    assert receipt is not None
    return {
        "line": entry_at(receipt.index).decode(),
        "index": receipt.index,
        "proof": _texts(receipt.proof),
        "note": receipt.note,
        "consistency": _texts(proofs_of(receipt.size).consistency(size)),
    }


def _earlier(export: LogExport, size: int, proofs: Proofs) -> Iterator[Mapping[str, object]]:
    """Former checkpoints by size, and the one that the reader kept among them."""
    notes = {row.size: row.note for row in former_checkpoints(size)}
    if export.since_note:
        kept = open_checkpoint(export.since_note, [parse_vkey(vkey) for vkey in keys()])
        if 0 < kept.size < size:
            notes[kept.size] = export.since_note
    for old in sorted(notes):
        yield {"note": notes[old], "proof": _texts(proofs.consistency(old))}


def _rotations() -> Iterator[Mapping[str, object]]:
    """Each rotation under the checkpoint that both keys signed: the first that covers it."""
    for entry in rotation_entries():
        checkpoint = checkpoint_covering(entry.leaf.idx)
        assert checkpoint is not None
        yield {
            "line": bytes(entry.line).decode(),
            "index": entry.leaf.idx,
            "note": checkpoint.note,
            "proof": _texts(proofs_of(checkpoint.size).inclusion(entry.leaf.idx)),
        }


def _texts(hashes: Iterable[bytes]) -> list[str]:
    return [part.hex() for part in hashes]
