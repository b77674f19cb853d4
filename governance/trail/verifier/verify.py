#!/usr/bin/env python3
"""Check an export of a Foureyes log. Needs Python 3.8 or newer and nothing else.

    python verify.py export.zip --key VKEY [--since checkpoint.txt] [--processes N]

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
import gc
import hashlib
import json
import multiprocessing
import os
import re
import stat
import struct
import sys
import tempfile
import zlib
from binascii import unhexlify
from collections import defaultdict, deque
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from itertools import islice

LARGEST_LINE = 64 * 1024
LARGEST_ROW = 1024 * 1024
LARGEST_SMALL = 4 * 1024 * 1024
LARGEST_DIRECTORY = 4 * 1024 * 1024
LARGEST_INTEGER = 2**53 - 1
DEEPEST = 64
MOST_MEMBERS = 10_000
MOST_PROBLEMS = 1_000
MOST_SIGNATURES = 100
MOST_ROTATIONS = 1_000
MOST_PROOF = 128
LARGEST_PROOF = 16 * 1024
MOST_LINES = 4096  # of entries that are checked at a time
LARGEST_BLOCK = 4 * 1024 * 1024  # of what is disclosed of the entries that are checked at a time
LARGEST_OPENINGS = 32 * 1024 * 1024
MOST_PROCESSES = 4
WORTH_PROCESSES = 32 * 1024 * 1024
MOST_FORMS = 1024
MOST_FORMS_OF_ONE = 12
LONGEST_FORM = 4096
PARTS = 64
NO_HASH = bytes(32)
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
FIRST = (0, NO_HASH)
RECORD = struct.Struct("<16s16sQQ32s32s")  # of a chain: subject, number, index, hash before, hash
RATIO = 250
CHUNK = 1 << 20
END = struct.Struct("<4s4H2LH")  # of a zip: disks, members twice, size and place of the directory
END_64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR_64 = struct.Struct("<4sLQL")
LISTED = struct.Struct("<4s6H3L5H2L")  # a member in the directory
LOCAL = struct.Struct("<4s5H3L2H")  # and before its bytes
STORED, DEFLATED = 0, 8
USUAL_FLAGS = 0x0806  # how hard it was packed, a name in UTF-8

SMALL = ("README.txt", "MANIFEST.sha256", "checkpoint.txt", "closing.json", "export.json",
         "keys.txt", "rotations.jsonl", "verify.py", "evidence.html")  # fmt: skip
STREAMS = ("disclosures.jsonl", "earlier.jsonl", "entries.jsonl", "inclusion.jsonl")
REQUIRED = {"MANIFEST.sha256", "checkpoint.txt", "closing.json", "disclosures.jsonl",
            "earlier.jsonl", "entries.jsonl", "export.json", "rotations.jsonl"}  # fmt: skip
EVIDENCE = re.compile(r"evidence/([0-9a-f]{64})")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
PACKED = re.compile(r"([0-9a-f]{64})  (.+)")
HEX32 = re.compile(r"[0-9a-f]{64}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
MEMBERS = {"action", "actor", "after", "auth", "before", "details", "evidence", "id", "origin",
           "personal", "portfolio", "subject", "ts", "v"}  # fmt: skip
TEXTS = {"action", "person", "since", "until"}
FILTERS = TEXTS | {"portfolios", "subjects"}


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


def _is_weak(public):
    """Whether these bytes stand for no point, or for one of the eight that fit any signature."""
    point = _point(public)
    if point is None:
        return True
    for _ in range(3):
        point = _double(point)
    return point[0] == 0


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

    def append(self, leaf, height=0):
        """Add the hash of one leaf, or of a full subtree where one begins."""
        number, sha256 = self.size >> height, hashlib.sha256
        while number & 1:
            leaf, number = sha256(b"\x01" + self.edge.pop() + leaf).digest(), number >> 1
        self.edge.append(leaf)
        self.size += 1 << height

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
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True,
                           check_circular=False)  # fmt: skip
UNSORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def canonical(value):
    """The one byte string of a value."""
    return UNSORTED.encode(_sorted(value)).encode("utf-8")


def decode(raw):
    """The value of canonical bytes; anything else that says the same is refused."""
    try:
        text = raw.decode("utf-8")
        value = DECODER.decode(text)
        # Among letters of ASCII Python's order of keys is that of UTF-16.
        same = ENCODER.encode(value) == text if text.isascii() else canonical(value) == raw
        deep = _depth(value) > DEEPEST
    except (ValueError, RecursionError) as error:
        raise Broken("line_invalid", f"it is no canonical JSON: {str(error)[:200]}") from None
    if deep:
        raise Broken("line_invalid", f"it is nested deeper than {DEEPEST} levels")
    if not same:
        raise Broken("line_invalid", "these bytes are not the canonical form of what they say")
    return value


def _depth(value):
    """How many lists and objects lie within each other."""
    if not isinstance(value, (dict, list)):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(_depth, inner), default=0)


# Values that are canonical by themselves, whatever stands around them, in a line that is `tame`
# and has no backslash. From Python 3.11 on a pattern can say that what it took it never gives back.
KEEP = "+" if sys.version_info >= (3, 11) else ""
TEXT = '"[^"]*%s"' % KEEP
VALUE = r"(?:%s|0|-?[1-9][0-9]{0,14}|true|false|null)" % TEXT
VALUES = r"\[(?:%s(?:,%s)*)?\]"
CAUGHT = '"([^"]*%s)"' % KEEP
CONTROLS = bytes(one for one in range(32) if one != 10)
INDEX = re.compile(rb'\{"index":(0|[1-9][0-9]{0,14}),')
DISCLOSURE = re.compile(
    (
        r'\{"index":(0|[1-9][0-9]{0,14}),"path":%s,"salt":"([0-9a-f]{64})","value":(%s)\}'
        % (CAUGHT, TEXT)
    ).encode()
)


def tame(raw):
    """Whether lines have no control character and are UTF-8."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(raw.translate(None, CONTROLS)) == len(raw)


def _parts(value):
    """What a form is made of: pairs of a pattern for texts like this, and one for any value."""
    if isinstance(value, dict):
        yield from _object((key, _parts(one)) for key, one in value.items())
    elif not isinstance(value, list):
        yield (TEXT if isinstance(value, str) else VALUE), VALUE
    elif any(isinstance(one, (dict, list)) for one in value):
        yield from _around(r"\[", (_parts(one) for one in value), r"\]")
    else:
        kind = TEXT if value and all(isinstance(one, str) for one in value) else VALUE
        yield VALUES % (kind, kind), VALUES % (VALUE, VALUE)


def _object(members):
    """The parts of an object, from its keys and the parts of their values."""
    named = ((_same(re.escape(UNSORTED.encode(key)) + ":"), *parts) for key, parts in members)
    return _around(r"\{", named, r"\}")


def _around(opening, inner, closing):
    """Parts one after the other, with commas between them."""
    yield _same(opening)
    for number, parts in enumerate(inner):
        if number:
            yield _same(",")
        yield from parts
    yield _same(closing)


def _same(pattern):
    return pattern, pattern


def _nullable(value, pattern):
    """A value that may be null."""
    loose = "(?:null|%s)" % pattern
    return ((loose if value is None else pattern), loose)


class Form:
    """What the lines of one kind have in common: a pattern that leaves only plain values open.

    It is taken from a line that was decoded and found canonical. What matches it has the same
    members in the same order, and values that are canonical by themselves, so it is canonical too.
    The members that `facts` wants are held to what `_facts` asks of them.

    Where all lines so far have a text the pattern asks for one, which is found quicker than any
    value; `widened` is the form that two of them have in common.
    """

    def __init__(self, parts, action, paths):
        self.parts, self.action, self.paths = parts, action, paths  # the latter in UTF-8
        self.members = tuple(loose for _tight, loose in parts)
        pattern = "".join(tight for tight, _loose in parts)
        self.match = re.compile(pattern.encode("utf-8")).fullmatch

    @classmethod
    def of(cls, value):
        """The form of a line."""
        subject = value["subject"]
        special = {
            "action": [_same('"%s"' % re.escape(value["action"]))],
            "actor": _object(cls.actor(value["actor"])),
            "evidence": [_same(r"\[\]")],
            "id": [_same('"%s"' % UUID.pattern)],
            "origin": [_same(CAUGHT)],
            "personal": _object((path, [_same(CAUGHT)]) for path in value["personal"]),
            "portfolio": [_nullable(value["portfolio"], CAUGHT)],
            "subject": [
                _same(r'\{"id":"(%s)","prev":' % UUID.pattern),
                _nullable(subject["prev"], '"(%s)"' % HEX32.pattern),
                _same(r',"seq":([1-9][0-9]{0,14}),"type":"(%s)"\}' % WORD.pattern),
            ],
            "ts": [_same('"(%s)"' % TIME.pattern)],
            "v": [_same("1")],
        }
        members = ((name, special.get(name) or _parts(one)) for name, one in value.items())
        return cls(list(_object(members)), _bytes(value["action"]), _bytes(list(value["personal"])))

    @staticmethod
    def actor(actor):
        """The actor's members, with the person caught."""
        for key, one in actor.items():
            yield key, [_nullable(one, CAUGHT)] if key == "person" else _parts(one)

    def widened(self, other):
        """The form of the lines of both, which have the same members."""
        both = zip(self.parts, other.parts)
        parts = [mine if mine == its else _same(mine[1]) for mine, its in both]
        return Form(parts, self.action, self.paths)

    def facts(self, found):
        """What the checks need of a line that matched."""
        person, origin, *commitments, portfolio, subject, prev, seq, kind, told = found
        seq = int(seq)
        if (prev is None) != (seq == 1):
            raise Broken("line_invalid", "it is no line of a log")
        return (
            kind, subject, seq, unhexlify(prev) if prev else NO_HASH, told, origin,
            (self.paths, commitments), (), self.action, person, portfolio,
        )  # fmt: skip


class Forms:
    """The forms met so far, by action. A line of a form that is not among them is decoded."""

    def __init__(self):
        self.known, self.count = {}, 0

    def facts(self, raw, simple):
        """What the checks need of a line, see `_facts`; `simple` is whether it is `tame`."""
        if len(raw) > LARGEST_LINE:
            raise Broken("line_invalid", f"a line of entries.jsonl is over {LARGEST_LINE} bytes")
        if simple and b"\\" not in raw:
            for form in self.known.get(raw[11 : raw.find(b'"', 11)], {}).values():
                found = form.match(raw)
                if found:
                    return form.facts(found.groups())
        value = decode(raw)
        facts = _facts(value)
        self.learn(value, raw)
        return facts

    def learn(self, value, raw):
        """Keep the form of a line, unless it is a rare kind or there are enough."""
        if (
            len(raw) <= LONGEST_FORM
            and self.count < MOST_FORMS
            and not value["evidence"]
            and set(value["actor"]) >= {"person"}
            and raw.startswith(b'{"action":"' + value["action"].encode("utf-8") + b'"')
            and all(isinstance(one, str) for one in value["personal"].values())
        ):
            form = Form.of(value)
            self.keep(self.known.setdefault(form.action, {}), form)

    def keep(self, known, form):
        """Among the forms of an action: in the place of one with the same members, or beside."""
        same = known.get(form.members)
        if same is None and len(known) >= MOST_FORMS_OF_ONE:
            return
        known[form.members] = form if same is None else same.widened(form)
        self.count += 1


def _row(raw):
    """An object of one of the accompanying files, in canonical form like a line."""
    try:
        value = decode(raw)
    except Broken as broken:
        raise Broken("export_malformed", f"a row cannot be read: {broken.text}") from None
    if not isinstance(value, dict):
        raise Broken("export_malformed", "a row is no JSON object")
    return value


def _are_texts(value):
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


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
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = _base64(encoded, 33)
        self.name, self.public, self.until = name, raw[1:], None
        self.id = hashlib.sha256(name.encode("utf-8", "replace") + b"\n" + raw).digest()[:4]
        self.vkey = vkey
        if not name or raw[0] != 1 or self.id.hex() != key_id:
            raise Broken("note_malformed", f"{vkey[:120]!r} is no Ed25519 key")
        if _is_weak(self.public):
            raise Broken("note_malformed", f"{vkey[:120]!r} verifies what nobody signed")


class Checkpoint:
    """A signed promise, opened: origin, size, root, and the keys that signed it."""

    def __init__(self, note, keys):
        text, gap, tail = note.rpartition("\n\n")
        if not gap or not tail.endswith("\n") or len(note) > LARGEST_SMALL:
            raise Broken("note_malformed", "a note has a text, an empty line and signatures")
        text += "\n"
        self.signers = _signers(text, tail[:-1].split("\n"), keys)
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines):
            raise Broken("note_malformed", "a checkpoint has three lines: origin, size, root")
        self.origin, size, self.root = lines[0], lines[1], _base64(lines[2], 32)
        if not re.fullmatch(r"0|[1-9][0-9]{0,14}", size):
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
class Member:
    """A member as the directory lists it; `start` is where its bytes begin."""

    def __init__(self, name, flags, method, crc, sizes, mode):
        self.name, self.flags, self.method, self.crc, self.mode = name, flags, method, crc, mode
        self.size, self.packed, self.offset = sizes
        self.start = None


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
        self.members, self.digests = {}, {}
        try:
            raw, count, ends = _directory(self.file)
            for member in _listed(raw, count):
                _check_member(member)
                if member.name in self.members:
                    raise Unsafe(f"the name {member.name!r} occurs twice")
                self.members[member.name] = member
            _check_places(self.file, self.members.values(), ends)
        except (OSError, OverflowError, ValueError, struct.error) as why:
            raise Unsafe(f"this is no zip file that can be read: {why}") from None
        missing = sorted(REQUIRED - set(self.members))
        if missing:
            names = ", ".join(missing)
            raise Unsafe(f"this is no export of a log: it has no {names}")

    def worth(self, processes):
        """How many processes pay off for a file of this size."""
        small = self.members["entries.jsonl"].size < WORTH_PROCESSES
        return 1 if small else processes or min(MOST_PROCESSES, os.cpu_count() or 1)

    def chunks(self, name):
        """The bytes of a member, piece by piece; they are what the directory says in the end."""
        member, digest, size, crc = self.members[name], hashlib.sha256(), 0, 0
        for chunk in _unpacked(self.file, member):
            size, crc = size + len(chunk), zlib.crc32(chunk, crc)
            if size > member.size:
                raise Broken("export_malformed", f"{name} unpacks to more than it says")
            digest.update(chunk)
            yield chunk
        if (size, crc) != (member.size, member.crc):
            raise Broken("export_malformed", f"{name} unpacks to something else than it says")
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

    def blocks(self, name, limit=LARGEST_ROW):
        """Whole lines of a member, about as many bytes at a time as are unpacked at once."""
        tail = b""
        for chunk in self.chunks(name):
            end = chunk.rfind(b"\n") + 1
            if end:
                yield tail + chunk[:end]
                tail = b""
            tail += chunk[end:]
            if len(tail) > limit:
                raise Broken("line_invalid", f"a line of {name} is over {limit} bytes")
        if tail:
            raise Broken("line_invalid", f"{name} ends within a line")

    def rows(self, name, limit=LARGEST_ROW):
        """The objects of a member that holds one JSON object a line; none when it is not there."""
        if name in self.members:
            for block in self.blocks(name, limit):
                for raw in block.split(b"\n")[:-1]:
                    if len(raw) > limit:
                        raise Broken("export_malformed", f"a row of {name} is over {limit} bytes")
                    yield _row(raw)


def _directory(file):
    """The bytes of the directory, the number of its members, and where it begins.

    It stands right before the end, and nothing follows: what is elsewhere, other readers may find.
    """
    at = file.seek(0, 2) - END.size
    mark, disk, other, here, count, size, start, comment = _at(file, at, END)
    if mark != b"PK\x05\x06" or comment:
        raise ValueError("it has no end")
    if 0xFFFF in (here, count) or 0xFFFFFFFF in (size, start):
        at -= LOCATOR_64.size
        mark, disk, where, _disks = _at(file, at, LOCATOR_64)
        found, *_made, other, here, count, size, start = _at(file, where, END_64)
        if (mark, found, where + END_64.size) != (b"PK\x06\x07", b"PK\x06\x06", at):
            raise ValueError("its end cannot be read")
        at = where
    if count > MOST_MEMBERS or size > LARGEST_DIRECTORY:
        raise ValueError("its directory lists too much")
    if disk or other or here != count or start + size != at:
        raise ValueError("its directory is not where it should be")
    file.seek(start)
    return file.read(size), count, start


def _at(file, place, form):
    """The numbers at a place of the file."""
    if place < 0:
        raise ValueError("it has no end")
    file.seek(place)
    return form.unpack(file.read(form.size))


def _listed(raw, count):
    """The members that a directory lists, as many as its end says."""
    at = 0
    for _ in range(count):
        found = LISTED.unpack_from(raw, at)
        mark, _made, _needs, flags, method, _time, _day, crc, packed, size = found[:10]
        names, extras, comments, _disk, _inner, outer, offset = found[10:]
        at += LISTED.size
        name, extra = raw[at : at + names], raw[at + names : at + names + extras]
        at += names + extras + comments
        if mark != b"PK\x01\x02":
            raise ValueError("its directory cannot be read")
        sizes = _sizes(extra, size, packed, offset)
        yield Member(name.decode("ascii", "replace"), flags, method, crc, sizes, outer >> 16)
    if at != len(raw):
        raise ValueError("its directory cannot be read")


def _sizes(extra, *told):
    """Size, packed size and place; beyond 32 bits they stand in the field that zip64 adds."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            large = [extra[at + 4 : at + 4 + length][i : i + 8] for i in range(0, length, 8)]
            told = [
                int.from_bytes(large.pop(0), "little") if one == 0xFFFFFFFF and large else one
                for one in told
            ]
        at += 4 + length
    return told


def _check_member(member):
    name = member.name
    if not (name in SMALL or name in STREAMS or EVIDENCE.fullmatch(name)):
        raise Unsafe(f"a member is called {name[:120]!r}")
    if stat.S_IFMT(member.mode) not in (0, stat.S_IFREG):
        raise Unsafe(f"{name} is no ordinary file")
    if member.flags & ~USUAL_FLAGS or member.method not in (STORED, DEFLATED):
        raise Unsafe(f"{name} is packed in a way that no export uses")
    if name in SMALL and member.size > LARGEST_SMALL:
        raise Unsafe(f"{name} is too large")
    if member.size > CHUNK and member.size > RATIO * member.packed:
        raise Unsafe(f"{name} would unpack to {member.size} bytes")


def _check_places(file, members, end):
    """Members that share bytes are how a small file unpacks to a huge one.

    Bytes of none could be a member that only other readers find. What stands before a member's
    bytes must say the same of it as the directory, for the same reason.
    """
    ends = 0
    for member in sorted(members, key=lambda one: one.offset):
        if member.offset != ends:
            raise Unsafe("its members do not follow each other")
        mark, _needs, flags, method, _time, _day, *told = _at(file, member.offset, LOCAL)
        crc, packed, size, names, extras = told
        name, extra = file.read(names), file.read(extras)
        there = (mark, name, flags, method, crc, *_sizes(extra, size, packed))
        sizes = (member.size, member.packed)
        listed = (member.name.encode(), member.flags, member.method, member.crc, *sizes)
        if there != (b"PK\x03\x04", *listed):
            raise Unsafe(f"{member.name} is not where the directory says")
        member.start = member.offset + LOCAL.size + names + extras
        ends = member.start + member.packed
    if ends != end:
        raise Unsafe("its members do not follow each other")


def _unpacked(file, member):
    """The bytes of a member in pieces of bounded size. Others may read the file in between."""
    at, end = member.start, member.start + member.packed
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if member.method == DEFLATED else None
    try:
        while at < end:
            file.seek(at)
            piece = file.read(min(CHUNK, end - at))
            at += len(piece) or end
            if inflater is None:
                yield piece
                continue
            while piece:
                yield inflater.decompress(piece, CHUNK)
                piece = inflater.unconsumed_tail
        if inflater is not None:
            yield inflater.flush()
            if not inflater.eof or inflater.unused_data:
                raise Broken("export_malformed", f"{member.name} ends too early or too late")
    except zlib.error as why:
        raise Broken("export_malformed", f"{member.name} cannot be unpacked: {why}") from None


# The checks --------------------------------------------------------------------------------------
class Verifier:
    """One run over one export."""

    def __init__(self, export, keys, since, report, processes=1):
        self.export, self.keys, self.since, self.report = export, keys, since, report
        self.processes = processes
        self.digest = hashlib.sha256()
        self.tree = Tree()
        self.held = set()
        self.newest, self.latest = b"", _now_and_a_day()
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
        """The rotation's entry must stand in a tree that both keys signed; a key retires once."""
        if old.until is not None:
            raise Broken("rotation_invalid", "a key that had retired endorses another one")
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
        if set(scope) != FILTERS:
            raise Broken("export_malformed", "the scope names other filters than there are")
        subjects = scope["subjects"]
        right = (
            all(scope[name] is None or isinstance(scope[name], str) for name in TEXTS)
            and (scope["portfolios"] is None or _are_texts(scope["portfolios"]))
            and (subjects is None or isinstance(subjects, list))
            and all(_are_texts(pair) and len(pair) == 2 for pair in subjects or ())
        )
        if not right:
            raise Broken("export_malformed", "a filter of the scope is of a wrong kind")
        self.filters = {name: _bytes(value) for name, value in scope.items()}
        if subjects is not None:
            self.filters["subjects"] = {b"\n".join(pair) for pair in self.filters["subjects"]}
        # Whether the export leaves entries out.
        self.partial = any(value is not None for value in scope.values())
        return scope

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
        now = self.checkpoint
        files = {name for name in self.export.members if EVIDENCE.fullmatch(name)}
        filters = self.filters if self.partial else None
        blocks = Blocks(self.export, self.partial, self.report)
        for found in spread(
            self.processes, blocks, (_bytes(now.origin), now.size, now.root, filters, files)
        ):
            self.take(found)
        blocks.end()
        if not self.partial:
            self.check_root()

    def take(self, found):
        """What was found in a block, in the order of the entries."""
        leaves, subtrees, records, indexes, times, problems, held = found
        for problem in problems:
            self.report.add(*problem)
        for part, record in records:
            self.chains[part].write(record)
        self.check_times(times, indexes)
        self.held |= held
        self.digest.update(leaves)
        self.report.entries += len(leaves) // 32
        if not self.partial:
            self.grow(leaves, subtrees)

    def grow(self, leaves, subtrees):
        """Add leaves, and compare with what was signed at the sizes that are passed."""
        size = self.tree.size
        after = size + len(leaves) // 32
        signed = set(self.earlier) | ({self.kept.size} if self.kept else set())
        if any(size < one < after for one in signed):
            subtrees = ((0, leaves[at : at + 32]) for at in range(0, len(leaves), 32))
        for height, root in subtrees:
            self.tree.append(root, height)
            if self.tree.size in signed:
                self.compare_roots()

    def compare_roots(self):
        """The tree as it stands against the checkpoints of this size."""
        size, root = self.tree.size, self.tree.root()
        former = self.earlier.get(size)
        if former is not None and former[0].root != root:
            text = f"the checkpoint of {size} entries signed other entries"
            self.report.add("checkpoint_mismatch", text, size - 1)
        if self.kept is not None and self.kept.size == size and self.kept.root != root:
            text = f"your checkpoint of {size} entries had other entries"
            self.report.add("history_rewritten", text, size - 1)

    def check_root(self):
        """All entries together against what the checkpoint signed."""
        if self.tree.size != self.checkpoint.size:
            text = "the checkpoint signed %d entries, the export has %d"
            found = "entry_omitted" if self.tree.size < self.checkpoint.size else "entry_surplus"
            self.report.add(found, text % (self.checkpoint.size, self.tree.size))
        elif self.tree.root() != self.checkpoint.root:
            self.report.add("root_mismatch", self.where_changed())

    def where_changed(self):
        """How far the entries are known to be those that were signed."""
        wrong = sorted(index + 1 for check, _t, index in self.report.problems
                       if check == "checkpoint_mismatch")  # fmt: skip
        if wrong:
            return f"the entries are not those that were signed; the first {wrong[0]} differ"
        return "the entries are not those that were signed"

    def check_times(self, times, indexes):
        """The times of a block, which are told apart only when there may be something to say."""
        first, last, ordered, told = times
        if ordered and first >= _earlier(self.newest) and last <= self.latest:
            self.newest = max(self.newest, last)
            return
        for one, index in zip(told.split(b"\n"), indexes):
            if one:
                self.check_time(one, index)

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
            for piece in iter(lambda part=part: part.read(RECORD.size * 8192), b""):
                for subject, kind, seq, index, prev, leaf in RECORD.iter_unpack(piece):
                    last, hashed = ends.get(subject + kind, FIRST)
                    if seq != last + 1 or prev != hashed:
                        self.check_link(last, hashed, seq, index, prev, whole)
                    ends[subject + kind] = (seq, leaf)

    def check_link(self, last, hashed, seq, index, prev, whole):
        """One entry and the one before it of the same subject."""
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
        scope_sha256 = hashlib.sha256(canonical(self.scope)).hexdigest()
        entries, size = _typed(told, "entries", int), _typed(told, "size", int)
        said = (value.get("origin"), told.get("scope_sha256"), size, told.get("root"))
        if said != (now.origin, scope_sha256, now.size, now.root.hex()):
            self.report.add("closing_invalid", "the closing entry is of another export", index)
        if entries != self.report.entries:
            text = "the log closed this scope with %s entries, the export has %d"
            check = "entry_omitted" if self.report.entries < entries else "entry_surplus"
            self.report.add(check, text % (entries, self.report.entries))
        elif told.get("digest") != self.digest.hexdigest():
            self.report.add("entries_differ", "these are not the entries that the log closed")
        self.check_document(told.get("document"))

    def check_document(self, due):
        """The page of an evidence bundle is the one whose digest the log keeps."""
        name, found = "evidence.html", None
        if name in self.export.members:
            self.export.whole(name)
            found = self.export.digests[name]
        if due != found:
            self.report.add("document_mismatch", f"{name} is not the page that the log closed")

    def check_evidence(self):
        """Files are known by their digest, and an entry must name them."""
        for name in self.export.members:
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
        told = {}
        for line in self.export.text("MANIFEST.sha256").split("\n")[:-1]:
            match = PACKED.fullmatch(line)
            if match:
                told[match.group(2)] = match.group(1)
            else:
                self.report.add("manifest_mismatch", f"{line[:120]!r} says nothing of a member")
        for name in sorted(self.export.members):
            if name == "MANIFEST.sha256":
                continue
            if name not in self.export.digests:
                for _chunk in self.export.chunks(name):
                    pass
            if told.pop(name, "") != self.export.digests[name]:
                self.report.add("manifest_mismatch", f"{name} is not as it was packed")
        for name in sorted(told):
            self.report.add("manifest_mismatch", f"{name[:120]} was packed and is gone")


# Entries, block by block ------------------------------------------------------------------------
class Blocks:
    """The entries of an export with what goes with them, in blocks that can be checked apart.

    A block is what `Checker.block` takes: the index of its first entry, lines, (index, proof) of
    each in an export that leaves entries out (else None), and the rows that disclose their values.
    """

    def __init__(self, export, partial, report):
        self.report = report
        self.lines = export.blocks("entries.jsonl", LARGEST_LINE)
        self.proofs = export.rows("inclusion.jsonl", LARGEST_PROOF) if partial else None
        self.rows = Openings(export)
        self.surplus, self.last = False, -1

    def __iter__(self):
        """Blocks of about 1 MiB of lines; smaller ones when much is disclosed."""
        start = 0
        for lines in _few(self.lines):
            after = start + lines.count(b"\n")
            places = self.places(after - start)
            last = after - 1 if places is None else max((at for at, _ in places), default=-1)
            rows = self.rows.until(last, LARGEST_BLOCK)
            if rows is None:
                yield from self.one_by_one(start, lines, places)
            else:
                yield start, lines, places, rows
            start = after
            if self.surplus:
                return

    def one_by_one(self, start, lines, places):
        """A block an entry, so that no more than one discloses need be held."""
        pairs = enumerate(lines.split(b"\n")[:-1], start)
        for number, line in pairs if places is None else islice(pairs, len(places)):
            place = None if places is None else [places[number - start]]
            index = place[0][0] if place else number
            rows = self.rows.until(index, LARGEST_OPENINGS)
            if rows is None:
                raise Broken("personal_mismatch", f"entry {index} discloses more than it can hold")
            yield number, line + b"\n", place, rows

    def places(self, count):
        """Where the next entries stand, each with its proof; None in an export of all."""
        if self.proofs is None:
            return None
        found = []
        for proof in islice(self.proofs, count):
            self.last = self.after(self.last, proof)
            found.append((self.last, proof))
        self.surplus = len(found) < count
        return found

    def after(self, last, proof):
        """The index that a proof is for."""
        index = _typed(proof, "index", int)
        if not 0 <= index <= LARGEST_INTEGER:
            raise Broken("inclusion_invalid", f"{index} is no place in a log")
        if index <= last:
            self.report.add("order_broken", f"entry {index} does not come after {last}", index)
        return index

    def end(self):
        """What is left over when the entries are through."""
        if self.surplus:
            raise Broken("entry_surplus", "there are more entries than proofs")
        left = self.rows.until(LARGEST_INTEGER, 0)
        if left != b"":
            text = "a disclosed value belongs to no entry here, or stands out of order"
            self.report.add("personal_mismatch", text, self.rows.first())
        if self.proofs is not None and next(self.proofs, None) is not None:
            self.report.add("entry_omitted", "there are more proofs than entries")


def _few(blocks):
    """The same lines, not too many at a time: such short ones are no entries, each is a problem."""
    for block in blocks:
        if block.count(b"\n") <= MOST_LINES:
            yield block
            continue
        lines = block.split(b"\n")[:-1]
        for at in range(0, len(lines), MOST_LINES):
            yield b"".join(line + b"\n" for line in lines[at : at + MOST_LINES])


class Openings:
    """The rows of disclosures.jsonl, handed out by the entries that they are for."""

    def __init__(self, export):
        self.blocks, self.held = export.blocks("disclosures.jsonl"), b""

    def until(self, last, most):
        """The rows that stand before those of entries after `last`; None if over `most` bytes."""
        while not self.held or self.index(self.held.rfind(b"\n", 0, -1) + 1) <= last:
            more = next(self.blocks, b"") if len(self.held) <= most else b""
            if not more:
                break
            self.held += more
        end = self.end(last)
        if end > most:
            return None
        rows, self.held = self.held[:end], self.held[end:]
        return rows

    def end(self, last):
        """Where in what is held the rows of entries after `last` begin, if they are in order."""
        low, high = 0, len(self.held)
        while low < high:
            middle = max(low, self.held.rfind(b"\n", low, (low + high) // 2) + 1)
            if self.index(middle) <= last:
                low = self.held.find(b"\n", middle) + 1
            else:
                high = middle
        return low

    def first(self):
        """The index of the row that comes next."""
        return self.index(0)

    def index(self, at):
        """The index of the row that begins there."""
        found = INDEX.match(self.held, at)
        if found:
            return int(found.group(1))
        return _typed(_row(self.held[at : self.held.find(b"\n", at)]), "index", int)


class Checker:
    """Checks entries by themselves. `filters` is None for an export of the whole log."""

    def __init__(self, origin, size, root, filters, files):
        self.origin, self.size, self.root = origin, size, root
        self.filters, self.files = filters, files
        self.forms = Forms()

    def block(self, start, raw, places, rows):
        """Check a block, see `Blocks`.

        Returns the leaf hashes one after the other, the full subtrees that they make up, records
        for the chains by part, indexes, times (first, last, whether in order, all of them),
        problems, and digests of files named.
        """
        self.records, self.times = defaultdict(list), []
        self.problems, self.held = [], set()
        lines = raw.split(b"\n")[:-1]
        indexes = range(start, start + len(lines))
        if places is not None:
            indexes = [index for index, _proof in places]
            del lines[len(places) :]
        leaves = leaf_hashes(lines)
        for leaf, (index, proof) in zip(leaves, places or ()):
            self.place(leaf, index, proof)
        opened = self.check_lines(indexes, lines, tame(raw), leaves)
        self.open(rows, opened)
        records = [(part, b"".join(found)) for part, found in self.records.items()]
        return (
            b"".join(leaves), subtrees(start, leaves), records, indexes, _ordered(self.times),
            self.problems, self.held,
        )  # fmt: skip

    def note(self, check, text, index):
        """Keep a problem."""
        self.problems.append((check, text, index))

    def place(self, leaf, index, proof):
        """Whether the entry stands in the signed tree where its proof says."""
        try:
            if not included(leaf, index, self.size, _hashes(proof, "proof"), self.root):
                self.note("inclusion_invalid", "the entry is not in the signed tree", index)
        except Broken as broken:
            self.note(broken.check, broken.text, index)

    def check_lines(self, indexes, lines, simple, leaves):
        """What each line says by itself; returns commitments by index, None if it is broken."""
        opened, facts_of, check, tell = {}, self.forms.facts, self.check, self.times.append
        for index, raw, leaf in zip(indexes, lines, leaves):
            told = b""
            try:
                facts = facts_of(raw, simple)
                check(index, facts, leaf)
                opened[index], told = facts[6], facts[4]
            except Broken as broken:
                self.note(broken.check, broken.text, index)
                opened[index] = None
            tell(told)
        return opened

    def check(self, index, facts, leaf):
        """One entry by the facts of its line."""
        kind, subject, seq, prev, _told, origin, _commitments, evidence, *_scope = facts
        if origin != self.origin:
            raise Broken("origin_differs", f"the entry is of the log {_text(origin)}")
        key = unhexlify(subject.replace(b"-", b""))
        record = RECORD.pack(key, _digest(kind), seq, index, prev, leaf)
        self.records[key[15] % PARTS].append(record)
        if self.filters is not None and not in_scope(facts, self.filters):
            self.note("scope_violated", "the entry is not of this export's scope", index)
        for one in evidence:
            if isinstance(one, dict) and f"evidence/{one.get('sha256')}" in self.files:
                self.held.add(one["sha256"])

    def open(self, rows, opened):
        """Disclosed values against the commitments to them, in the order of the entries."""
        simple, last = tame(rows), -1
        for raw in rows.split(b"\n")[:-1]:
            index = None
            try:
                index, path, salted = _opening(raw, simple)
                self.disclosed(path, salted, opened.get(index, ()) if index >= last else ())
                last = index
            except Broken as broken:
                self.note(broken.check, broken.text, index)

    def disclosed(self, path, salted, commitments):
        """One value: of an entry that is broken (None) it says nothing, of none (()) it is odd."""
        digest = hashlib.sha256(salted).hexdigest().encode()
        if commitments is not None and (path, digest) not in zip(*commitments):
            what = "the value that the entry holds the commitment to"
            where = "of an entry here, or stands out of order" if commitments == () else what
            raise Broken("personal_mismatch", f"{_text(path)} is not {where}")


def _ordered(times):
    """The first and the last time, whether they are in order, and all of them."""
    first, last = (times[0], times[-1]) if times else (b"", b"")
    return first, last, times == sorted(times), b"\n".join(times)


def leaf_hashes(lines):
    """The hashes of lines."""
    sha256 = hashlib.sha256
    return [sha256(b"\x00" + line).digest() for line in lines]


def subtrees(start, leaves):
    """The full subtrees of neighbouring leaves from `start` on: (height, root), from the left."""
    left, right, height, sha256 = [], [], 0, hashlib.sha256
    while leaves:
        if start & 1:
            left.append((height, leaves[0]))
            leaves = leaves[1:]
        if len(leaves) & 1:
            right.append((height, leaves[-1]))
        pairs = zip(leaves[::2], leaves[1::2])
        leaves = [sha256(b"\x01" + one + other).digest() for one, other in pairs]
        start, height = (start + 1) >> 1, height + 1
    return left + right[::-1]


@lru_cache(maxsize=256)
def _digest(kind):
    """16 bytes that stand for a kind of subject."""
    return hashlib.sha256(kind).digest()[:16]


def _opening(raw, simple):
    """Index, path and salted canonical value of a row of disclosures.jsonl."""
    found = DISCLOSURE.fullmatch(raw) if simple and b"\\" not in raw else None
    if found:
        index, path, salt, value = found.groups()
        return int(index), path, b"\x02" + unhexlify(salt) + value
    row = _row(raw)
    index = _typed(row, "index", int)
    path, salt, value = (_typed(row, key, str) for key in ("path", "salt", "value"))
    if not HEX32.fullmatch(salt):
        raise Broken("personal_mismatch", f"{path[:100]} has a salt of another form than 32 bytes")
    return index, _bytes(path), b"\x02" + unhexlify(salt) + canonical(value)


def spread(processes, blocks, facts):
    """The outcome of every block, in their order; checked by so many processes."""
    if processes < 2:
        check = Checker(*facts).block
        yield from (check(*block) for block in blocks)
        return
    waiting = deque()
    with multiprocessing.Pool(processes, _begin, facts) as pool:
        for block in blocks:
            waiting.append(pool.map_async(_check, [block]))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().get()[0]
        while waiting:
            yield waiting.popleft().get()[0]


def _begin(*facts):
    """In a process of its own: the checker that its blocks come to."""
    global _check_block  # noqa: PLW0603  a pool hands tasks to functions only
    seldom_collect()
    _check_block = Checker(*facts).block


def seldom_collect():
    """What is read here refers to nothing that refers back: looking for that takes a tenth."""
    gc.set_threshold(100_000, 20, 20)


def _check(block):
    return _check_block(*block)


def _facts(value):
    """What the checks need of a line.

    Kind and id of the subject, number of the entry, hash before it, time, origin, commitments,
    evidence; for the scope: action, person, portfolio.
    """
    try:
        subject = value["subject"]
        prev = subject["prev"]
        right = (
            set(value) == MEMBERS
            and type(value["v"]) is type(subject["seq"]) is int
            and value["v"] == 1
            and set(subject) == {"id", "prev", "seq", "type"}
            and UUID.fullmatch(value["id"])
            and WORD.fullmatch(subject["type"])
            and UUID.fullmatch(subject["id"])
            and TIME.fullmatch(value["ts"])
            and subject["seq"] >= 1
            and (prev is None) == (subject["seq"] == 1)
            and (prev is None or HEX32.fullmatch(prev))
            and all(isinstance(value[part], dict) for part in ("personal", "actor", "details"))
            and isinstance(value["evidence"], list)
            and isinstance(value["origin"], str)
            and isinstance(value["action"], str)
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        right = False
    if not right:
        raise Broken("line_invalid", "it is no line of a log")
    return (
        _bytes(subject["type"]), _bytes(subject["id"]), subject["seq"],
        unhexlify(prev) if prev else NO_HASH, _bytes(value["ts"]), _bytes(value["origin"]),
        (_bytes(list(value["personal"])), _bytes(list(value["personal"].values()))),
        value["evidence"], _bytes(value["action"]),
        _bytes(value["actor"].get("person")), _bytes(value["portfolio"]),
    )  # fmt: skip


def _bytes(value):
    """A text as it stands in a line, or a list of them; anything else as it is."""
    if isinstance(value, list):
        return [_bytes(one) for one in value]
    return value.encode("utf-8") if isinstance(value, str) else value


def _text(raw):
    """The beginning of what a line says, to be shown."""
    return raw[:120].decode("utf-8", "replace")


def in_scope(facts, scope):
    """Whether an entry is of a scope; a filter that is null leaves nothing out."""
    kind, subject, told = facts[0], facts[1], facts[4]
    action, person, portfolio = facts[8:]
    portfolios, subjects = scope["portfolios"], scope["subjects"]
    return (
        (portfolios is None or portfolio in portfolios)
        and (subjects is None or kind + b"\n" + subject in subjects)
        and (scope["person"] is None or person == scope["person"])
        and (scope["action"] is None or action.startswith(scope["action"]))
        and (scope["since"] is None or told >= scope["since"])
        and (scope["until"] is None or told < scope["until"])
    )


@lru_cache(maxsize=16)
def _earlier(told):
    """Five minutes before: entries that were written at one time reach the log in any order."""
    try:
        moment = datetime.strptime(_text(told), MOMENT)  # noqa: DTZ007
        return _bytes((moment - timedelta(minutes=5)).strftime(MOMENT))
    except (OverflowError, ValueError):
        return b""


def _now_and_a_day():
    return _bytes((datetime.now(timezone.utc) + timedelta(days=1)).strftime(MOMENT))


def verify(path, vkeys, since=None, processes=1):
    """Run every check over the file at `path`; return the Report.

    `processes`: how many may share the work when the file is large; 0 takes what the machine has.

    Raises:
        Unsafe: when the file is no export, or is not safe to read.
    """
    report = Report()
    try:
        keys = [Key(vkey.strip()) for vkey in vkeys]
    except Broken as broken:
        raise Unsafe(broken.text) from None
    export = Export(path)
    try:
        with export.file:
            Verifier(export, keys, since, report, export.worth(processes)).run()
    except Broken as broken:
        report.problems.append((broken.check, broken.text, None))
    except TooMany:
        pass
    except (EOFError, OSError, ValueError, RecursionError) as why:
        report.problems.append(("export_malformed", f"the file cannot be read: {why}", None))
    return report


def _place(index):
    return "" if index is None else f" [entry {index}]"


def _say(stream, text):
    """One line, in letters that the stream has: a text of the export obeys and imitates nothing."""
    shown = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
    letters = stream.encoding
    stream.write(shown.encode(letters, "backslashreplace").decode(letters) + "\n")


def main(arguments=None):
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Check an export of a Foureyes log, offline.")
    parser.add_argument("export", help="the zip file")
    parser.add_argument("--key", action="append", required=True, help="public key of the log")
    parser.add_argument("--since", help="file with a checkpoint that you kept")
    parser.add_argument("--processes", type=int, default=0, help="share the work of a large file")
    asked = parser.parse_args(arguments)
    try:
        since = None
        if asked.since:
            with open(asked.since, encoding="utf-8", newline="") as file:
                since = file.read(LARGEST_SMALL)
        seldom_collect()
        report = verify(asked.export, asked.key, since, asked.processes)
    except (Unsafe, OSError, UnicodeDecodeError) as error:
        _say(sys.stderr, f"Refused: {error}")
        return 2
    for check, text, index in report.warnings:
        _say(sys.stdout, f"warning {check}: {text}{_place(index)}")
    for check, text, index in report.problems:
        _say(sys.stdout, f"FAILED {check}: {text}{_place(index)}")
    if report.problems:
        _say(sys.stdout, "Do not rely on this export.")
        return 1
    _say(
        sys.stdout,
        f"Everything holds: {report.entries} entries of {report.origin}, complete within their "
        f"scope, under the checkpoint of {report.size} entries.",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
