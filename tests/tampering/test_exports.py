"""Each kind of tampering with an export is caught by the stand-alone verifier, by its name."""

import ast
import hashlib
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from governance.audit.canonical import canonical
from governance.audit.notes import Checkpoint, sign
from governance.trail.scopes import Scope
from governance.trail.verifier import verify as verifier
from tests.tampering.cases import FORGERS, Case, cases, forged
from tests.tampering.logs import ORIGIN, VERSIONS, Log, packed, signer_of, told
from tests.tampering.verdicts import holds, verdict

SOURCE = Path(verifier.__file__)
NEWER_THAN_38 = {"removeprefix", "removesuffix", "bit_count", "batched", "pairwise", "strict"}


@pytest.mark.parametrize("forger", FORGERS, ids=lambda forger: forger.__name__)
def test_tampering_is_caught_and_named(
    forger: Callable[[], Iterator[Case]], tmp_path: Path
) -> None:
    """T01 to T28, but for what only the database shows (test_tables.py); honest ones pass."""
    wrong = {}
    for one in forged(forger):
        found = verdict(one, tmp_path / "export.zip")
        if not holds(one, found):
            wrong[str(one)] = (found, one.checks)
    assert not wrong, wrong


def test_every_kind_is_forged() -> None:
    """Twenty-four here; T02, T16, T19 and T20 concern tables, which an export does not show."""
    kinds = {one.kind for one in cases()}
    tables = {"T02", "T16", "T19", "T20"}
    assert kinds | tables == {f"T{number:02}" for number in range(1, 29)}


def test_a_stolen_key_without_an_anchor_cannot_be_detected(tmp_path: Path) -> None:
    """T09: a fact, and why checkpoints are kept outside; docs/audit-log.md says it."""
    path = tmp_path / "export.zip"
    rewritten = told(40, seed=2)
    path.write_bytes(packed(rewritten.members()))
    assert not verifier.verify(str(path), [signer_of(1).verifier.vkey]).problems
    kept = told().seal()
    found = verifier.verify(str(path), [signer_of(1).verifier.vkey], kept)
    assert found.checks == {"history_rewritten"}


def test_the_entry_that_is_wrong_is_named(tmp_path: Path) -> None:
    """A break of a chain is found at the entry after the one that was changed."""
    log = Log()
    for number in range(6):
        log.add(VERSIONS[number % 2], details={"number": number})
    members = log.members()
    forged = members["entries.jsonl"].replace(b'"number":1', b'"number":8')
    path = tmp_path / "export.zip"
    path.write_bytes(packed(members | {"entries.jsonl": forged}))
    problems = verifier.verify(str(path), [log.vkey]).problems
    assert ("chain_broken", 3) in {(check, index) for check, _text, index in problems}


@pytest.mark.parametrize("seed", range(4))
def test_broken_files_end_in_words(seed: int, tmp_path: Path) -> None:
    """T28: cut, overwritten and shuffled; never a traceback, never a success that is none."""
    chance = random.Random(seed)
    log = told(12, seed=seed)
    honest = packed(log.members())
    path = tmp_path / "export.zip"
    for _ in range(25):
        broken = bytearray(honest)
        for _ in range(chance.randint(1, 12)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        del broken[chance.choice([len(broken), chance.randrange(len(broken))]) :]
        path.write_bytes(bytes(broken))
        try:
            report = verifier.verify(str(path), [log.vkey])
        except verifier.Unsafe:
            continue
        assert report.problems or report.entries == 12


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The file as an auditor runs it: alone, isolated from everything installed."""
    command = [sys.executable, "-I", "-S", str(SOURCE), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_exit_says_how_it_ended(tmp_path: Path) -> None:
    """0 for an honest export, 1 for a forged one with the check's name, 2 for no export."""
    log = told(9)
    members = log.members()
    good, bad, none = (tmp_path / name for name in ("good.zip", "bad.zip", "none.zip"))
    good.write_bytes(packed(members))
    bad.write_bytes(packed(members | {"entries.jsonl": b""}))
    none.write_bytes(b"no zip")
    since = tmp_path / "checkpoint.txt"
    since.write_text(log.note(9), encoding="utf-8", newline="")
    ended = run(str(good), "--key", log.vkey, "--since", str(since))
    assert (ended.returncode, ended.stderr) == (0, ""), ended
    assert "Everything holds: 9 entries of bank.example/log" in ended.stdout
    ended = run(str(bad), "--key", log.vkey)
    assert ended.returncode == 1
    assert "FAILED entry_omitted: the checkpoint signed 9 entries" in ended.stdout
    for arguments in ([str(none), "--key", log.vkey], [str(good)], [str(good), "--key", "x"]):
        assert run(*arguments).returncode == 2
    assert run(str(tmp_path / "nowhere.zip"), "--key", log.vkey).returncode == 2


def test_no_export_writes_lines_of_its_own(tmp_path: Path) -> None:
    """T28: what it says is shown in one line, without anything that a terminal would obey."""
    log = told(3)
    row = {"index": 0, "path": "\x1b[2J\nEverything holds: 3", "salt": "00" * 32, "value": "x"}
    forged_row = canonical(row) + b"\n"
    path = tmp_path / "export.zip"
    path.write_bytes(packed(log.members() | {"disclosures.jsonl": forged_row}))
    ended = run(str(path), "--key", log.vkey)
    assert ended.returncode == 1
    assert "\x1b" not in ended.stdout
    shown = ended.stdout.splitlines()
    assert all(line.startswith(("FAILED ", "Do not rely")) for line in shown), shown


def test_any_console_can_show_the_verdict(tmp_path: Path) -> None:
    """One that knows ASCII only; and a key that was never text is refused in words."""
    log = told(3)
    row = {"index": 0, "path": "größe", "salt": "00" * 32, "value": "x"}
    path = tmp_path / "export.zip"
    path.write_bytes(packed(log.members() | {"disclosures.jsonl": canonical(row) + b"\n"}))
    command = [sys.executable, "-X", "utf8=0", str(SOURCE), str(path), "--key", log.vkey]
    ascii_only = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    ended = subprocess.run(command, capture_output=True, check=False, env=ascii_only, timeout=60)
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert b"FAILED personal_mismatch: gr" in ended.stdout
    name, _, rest = log.vkey.partition("+")
    key = f"{name}\udcff+{rest}"
    ended = subprocess.run([*command[:-1], key], capture_output=True, check=False, timeout=60)
    assert ended.returncode == 2
    assert ended.stderr.startswith(b"Refused: ")


def test_the_verifier_stands_alone() -> None:
    """Standard library only, in the syntax of Python 3.8."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
        assert not (isinstance(node, ast.Attribute) and node.attr in NEWER_THAN_38)
        assert not isinstance(node, ast.Match | ast.TryStar)
    assert imported <= set(sys.stdlib_module_names)


def test_its_memory_is_bounded(tmp_path: Path) -> None:
    """A log of many subjects is read within what a small one takes: chains are kept in files."""
    peaks = []
    for entries in (30, 300):
        log = told(entries)
        path = tmp_path / f"{entries}.zip"
        path.write_bytes(packed(log.members()))
        tracemalloc.start()
        assert not verifier.verify(str(path), [log.vkey]).problems
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 3_000_000


@pytest.mark.parametrize("partial", [False, True])
def test_no_small_package_fills_its_memory(tmp_path: Path, partial: bool) -> None:
    """T27: lines that are nothing, each with a problem of its own, and proofs of any length."""
    log = told(4)
    members = log.members(Scope(action="version.") if partial else None)
    members["entries.jsonl"] = b"\n" * 400_000
    if partial:
        pads = (hashlib.shake_256(b"%d" % n).hexdigest(300) + "x" * 80_000 for n in range(1_000))
        rows = (canonical({"index": n, "pad": pad}) + b"\n" for n, pad in enumerate(pads))
        members["inclusion.jsonl"] = b"".join(rows)
    path = tmp_path / "export.zip"
    path.write_bytes(packed(members))
    assert path.stat().st_size < 2_000_000
    tracemalloc.start()
    assert verifier.verify(str(path), [log.vkey]).problems
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


def test_a_note_with_a_second_signature_of_a_witness_holds(tmp_path: Path) -> None:
    """Unknown signatures beside the log's own are passed over, as C2SP asks."""
    log = Log()
    log.add(VERSIONS[0])
    members = log.members()
    text = Checkpoint(ORIGIN, 1, log.root(1)).text
    both = sign(text, signer_of(5, "witness.example"), signer_of(1))
    path = tmp_path / "export.zip"
    path.write_bytes(packed(members | {"checkpoint.txt": both.encode()}))
    assert not verifier.verify(str(path), [log.vkey]).problems
