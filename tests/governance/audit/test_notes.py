"""Signed notes and checkpoints, to the letter of C2SP."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit.notes import (
    BadNote,
    Checkpoint,
    Signer,
    Verifier,
    open_checkpoint,
    open_note,
    parse_checkpoint,
    parse_signer,
    parse_vkey,
    sign,
)

# The example key and note in the documentation of Go's golang.org/x/mod/sumdb/note.
GO_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_NOTE = (
    GO_TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv"
    "qfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ORIGIN = "foureyes.test/log"
CHECKPOINT = Checkpoint(ORIGIN, 7, bytes(range(32)))


@pytest.fixture
def signer() -> Signer:
    """A log's key."""
    return Signer.generate(ORIGIN)


def test_ed25519_is_that_of_rfc_8032() -> None:
    """Test 2 of section 7.1: key and signature of the single byte 72."""
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    signer = Signer("log", Ed25519PrivateKey.from_private_bytes(seed))
    assert signer.verifier.public == public
    assert signer.key.sign(b"\x72") == signature
    assert signer.verifier.verifies("\x72", signature)


def test_the_example_of_the_go_library_opens() -> None:
    """What another implementation signed is read, and signing again gives the same note."""
    assert open_note(GO_NOTE, [parse_vkey(GO_VKEY)]) == (GO_TEXT, [parse_vkey(GO_VKEY)])
    assert sign(GO_TEXT, parse_signer(GO_SKEY)) == GO_NOTE


def test_a_checkpoint_has_three_lines_and_a_signature(signer: Signer) -> None:
    """Origin, size, root in base64; then the signature under the origin's name."""
    note = sign(CHECKPOINT.text, signer)
    lines = note.split("\n")
    assert lines[:4] == [ORIGIN, "7", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert open_checkpoint(note, [signer.verifier]) == CHECKPOINT


def test_keys_survive_their_text_form(signer: Signer) -> None:
    """Private and public."""
    assert parse_signer(signer.to_text()).verifier == signer.verifier
    assert parse_vkey(signer.verifier.vkey) == signer.verifier


def test_signatures_of_strangers_are_passed_over(signer: Signer) -> None:
    """A witness may add its line; who knows only the log's key still opens the note."""
    witness = Signer.generate("witness.example")
    note = sign(CHECKPOINT.text, witness, signer)
    assert open_note(note, [signer.verifier])[1] == [signer.verifier]
    assert len(open_note(note, [signer.verifier, witness.verifier])[1]) == 2


def test_a_note_that_only_strangers_signed_is_refused(signer: Signer) -> None:
    """T11: an unknown key vouches for nothing, even under the log's name."""
    note = sign(CHECKPOINT.text, Signer.generate(ORIGIN))
    with pytest.raises(BadNote, match="no key that we know"):
        open_note(note, [signer.verifier])


def test_a_false_signature_of_a_known_key_spoils_the_note(signer: Signer) -> None:
    """T11: even when another good signature stands beside it."""
    witness = Signer.generate("witness.example")
    other = sign("another text\n", signer).split("\n\n")[1]
    note = sign(CHECKPOINT.text, witness) + other
    with pytest.raises(BadNote, match="does not hold"):
        open_note(note, [signer.verifier, witness.verifier])


def test_a_changed_text_is_refused(signer: Signer) -> None:
    """One more leaf than was signed."""
    note = sign(CHECKPOINT.text, signer).replace("\n7\n", "\n8\n")
    with pytest.raises(BadNote, match="does not hold"):
        open_note(note, [signer.verifier])


def test_a_signature_of_another_length_is_refused(signer: Signer) -> None:
    """Cut short, it does not crash the reader."""
    assert not signer.verifier.verifies("text\n", bytes(63))
    assert not signer.verifier.verifies("text\n", b"")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n7\n",
        "origin\n7\nAAAA\n",
        "origin\n07\n" + "A" * 43 + "=\n",
        "origin\n-1\n" + "A" * 43 + "=\n",
        "origin\n\N{ARABIC-INDIC DIGIT SEVEN}\n" + "A" * 43 + "=\n",
        "origin\n" + "9" * 5000 + "\n" + "A" * 43 + "=\n",
        "\n7\n" + "A" * 43 + "=\n",
        "origin\n7\n" + "A" * 42 + "B=\n",
        "origin\n7\n" + "A" * 43 + "=",
        "origin\n7\n" + "A" * 43 + "=\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    """Leading zeros, other digits, short roots, sloppy base64, missing lines."""
    with pytest.raises(BadNote):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAAAAA==\n",
        "text\r\n\n— name AAAAAAAAAA==\n",
        "text\n\n— na+me AAAAAAAAAA==\n",
        "text\n\n" + "— name AAAAAAAAAA==\n" * 101,
        "x" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused(note: str, signer: Signer) -> None:
    """Whatever the text, the answer is BadNote and no crash."""
    with pytest.raises(BadNote):
        open_note(note, [signer.verifier])


@pytest.mark.parametrize(
    "vkey", ["", "name", "name+00000000", GO_VKEY[:-4], GO_VKEY.replace("c74f20a3", "c74f20a4")]
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    """A key whose id is not its own would let one key pass for another."""
    with pytest.raises(BadNote):
        parse_vkey(vkey)


def test_a_broken_private_key_is_not_repeated_in_the_message() -> None:
    """The message may end in a log file."""
    seed = GO_SKEY.rsplit("+", 1)[1]
    with pytest.raises(BadNote) as refusal:
        parse_signer(GO_SKEY.replace("c74f20a3", "c74f20a4"))
    assert seed not in str(refusal.value)


def test_key_ids_are_those_of_c2sp() -> None:
    """SHA-256 of name, line feed, 0x01 and key; the first four bytes."""
    assert Verifier("PeterNeumann", parse_vkey(GO_VKEY).public).key_id.hex() == "c74f20a3"
