"""Logs and exports of any length, made from numbers and never held: what an export writes.

The lines are those of a bank's busy year: people act on versions of models, each entry has the
actor's name as a commitment and about 900 bytes. Signatures are real, from a key of the number 1.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import IO
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.actors import ActingRole
from governance.audit.canonical import moment
from governance.audit.commitments import commit
from governance.audit.lines import Author, Line
from governance.audit.merkle import Frontier, leaf_hash
from governance.audit.notes import Checkpoint, Signer, sign
from governance.trail.packing import FORMAT, Package
from governance.trail.scopes import Scope

ORIGIN = "bank.example/log"
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SUBJECTS, PEOPLE, PORTFOLIOS = 20_000, 400, 20
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(sha256(b"1").digest()))


class Chains:
    """The last number and leaf hash of each subject."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[int, str]] = {}

    def line(self, number: int) -> bytes:
        """The bytes of the entry of this number."""
        subject = number * 104_729 % SUBJECTS
        seq, prev = self._last.get(subject, (0, "null"))
        raw = _line(number, subject, seq + 1, prev)
        self._last[subject] = (seq + 1, f'"{leaf_hash(raw).hex()}"')
        return raw


def opening_of(number: int) -> tuple[str, bytes]:
    """The name of the actor of an entry, and its salt."""
    return f"Person Müller {number * 7919 % PEOPLE}", sha256(b"salt%d" % number).digest()


def _template() -> str:
    """A line as the product writes it, with gaps for what differs from entry to entry."""
    line = Line(
        origin=ORIGIN,
        id=UUID(int=1),
        occurred_at=START,
        action="ACTION",
        author=Author(
            kind="person",
            surface="screen",
            person_id=UUID(int=2),
            account_id=UUID(int=3),
            amr=("pwd", "otp"),
            session="SESSION",
            roles=(ActingRole("model_validator"),),
        ),
        subject_type="version",
        subject_id=UUID(int=4),
        seq=111_111_111,
        prev="PREV",
        portfolio_id=UUID(int=5),
        before={"state": "submitted"},
        after={"state": "validated", "number": 222_222_222},
        details={"gate": "auc_floor", "value": "VALUE", "rows": 333_333_333},
        personal={"actor.name": "COMMITMENT"},
    )
    text = line.to_bytes().decode().replace("%", "%%")
    for marker, gap in _GAPS.items():
        assert text.count(marker) == 1, marker
        text = text.replace(marker, gap)
    return text


_GAPS = {
    str(UUID(int=1)): "01900000-0000-7000-8000-%(number)012x",
    str(UUID(int=2)): "00000000-0000-0000-0002-%(person)012x",
    str(UUID(int=3)): "00000000-0000-0000-0003-%(person)012x",
    str(UUID(int=4)): "00000000-0000-0000-0004-%(subject)012x",
    str(UUID(int=5)): "00000000-0000-0000-0005-%(portfolio)012x",
    moment(START): "%(time)s",
    "ACTION": "%(action)s",
    "SESSION": "%(session)s",
    '"PREV"': "%(prev)s",
    "111111111": "%(seq)d",
    "222222222": "%(kind)d",
    "333333333": "%(rows)d",
    "VALUE": "0.%(value)04d",
    "COMMITMENT": "%(commitment)s",
}
TEMPLATE = _template()


def _line(number: int, subject: int, seq: int, prev: str) -> bytes:
    person = number * 7919 % PEOPLE
    return (
        TEMPLATE
        % {
            "number": number,
            "person": person,
            "subject": subject,
            "portfolio": person % PORTFOLIOS,
            "time": moment(START + timedelta(milliseconds=311 * number)),
            "action": "version.validated" if number % 3 == 0 else "kpi.recorded",
            "session": sha256(b"session%d" % (number // 50)).hexdigest(),
            "prev": prev,
            "seq": seq,
            "kind": number % 97,
            "rows": number % 100_000,
            "value": number % 9973,
            "commitment": commit(*opening_of(number)),
        }
    ).encode()


def write_export(file: IO[bytes], entries: int) -> str:
    """An honest export of a whole log of this many entries; returns the key that signed it."""
    tree, digest, chains = Frontier(), sha256(), Chains()
    package = Package(file)
    with package.member("entries.jsonl") as write:
        for number in range(entries):
            raw = chains.line(number)
            leaf = leaf_hash(raw)
            tree.append(leaf)
            digest.update(leaf)
            write(raw + b"\n")
    with package.member("disclosures.jsonl") as write:
        for number in range(entries):
            write(_disclosure(number))
    scope = Scope()
    facts = {"format": FORMAT, "origin": ORIGIN, "scope": scope.to_json()}
    package.add_json("export.json", facts)
    package.add("checkpoint.txt", _note(tree).encode())
    package.add_json("closing.json", _closing(tree, digest.hexdigest(), scope))
    package.add_rows("rotations.jsonl", ())
    package.add_rows("earlier.jsonl", ())
    package.close()
    return SIGNER.verifier.vkey


def _disclosure(number: int) -> bytes:
    name, salt = opening_of(number)
    row = f'{{"index":{number},"path":"actor.name","salt":"{salt.hex()}","value":"{name}"}}\n'
    return row.encode()


def _note(tree: Frontier) -> str:
    return sign(Checkpoint(ORIGIN, tree.size, tree.root()).text, SIGNER)


def _closing(tree: Frontier, digest: str, scope: Scope) -> dict[str, object]:
    """The log's own statement, in the leaf after the export's last one."""
    size, root, edge = tree.size, tree.root(), list(tree.hashes)
    line = Line(
        origin=ORIGIN,
        id=UUID(int=size),
        occurred_at=START + timedelta(milliseconds=311 * size),
        action="export.created",
        author=Author(kind="system", surface="worker", name="exports"),
        subject_type="export",
        subject_id=UUID(int=1),
        seq=1,
        prev=None,
        details={
            "format": "zip",
            "scope_sha256": scope.sha256,
            "size": size,
            "root": root.hex(),
            "entries": size,
            "digest": digest,
        },
    ).to_bytes()
    leaf = leaf_hash(line)
    tree.append(leaf)
    smallest = edge[-1:] if len(edge) > 1 else []
    return {
        "line": line.decode(),
        "index": size,
        "proof": [part.hex() for part in reversed(edge)],
        "note": _note(tree),
        "consistency": [part.hex() for part in (*smallest, leaf, *reversed(edge[:-1]))],
    }
