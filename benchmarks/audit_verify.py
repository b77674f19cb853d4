"""The stand-alone verifier on a whole log of 1,000,000 entries: how long, and how much memory.

Beside it, in the same run: hashing the stored bytes of 262,144 of its lines into leaves and a tree,
which is the least that any verification does: shared among the processors, as the verifier shares
its blocks, and by one process alone.
"""

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring.exports import Chains, write_export
from measuring.rounds import median

from governance.trail.verifier import verify as verifier

ENTRIES, HASHED, BLOCK, ROUNDS = 1_000_000, 1 << 18, 1 << 12, 5
LINES: list[bytes] = []  # what is hashed; processes inherit it


def root_of(hashes: list[bytes]) -> bytes:
    """The root above a power of two of hashes."""
    ((_height, root),) = verifier.subtrees(0, hashes)
    return bytes(root)


def root_of_block(start: int) -> bytes:
    """The root above the lines of a block, from their bytes."""
    return root_of(verifier.leaf_hashes(LINES[start : start + BLOCK]))


def hashing_per_second(entries: int, processes: int) -> float:
    """Entries a second from bytes to the root: the median of a few rounds."""
    count = 1 << (min(entries, HASHED).bit_length() - 1)
    starts, taken = range(0, count, BLOCK), []
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        pool.map(root_of_block, starts)  # the first round sets the processes up
        for _ in range(ROUNDS):
            start = time.perf_counter()
            root_of(pool.map(root_of_block, starts))
            taken.append(count / (time.perf_counter() - start))
    return median(taken)


def standalone(path: Path, vkey: str) -> dict[str, float]:
    """The verifier as an auditor runs it; peak memory is that of all its processes together."""
    source = str(Path(verifier.__file__))
    command = [sys.executable, "-I", "-S", source, str(path), "--key", vkey]
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603  ours
        peak = watch(running)
        said = running.stdout.read() if running.stdout else ""
    assert running.returncode == 0, said
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": round(time.perf_counter() - start, 2),
        "processor_seconds": round(
            used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, 2
        ),
        "mib": round(peak / 1024, 1),
    }


def watch(running: subprocess.Popen[str]) -> int:
    """The most memory that the process and its children held at one time, in KiB."""
    peak = 0
    while running.poll() is None:
        peak = max(peak, sum(map(resident, family(running.pid))))
        time.sleep(0.1)
    return peak


def family(pid: int) -> list[int]:
    """A process and the children of its threads."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [
            pid,
            *(int(one) for task in tasks for one in (task / "children").read_text().split()),
        ]
    except OSError:
        return [pid]


def resident(pid: int) -> int:
    """What a process holds; pages that it shares count by their share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def measured(entries: int) -> dict[str, object]:
    chains = Chains()
    LINES.extend(chains.line(number) for number in range(min(entries, HASHED)))
    hashing, alone = (
        hashing_per_second(entries, processes) for processes in (os.cpu_count() or 1, 1)
    )
    LINES.clear()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        with path.open("wb") as file:
            vkey = write_export(file, entries)
        taken = standalone(path, vkey)
        size = path.stat().st_size
    return {
        "entries_per_s": round(hashing),
        "entries_per_s_one_process": round(alone),
        "standalone_seconds_1m": round(taken["seconds"] * 1_000_000 / entries, 2),
        "standalone_mib": taken["mib"],
        "processor_seconds_1m": round(taken["processor_seconds"] * 1_000_000 / entries, 2),
        "entries": entries,
        "export_mib": round(size / 2**20, 1),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    print(json.dumps(measured(parser.parse_args().entries)))
