"""Checking an approval without trusting the server: signature, files, place in the log.

Shares no code with what writes attestations. Forms: in-toto Statement/v1 in DSSE, C2SP signed
notes with Ed25519, RFC 9162 inclusion proofs.
"""

import hashlib
import json
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from governance.client.places import Several, same, value_at

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:foureyes:approval:v1"
LARGEST = 2_000_000
ABSENT = "absent".ljust(64, "-")
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
    Several,
)


class NotApproved(Exception):
    """Something does not hold; the message says what."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to check: the folder of an approval in a clone, and the public keys to believe.

    `target`, where it is not empty: the approval must be for it. `changed`: paths from the root,
    each of which the approval must speak of.
    """

    folder: Path
    root: Path
    keys: tuple[str, ...]
    artifacts: tuple[str, ...] = ()
    checkpoint: str = ""
    max_age_hours: float = 0
    target: str = ""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`standing`: valid as signed, invalid, stale, revoked; with the server's word also valid."""

    standing: str
    reason: str
    promotion: str = ""
    content_digest: str = ""
    case_digest: str = ""
    model: str = ""
    target: str = ""

    def as_json(self) -> dict[str, str]:
        """For programs."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Key:
    """A public key in the text form of a log: name+id+base64."""

    name: str
    key_id: bytes
    public: bytes

    def holds(self, signed: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except InvalidSignature:
            return False
        return True


def verify_approval(asked: Asked, now: datetime | None = None) -> Verdict:
    """Check everything that can be checked without the server."""
    try:
        keys = [_key_of(text) for text in asked.keys]
        statement = _opened(_read(asked.folder / "attestation.dsse.json"), keys)
        predicate = statement["predicate"]
        _check_place(asked, predicate)
        _check_files(asked.root, statement["subject"], predicate)
        _check_artifacts(asked.artifacts, statement["subject"])
        _check_log(asked.folder, predicate, keys)
        _check_recent(asked, keys)
        return _aged(_verdict(predicate), predicate, asked, now or datetime.now(UTC))
    except NotApproved as fault:
        return Verdict("invalid", str(fault))
    except UNREADABLE as fault:
        return Verdict("invalid", f"it cannot be read ({type(fault).__name__})")


def with_server(verdict: Verdict, told: dict[str, Any]) -> Verdict:
    """Add what the server says today; a server that does not know the promotion revokes it."""
    for row in told.get("attestations", []):
        if row["promotion"] == verdict.promotion:
            return replace(verdict, standing=row["standing"], reason=row["reason"])
    return replace(verdict, standing="revoked", reason="the server knows no such approval")


def _verdict(predicate: dict[str, Any]) -> Verdict:
    version = predicate["version"]
    return Verdict(
        "valid as signed",
        f"{predicate['model']} version {version['number']} for {predicate['target']}",
        promotion=predicate["promotion"],
        content_digest=predicate["content_digest"],
        case_digest=predicate["case_digest"],
        model=predicate["model"],
        target=predicate["target"],
    )


def _aged(found: Verdict, predicate: dict[str, Any], asked: Asked, now: datetime) -> Verdict:
    until = predicate["valid_until"]
    if until and datetime.fromisoformat(until) <= now:
        return replace(found, standing="stale", reason=f"the approval ended on {until}")
    approved = predicate["approved_at"]
    oldest = timedelta(hours=asked.max_age_hours)
    if oldest and (not approved or datetime.fromisoformat(approved) + oldest < now):
        return replace(found, standing="stale", reason=f"approved on {approved}: too long ago")
    return found


# The parts --------------------------------------------------------------------------------------
def _opened(text: str, keys: list[_Key]) -> dict[str, Any]:
    body = json.loads(text)
    if body["payloadType"] != PAYLOAD_TYPE:
        message = "the envelope holds something else than a statement"
        raise NotApproved(message)
    payload = b64decode(body["payload"], validate=True)
    kind = PAYLOAD_TYPE.encode()
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    signatures = [b64decode(one["sig"], validate=True) for one in body["signatures"]]
    if not any(key.holds(signed, signature) for key in keys for signature in signatures):
        message = "no key that was given signed this attestation"
        raise NotApproved(message)
    statement: dict[str, Any] = json.loads(payload)
    if (statement["_type"], statement["predicateType"]) != (STATEMENT_TYPE, PREDICATE_TYPE):
        message = "the statement is of another kind"
        raise NotApproved(message)
    return statement


def _check_place(asked: Asked, predicate: dict[str, Any]) -> None:
    """The approval of one promotion says nothing about another one, wherever its files were put."""
    if asked.folder.absolute().name != predicate["promotion"]:
        message = f"this is the approval of the promotion {predicate['promotion']}"
        raise NotApproved(message)
    if asked.target and predicate["target"] != asked.target:
        message = f"it was approved for {predicate['target']}"
        raise NotApproved(message)
    known = {*(file["path"] for file in predicate["files"]), *predicate["removed"]}
    ours = f".foureyes/{predicate['promotion']}/"
    for path in asked.changed:
        if path not in known and not path.startswith(ours):
            message = f"{path} has changed, and nobody approved that"
            raise NotApproved(message)


def _check_files(root: Path, subjects: list[dict[str, Any]], predicate: dict[str, Any]) -> None:
    """Every approved file, or every value of ours in one, stands in the clone as approved."""
    listed = {file["path"]: file for file in predicate["files"]}
    names = {one["name"]: one["digest"]["sha256"] for one in subjects}
    for path, file in listed.items():
        place = (root / path).resolve()
        if not place.is_relative_to(root.resolve()):
            message = f"{path} leads out of the clone"
            raise NotApproved(message)
        if file["sha256"] == ABSENT:
            if place.exists():
                message = f"{path} should be gone"
                raise NotApproved(message)
        elif names.get(path) != file["sha256"]:
            message = f"{path} is not among the subjects"
            raise NotApproved(message)
        elif not _stands(place, file):
            message = f"{path} is not what was approved"
            raise NotApproved(message)
    lines = "".join(f"{listed[path]['sha256']}  {path}\n" for path in sorted(listed))
    if hashlib.sha256(lines.encode()).hexdigest() != predicate["content_digest"]:
        message = "the list of files does not give the approved digest"
        raise NotApproved(message)


def _stands(place: Path, file: dict[str, Any]) -> bool:
    """The whole file, or where it is somebody else's the values in it that are ours."""
    fields = file["fields"]
    if fields is None:
        return bool(_sha256(place) == file["sha256"])
    plain = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if hashlib.sha256(plain.encode()).hexdigest() != file["sha256"]:
        return False
    present = YAML(typ="safe", pure=True).load(_read(place)) if place.exists() else {}
    return all(same(value_at(present, place), value) for place, value in fields.items())


def _check_artifacts(digests: tuple[str, ...], subjects: list[dict[str, Any]]) -> None:
    known = {one["digest"]["sha256"] for one in subjects}
    if missing := [digest for digest in digests if digest not in known]:
        message = f"the artefact {missing[0]} is not among what was approved"
        raise NotApproved(message)


def _check_log(folder: Path, predicate: dict[str, Any], keys: list[_Key]) -> None:
    """The approval's entry is in the log that the checkpoint beside it signs."""
    size, root = _checkpoint(_read(folder / "checkpoint.txt"), keys)
    proof = json.loads(_read(folder / "proof.json"))
    entry = b64decode(proof["entry"], validate=True)
    path = [bytes.fromhex(part) for part in proof["proof"]]
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    if proof["size"] != size or not _includes(leaf, proof["index"], size, path, root):
        message = "the log does not hold the approval at the place that is named"
        raise NotApproved(message)
    line = json.loads(entry)
    about = line["subject"]["type"], line["subject"]["id"]
    if line["action"] != "version.approved" or about != ("version", predicate["version"]["id"]):
        message = "the entry in the log is about something else"
        raise NotApproved(message)


def _check_recent(asked: Asked, keys: list[_Key]) -> None:
    """A later checkpoint of the same log is at least as long as the one that was signed then.

    And of one length there is one log: two roots for it are two stories.
    """
    if not asked.checkpoint:
        return
    then, told = _checkpoint(_read(asked.folder / "checkpoint.txt"), keys)
    size, root = _checkpoint(asked.checkpoint, keys)
    if size < then:
        message = "the recent checkpoint is of a shorter log: it was set back, or is older"
        raise NotApproved(message)
    if size == then and root != told:
        message = "the recent checkpoint tells of another log of the same length"
        raise NotApproved(message)


def _checkpoint(note: str, keys: list[_Key]) -> tuple[int, bytes]:
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


def _includes(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
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


def _key_of(text: str) -> _Key:
    try:
        # Base64 may hold plus signs of its own: the name ends at the first, the id at the second.
        name, key_id, public = text.split("+", 2)
        raw = b64decode(public, validate=True)
        return _Key(name, bytes.fromhex(key_id), raw[1:])
    except (ValueError, Base64Error) as fault:
        message = "a public key cannot be read; its form is name+id+base64"
        raise NotApproved(message) from fault


def _read(path: Path) -> str:
    """A whole file; a clone may hold links to what has no end."""
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


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as fault:
        message = f"{path.name} is not there"
        raise NotApproved(message) from fault
