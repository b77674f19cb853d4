"""Logs without a database, as the product writes them, and exports of them to be forged.

A forger here may do everything that an operator could: change members, hash anew, pack again; and
with `log.signer` also sign.
"""

import io
import json
import random
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit.canonical import canonical
from governance.audit.commitments import commit
from governance.audit.lines import Author, EvidenceRef, Line
from governance.audit.merkle import Frontier, leaf_hash
from governance.audit.notes import Checkpoint, Signer, sign
from governance.audit.proofs import Proofs
from governance.trail.packing import FORMAT, Package
from governance.trail.scopes import Scope

ORIGIN = "bank.example/log"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RETAIL, MARKETS = UUID(int=101), UUID(int=102)
Members = dict[str, bytes]


def signer_of(seed: int, name: str = ORIGIN) -> Signer:
    """The same key for the same number."""
    return Signer(name, Ed25519PrivateKey.from_private_bytes(sha256(b"%d" % seed).digest()))


@dataclass
class Log:
    """A log in memory. `signer` signs its checkpoints; a rotation replaces it."""

    signer: Signer = field(default_factory=lambda: signer_of(1))
    origin: str = ORIGIN
    lines: list[bytes] = field(default_factory=list)
    openings: dict[int, dict[str, tuple[bytes, str]]] = field(default_factory=dict)
    chains: dict[tuple[str, UUID], tuple[int, str | None]] = field(default_factory=dict)
    checkpoints: dict[int, str] = field(default_factory=dict)
    rotations: list[tuple[int, int]] = field(default_factory=list)
    clock: datetime = START

    @property
    def vkey(self) -> str:
        """The key that an auditor took along."""
        return self.signer.verifier.vkey

    def add(
        self,
        subject: tuple[str, UUID],
        action: str = "version.submitted",
        *,
        details: dict[str, Any] | None = None,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        personal: dict[str, str] | None = None,
        portfolio: UUID | None = RETAIL,
        person: UUID | None = None,
        evidence: tuple[EvidenceRef, ...] = (),
        step: timedelta = timedelta(seconds=7),
    ) -> int:
        """Write one entry; returns its index."""
        index = len(self.lines)
        self.clock += step
        seq, prev = self.chains.get(subject, (0, None))
        opened = {
            path: (sha256(f"{index}{path}".encode()).digest(), value)
            for path, value in (personal or {}).items()
        }
        line = Line(
            origin=self.origin,
            id=id_at(self.clock, index),
            occurred_at=self.clock,
            action=action,
            author=Author(kind="person", surface="screen", person_id=person),
            subject_type=subject[0],
            subject_id=subject[1],
            seq=seq + 1,
            prev=prev,
            portfolio_id=portfolio,
            before=before or {},
            after=after or {},
            details=details or {},
            personal={path: commit(value, salt) for path, (salt, value) in opened.items()},
            evidence=evidence,
        )
        self.put(line.to_bytes(), subject, seq + 1)
        self.openings[index] = opened
        return index

    def put(self, raw: bytes, subject: tuple[str, UUID], seq: int) -> None:
        """Take bytes as they are for an entry."""
        self.lines.append(raw)
        self.chains[subject] = (seq, leaf_hash(raw).hex())

    def note(self, size: int, *signers: Signer) -> str:
        """A checkpoint of the first `size` entries."""
        root = self.root(size)
        return sign(Checkpoint(self.origin, size, root).text, *(signers or (self.signer,)))

    def seal(self) -> str:
        """Sign what is there, and keep the checkpoint."""
        size = len(self.lines)
        return self.checkpoints.setdefault(size, self.note(size))

    def rotate(self, to: Signer) -> None:
        """Go on with another key, endorsed by the present one."""
        old = self.signer
        self.add(
            ("log", UUID(int=1)),
            "log_key.rotated",
            before={"vkey": old.verifier.vkey},
            after={"vkey": to.verifier.vkey},
            portfolio=None,
        )
        size = len(self.lines)
        self.checkpoints[size] = self.note(size, old, to)
        self.rotations.append((size - 1, size))
        self.signer = to

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries."""
        return self.edge(size).root()

    def edge(self, size: int) -> Frontier:
        """The tree over the first `size` entries."""
        tree = Frontier()
        for raw in self.lines[:size]:
            tree.append(leaf_hash(raw))
        return tree

    def proofs(self, size: int) -> Proofs:
        """Proofs, from leaf hashes alone."""

        def stored(height: int, places: range) -> dict[int, bytes]:
            if height:
                return {}
            return {at: leaf_hash(self.lines[at]) for at in places if at < len(self.lines)}

        return Proofs(size, stored)

    def chosen(self, scope: Scope, size: int) -> list[int]:
        """The entries of a scope, by the lines."""
        if scope.is_whole:
            return list(range(size))
        return [at for at in range(size) if in_scope(json.loads(self.lines[at]), scope)]

    def members(
        self, scope: Scope | None = None, files: Iterable[bytes] = (), page: bytes = b""
    ) -> Members:
        """An honest export of the log as it is now; `page` is that of an evidence bundle."""
        scope = scope or Scope()
        note = self.seal()
        size = len(self.lines)
        chosen = self.chosen(scope, size)
        closing = self.close(scope, chosen, page)
        proofs = self.proofs(size)
        earlier = [
            {"note": kept, "proof": texts(proofs.consistency(old))}
            for old, kept in sorted(self.checkpoints.items())
            if 0 < old < size
        ]
        found = {
            "README.txt": b"read me",
            "export.json": canonical(
                {"format": FORMAT, "origin": self.origin, "scope": scope.to_json()}
            ),
            "checkpoint.txt": note.encode(),
            "closing.json": canonical(closing),
            "rotations.jsonl": rows(map(self.rotation, self.rotations)),
            "earlier.jsonl": rows(earlier),
            "entries.jsonl": b"".join(self.lines[at] + b"\n" for at in chosen),
            "disclosures.jsonl": rows(
                {"index": at, "path": path, "salt": salt.hex(), "value": value}
                for at in chosen
                for path, (salt, value) in sorted(self.openings.get(at, {}).items())
            ),
        }
        if not scope.is_whole:
            found["inclusion.jsonl"] = rows(
                {"index": at, "proof": texts(proofs.inclusion(at))} for at in chosen
            )
        if page:
            found["evidence.html"] = page
        return found | {f"evidence/{sha256(one).hexdigest()}": one for one in files}

    def close(self, scope: Scope, chosen: list[int], page: bytes = b"") -> dict[str, Any]:
        """The log says what the scope comprises; returns the statement with its proof."""
        size = len(self.lines)
        digest = sha256(b"".join(leaf_hash(self.lines[at]) for at in chosen))
        details = {
            "format": "zip",
            "scope_sha256": scope.sha256,
            "size": size,
            "root": self.root(size).hex(),
            "entries": len(chosen),
            "digest": digest.hexdigest(),
            **({"document": sha256(page).hexdigest()} if page else {}),
        }
        subject = ("export", UUID(int=9000 + size))
        index = self.add(subject, "export.created", details=details, portfolio=None)
        return self.closing(index, size)

    def closing(self, index: int, size: int) -> dict[str, Any]:
        """The entry at `index` as closing.json holds it."""
        now = len(self.lines)
        proofs = self.proofs(now)
        return {
            "line": self.lines[index].decode(),
            "index": index,
            "proof": texts(proofs.inclusion(index)),
            "note": self.note(now),
            "consistency": texts(proofs.consistency(size)),
        }

    def rotation(self, at: tuple[int, int]) -> dict[str, Any]:
        """One row of rotations.jsonl."""
        index, size = at
        return {
            "line": self.lines[index].decode(),
            "index": index,
            "note": self.checkpoints[size],
            "proof": texts(self.proofs(size).inclusion(index)),
        }


def id_at(clock: datetime, index: int) -> UUID:
    """An id of version 7 that is the same in every run."""
    noise = int.from_bytes(sha256(b"%d" % index).digest()[:10], "big")
    high = int(clock.timestamp() * 1000) << 16 | 0x7 << 12 | noise >> 68
    return UUID(int=high << 64 | 0b10 << 62 | noise & (1 << 62) - 1)


def in_scope(value: dict[str, Any], scope: Scope) -> bool:
    """The scope's filters, said once more for the tests."""
    subject = value["subject"]
    return (
        (scope.portfolios is None or value["portfolio"] in scope.portfolios)
        and (scope.subjects is None or (subject["type"], subject["id"]) in scope.subjects)
        and (scope.person is None or value["actor"]["person"] == scope.person)
        and value["action"].startswith(scope.action or "")
        and (scope.since is None or scope.since <= value["ts"])
        and (scope.until is None or value["ts"] < scope.until)
    )


def texts(hashes: Iterable[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


def rows(values: Iterable[Any]) -> bytes:
    return b"".join(canonical(value) + b"\n" for value in values)


def packed(members: Members) -> bytes:
    """A zip with a manifest that fits it, as an operator would hand it out."""
    file = io.BytesIO()
    package = Package(file)
    for name, content in members.items():
        package.add(name, content)
    package.close()
    return file.getvalue()


def zipped(members: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip of whatever is given, however it is named."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


VERSIONS = [("version", UUID(int=number)) for number in range(1, 6)]
PEOPLE = [UUID(int=number) for number in (501, 502, 503)]


def told(entries: int = 23, seed: int = 1) -> Log:
    """A log with versions of two portfolios, people, personal values and former checkpoints."""
    chance = random.Random(seed)
    log = Log()
    for number in range(entries):
        at = chance.randrange(len(VERSIONS))
        log.add(
            VERSIONS[at],
            chance.choice(("version.submitted", "version.validated", "kpi.recorded")),
            after={"state": "submitted", "number": number},
            details={"word": "Prüfung é", "value": "0.8040"},
            personal={"actor.name": f"Dana {number}", "comment": "please look"}
            if chance.random() < 0.7
            else {},
            portfolio=RETAIL if at % 2 else MARKETS,
            person=chance.choice(PEOPLE),
            step=timedelta(seconds=chance.randrange(1, 90)),
        )
        if chance.random() < 0.07:
            log.seal()
    return log
