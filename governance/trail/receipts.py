"""The receipt of an entry as one document: the recorded bytes and what proves them. Pure.

Whoever has it and the log's public key needs nothing else: SHA-256 over 0x00 and `line` is
`leaf_hash`; with `proof` it gives the root that the note in `checkpoint` signs (RFC 9162, 2.1.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from governance.audit.canonical import canonical

if TYPE_CHECKING:
    from governance.audit.queries import Receipt

FORMAT: Final = 1


def receipt_document(line: bytes, receipt: Receipt) -> bytes:
    """Canonical JSON, so that it is the same bytes wherever somebody fetches it."""
    return canonical(
        {
            "format": FORMAT,
            "id": receipt.entry_id,
            "line": line.decode(),
            "index": receipt.index,
            "leaf_hash": receipt.leaf_hash.hex(),
            "size": receipt.size,
            "proof": [part.hex() for part in receipt.proof],
            "checkpoint": receipt.note,
        }
    )
