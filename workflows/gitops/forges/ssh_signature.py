"""Git's SSH signatures over tags, with an Ed25519 key (OpenSSH's PROTOCOL.sshsig). Pure.

`git tag -v` checks them against a file of allowed signers; no other program is needed.
"""

import base64
import hashlib
import struct
import textwrap

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAGIC = b"SSHSIG"
NAMESPACE = b"git"
KEY_TYPE = b"ssh-ed25519"
HASH = b"sha512"


def signature(message: bytes, seed: bytes) -> bytes:
    """Return the armoured signature; `seed` is the key's 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    hashed = hashlib.sha512(message).digest()
    signed = MAGIC + _strings(NAMESPACE, b"", HASH, hashed)
    inner = _strings(KEY_TYPE, key.sign(signed))
    blob = MAGIC + struct.pack(">I", 1) + _strings(_public(key), NAMESPACE, b"", HASH, inner)
    lines = textwrap.wrap(base64.b64encode(blob).decode(), 70)
    return "\n".join(
        ["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""]
    ).encode()


def public_line(seed: bytes) -> str:
    """Return the public key as a line of an allowed-signers file wants it."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return f"{KEY_TYPE.decode()} {base64.b64encode(_public(key)).decode()}"


def _public(key: Ed25519PrivateKey) -> bytes:
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return _strings(KEY_TYPE, raw)


def _strings(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)
