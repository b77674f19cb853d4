"""Forgeries of what proves: signatures, origins, proofs, keys (T11 to T14, T24, T25)."""

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from uuid import UUID

from governance.audit.merkle import leaf_hash, node_hash
from governance.audit.notes import Checkpoint, sign
from tests.tampering.forging import ONE_VERSION, Case, case, edited_json, edited_row, resigned
from tests.tampering.logs import (
    ORIGIN,
    VERSIONS,
    Log,
    Members,
    packed,
    rows,
    signer_of,
    told,
)


def signatures_forged() -> Iterator[Case]:
    honest = told().members()
    note = honest["checkpoint.txt"].decode()
    size = len(told().lines)
    stranger = signer_of(66)
    shown = Checkpoint(ORIGIN, size, told().root(size)).text
    flipped = note[:-6] + ("A" if note[-6] != "A" else "B") + note[-5:]
    for name, text, check in (
        (
            "another size under the signature",
            note.replace(f"\n{size}\n", f"\n{size + 1}\n"),
            "signature_invalid",
        ),
        ("a flipped signature", flipped, "signature_invalid"),
        ("an unknown key", sign(shown, signer_of(66, "other.example/log")), "key_unknown"),
        ("the same name, another key", sign(shown, stranger), "key_unknown"),
        ("a signature without its dash", note.replace("\n\n\u2014 ", "\n\n- "), "note_malformed"),
        ("a signature without its name", note + "\u2014 x\n", "note_malformed"),
        ("an empty signature", note + "\u2014 x \n", "note_malformed"),
        ("base64 of another form", sign(_other_base64(shown), signer_of(1)), "note_malformed"),
        ("no signature", note.partition("\n\n")[0] + "\n\n", "note_malformed"),
        (
            "a hundred and one signatures",
            note + note.splitlines(keepends=True)[-1] * 100,
            "note_malformed",
        ),
        (
            "a size with a zero before it",
            sign(shown.replace(f"\n{size}\n", f"\n0{size}\n"), signer_of(1)),
            "note_malformed",
        ),
        ("a root of 31 bytes", sign(f"{ORIGIN}\n{size}\nAAAA\n", signer_of(1)), "note_malformed"),
        ("a line that is empty", sign(f"{shown}\nmore\n", signer_of(1)), "note_malformed"),
        ("two lines", sign(f"{ORIGIN}\n{size}\n", signer_of(1)), "note_malformed"),
        ("nothing of it signed", "nonsense", "note_malformed"),
    ):
        yield case("T11", name, honest | {"checkpoint.txt": text.encode()}, check)
    for name, vkey in (
        ("a key of another algorithm", _key(ORIGIN, b"\x02")),
        ("a key without a name", _key("", b"\x01")),
    ):
        yield Case("T11", name, packed(honest), None, keys=(vkey,), why="is no Ed25519 key")
    known = signer_of(1).verifier
    borrowed = sign(shown, stranger).replace(stranger.verifier.key_id.hex(), known.key_id.hex())
    yield case(
        "T11",
        "somebody else's signature",
        honest | {"checkpoint.txt": borrowed.encode()},
        "key_unknown",
    )
    yield Case(
        "T11",
        "the auditor's key is another",
        packed(honest),
        frozenset({"key_unknown"}),
        keys=(stranger.verifier.vkey,),
    )
    yield Case("T11", "the auditor's key is none", packed(honest), None, keys=("nonsense",))
    for name, public in (
        ("a key that fits any signature", (1).to_bytes(32, "little")),
        ("a key that fits every eighth", bytes(32)),
        ("a key that is no point", (2).to_bytes(32, "little")),
    ):
        vkey = _key(ORIGIN, b"\x01", public)
        why = "verifies what nobody signed"
        yield Case("T11", name, packed(honest), None, keys=(vkey,), why=why)
    vkey = known.vkey
    yield Case(
        "T11",
        "a key under a false id",
        packed(honest),
        None,
        keys=(vkey.replace(known.key_id.hex(), "00000000"),),
    )
    empty = sign(Checkpoint(ORIGIN, 0, sha256(b"").digest()).text, signer_of(1))
    yield case(
        "T13", "a tree of size 0", honest | {"checkpoint.txt": empty.encode()}, "entry_surplus"
    )


def origins_swapped() -> Iterator[Case]:
    other = Log(origin="branch.example/log", signer=signer_of(1, "branch.example/log"))
    other.add(VERSIONS[0])
    both = (signer_of(1).verifier.vkey, other.vkey)
    members = told().members()
    yield case(
        "T12",
        "a checkpoint of another log",
        members | {"checkpoint.txt": other.seal().encode()},
        "origin_differs",
        keys=both,
    )
    lying = Log(origin="branch.example/log", signer=signer_of(1))
    lying.add(VERSIONS[0])
    yield case("T12", "another origin under our key", lying.members(), "origin_differs")
    yield case(
        "T12",
        "the export says another origin",
        edited_json(members, "export.json", origin="x"),
        "origin_differs",
    )
    log = told()
    log.add(VERSIONS[0])
    foreign = log.lines[-1].replace(ORIGIN.encode(), b"other.example/log")
    yield case("T12", "an entry of another log", resigned(log, foreign), "origin_differs")
    yield case(
        "T12",
        "your checkpoint is of another log",
        members,
        "origin_differs",
        since=other.seal(),
        keys=both,
    )


def proofs_forged() -> Iterator[Case]:
    part = told().members(ONE_VERSION)
    proof = json.loads(part["inclusion.jsonl"].split(b"\n")[1])["proof"]
    flipped = f"{int(proof[0][0], 16) ^ 1:x}{proof[0][1:]}"
    for name, forged, check in (
        ("a flipped bit", [flipped, *proof[1:]], "inclusion_invalid"),
        ("one hash more", [*proof, proof[0]], "inclusion_invalid"),
        ("one hash less", proof[:-1], "inclusion_invalid"),
        ("no hash", [], "inclusion_invalid"),
        ("31 bytes", [proof[0][:-2], *proof[1:]], "proof_malformed"),
        ("33 bytes", [proof[0] + "00", *proof[1:]], "proof_malformed"),
        (
            "large letters",
            [proof[0].upper() + "", *proof[1:]] if proof[0].upper() != proof[0] else ["A" * 64],
            "proof_malformed",
        ),
        ("a number", [7], "proof_malformed"),
        ("hundreds of hashes", proof[:1] * 129, "proof_malformed"),
        ("no list", "x", "export_malformed"),
    ):
        yield case("T13", name, edited_row(part, "inclusion.jsonl", 1, proof=forged), check)
    for index in (-1, 10**9, 0):
        yield case(
            "T13",
            f"at index {index}",
            edited_row(part, "inclusion.jsonl", 1, index=index),
            "inclusion_invalid",
        )
    yield case(
        "T13",
        "an index that is no number",
        edited_row(part, "inclusion.jsonl", 1, index=True),
        "export_malformed",
    )
    log = told(13, seed=3)
    log.seal()
    log.add(VERSIONS[0])
    former = log.members(ONE_VERSION)
    consistency = json.loads(former["earlier.jsonl"].split(b"\n")[0])["proof"]
    for name, forged in (
        ("flipped", [flipped, *consistency[1:]]),
        ("longer", [*consistency, proof[0]]),
        ("none", []),
    ):
        if forged != consistency:
            yield case(
                "T13",
                f"consistency {name}",
                edited_row(former, "earlier.jsonl", 0, proof=forged),
                "history_rewritten",
            )
    leaves = [leaf_hash(line) for line in told().lines]
    posing = leaves[0] + leaves[1]
    assert node_hash(leaves[0], leaves[1]) != leaf_hash(posing)
    shorter = told().proofs(23).inclusion(0)[1:]
    forged = part | {
        "entries.jsonl": posing.replace(b"\n", b"\x00") + b"\n",
        "inclusion.jsonl": rows([{"index": 0, "proof": [one.hex() for one in shorter]}]),
    }
    yield case(
        "T14", "64 bytes posing as an inner node", forged, "inclusion_invalid", "line_invalid"
    )


def keys_rotated() -> Iterator[Case]:
    first = signer_of(1).verifier.vkey
    log = told()
    log.rotate(signer_of(2))
    log.add(VERSIONS[0])
    honest = log.members()
    yield case("T24", "honest, from the former key", honest)
    yield case("T24", "honest, from the new key", honest, keys=(signer_of(2).verifier.vkey,))
    twice = told()
    twice.rotate(signer_of(2))
    twice.rotate(signer_of(3))
    yield case("T24", "honest, twice", twice.members())
    yield case(
        "T24", "honest, twice, from the middle", twice.members(), keys=(signer_of(2).verifier.vkey,)
    )
    kept = told()
    kept.add(
        ("log", UUID(int=1)),
        "log_key.kept",
        before={"vkey": first},
        after={"vkey": signer_of(2).verifier.vkey},
        portfolio=None,
    )
    size = len(kept.lines)
    kept.checkpoints[size] = kept.note(size, signer_of(1), signer_of(2))
    kept.rotations.append((size - 1, size))
    kept.signer = signer_of(2)
    yield case("T24", "an entry that rotates nothing", kept.members(), "rotation_invalid")
    yield case("T24", "no rotation is shown", honest | {"rotations.jsonl": b""}, "key_unknown")
    stolen = Log(signer=signer_of(66))
    stolen.lines, stolen.chains, stolen.clock = told().lines, told().chains, told().clock
    stolen.signer = signer_of(1)
    index = stolen.add(
        ("log", UUID(int=1)),
        "log_key.rotated",
        before={"vkey": first},
        after={"vkey": signer_of(66).verifier.vkey},
        portfolio=None,
    )
    size = len(stolen.lines)
    stolen.checkpoints[size] = stolen.note(size, signer_of(66))
    stolen.rotations.append((index, size))
    stolen.signer = signer_of(66)
    yield case("T24", "only the new key signed", stolen.members(), "rotation_invalid")
    both = stolen.note(size, signer_of(1), signer_of(66))
    wrong = edited_row(honest, "rotations.jsonl", 0, proof=[])
    yield case("T24", "an endorsement that is not in the tree", wrong, "rotation_invalid")
    line = json.loads(honest["rotations.jsonl"])["line"].replace(
        "log_key.rotated", "version.submitted"
    )
    yield case(
        "T24",
        "another entry as endorsement",
        edited_row(honest, "rotations.jsonl", 0, line=line),
        "rotation_invalid",
    )
    assert both
    yield from rotations_misused(honest)
    late = told()
    late.rotate(signer_of(2))
    late.add(VERSIONS[0])
    late.signer = signer_of(1)
    yield case("T25", "the former key signs the end", late.members(), "key_retired")
    closing = told()
    closing.rotate(signer_of(2))
    closing.add(VERSIONS[0])
    note = closing.seal()
    closing.signer = signer_of(1)
    yield case(
        "T25",
        "the former key signs the closing",
        closing.members() | {"checkpoint.txt": note.encode()},
        "key_retired",
    )


def rotations_misused(honest: Members) -> Iterator[Case]:
    first = signer_of(1).verifier.vkey
    again = told()
    again.rotate(signer_of(2))
    again.signer = signer_of(1)
    again.rotate(signer_of(66))
    yield case("T25", "the former key endorses another one", again.members(), "rotation_invalid")
    itself = told()
    itself.rotate(signer_of(1))
    yield case("T24", "a key that endorses itself", itself.members(), "rotation_invalid")
    no_key = json.loads(honest["rotations.jsonl"])["line"].replace(first, "x")
    forged = edited_row(honest, "rotations.jsonl", 0, line=no_key)
    yield case("T24", "a rotation from what is no key", forged, "note_malformed")
    forged = edited_row(honest, "rotations.jsonl", 0, line="[]")
    yield case("T24", "a rotation that is a list", forged, "rotation_invalid")
    twice = told()
    twice.rotate(signer_of(2))
    size = len(twice.lines)
    twice.checkpoints[size] = twice.note(size, signer_of(1), signer_of(1))
    yield case("T24", "the former key signed it twice", twice.members(), "rotation_invalid")


def _key(name: str, algorithm: bytes, public: bytes = b"") -> str:
    """A public key in the text form of C2SP, of whatever algorithm."""
    raw = algorithm + (public or signer_of(1).key.public_key().public_bytes_raw())
    key_id = sha256(name.encode() + b"\n" + raw).digest()[:4]
    return f"{name}+{key_id.hex()}+{base64.b64encode(raw).decode()}"


def _other_base64(text: str) -> str:
    """The same root, written with bits that base64 leaves unused."""
    head, last = text[:-3], text[-3]  # of the last sign before the mark and the line feed
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return f"{head}{alphabet[alphabet.index(last) + 1]}{text[-2:]}"
