"""The Merkle tree of RFC 6962 and RFC 9162: hashes, growth, proofs and their verification.

A subtree of 2^height leaves that starts at leaf index*2^height is named (height, index). Whoever
asks for a root or a proof hands in `read`, which gives the hash of such a complete subtree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class Node(NamedTuple):
    """The hash of a complete subtree, and where it stands."""

    height: int
    place: int
    hash: bytes


class Span(NamedTuple):
    """The leaves from `start` up to and without `end`."""

    start: int
    end: int


def leaf_hash(line: bytes) -> bytes:
    """The hash of one entry; the 0x00 keeps it apart from every inner node."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a tree: all that it takes to grow it and to know its root.

    `hashes` are the roots of the complete subtrees that make up the tree, largest first: one for
    each bit that is set in `size`.
    """

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    @classmethod
    def from_bytes(cls, size: int, raw: bytes) -> Frontier:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: when the number of hashes does not fit the size.
        """
        if len(raw) != HASH_SIZE * size.bit_count():
            message = f"a tree of {size} leaves has {size.bit_count()} hashes at its edge"
            raise ValueError(message)
        return cls(size, [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)])

    def to_bytes(self) -> bytes:
        """The hashes one after the other, 32 bytes each."""
        return b"".join(self.hashes)

    def append(self, leaf: bytes) -> list[Node]:
        """Add one leaf hash; return the subtrees that it completes, smallest first."""
        node = Node(0, self.size, leaf)
        completed = [node]
        self.size += 1
        while node.place % 2:
            node = Node(node.height + 1, node.place // 2, node_hash(self.hashes.pop(), node.hash))
            completed.append(node)
        self.hashes.append(node.hash)
        return completed

    def root(self) -> bytes:
        """The root of the tree so far."""
        return fold(self.hashes)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root above neighbouring complete subtrees, given largest first."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


# Proofs: which spans of leaves a proof is made of, and the hash of a span ------------------------
def inclusion_spans(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove that leaf `index` is in the tree of `size` leaves.

    Raises:
        ValueError: when the tree has no such leaf.
    """
    if not 0 <= index < size:
        message = f"a tree of {size} leaves has no leaf {index}"
        raise ValueError(message)
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = start + _left_size(end - start)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The spans whose hashes prove that the tree of `new` leaves begins with that of `old`.

    Raises:
        ValueError: unless 0 < old <= new.
    """
    if not 0 < old <= new:
        message = f"no proof leads from {old} to {new} leaves"
        raise ValueError(message)
    spans, start, end = [], 0, new
    while end != old:
        middle = start + _left_size(end - start)
        if old <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    if start:
        spans.append(Span(start, end))
    return spans[::-1]


def subtrees(span: Span) -> list[tuple[int, int]]:
    """The complete subtrees (height, index) that a span of a proof is made of, largest first."""
    parts, start = [], span.start
    while start < span.end:
        height = (span.end - start).bit_length() - 1
        parts.append((height, start >> height))
        start += 1 << height
    return parts


def span_root(span: Span, read: Callable[[int, int], bytes]) -> bytes:
    """The root over the leaves of a span."""
    return fold([read(height, index) for height, index in subtrees(span)])


def _left_size(size: int) -> int:
    """The largest power of two below `size`: how many leaves go to the left."""
    return 1 << (size - 1).bit_length() - 1


# Verification, as RFC 9162 2.1.3.2 and 2.1.4.2 give it -------------------------------------------
def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether `proof` shows that the tree with this root has this leaf hash at `index`."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    number, last, result = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            result = node_hash(part, result)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            result = node_hash(result, part)
        number, last = number >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the tree `new` begins with exactly the leaves of the tree `old`.

    A tree without leaves proves nothing about a later one, so `old` must be at least 1.
    """
    if not 0 < old <= new or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    first = second = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            first, second = node_hash(part, first), node_hash(part, second)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            second = node_hash(second, part)
        number, last = number >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
