"""What a verifier must do that no export shows: published figures, malformed proofs, its limits."""

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from governance.audit.merkle import leaf_hash
from governance.audit.proofs import Proofs
from governance.trail.scopes import Scope
from tests.tampering.logs import Log, packed, signer_of, told
from tests.tampering.raw_zips import ending_in, joined, part, posing

# RFC 8032, 7.1, TEST 2: public key, message, signature.
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
MESSAGE = b"\x72"
SIGNED = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493


def signatures(made: ModuleType, _path: Path) -> bool:
    """RFC 8032: the figure holds; what is not exactly it does not, nor what stands for no point."""
    s = int.from_bytes(SIGNED[32:], "little") + ORDER
    key = signer_of(1).key
    public = key.public_key().public_bytes_raw()
    wrong = (
        (public + b"\x00", MESSAGE, key.sign(b"\x00" + MESSAGE)),  # the same bytes are hashed
        (PUBLIC, MESSAGE + b"x", SIGNED),
        (PUBLIC, MESSAGE, SIGNED[:32] + s.to_bytes(32, "little")),
        (PUBLIC, MESSAGE, SIGNED + b"\x00"),
        (PUBLIC + b"\x00", MESSAGE, SIGNED),
        (P.to_bytes(32, "little"), MESSAGE, SIGNED),
        ((2).to_bytes(32, "little"), MESSAGE, SIGNED),
    )
    no_points = (
        (P + 1).to_bytes(32, "little"),  # 1, written as a number beyond the field
        (1 | 1 << 255).to_bytes(32, "little"),  # x is 0 and has no sign
        (2).to_bytes(32, "little"),  # no square root
    )
    neutral = made._point((1).to_bytes(32, "little"))
    return (
        made.ed25519_verifies(PUBLIC, MESSAGE, SIGNED)
        and not any(made.ed25519_verifies(*one) for one in wrong)
        and all(made._point(raw) is None for raw in no_points)
        and neutral is not None
        and neutral[:2] == (0, 1)
    )


def proofs(made: ModuleType, _path: Path) -> bool:
    """RFC 9162: right proofs of small trees hold; altered, misplaced and misshapen ones do not."""
    log = told(9, seed=3)
    leaves = [leaf_hash(raw) for raw in log.lines]
    for size in range(1, len(leaves) + 1):
        stored = Proofs(size, lambda _height, at: {i: leaves[i] for i in at if i < len(leaves)})
        if not _inclusions_right(made, leaves, size, stored, log.root(size)):
            return False
        if not all(_continues_right(made, log, old, size, stored) for old in range(1, size + 1)):
            return False
    return True


def _inclusions_right(
    made: ModuleType, leaves: list[bytes], size: int, stored: Proofs, root: bytes
) -> bool:
    for index in range(size):
        proof = stored.inclusion(index)
        if not made.included(leaves[index], index, size, proof, root):
            return False
        wrong = [
            (leaves[index], index + size, size, proof, root),
            (leaves[index], index - size, size, proof, root),
            (leaves[index], index, size, [*proof, bytes(32)], root),
            (leaves[index], index, size, proof, bytes(32)),
            (bytes(32), index, size, proof, root),
            (leaves[index], index, 0, proof, root),
            (leaves[index], index, 4 * size, proof, root),
        ]
        if proof:
            wrong.append((leaves[index], index, size, proof[:-1], root))
        if any(made.included(*one) for one in wrong):
            return False
    return True


def _continues_right(made: ModuleType, log: Log, old: int, new: int, stored: Proofs) -> bool:
    before, after, proof = log.root(old), log.root(new), stored.consistency(old)
    if not made.continues(old, before, new, after, proof):
        return False
    wrong = [
        (old, bytes(32), new, after, proof),
        (old, before, new, bytes(32), proof),
        (0, before, new, after, proof),
        (new + 1, before, new, after, proof),
        (old, before, new, after, [*proof, bytes(32)]),
        (old, before, 4 * new, after, proof),
    ]
    if proof:
        wrong += [(old, before, new, after, proof[:-1]), (old, before, new, after, [])]
    return not any(made.continues(*one) for one in wrong)


def limits(made: ModuleType, path: Path) -> bool:
    """Too much of anything is refused before it fills the memory: here with low limits."""
    rotated = told(4)
    for seed in (7, 8):
        rotated.rotate(signer_of(seed))
    log = told(24)
    log.checkpoints |= {size: log.note(size) for size in range(1, 23)}
    return (
        _refused(made, path, rotated, "MOST_ROTATIONS", "rotation_invalid")
        and _refused(made, path, log, "MOST_MEMBERS", "export_malformed", 20)
        and _discloses_too_much(made, path, log)
        and _proves_too_much(made, path, log)
        and _ends_early(made, path)
        and _stops_unpacking(made, path)
        and _stops_within_a_line(made, path)
        and _reads_wide_ends(made, path)
        and _compares_whole_blocks(made, path)
    )


def _discloses_too_much(made: ModuleType, path: Path, log: Log) -> bool:
    """Entries that disclose much are taken one by one, and one that discloses too much is left."""
    kept = vars(made)["LARGEST_BLOCK"]
    vars(made)["LARGEST_BLOCK"] = 1
    try:
        return _refused(made, path, log, "LARGEST_OPENINGS", "personal_mismatch")
    finally:
        vars(made)["LARGEST_BLOCK"] = kept


def _proves_too_much(made: ModuleType, path: Path, log: Log) -> bool:
    """A proof that is longer than any is left, also where it is one of many."""
    kept = vars(made)["LARGEST_PROOF"]
    vars(made)["LARGEST_PROOF"] = 40
    path.write_bytes(packed(log.members(Scope(action="version."))))
    try:
        found = made.verify(str(path), [signer_of(1).verifier.vkey]).checks
    finally:
        vars(made)["LARGEST_PROOF"] = kept
    return "export_malformed" in found


def _compares_whole_blocks(made: ModuleType, path: Path) -> bool:
    """Where a block ends, what was signed there is compared: here with small blocks."""
    log, other = told(12), told(12, seed=2)
    path.write_bytes(packed(log.members()))
    kept = vars(made)["CHUNK"]
    vars(made)["CHUNK"] = 1024
    keys = [signer_of(1).verifier.vkey]
    try:
        same = made.verify(str(path), keys, log.note(8)).problems
        another = made.verify(str(path), keys, other.note(8)).checks
    finally:
        vars(made)["CHUNK"] = kept
    return not same and "history_rewritten" in another


def _ends_early(made: ModuleType, path: Path) -> bool:
    """A ruined export fills no memory with problems."""
    members = told(24).members()
    path.write_bytes(packed(members | {"entries.jsonl": b"x\n" * 24}))
    kept = vars(made)["MOST_PROBLEMS"]
    vars(made)["MOST_PROBLEMS"] = 3
    try:
        return len(made.verify(str(path), [signer_of(1).verifier.vkey]).problems) == 3
    finally:
        vars(made)["MOST_PROBLEMS"] = kept


def _stops_unpacking(made: ModuleType, path: Path) -> bool:
    """A small member that unpacks to much is left as soon as that is seen."""
    members = [part(name, content) for name, content in told(2).members().items()]
    bomb = posing(part("README.txt", bytes(16 << 20)), b"read me")
    listed = [*(one for one in members if one.name != bomb.name), part("MANIFEST.sha256", b"")]
    path.write_bytes(joined([*listed, bomb]))
    seen, export = 0, made.Export(str(path))
    with export.file:
        try:
            for chunk in export.chunks(bomb.name):
                seen += len(chunk)
        except made.Broken:
            return seen <= 2 * int(made.CHUNK)
    return False


def _stops_within_a_line(made: ModuleType, path: Path) -> bool:
    """A line that does not end is left as soon as it is too long."""
    endless = random.Random(1).randbytes(5 << 20).replace(b"\n", b"")
    path.write_bytes(packed(told(2).members() | {"earlier.jsonl": endless}))
    seen, export = 0, made.Export(str(path))
    chunks = export.chunks

    def counted(name: str) -> Iterator[bytes]:
        nonlocal seen
        for chunk in chunks(name):
            seen += len(chunk)
            yield chunk

    export.chunks = counted
    with export.file:
        try:
            list(export.blocks("earlier.jsonl"))
        except made.Broken:
            return seen <= int(made.LARGEST_ROW + 2 * made.CHUNK)
    return False


def _reads_wide_ends(made: ModuleType, path: Path) -> bool:
    """The end of a file of more than 4 GiB, or of many members, here of a small one."""
    with zipfile.ZipFile(io.BytesIO(packed(told(2).members()))) as archive:
        parts = [part(name, archive.read(name)) for name in archive.namelist()]
    wide, count = joined(parts, wide=True), len(parts)
    start = sum(len(one.header() + one.packed) for one in parts)
    size = len(joined(parts)) - start - 22
    ends = (
        wide,
        ending_in(wide, here=count, count=count),
        ending_in(wide, size=size, start=start),
    )
    return not any(_problems(made, path, content) for content in ends)


def _problems(made: ModuleType, path: Path, content: bytes) -> list[object]:
    path.write_bytes(content)
    found: list[object] = made.verify(str(path), [signer_of(1).verifier.vkey]).problems
    return found


def _refused(made: ModuleType, path: Path, log: Log, limit: str, check: str, low: int = 1) -> bool:
    path.write_bytes(packed(log.members()))
    keys = [signer_of(1).verifier.vkey]
    if made.verify(str(path), keys).problems:
        return False
    kept = getattr(made, limit)
    setattr(made, limit, low)
    try:
        return check in made.verify(str(path), keys).checks
    finally:
        setattr(made, limit, kept)


JUDGES = (signatures, proofs, limits)
