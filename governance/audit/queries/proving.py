"""Proofs from the stored leaves and nodes, in a few queries at any size of the log."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from governance.audit.merkle import (
    Span,
    consistency_spans,
    inclusion_spans,
    node_hash,
    span_root,
    subtrees,
)
from governance.audit.models import AuditLeaf, AuditNode
from governance.audit.proofs import Proofs
from governance.errors import Conflict
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Of the inner nodes, those above 2^8, 2^16, … leaves are kept, as tiles of C2SP logs are.
CACHED_EVERY: Final = 8


def inclusion_proof(index: int, size: int) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves; a few queries at any size."""
    return _proof(inclusion_spans(index, size))


def consistency_proof(old: int, new: int) -> list[bytes]:
    """The proof that the log at `new` leaves continues the log at `old` leaves."""
    return _proof(consistency_spans(old, new))


def proofs_of(size: int) -> Proofs:
    """Many proofs of the tree of `size` leaves, for an export."""
    return Proofs(size, _neighbours)


def _neighbours(height: int, places: range) -> dict[int, bytes]:
    between = {"idx__gte": places.start, "idx__lt": places.stop}
    rows = (
        AuditNode.objects.filter(height=height, **between).values_list("idx", "hash")
        if height
        else AuditLeaf.objects.filter(**between).values_list("idx", "leaf_hash")
    )
    return {index: bytes(value) for index, value in rows}


def _proof(spans: Sequence[Span]) -> list[bytes]:
    stored = _stored_hashes(place for span in spans for place in _places(span))

    def read(height: int, index: int) -> bytes:
        if (height, index) in stored:
            return stored[height, index]
        if height == 0:
            raise Conflict(
                _("The log has lost leaf {index}.", index=index), remedy=_("Verify the whole log.")
            )
        if height % CACHED_EVERY == 0:  # not in the cache: compute it from what it stands for
            first = index << CACHED_EVERY
            children = range(first, first + (1 << CACHED_EVERY))
            stored.update(_stored_hashes((height - CACHED_EVERY, at) for at in children))
        return node_hash(read(height - 1, 2 * index), read(height - 1, 2 * index + 1))

    return [span_root(span, read) for span in spans]


def _places(span: Span) -> Iterable[tuple[int, int]]:
    """Which stored hashes (height, index) a span is computed from."""
    for height, index in subtrees(span):
        below = height % CACHED_EVERY
        first = index << below
        yield from ((height - below, at) for at in range(first, first + (1 << below)))


def _stored_hashes(places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The hashes at these places; one query for each height that occurs."""
    wanted = defaultdict(list)
    for height, index in places:
        wanted[height].append(index)
    found = {}
    for height, indexes in wanted.items():
        rows = (
            AuditNode.objects.filter(height=height, idx__in=indexes).values_list("idx", "hash")
            if height
            else AuditLeaf.objects.filter(idx__in=indexes).values_list("idx", "leaf_hash")
        )
        found.update({(height, index): bytes(value) for index, value in rows})
    return found
