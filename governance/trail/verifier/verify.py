#!/usr/bin/env python3
"""Check an export of a Foureyes log. Needs Python 3.8 or newer and nothing else.

    python verify.py export.zip --key VKEY [--since checkpoint.txt]

VKEY is the log's public key, got on another way than the export. --since is a checkpoint that you
kept from an earlier visit: the log must still contain everything that it had then.

Ends with 0 when everything holds, with 1 when a check failed (it says which, and at which entry),
with 2 when the file is no export, is unsafe to open, or the command is wrong.

Formats: RFC 6962 and 9162 (tree and proofs), RFC 8032 (Ed25519), RFC 8785 (canonical JSON),
C2SP signed-note and tlog-checkpoint. docs/audit-log.md of the product describes the export.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import stat
import struct
import sys
import tempfile
import zipfile
from datetime import datetime, timedelta, timezone

LARGEST_LINE = 64 * 1024
LARGEST_ROW = 1024 * 1024
LARGEST_SMALL = 4 * 1024 * 1024
LARGEST_DIRECTORY = 4 * 1024 * 1024
LARGEST_INTEGER = 2**53 - 1
MOST_MEMBERS = 10_000
MOST_PROBLEMS = 1_000
MOST_SIGNATURES = 100
MOST_ROTATIONS = 1_000
MOST_PROOF = 128
PARTS = 64
NO_HASH = bytes(32)
RATIO = 250
CHUNK = 1 << 20

SMALL = ("README.txt", "MANIFEST.sha256", "checkpoint.txt", "closing.json", "export.json",
         "keys.txt", "verify.py", "evidence.html")  # fmt: skip
STREAMS = ("disclosures.jsonl", "earlier.jsonl", "entries.jsonl", "inclusion.jsonl",
           "rotations.jsonl")  # fmt: skip
REQUIRED = {"MANIFEST.sha256", "checkpoint.txt", "closing.json", "disclosures.jsonl",
            "earlier.jsonl", "entries.jsonl", "export.json", "rotations.jsonl"}  # fmt: skip
EVIDENCE = re.compile(r"evidence/([0-9a-f]{64})")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HEX32 = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
MEMBERS = {"action", "actor", "after", "auth", "before", "details", "evidence", "id", "origin",
           "personal", "portfolio", "subject", "ts", "v"}  # fmt: skip
FILTERS = {"action", "person", "portfolios", "since", "subjects", "until"}


class Unsafe(Exception):
    """The file cannot be opened safely, or is no export: exit 2."""


class Broken(Exception):
    """One thing does not hold: its check, and what is wrong."""

    def __init__(self, check, text):
        super().__init__(text)
        self.check, self.text = check, text


class TooMany(Exception):
    """So much is wrong that the rest tells nothing new."""


class Report:
    """What was found: problems (check, text, entry or None) and warnings of the same shape."""

    def __init__(self):
        self.problems, self.warnings, self.entries, self.origin, self.size = [], [], 0, "", 0

    def add(self, check, text, index=None):
        """Note a problem; ends the run when there are too many."""
        self.problems.append((check, text, index))
        if len(self.problems) >= MOST_PROBLEMS:
            raise TooMany

    def warn(self, check, text, index=None):
        """Note something that is odd but no proof of anything."""
        if len(self.warnings) < MOST_PROBLEMS:
            self.warnings.append((check, text, index))

    @property
    def checks(self):
        """The names of the checks that failed."""
        return {check for check, _text, _index in self.problems}


# Ed25519 (RFC 8032, 5.1): verification only ------------------------------------------------------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def _sum(one, other):
    """The sum of two points in extended coordinates."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _double(one):
    """A point added to itself, quicker than `_sum`."""
    a, b = one[0] * one[0] % P, one[1] * one[1] % P
    h, g = a + b, a - b
    e = h - (one[0] + one[1]) * (one[0] + one[1]) % P
    f = 2 * one[2] * one[2] % P + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _point(raw):
    """The point that 32 bytes stand for; None when they stand for none."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verifies(public, message, signature):
    """Whether the key of 32 bytes made this signature of 64 bytes over the message."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, s = _point(public), int.from_bytes(signature[32:], "little")
    if key is None or s >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % ORDER
    minus = (P - key[0], key[1], 1, P - key[3])
    table = (NEUTRAL, BASE, minus, _sum(BASE, minus))
    result = NEUTRAL
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        result = _double(result)
        pick = (s >> bit & 1) | (k >> bit & 1) << 1
        if pick:
            result = _sum(result, table[pick])
    inverse = pow(result[2], P - 2, P)
    x, y = result[0] * inverse % P, result[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# Merkle tree (RFC 6962 and 9162) -----------------------------------------------------------------
def leaf_hash(line):
    """The hash of one line."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left, right):
    """The hash above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The right edge of a growing tree."""

    def __init__(self):
        self.size, self.edge = 0, []

    def append(self, leaf):
        """Add the hash of one leaf."""
        number = self.size
        while number & 1:
            leaf, number = node_hash(self.edge.pop(), leaf), number >> 1
        self.edge.append(leaf)
        self.size += 1

    def root(self):
        """The root over all leaves so far."""
        if not self.edge:
            return hashlib.sha256(b"").digest()
        root = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            root = node_hash(left, root)
        return root


def included(leaf, index, size, proof, root):
    """Whether the proof leads from the leaf at `index` to the root over `size` leaves."""
    if not 0 <= index < size:
        return False
    number, last, result = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            result = node_hash(part, result)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            result = node_hash(result, part)
        number, last = number >> 1, last >> 1
    return last == 0 and result == root


def continues(old, old_root, new, new_root, proof):
    """Whether the proof shows that the tree of `new` leaves begins with the tree of `old`."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    first = second = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            first, second = node_hash(part, first), node_hash(part, second)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            second = node_hash(second, part)
        number, last = number >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# Canonical JSON (RFC 8785), without floats -------------------------------------------------------
def _refuse(text):
    raise ValueError(f"{text[:40]} is not a whole number")


def _integer(text):
    value = int(text[:20])
    if str(value) != text or abs(value) > LARGEST_INTEGER:
        _refuse(text)
    return value


def _sorted(value):
    """The value with the members of objects in the order of RFC 8785: by UTF-16 units."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _sorted(value[key]) for key in keys}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


DECODER = json.JSONDecoder(parse_float=_refuse, parse_int=_integer, parse_constant=_refuse)
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
UNSORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def canonical(value):
    """The one byte string of a value."""
    return UNSORTED.encode(_sorted(value)).encode("utf-8")


def decode(raw):
    """The value of canonical bytes; anything else that says the same is refused."""
    try:
        value = DECODER.decode(raw.decode("utf-8"))
        same = ENCODER.encode(value).encode("utf-8") == raw or canonical(value) == raw
    except (ValueError, RecursionError) as error:
        raise Broken("line_invalid", f"it is no canonical JSON: {str(error)[:200]}") from None
    if not same:
        raise Broken("line_invalid", "these bytes are not the canonical form of what they say")
    return value


def _row(raw):
    """An object of one of the accompanying files."""
    try:
        value = DECODER.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Broken("export_malformed", "a row is no JSON object")
    return value


def _typed(value, key, kind):
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, kind) or isinstance(found, bool):
        raise Broken("export_malformed", f"the member {key} is missing or of a wrong kind")
    return found


def _hashes(row, key):
    """The hashes of a proof; each must be 32 bytes, and none has more than a tree is high."""
    texts = _typed(row, key, list)
    if len(texts) > MOST_PROOF or not all(
        isinstance(text, str) and HEX32.fullmatch(text) for text in texts
    ):
        raise Broken("proof_malformed", "a proof holds something else than 32-byte hashes")
    return [bytes.fromhex(text) for text in texts]


# Signed notes (C2SP) and keys --------------------------------------------------------------------
def _base64(text, size=None):
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if not raw or base64.b64encode(raw).decode() != text or (size and len(raw) != size):
        raise Broken("note_malformed", f"{text[:60]!r} is not the base64 that was due")
    return raw


class Key:
    """A public key: name+id+base64 as C2SP writes it. `until` is the size at which it retired."""

    def __init__(self, vkey):
        name, _, rest = vkey.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = _base64(encoded, 33)
        self.name, self.public, self.until = name, raw[1:], None
        self.id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        self.vkey = vkey.strip()
        if not name or raw[0] != 1 or self.id.hex() != key_id:
            raise Broken("note_malformed", f"{vkey[:120]!r} is no Ed25519 key")


class Checkpoint:
    """A signed promise, opened: origin, size, root, and the keys that signed it."""

    def __init__(self, note, keys):
        text, gap, tail = note.rpartition("\n\n")
        if not gap or not tail.endswith("\n") or len(note) > LARGEST_SMALL:
            raise Broken("note_malformed", "a note has a text, an empty line and signatures")
        self.note, text = note, text + "\n"
        self.signers = _signers(text, tail[:-1].split("\n"), keys)
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise Broken("note_malformed", "a checkpoint has three lines: origin, size, root")
        self.origin, size, self.root = lines[0], lines[1], _base64(lines[2], 32)
        if not re.fullmatch(r"0|[1-9][0-9]{0,15}", size):
            raise Broken("note_malformed", f"{size[:40]!r} is no size")
        self.size = int(size)
        late = [key for key in self.signers if key.until is not None and self.size > key.until]
        if self.signers and len(late) == len(self.signers):
            text = "a key that had retired at %d entries signed the checkpoint of %d"
            raise Broken("key_retired", text % (late[0].until, self.size))


def _signers(text, lines, keys):
    """Which of the keys signed; unknown ones are passed over, a known one must be right."""
    if len(lines) > MOST_SIGNATURES:
        raise Broken("note_malformed", f"more than {MOST_SIGNATURES} signatures")
    found = []
    for line in lines:
        name, gap, encoded = line[2:].partition(" ")
        if not line.startswith("\u2014 ") or not gap:
            raise Broken("note_malformed", f"{line[:60]!r} is no signature")
        raw = _base64(encoded)
        for key in keys:
            if (key.name, key.id) == (name, raw[:4]) and key not in found:
                if not ed25519_verifies(key.public, text.encode("utf-8"), raw[4:]):
                    raise Broken("signature_invalid", f"the signature of {name} does not hold")
                found.append(key)
    if not found:
        raise Broken("key_unknown", "no key that you trust signed this checkpoint")
    return found


# The zip file ------------------------------------------------------------------------------------
class Export:
    """The members of an export, opened with suspicion. Each is hashed while it is read."""

    def __init__(self, path):
        try:
            self.file = open(path, "rb")
        except OSError as why:
            raise Unsafe(f"the file cannot be opened: {why}") from None
        try:
            self.open()
        except BaseException:
            self.file.close()
            raise

    def open(self):
        """Read the directory and refuse what no export has."""
        self.infos, self.digests = {}, {}
        try:
            _check_directory(self.file)
            self.zip = zipfile.ZipFile(self.file)
        except (OSError, ValueError, struct.error, zipfile.BadZipFile, NotImplementedError) as why:
            raise Unsafe(f"this is no zip file that can be read: {why}") from None
        for info in self.zip.infolist():
            _check_member(info)
            if info.filename in self.infos:
                raise Unsafe(f"the name {info.filename!r} occurs twice")
            self.infos[info.filename] = info
        _check_overlap(self.zip.infolist())
        missing = sorted(REQUIRED - set(self.infos))
        if missing:
            names = ", ".join(missing)
            raise Unsafe(f"this is no export of a log: it has no {names}")

    def chunks(self, name):
        """The bytes of a member, piece by piece."""
        digest = hashlib.sha256()
        with self.zip.open(self.infos[name]) as member:
            for chunk in iter(lambda: member.read(CHUNK), b""):
                digest.update(chunk)
                yield chunk
        self.digests[name] = digest.hexdigest()

    def whole(self, name):
        """The bytes of a small member."""
        return b"".join(self.chunks(name))

    def text(self, name):
        """A small member as text."""
        try:
            return self.whole(name).decode("utf-8")
        except UnicodeDecodeError:
            raise Broken("export_malformed", f"{name} is no UTF-8") from None

    def lines(self, name, limit=LARGEST_ROW):
        """The lines of a member; each ends in a line feed."""
        tail = b""
        for chunk in self.chunks(name):
            parts = (tail + chunk).split(b"\n")
            tail = parts.pop()
            if len(tail) > limit or max(map(len, parts), default=0) > limit:
                raise Broken("line_invalid", f"a line of {name} is over {limit} bytes")
            yield from parts
        if tail:
            raise Broken("line_invalid", f"{name} ends within a line")

    def rows(self, name):
        """The objects of a member that holds one JSON object a line; none when it is not there."""
        if name in self.infos:
            for raw in self.lines(name):
                yield _row(raw)


def _check_directory(file):
    """Refuse a directory that would fill the memory, before anybody reads it whole."""
    file.seek(0, 2)
    end = file.tell()
    start = max(0, end - 65557)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise ValueError("it has no end")
    count, size = struct.unpack("<HI", tail[at + 10 : at + 16])
    if (count == 0xFFFF or size == 0xFFFFFFFF) and tail[at - 20 : at - 16] == b"PK\x06\x07":
        file.seek(struct.unpack("<Q", tail[at - 12 : at - 4])[0])
        record = file.read(56)
        count, size = struct.unpack("<QQ", record[32:48])
    if count > MOST_MEMBERS or size > LARGEST_DIRECTORY:
        raise ValueError("its directory lists too much")
    file.seek(0)


def _check_member(info):
    name = info.filename
    if info.orig_filename != name or not (
        name in SMALL or name in STREAMS or EVIDENCE.fullmatch(name)
    ):
        raise Unsafe(f"a member is called {info.orig_filename[:120]!r}")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Unsafe(f"{name} is no ordinary file")
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unsafe(f"{name} is packed in a way that no export uses")
    if name in SMALL and info.file_size > LARGEST_SMALL:
        raise Unsafe(f"{name} is too large")
    if info.file_size > CHUNK and info.file_size > RATIO * info.compress_size:
        raise Unsafe(f"{name} would unpack to {info.file_size} bytes")


def _check_overlap(infos):
    """Members that share bytes are how a small file unpacks to a huge one."""
    ends = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < ends:
            raise Unsafe("members overlap")
        ends = info.header_offset + 30 + info.compress_size


# The checks --------------------------------------------------------------------------------------
class Verifier:
    """One run over one export."""

    def __init__(self, export, keys, since, report):
        self.export, self.keys, self.since, self.report = export, keys, since, report
        self.digest = hashlib.sha256()
        self.tree = Tree()
        self.held = set()
        self.newest, self.latest = "", _now_and_a_day()
        self.chains = [tempfile.SpooledTemporaryFile(CHUNK) for _ in range(PARTS)]

    def run(self):
        """Every check; the first ones must hold for the others to mean anything."""
        try:
            self.check_all()
        finally:
            for part in self.chains:
                part.close()

    def check_all(self):
        """The checks in their order."""
        self.walk_rotations()
        self.facts = decode(self.export.whole("export.json"))
        if _typed(self.facts, "format", int) != 1:
            raise Unsafe("this verifier knows format 1 of exports only: take a newer one")
        self.scope = self.checked_scope()
        self.checkpoint = self.opened("checkpoint.txt", self.export.text("checkpoint.txt"))
        self.report.origin, self.report.size = self.checkpoint.origin, self.checkpoint.size
        if self.facts.get("origin") != self.checkpoint.origin:
            self.report.add("origin_differs", "export.json is of another log than the checkpoint")
        self.earlier = self.earlier_checkpoints()
        self.check_since()
        self.check_entries()
        self.check_chains()
        self.check_closing()
        self.check_evidence()
        self.check_manifest()

    def opened(self, name, note):
        """A checkpoint of this log, whose signature holds."""
        try:
            found = Checkpoint(note, self.keys)
        except Broken as broken:
            raise Broken(broken.check, f"{name}: {broken.text}") from None
        log = {key.name for key in self.keys}
        if found.origin not in log:
            raise Broken("origin_differs", f"{name} is of the log {found.origin[:120]}")
        return found

    def walk_rotations(self):
        """Trust passes from key to key: the entry that names the new key, signed by both."""
        rows = []
        for row in self.export.rows("rotations.jsonl"):
            rows.append(row)
            if len(rows) > MOST_ROTATIONS:
                raise Broken("rotation_invalid", "more rotations than can be")
        told = [self.rotation(row) for row in rows]
        trusted = {key.vkey for key in self.keys}
        for _row, _line, old, new in told + told[::-1]:
            if old.vkey in trusted or new.vkey in trusted:
                trusted |= {old.vkey, new.vkey}
        chain = [key for _row, _line, old, new in told for key in (old, new)]
        known = {key.vkey: key for key in chain if key.vkey in trusted}
        self.keys = list({**{key.vkey: key for key in self.keys}, **known}.values())
        for row, line, old, new in told:
            if old.vkey in trusted:
                self.check_rotation(row, line, known[old.vkey], known[new.vkey])

    def rotation(self, row):
        """One row: the row, its line, and the two keys that the line names."""
        line = _typed(row, "line", str).encode("utf-8")
        value = decode(line)
        if not isinstance(value, dict) or value.get("action") != "log_key.rotated":
            raise Broken("rotation_invalid", "an entry of rotations.jsonl rotates no key")
        old, new = (_typed(value.get(part), "vkey", str) for part in ("before", "after"))
        return row, line, Key(old), Key(new)

    def check_rotation(self, row, line, old, new):
        """The rotation's entry must stand in a tree that both keys signed."""
        try:
            note = Checkpoint(_typed(row, "note", str), [old, new])
        except Broken as broken:
            raise Broken("rotation_invalid", broken.text) from None
        if len(note.signers) != 2:
            raise Broken("rotation_invalid", "only one of the two keys signed the rotation")
        index = _typed(row, "index", int)
        if not included(leaf_hash(line), index, note.size, _hashes(row, "proof"), note.root):
            raise Broken("rotation_invalid", "the rotation is not in the tree that was signed")
        old.until = note.size

    def checked_scope(self):
        """What the export is about: filters over members of a line."""
        scope = _typed(self.facts, "scope", dict)
        subjects = scope.get("subjects")
        pairs = subjects is None or all(isinstance(pair, list) and len(pair) == 2
                                        and all(isinstance(part, str) for part in pair)
                                        for pair in subjects)  # fmt: skip
        if set(scope) != FILTERS or not pairs:
            raise Broken("export_malformed", "the scope names other filters than there are")
        self.filters = dict(scope)
        if subjects is not None:
            self.filters["subjects"] = {tuple(pair) for pair in subjects}
        return scope

    @property
    def partial(self):
        """Whether the export leaves entries out by its scope."""
        return any(value is not None for value in self.scope.values())

    def earlier_checkpoints(self):
        """Former checkpoints by size, each with its proof that the log continues it."""
        found = {}
        for row in self.export.rows("earlier.jsonl"):
            one = self.opened("earlier.jsonl", _typed(row, "note", str))
            proof = _hashes(row, "proof")
            self.compare(one, proof, "a former checkpoint")
            found[one.size] = (one, proof)
            if len(found) > MOST_MEMBERS:
                raise Broken("export_malformed", "more former checkpoints than can be")
        return found

    def compare(self, one, proof, what):
        """A former checkpoint against the export's."""
        now = self.checkpoint
        if one.origin != now.origin:
            self.report.add("origin_differs", f"{what} is of another log")
        elif one.size == now.size and one.root != now.root:
            self.report.add("fork", f"{what} of {one.size} entries has another root")
        elif one.size > now.size:
            text = "%s had %d entries, the export ends at %d: the log was cut back, or is older"
            self.report.add("cut_back", text % (what, one.size, now.size))
        elif not continues(one.size, one.root, now.size, now.root, proof):
            text = f"the log does not continue {what} of {one.size} entries"
            self.report.add("history_rewritten", text)

    def check_since(self):
        """The checkpoint that you kept; in a full export its root is computed on the way."""
        self.kept = None
        if self.since is None:
            return
        one = self.opened("your checkpoint", self.since)
        proven = self.earlier.get(one.size)
        if one.size >= self.checkpoint.size or one.origin != self.checkpoint.origin:
            self.compare(one, [], "your checkpoint")
        elif proven is not None:
            self.compare(one, proven[1], "your checkpoint")
        elif self.partial:
            text = "no proof leads from your checkpoint of %d entries; name it when you export"
            self.report.add("since_unproven", text % one.size)
        else:
            self.kept = one

    def check_entries(self):
        """Each line once: its form, its place, its scope, what is disclosed of it."""
        disclosures = _Disclosures(self.export.rows("disclosures.jsonl"), self.report)
        inclusion = self.export.rows("inclusion.jsonl") if self.partial else None
        last = -1
        for raw in self.export.lines("entries.jsonl", LARGEST_LINE):
            leaf = leaf_hash(raw)
            index = self.tree.size if inclusion is None else self.placed(inclusion, leaf, last)
            last = index
            try:
                self.check_line(raw, leaf, index, disclosures)
            except Broken as broken:
                self.report.add(broken.check, broken.text, index)
            self.digest.update(leaf)
            self.report.entries += 1
            if inclusion is None:
                self.grow(leaf)
        disclosures.end()
        if inclusion is not None:
            if next(inclusion, None) is not None:
                self.report.add("entry_omitted", "there are more proofs than entries")
        elif self.tree.size != self.checkpoint.size:
            text = "the checkpoint signed %d entries, the export has %d"
            found = "entry_omitted" if self.tree.size < self.checkpoint.size else "entry_surplus"
            self.report.add(found, text % (self.checkpoint.size, self.tree.size))
        elif self.tree.root() != self.checkpoint.root:
            self.report.add("root_mismatch", self.where_changed())

    def placed(self, inclusion, leaf, last):
        """The leaf index of an entry of a partial export, proven."""
        row = next(inclusion, None)
        if row is None:
            raise Broken("entry_surplus", "there are more entries than proofs")
        index = _typed(row, "index", int)
        if index <= last:
            self.report.add("order_broken", f"entry {index} does not come after {last}", index)
        root, size = self.checkpoint.root, self.checkpoint.size
        try:
            if not included(leaf, index, size, _hashes(row, "proof"), root):
                self.report.add("inclusion_invalid", "the entry is not in the signed tree", index)
        except Broken as broken:
            self.report.add(broken.check, broken.text, index)
        return index

    def grow(self, leaf):
        """Add a leaf, and compare with what was signed at this size."""
        self.tree.append(leaf)
        former = self.earlier.get(self.tree.size)
        if former is not None and former[0].root != self.tree.root():
            text = f"the checkpoint of {self.tree.size} entries signed other entries"
            self.report.add("checkpoint_mismatch", text, self.tree.size - 1)
        kept = self.kept
        if kept is not None and kept.size == self.tree.size and kept.root != self.tree.root():
            text = f"your checkpoint of {kept.size} entries had other entries"
            self.report.add("history_rewritten", text, self.tree.size - 1)

    def where_changed(self):
        """How far the entries are known to be those that were signed."""
        wrong = sorted(index + 1 for check, _t, index in self.report.problems
                       if check == "checkpoint_mismatch")  # fmt: skip
        if wrong:
            return f"the entries are not those that were signed; the first {wrong[0]} differ"
        return "the entries are not those that were signed"

    def check_line(self, raw, leaf, index, disclosures):
        """One entry by itself."""
        value = decode(raw)
        subject, seq, prev = _shape(value)
        if value["origin"] != self.checkpoint.origin:
            raise Broken(
                "origin_differs", "the entry is of the log {}".format(value["origin"][:120])
            )
        key = hashlib.sha256(subject.encode("utf-8")).digest()[:16]
        self.chains[key[0] % PARTS].write(struct.pack("<16sQQ", key, seq, index) + prev + leaf)
        self.check_time(value["ts"], index)
        if self.partial and not in_scope(value, self.filters):
            self.report.add("scope_violated", "the entry is not of this export's scope", index)
        for one in value["evidence"]:
            if (
                isinstance(one, dict)
                and "evidence/{}".format(one.get("sha256")) in self.export.infos
            ):
                self.held.add(one["sha256"])
        disclosures.check(index, value["personal"])

    def check_time(self, told, index):
        """The clock is the server's, so that this is never more than a warning."""
        if told >= self.newest:
            self.newest = told
            if told > self.latest:
                self.report.warn("clock_ahead", "its time has not come yet", index)
        elif told < _earlier(self.newest):
            self.report.warn("clock_back", "its time lies before that of an entry above it", index)

    def check_chains(self):
        """Each subject's entries: numbered without a gap, each naming the one before."""
        whole = not any(self.scope[name] is not None for name in FILTERS - {"subjects"})
        for part in self.chains:
            part.seek(0)
            ends = {}
            for record in iter(lambda part=part: part.read(96), b""):
                key, seq, index = struct.unpack("<16sQQ", record[:32])
                self.check_link(ends.get(key), seq, index, record[32:64], whole)
                ends[key] = (seq, record[64:])

    def check_link(self, before, seq, index, prev, whole):
        """One entry and the one before it of the same subject."""
        last, hashed = before or (0, NO_HASH)
        if seq == last + 1:
            if prev != hashed:
                text = "the entry does not continue the one before it of its subject"
                self.report.add("chain_broken", text, index)
        elif whole or seq <= last:
            text = f"its subject has no entry {last + 1} to {seq - 1} here"
            self.report.add("chain_gap", text, index)

    def check_closing(self):
        """The log itself says, signed, how many entries of this scope it had: none is left out."""
        row = _row(self.export.whole("closing.json"))
        line, index = _typed(row, "line", str).encode("utf-8"), _typed(row, "index", int)
        value = decode(line)
        note = self.opened("closing.json", _typed(row, "note", str))
        now = self.checkpoint
        if not continues(now.size, now.root, note.size, note.root, _hashes(row, "consistency")):
            self.report.add("closing_invalid", "its checkpoint does not continue the export's")
        if not included(leaf_hash(line), index, note.size, _hashes(row, "proof"), note.root):
            self.report.add("closing_invalid", "the closing entry is not in the signed tree", index)
        if not isinstance(value, dict) or value.get("action") != "export.created":
            raise Broken("closing_invalid", "the closing entry closes no export")
        told = _typed(value, "details", dict)
        due = {
            "scope_sha256": hashlib.sha256(canonical(self.scope)).hexdigest(),
            "size": now.size,
            "root": now.root.hex(),
        }
        if value.get("origin") != now.origin or any(told.get(key) != due[key] for key in due):
            self.report.add("closing_invalid", "the closing entry is of another export", index)
        if told.get("entries") != self.report.entries:
            text = "the log closed this scope with %s entries, the export has %d"
            less = self.report.entries < _typed(told, "entries", int)
            check = "entry_omitted" if less else "entry_surplus"
            self.report.add(check, text % (told["entries"], self.report.entries))
        elif told.get("digest") != self.digest.hexdigest():
            self.report.add("entries_differ", "these are not the entries that the log closed")

    def check_evidence(self):
        """Files are known by their digest, and an entry must name them."""
        for name in self.export.infos:
            match = EVIDENCE.fullmatch(name)
            if not match:
                continue
            for _chunk in self.export.chunks(name):
                pass
            if self.export.digests[name] != match.group(1):
                self.report.add("evidence_mismatch", f"{name} is another file")
            elif match.group(1) not in self.held:
                self.report.add("evidence_mismatch", f"no entry here names {name}")

    def check_manifest(self):
        """Whether the members are those that were packed; an accident shows here by its name."""
        lines = self.export.text("MANIFEST.sha256").splitlines()
        told = dict(line.split("  ", 1)[::-1] for line in lines if "  " in line)
        for name in sorted(self.export.infos):
            if name == "MANIFEST.sha256":
                continue
            if name not in self.export.digests:
                for _chunk in self.export.chunks(name):
                    pass
            if told.pop(name, "") != self.export.digests[name]:
                self.report.add("manifest_mismatch", f"{name} is not as it was packed")
        for name in sorted(told):
            self.report.add("manifest_mismatch", f"{name[:120]} was packed and is gone")


class _Disclosures:
    """Personal values, in the order of the entries that hold commitments to them."""

    def __init__(self, rows, report):
        self.rows, self.report = rows, report
        self.next = next(rows, None)

    def check(self, index, commitments):
        """Take the values of one entry, and open its commitments with them."""
        while self.next is not None and self.next.get("index") == index:
            row, self.next = self.next, next(self.rows, None)
            path, salt, value = (_typed(row, key, str) for key in ("path", "salt", "value"))
            if not HEX32.fullmatch(salt) or commitments.get(path) != _commitment(salt, value):
                text = f"{path[:100]} is not the value that the entry holds the commitment to"
                self.report.add("personal_mismatch", text, index)

    def end(self):
        """Values that belong to no entry of this export."""
        if self.next is not None:
            text = "a disclosed value belongs to no entry here, or stands out of order"
            self.report.add("personal_mismatch", text, self.next.get("index"))


def _commitment(salt, value):
    return hashlib.sha256(b"\x02" + bytes.fromhex(salt) + canonical(value)).hexdigest()


def _shape(value):
    """The subject's name, the number of the entry and the hash before it; or the line is none."""
    try:
        subject = value["subject"]
        prev = subject["prev"]
        right = (
            set(value) == MEMBERS
            and type(value["v"]) is type(subject["seq"]) is int
            and value["v"] == 1
            and set(subject) == {"id", "prev", "seq", "type"}
            and UUID.fullmatch(value["id"])
            and isinstance(subject["type"], str)
            and isinstance(subject["id"], str)
            and TIME.fullmatch(value["ts"])
            and subject["seq"] >= 1
            and (prev is None) == (subject["seq"] == 1)
            and (prev is None or HEX32.fullmatch(prev))
            and all(isinstance(value[part], dict) for part in ("personal", "actor", "details"))
            and isinstance(value["evidence"], list)
            and isinstance(value["origin"], str)
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        right = False
    if not right:
        raise Broken("line_invalid", "it is no line of a log")
    name = subject["type"] + "\n" + subject["id"]
    return name, subject["seq"], bytes.fromhex(prev) if prev else NO_HASH


def in_scope(value, scope):
    """Whether an entry is of a scope; a filter that is null leaves nothing out."""
    portfolios, subjects = scope["portfolios"], scope["subjects"]
    return (
        (portfolios is None or value["portfolio"] in portfolios)
        and (subjects is None or (value["subject"]["type"], value["subject"]["id"]) in subjects)
        and (scope["person"] is None or value["actor"].get("person") == scope["person"])
        and (scope["action"] is None or value["action"].startswith(scope["action"]))
        and (scope["since"] is None or value["ts"] >= scope["since"])
        and (scope["until"] is None or value["ts"] < scope["until"])
    )


def _earlier(told):
    """Five minutes before: entries that were written at one time reach the log in any order."""
    try:
        moment = datetime.strptime(told, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007
        return (moment - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except (OverflowError, ValueError):
        return ""


def _now_and_a_day():
    moment = datetime.now(timezone.utc) + timedelta(days=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def verify(path, vkeys, since=None):
    """Run every check over the file at `path`; return the Report.

    Raises:
        Unsafe: when the file is no export, or is not safe to read.
    """
    report = Report()
    try:
        keys = [Key(vkey) for vkey in vkeys]
    except Broken as broken:
        raise Unsafe(broken.text) from None
    export = Export(path)
    try:
        with export.zip, export.file:
            Verifier(export, keys, since, report).run()
    except Broken as broken:
        report.problems.append((broken.check, broken.text, None))
    except TooMany:
        pass
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, struct.error, NotImplementedError,
            RecursionError) as why:  # fmt: skip
        report.problems.append(("export_malformed", f"the file cannot be read: {why}", None))
    except Exception as why:
        if type(why).__module__ != "zlib":
            raise
        report.problems.append(("export_malformed", f"the file cannot be read: {why}", None))
    return report


def _place(index):
    return "" if index is None else f" [entry {index}]"


def main(arguments=None):
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Check an export of a Foureyes log, offline.")
    parser.add_argument("export", help="the zip file")
    parser.add_argument("--key", action="append", required=True, help="public key of the log")
    parser.add_argument("--since", help="file with a checkpoint that you kept")
    asked = parser.parse_args(arguments)
    try:
        since = None
        if asked.since:
            with open(asked.since, encoding="utf-8", newline="") as file:
                since = file.read(LARGEST_SMALL)
        report = verify(asked.export, asked.key, since)
    except (Unsafe, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"Refused: {error}\n")
        return 2
    for check, text, index in report.warnings:
        sys.stdout.write(f"warning {check}: {text}{_place(index)}\n")
    for check, text, index in report.problems:
        sys.stdout.write(f"FAILED {check}: {text}{_place(index)}\n")
    if report.problems:
        sys.stdout.write("Do not rely on this export.\n")
        return 1
    sys.stdout.write(
        f"Everything holds: {report.entries} entries of {report.origin}, complete within their "
        f"scope, under the checkpoint of {report.size} entries.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
