"""Checking an approval without trusting the server: signature, files, place in the log.

Shares no code with what writes attestations.
"""

import hashlib
import json
from base64 import b64decode
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from governance.client.places import same, value_at
from governance.client.signed import (
    UNREADABLE,
    Key,
    NotApproved,
    checkpoint,
    includes,
    key_of,
    opened,
    read,
)
from governance.client.standings import Wanted, told_by

PREDICATE_TYPE = "urn:foureyes:approval:v1"
ABSENT = "absent".ljust(64, "-")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to check: the folder of an approval in a clone, and the public keys to believe.

    `target`, where it is not empty: the approval must be for it. `changed`: paths from the root,
    each of which the approval must speak of. `standings`: the server's signed list of what has
    fallen, made at most so many hours ago, if it says how many.
    """

    folder: Path
    root: Path
    keys: tuple[str, ...]
    artifacts: tuple[str, ...] = ()
    checkpoint: str = ""
    max_age_hours: float = 0
    target: str = ""
    changed: tuple[str, ...] = ()
    standings: str = ""
    standings_max_age_hours: float = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`standing`: valid as signed, invalid, stale, revoked; with the server's word also valid.

    Without the server's word, and without a list of standings, none is ever revoked.
    """

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


def verify_approval(asked: Asked, now: datetime | None = None) -> Verdict:
    """Check everything that can be checked without the server."""
    try:
        keys = [key_of(text) for text in asked.keys]
        statement = opened(read(asked.folder / "attestation.dsse.json"), keys, PREDICATE_TYPE)
        predicate = statement["predicate"]
        _check_place(asked, predicate)
        _check_files(asked.root, statement["subject"], predicate)
        _check_artifacts(asked.artifacts, statement["subject"])
        _check_log(asked.folder, predicate, keys)
        _check_recent(asked, keys)
        now = now or datetime.now(UTC)
        found = _listed(_verdict(predicate), asked, keys, now)
        return found if found.standing == "revoked" else _aged(found, predicate, asked, now)
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


def _listed(found: Verdict, asked: Asked, keys: list[Key], now: datetime) -> Verdict:
    """With what the list of standings says of it, where one was given."""
    if not asked.standings:
        return found
    wanted = Wanted(
        found.promotion,
        approved=checkpoint(read(asked.folder / "checkpoint.txt"), keys),
        recent=checkpoint(asked.checkpoint, keys) if asked.checkpoint else None,
        max_age=timedelta(hours=asked.standings_max_age_hours),
    )
    standing, reason = told_by(asked.standings, keys, wanted, now)
    if not standing:
        return replace(found, reason=f"{found.reason}; {reason}")
    return replace(found, standing=standing, reason=reason)


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
    present = YAML(typ="safe", pure=True).load(read(place)) if place.exists() else {}
    return all(same(value_at(present, place), value) for place, value in fields.items())


def _check_artifacts(digests: tuple[str, ...], subjects: list[dict[str, Any]]) -> None:
    known = {one["digest"]["sha256"] for one in subjects}
    if missing := [digest for digest in digests if digest not in known]:
        message = f"the artefact {missing[0]} is not among what was approved"
        raise NotApproved(message)


def _check_log(folder: Path, predicate: dict[str, Any], keys: list[Key]) -> None:
    """The approval's entry is in the log that the checkpoint beside it signs."""
    size, root = checkpoint(read(folder / "checkpoint.txt"), keys)
    proof = json.loads(read(folder / "proof.json"))
    entry = b64decode(proof["entry"], validate=True)
    path = [bytes.fromhex(part) for part in proof["proof"]]
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    if proof["size"] != size or not includes(leaf, proof["index"], size, path, root):
        message = "the log does not hold the approval at the place that is named"
        raise NotApproved(message)
    line = json.loads(entry)
    about = line["subject"]["type"], line["subject"]["id"]
    if line["action"] != "version.approved" or about != ("version", predicate["version"]["id"]):
        message = "the entry in the log is about something else"
        raise NotApproved(message)


def _check_recent(asked: Asked, keys: list[Key]) -> None:
    """A later checkpoint of the same log is at least as long as the one that was signed then.

    And of one length there is one log: two roots for it are two stories.
    """
    if not asked.checkpoint:
        return
    then, told = checkpoint(read(asked.folder / "checkpoint.txt"), keys)
    size, root = checkpoint(asked.checkpoint, keys)
    if size < then:
        message = "the recent checkpoint is of a shorter log: it was set back, or is older"
        raise NotApproved(message)
    if size == then and root != told:
        message = "the recent checkpoint tells of another log of the same length"
        raise NotApproved(message)


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as fault:
        message = f"{path.name} is not there"
        raise NotApproved(message) from fault
