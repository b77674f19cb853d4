"""Commitments to personal values."""

from hashlib import sha256

import pytest

from governance.audit.commitments import commit, new_salt, opens


def test_a_commitment_is_the_hash_of_prefix_salt_and_canonical_text() -> None:
    """So that another program can check it."""
    salt = bytes(range(32))
    expected = sha256(b"\x02" + salt + '"Zo\u00eb"'.encode()).hexdigest()
    assert commit("Zo\u00eb", salt) == expected


def test_only_the_value_and_the_salt_committed_to_open_it() -> None:
    """Neither another spelling nor another salt; an erased salt opens nothing."""
    salt = new_salt()
    commitment = commit("Zo\u00eb", salt)
    assert opens(commitment, "Zo\u00eb", salt)
    assert not opens(commitment, "Zoe\u0308", salt)
    assert not opens(commitment, "Zo\u00eb", new_salt())
    assert not opens(commitment, "Zo\u00eb", b"")


def test_a_short_salt_is_refused() -> None:
    """It could be found by trying."""
    with pytest.raises(ValueError, match="32 bytes"):
        commit("Zo\u00eb", b"short")
