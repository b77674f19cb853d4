"""What the log's key signed, read without the server's code: statements, checkpoints, proofs.

Forms: in-toto Statement/v1 in DSSE, C2SP signed notes with Ed25519, RFC 9162 inclusion proofs.
"""

import hashlib
import json
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from ruamel.yaml.error import YAMLError

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
LARGEST = 2_000_000
# What an answer raises that is of another shape than ours, or nested without end.
UNREADABLE = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    YAMLError,
)


class NotApproved(Exception):
    """Something does not hold; the message says what."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key in the text form of a log: name+id+base64."""

    name: str
    key_id: bytes
    public: bytes

    def holds(self, signed: bytes, signature: bytes) -> bool:
        """Whether this key made this signature."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except InvalidSignature:
            return False
        return True


def opened(text: str, keys: list[Key], kind: str) -> dict[str, Any]:
    """The statement in an envelope that one of the keys signed, if its predicate is of a kind.

    Raises:
        NotApproved: none of them signed it, or it states something else.
    """
    body = json.loads(text)
    if body["payloadType"] != PAYLOAD_TYPE:
        message = "the envelope holds something else than a statement"
        raise NotApproved(message)
    payload = b64decode(body["payload"], validate=True)
    form = PAYLOAD_TYPE.encode()
    signed = b"DSSEv1 %d %b %d %b" % (len(form), form, len(payload), payload)
    signatures = [b64decode(one["sig"], validate=True) for one in body["signatures"]]
    if not any(key.holds(signed, signature) for key in keys for signature in signatures):
        message = "no key that was given signed this attestation"
        raise NotApproved(message)
    statement: dict[str, Any] = json.loads(payload)
    if (statement["_type"], statement["predicateType"]) != (STATEMENT_TYPE, kind):
        message = "the statement is of another kind"
        raise NotApproved(message)
    return statement


def checkpoint(note: str, keys: list[Key]) -> tuple[int, bytes]:
    """Size and root of a signed note."""
    text, _gap, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        name, _space, blob = line.removeprefix("— ").rpartition(" ")
        raw = b64decode(blob, validate=True)
        if any(
            (key.name, key.key_id) == (name, raw[:4]) and key.holds(text.encode(), raw[4:])
            for key in keys
        ):
            _origin, size, root = text.splitlines()[:3]
            return int(size), b64decode(root, validate=True)
    message = "no key that was given signed this checkpoint"
    raise NotApproved(message)


def includes(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    number, last, result = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            result = hashlib.sha256(b"\x01" + part + result).digest()
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            result = hashlib.sha256(b"\x01" + result + part).digest()
        number, last = number >> 1, last >> 1
    return last == 0 and result == root


def key_of(text: str) -> Key:
    """A public key of its text form.

    Raises:
        NotApproved: it is none.
    """
    try:
        # Base64 may hold plus signs of its own: the name ends at the first, the id at the second.
        name, key_id, public = text.split("+", 2)
        raw = b64decode(public, validate=True)
        return Key(name, bytes.fromhex(key_id), raw[1:])
    except (ValueError, Base64Error) as fault:
        message = "a public key cannot be read; its form is name+id+base64"
        raise NotApproved(message) from fault


def read(path: Path) -> str:
    """A whole file; a clone may hold links to what has no end.

    Raises:
        NotApproved: it is not there, or too large.
    """
    try:
        if not path.is_file():
            message = f"{path.name} is not there"
            raise NotApproved(message)
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as fault:
        message = f"{path.name} cannot be read"
        raise NotApproved(message) from fault
    if len(raw) > LARGEST:
        message = f"{path.name} is too large"
        raise NotApproved(message)
    return raw.decode()
