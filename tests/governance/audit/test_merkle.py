"""The tree of RFC 6962, against its published vectors and against its own definition."""

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    Span,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    node_hash,
    span_root,
    verify_consistency,
    verify_inclusion,
)

# The eight leaves of the reference tests of Certificate Transparency, and the roots 1 to 8.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(text)
    for text in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]


def hashes(count: int) -> list[bytes]:
    """Leaf hashes of so many different entries."""
    return [leaf_hash(b"%d" % number) for number in range(count)]


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(root_by_definition(leaves[:half]), root_by_definition(leaves[half:]))


def proof_of(spans: list[Span], leaves: list[bytes]) -> list[bytes]:
    """The hashes that a proof is made of."""

    def read(height: int, index: int) -> bytes:
        return root_by_definition(leaves[index << height : (index + 1) << height])

    return [span_root(span, read) for span in spans]


def damaged(proof: list[bytes]) -> list[list[bytes]]:
    """The proof with a bit flipped, an element more, less, doubled, swapped or cut short."""
    flipped = [[*proof[:at], _flip(part), *proof[at + 1 :]] for at, part in enumerate(proof)]
    swapped = [
        [*proof[:at], b, a, *proof[at + 2 :]] for at, (a, b) in enumerate(pairwise(proof)) if a != b
    ]
    others = [[*proof, EMPTY_ROOT], [EMPTY_ROOT, *proof]]
    if proof:
        others += [proof[1:], proof[:-1], [*proof, proof[-1]], [*proof[:-1], proof[-1][:31]]]
    return flipped + swapped + others


def _flip(value: bytes) -> bytes:
    return bytes([value[0] ^ 1]) + value[1:]


def test_the_empty_tree_has_the_root_of_rfc_6962() -> None:
    """SHA-256 of nothing."""
    assert Frontier().root() == sha256(b"").digest()


def test_a_growing_tree_has_the_published_roots() -> None:
    """The eight roots of the reference vectors."""
    tree = Frontier()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        tree.append(leaf_hash(leaf))
        assert tree.root() == root


def test_the_published_inclusion_proof_holds() -> None:
    """Leaf 5 in the tree of 8, as the reference vectors have it."""
    proof = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    parts = [bytes.fromhex(part) for part in proof]
    assert proof_of(inclusion_spans(5, 8), [leaf_hash(leaf) for leaf in LEAVES]) == parts
    assert verify_inclusion(leaf_hash(LEAVES[5]), 5, 8, parts, ROOTS[7])


def test_the_published_consistency_proof_holds() -> None:
    """From the tree of 6 leaves to that of 8."""
    proof = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    parts = [bytes.fromhex(part) for part in proof]
    assert proof_of(consistency_spans(6, 8), [leaf_hash(leaf) for leaf in LEAVES]) == parts
    assert verify_consistency(6, ROOTS[5], 8, ROOTS[7], parts)


@given(st.integers(0, 300))
def test_growing_leaf_by_leaf_gives_the_root_of_the_definition(size: int) -> None:
    """And the frontier survives being stored after each leaf."""
    tree = Frontier()
    for leaf in hashes(size):
        tree.append(leaf)
        tree = Frontier.from_bytes(tree.size, tree.to_bytes())
    assert tree.root() == root_by_definition(hashes(size))


def test_a_leaf_completes_the_subtrees_that_end_with_it() -> None:
    """The hashes that may be cached are named by height and place."""
    tree, leaves = Frontier(), hashes(8)
    completed = [tree.append(leaf) for leaf in leaves]
    assert [(node.height, node.place) for node in completed[5]] == [(0, 5), (1, 2)]
    assert [(node.height, node.place) for node in completed[7]] == [(0, 7), (1, 3), (2, 1), (3, 0)]
    assert completed[7][2].hash == root_by_definition(leaves[4:])


def test_a_frontier_of_another_size_is_refused() -> None:
    """A head whose size was altered does not grow on."""
    with pytest.raises(ValueError, match="2 hashes"):
        Frontier.from_bytes(3, bytes(32))


def test_every_inclusion_proof_holds_and_no_damaged_one_does() -> None:
    """T13: all leaves of all trees up to 20."""
    for size in range(1, 21):
        leaves = hashes(size)
        root = root_by_definition(leaves)
        for index, leaf in enumerate(leaves):
            proof = proof_of(inclusion_spans(index, size), leaves)
            assert verify_inclusion(leaf, index, size, proof, root)
            assert not any(verify_inclusion(leaf, index, size, bad, root) for bad in damaged(proof))
            assert not verify_inclusion(_flip(leaf), index, size, proof, root)
            assert not verify_inclusion(leaf, index, size, proof, _flip(root))
            others = (other for other in range(-1, size + 1) if other != index)
            assert not any(verify_inclusion(leaf, other, size, proof, root) for other in others)


def test_every_consistency_proof_holds_and_no_damaged_one_does() -> None:
    """T13: all pairs of trees up to 20."""
    leaves = hashes(20)
    for new in range(1, 21):
        new_root = root_by_definition(leaves[:new])
        for old in range(1, new + 1):
            old_root = root_by_definition(leaves[:old])
            proof = proof_of(consistency_spans(old, new), leaves)
            assert verify_consistency(old, old_root, new, new_root, proof)
            for bad in damaged(proof):
                assert not verify_consistency(old, old_root, new, new_root, bad)
            assert not verify_consistency(old, _flip(old_root), new, new_root, proof)
            assert not verify_consistency(old, old_root, new, _flip(new_root), proof)


def test_an_inner_node_cannot_pose_as_a_leaf() -> None:
    """T14: 64 bytes that are two hashes make another leaf hash than the node above them."""
    left, right = hashes(2)
    assert leaf_hash(left + right) != node_hash(left, right)
    assert not verify_inclusion(leaf_hash(left + right), 0, 1, [], node_hash(left, right))


def test_the_empty_tree_proves_nothing() -> None:
    """Sizes of zero and below are refused by both verifications."""
    leaf = hashes(1)[0]
    assert not verify_inclusion(leaf, 0, 0, [], EMPTY_ROOT)
    assert not verify_consistency(0, EMPTY_ROOT, 1, leaf, [])
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_spans(0, 0)
    with pytest.raises(ValueError, match="no proof"):
        consistency_spans(0, 1)
