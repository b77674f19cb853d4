"""What the log's key states about approvals. Pure; equal facts give equal bytes.

An in-toto statement (Statement/v1) in a DSSE envelope (v1), signed with Ed25519. The subjects are
the artefacts and the approved files by their digests; the predicate says who approved what under
which policy and where the approval stands in the log. Of a list of standings the subject is the
log's root at one checkpoint, and the predicate says which approvals had fallen by then.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
APPROVAL = "urn:foureyes:approval:v1"
STANDINGS = "urn:foureyes:standings:v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that was approved: a file's name or path, and its SHA-256."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Ed25519: 32 bytes, and the name that verifiers know it by."""

    key_id: str
    seed: bytes


def statement(
    subjects: Sequence[Subject], predicate: dict[str, Any], kind: str = APPROVAL
) -> bytes:
    """Return the statement in RFC 8785's form, subjects by name."""
    ordered = sorted(subjects, key=lambda subject: (subject.name, subject.sha256))
    return rfc8785.dumps(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": one.name, "digest": {"sha256": one.sha256}} for one in ordered],
            "predicateType": kind,
            "predicate": predicate,
        }
    )


def standings(as_of: str, checkpoint: str, root: bytes, fallen: dict[str, dict[str, str]]) -> bytes:
    """Return the statement of what had fallen; `fallen` by the id of the promotion."""
    predicate = {"as_of": as_of, "checkpoint": checkpoint, "fallen": fallen}
    return statement([Subject("log", root.hex())], predicate, STANDINGS)


def envelope(payload: bytes, key: SigningKey) -> str:
    """Return the DSSE envelope as text, with a newline at its end."""
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    signature = private.sign(pre_authentication(payload))
    body = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": key.key_id, "sig": base64.b64encode(signature).decode()}],
    }
    return json.dumps(body, indent=2) + "\n"


def pre_authentication(payload: bytes) -> bytes:
    """Return what is signed: DSSE's PAE, so that no other protocol's signature fits."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def proof(index: int, size: int, line: bytes, path: Sequence[bytes]) -> str:
    """Return the proof that the approval is in the log: its bytes and the way to the root."""
    body = {
        "format": 1,
        "index": index,
        "size": size,
        "entry": base64.b64encode(line).decode(),
        "proof": [part.hex() for part in path],
    }
    return json.dumps(body, indent=2) + "\n"
