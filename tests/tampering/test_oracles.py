"""The verifier's own mathematics against published figures and other people's programs."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cryptography_vectors
import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.audit import canonical as writer
from governance.audit.merkle import leaf_hash
from governance.audit.proofs import Proofs
from governance.trail.verifier import verify as verifier

VECTORS = Path(cryptography_vectors.__file__).parent / "asymmetric" / "Ed25519" / "sign.input"
# RFC 8032, 7.1, TEST 1 to 3: public key, message, signature.
RFC_8032 = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


# Ed25519 -----------------------------------------------------------------------------------------
def vectors() -> Iterator[tuple[bytes, bytes, bytes]]:
    """Public key, message and signature of each vector."""
    for row in VECTORS.read_text(encoding="ascii").splitlines():
        _secret, public, message, signed = row.split(":")[:4]
        yield bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signed)[:64]


def test_the_signatures_of_rfc_8032_hold() -> None:
    """And they are the first of the vectors that others test with."""
    known = [tuple(map(bytes.fromhex, one)) for one in RFC_8032]
    assert known == list(vectors())[:3]
    assert all(verifier.ed25519_verifies(*one) for one in known)


def wrong_ones(step: int) -> list[int]:
    """Which vectors are judged wrongly: as they are, and with one bit of each part turned."""
    chance, wrong = random.Random(8032), []
    for number, parts in enumerate(vectors()):
        if number % step:
            continue
        turned = [bytearray(part) for part in parts]
        at = chance.choice([at for at in range(3) if turned[at]])
        turned[at][chance.randrange(len(turned[at]))] ^= 1 << chance.randrange(8)
        if not verifier.ed25519_verifies(*parts) or verifier.ed25519_verifies(*map(bytes, turned)):
            wrong.append(number)
    return wrong


def test_vectors_of_ed25519_hold_and_no_damaged_one_does() -> None:
    """A share of the 1,024."""
    assert wrong_ones(step=32) == []


@pytest.mark.soak
def test_every_vector_of_ed25519_holds() -> None:
    """All of them."""
    assert wrong_ones(step=1) == []


def test_a_signature_has_one_form_only() -> None:
    """RFC 8032, 5.1.7: s is below the order; the same point in another form is refused."""
    public, message, signed = (bytes.fromhex(part) for part in RFC_8032[1])
    s = int.from_bytes(signed[32:], "little") + verifier.ORDER
    assert not verifier.ed25519_verifies(public, message, signed[:32] + s.to_bytes(32, "little"))
    p = (2**255 - 19).to_bytes(32, "little")  # y = p is 0 in a form that it must not have
    assert not verifier.ed25519_verifies(p, message, signed)
    for length in (0, 31, 33):
        assert not verifier.ed25519_verifies(bytes(length), message, signed)
        assert not verifier.ed25519_verifies(public, message, (signed * 2)[: 2 * length + 1])


# Trees -------------------------------------------------------------------------------------------
def trees(seed: int, number: int, most: int) -> Iterator[tuple[list[bytes], Any]]:
    """Random entries, and the tree that pymerkle makes of them."""
    chance = random.Random(seed)
    for _ in range(number):
        entries = [chance.randbytes(chance.randrange(40)) for _ in range(chance.randint(1, most))]
        tree = pymerkle.InmemoryTree(algorithm="sha256")
        for entry in entries:
            tree.append_entry(entry)
        yield entries, tree


def agree(entries: list[bytes], tree: Any, chance: random.Random) -> None:
    """Roots, and a proof of each kind, in both directions."""
    size, leaves = len(entries), [leaf_hash(entry) for entry in entries]

    def stored(height: int, places: range) -> dict[int, bytes]:
        return {} if height else {at: leaves[at] for at in places if at < size}

    own = verifier.Tree()
    for leaf in leaves:
        own.append(leaf)
    root = tree.get_root()
    assert own.root() == root
    index, old = chance.randrange(size), chance.randint(1, size)
    path = [
        bytes.fromhex(part) for part in tree.prove_inclusion(index + 1, size).serialize()["path"]
    ]
    proofs = Proofs(size, stored)
    assert path == [leaves[index], *proofs.inclusion(index)]
    assert verifier.included(leaves[index], index, size, path[1:], root)
    former, shown = tree.get_root(old), proofs.consistency(old)
    assert verifier.continues(old, former, size, root, shown)
    other = leaf_hash(former)
    assert not verifier.continues(old, other, size, root, shown)
    assert not verifier.continues(old, former, size, other, shown)


def test_random_trees_are_those_of_pymerkle() -> None:
    """The same roots and inclusion proofs; consistency proofs lead from its roots to its roots."""
    chance = random.Random(6962)
    for entries, tree in trees(seed=6962, number=60, most=40):
        agree(entries, tree, chance)


@pytest.mark.soak
def test_many_random_trees_are_those_of_pymerkle() -> None:
    """The long version."""
    chance = random.Random(9162)
    for entries, tree in trees(seed=9162, number=2000, most=300):
        agree(entries, tree, chance)


def test_malformed_proofs_are_refused() -> None:
    """Size 0, surplus and missing nodes, an index outside, a smaller tree as the later one."""
    leaves = [leaf_hash(b"%d" % number) for number in range(7)]
    tree = verifier.Tree()
    for leaf in leaves:
        tree.append(leaf)
    proofs = Proofs(7, lambda height, _places: {} if height else dict(enumerate(leaves)))
    root, shown, kept = tree.root(), proofs.inclusion(3), proofs.consistency(3)
    three = verifier.Tree()
    for leaf in leaves[:3]:
        three.append(leaf)
    assert verifier.included(leaves[3], 3, 7, shown, root)
    assert verifier.continues(3, three.root(), 7, root, kept)
    for index, size, proof in (
        (3, 0, shown), (3, 7, [*shown, root]), (3, 7, shown[:-1]), (3, 7, []), (-1, 7, shown),
        (7, 7, shown), (2, 7, shown), (3, 8, [*shown, root]),
    ):  # fmt: skip
        assert not verifier.included(leaves[3], index, size, proof, root), (index, size)
    for old, new, proof in (
        (0, 7, []), (3, 7, [*kept, root]), (3, 7, kept[:-1]), (3, 7, []), (7, 3, kept),
        (3, 3, kept), (4, 7, kept),
    ):  # fmt: skip
        assert not verifier.continues(old, three.root(), new, root, proof), (old, new)


@pytest.mark.parametrize("part", ["", "00" * 31, "00" * 33, "0g" * 32, "AA" * 32, 7, None])
def test_a_proof_holds_hashes_only(part: object) -> None:
    """32 bytes each, in lower-case hex, and not more than a tree can be high."""
    for proof in ([part], ["00" * 32] * 129, "00" * 32):
        with pytest.raises(verifier.Broken):
            verifier._hashes({"proof": proof}, "proof")


# Canonical JSON ----------------------------------------------------------------------------------
def test_members_stand_in_the_order_that_rfc_8785_shows() -> None:
    """Section 3.2.3: by UTF-16 code units, not by code points."""
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\xf6"]
    due = ["\r", "1", "\x80", "\xf6", "\u20ac", "\U0001f600", "\ufb33"]
    found = verifier.canonical(dict.fromkeys(keys, 1))
    assert list(verifier.DECODER.decode(found.decode())) == due


@given(JSON)
def test_the_writer_and_the_verifier_have_one_canonical_form(value: Any) -> None:
    """What rfc8785 writes is what the verifier takes, and gives back."""
    written = writer.canonical(value)
    assert verifier.canonical(value) == written
    assert verifier.decode(written) == value
