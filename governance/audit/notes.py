"""Signed notes and checkpoints, as C2SP signed-note and tlog-checkpoint define them, with Ed25519.

Tools that others wrote in Go, Rust and JavaScript read these notes; keep them to the letter:

    origin LF size LF base64(root) LF [extension lines] LF — name base64(key id ‖ signature) LF
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

if TYPE_CHECKING:
    from collections.abc import Iterable

ED25519 = b"\x01"
KEY_ID_SIZE, PUBLIC_KEY_SIZE, ROOT_SIZE = 4, 32, 32
LARGEST_NOTE = 1_000_000
MOST_SIGNATURES = 100
MARK = "— "
PRIVATE = "PRIVATE+KEY+"


class BadNote(ValueError):
    """The text is not a note, a checkpoint or a key, or its signature does not hold."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and the name it signs under."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that say which key made a signature."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_SIZE]

    @property
    def vkey(self) -> str:
        """The key in its text form: name+id+base64, to be given to whoever wants to check."""
        return f"{self.name}+{self.key_id.hex()}+{_to_base64(ED25519 + self.public)}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether this key made this signature over exactly this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key and the name it signs under."""

    name: str
    key: Ed25519PrivateKey

    @classmethod
    def generate(cls, name: str) -> Signer:
        """A fresh key."""
        return cls(_key_name(name), Ed25519PrivateKey.generate())

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.key.public_key().public_bytes_raw())

    def to_text(self) -> str:
        """The private key in the text form that Go's note package writes."""
        seed = _to_base64(ED25519 + self.key.private_bytes_raw())
        return f"{PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{seed}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log's signature vouches for: this many leaves, under this root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{_to_base64(self.root)}\n"


def sign(text: str, *signers: Signer) -> str:
    """The note: a text that ends in a line feed, and one signature line for each signer."""
    if not text.endswith("\n"):
        message = "the text of a note ends in a line feed"
        raise BadNote(message)
    lines = [_signature_line(text, signer) for signer in signers]
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, verifiers: Iterable[Verifier]) -> tuple[str, list[Verifier]]:
    """The signed text and who signed it, at least one of `verifiers`.

    Raises:
        BadNote: when none of them signed, or when a signature in the name of one does not hold.
            Signatures of keys that are not among them are passed over.
    """
    text, signatures = _split(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed_by: list[Verifier] = []
    for name, raw in signatures:
        verifier = known.get((name, raw[:KEY_ID_SIZE]))
        if verifier is None or verifier in signed_by:
            continue
        if not verifier.verifies(text, raw[KEY_ID_SIZE:]):
            message = f"the signature of {name} does not hold"
            raise BadNote(message)
        signed_by.append(verifier)
    if not signed_by:
        message = "no key that we know signed this"
        raise BadNote(message)
    return text, signed_by


def open_checkpoint(note: str, verifiers: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint of a signed note. Size and root may be trusted only when they come from here.

    Raises:
        BadNote: as `open_note`, and when the text is no checkpoint.
    """
    return parse_checkpoint(open_note(note, verifiers)[0])


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; lines after the third are extensions and are passed over.

    Raises:
        BadNote: when it is none.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):  # noqa: PLR2004  three lines and the end
        message = "a checkpoint has three lines: origin, size, root"
        raise BadNote(message)
    origin, size, root = lines[:3]
    if not (size.isascii() and size.isdigit()) or str(int(size[:20])) != size:
        message = f"{size!r} is not the size of a log"
        raise BadNote(message)
    return Checkpoint(origin, int(size), _from_base64(root, ROOT_SIZE))


def parse_vkey(vkey: str) -> Verifier:
    """Read a public key from its text form.

    Raises:
        BadNote: when it is none, or when its id does not belong to it.
    """
    name, key_id, raw = _key_parts(vkey)
    verifier = Verifier(name, raw)
    if verifier.key_id.hex() != key_id:
        message = f"the id of the key {name} is wrong"
        raise BadNote(message)
    return verifier


def parse_signer(text: str) -> Signer:
    """Read a private key from its text form.

    Raises:
        BadNote: when it is none, or when its id does not belong to it. The text is not repeated.
    """
    if not text.startswith(PRIVATE):
        message = "this is not a private key"
        raise BadNote(message)
    name, key_id, seed = _key_parts(text.removeprefix(PRIVATE).strip())
    signer = Signer(name, Ed25519PrivateKey.from_private_bytes(seed))
    if signer.verifier.key_id.hex() != key_id:
        message = f"the id of the key {name} is wrong"
        raise BadNote(message)
    return signer


def _key_parts(text: str) -> tuple[str, str, bytes]:
    name, key_id, encoded = (*text.split("+", 2), "", "")[:3]
    raw = _from_base64(encoded, 1 + PUBLIC_KEY_SIZE)
    if raw[:1] != ED25519:
        message = f"the key {name} is not an Ed25519 key"
        raise BadNote(message)
    return _key_name(name), key_id, raw[1:]


def _key_name(name: str) -> str:
    if not name or "+" in name or any(character.isspace() for character in name):
        message = f"{name!r} cannot name a key: no spaces, no plus sign"
        raise BadNote(message)
    return name


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note) > LARGEST_NOTE or any(c < " " and c != "\n" for c in note):
        message = "too long for a note, or with control characters"
        raise BadNote(message)
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        message = "a note has a text, an empty line and signatures"
        raise BadNote(message)
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        message = f"more than {MOST_SIGNATURES} signatures"
        raise BadNote(message)
    return text + "\n", [_signature(line) for line in lines]


def _signature_line(text: str, signer: Signer) -> str:
    raw = signer.verifier.key_id + signer.key.sign(text.encode())
    return f"{MARK}{signer.name} {_to_base64(raw)}\n"


def _signature(line: str) -> tuple[str, bytes]:
    name, gap, encoded = line.removeprefix(MARK).partition(" ")
    if not line.startswith(MARK) or not gap:
        message = f"{line!r} is not a signature line"
        raise BadNote(message)
    raw = _from_base64(encoded)
    if len(raw) <= KEY_ID_SIZE:
        message = f"the signature of {name} is too short"
        raise BadNote(message)
    return _key_name(name), raw


def _to_base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _from_base64(text: str, size: int | None = None) -> bytes:
    """Strict: what encodes back to another text, or has another size, is refused."""
    try:
        raw = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        message = f"{text[:80]!r} is not base64"
        raise BadNote(message) from error
    if _to_base64(raw) != text or (size is not None and len(raw) != size):
        message = f"base64 of {len(raw)} bytes where {size or 'canonical'} was due"
        raise BadNote(message)
    return raw
