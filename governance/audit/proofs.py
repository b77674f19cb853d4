"""Many proofs of one tree: each stored hash is read once, however many proofs it is part of.

Hashes are kept in tiles of 256 neighbours, as they are stored; the hashes between two stored
levels are computed when they are asked for. Pure: `stored` does the reading.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from governance.audit.merkle import consistency_spans, inclusion_spans, node_hash, span_root

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Stored = Callable[[int, range], Mapping[int, bytes]]

TILE_HEIGHT: Final = 8
MOST_TILES: Final = 64


class LostLeaf(LookupError):
    """A leaf that the tree must have is not stored; its index is the argument."""


class Proofs:
    """Proofs of the tree of `size` leaves. `stored(height, range)` gives what is kept there."""

    def __init__(self, size: int, stored: Stored) -> None:
        self.size = size
        self._stored = stored
        self._tiles: OrderedDict[tuple[int, int], dict[tuple[int, int], bytes]] = OrderedDict()

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that leaf `index` is in the tree."""
        return [span_root(span, self._hash) for span in inclusion_spans(index, self.size)]

    def consistency(self, old: int) -> list[bytes]:
        """The proof that the tree begins with the tree of `old` leaves."""
        return [span_root(span, self._hash) for span in consistency_spans(old, self.size)]

    def _hash(self, height: int, index: int) -> bytes:
        below = height % TILE_HEIGHT
        base = height - below
        tile = self._tile(base, (index << below) >> TILE_HEIGHT)
        return self._within(tile, base, below, index)

    def _within(
        self, tile: dict[tuple[int, int], bytes], base: int, below: int, index: int
    ) -> bytes:
        found = tile.get((below, index))
        if found is None:
            found = self._computed(tile, base, below, index)
            tile[below, index] = found
        return found

    def _computed(
        self, tile: dict[tuple[int, int], bytes], base: int, below: int, index: int
    ) -> bytes:
        if below:
            left = self._within(tile, base, below - 1, 2 * index)
            return node_hash(left, self._within(tile, base, below - 1, 2 * index + 1))
        if base == 0:
            raise LostLeaf(index)
        # The cache of inner nodes was emptied: compute it from what it stands for.
        return node_hash(self._hash(base - 1, 2 * index), self._hash(base - 1, 2 * index + 1))

    def _tile(self, base: int, number: int) -> dict[tuple[int, int], bytes]:
        key = (base, number)
        if key not in self._tiles:
            first = number << TILE_HEIGHT
            stored = self._stored(base, range(first, first + (1 << TILE_HEIGHT)))
            self._tiles[key] = {(0, index): hashed for index, hashed in stored.items()}
            if len(self._tiles) > MOST_TILES:
                self._tiles.popitem(last=False)
        self._tiles.move_to_end(key)
        return self._tiles[key]
