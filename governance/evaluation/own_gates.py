"""A portfolio's own gates: Python entry points of the group `foureyes.gates`.

    [project.entry-points."foureyes.gates"]
    reproducible = "our_gates:reproducible"

    def reproducible(asked):  # {"payload": comparison or None, "facts": {…}, "settings": {…}}
        return {"value": "0", "detail": "built twice, equal"}

Each runs in a process of its own with limits of time, memory and output. Whatever goes wrong there,
the gate ends in error and nothing else does. The value is compared with the policy's threshold, as
for every other gate; "outcome" (passed, failed, error) may stand in its place. A policy names the
gate `own.reproducible`, with `operator: ">="` where more is better.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from governance.evaluation.gate_shapes import Finding, GateReason, Outcome

GROUP: Final = "foureyes.gates"
SECONDS: Final = 60
MEMORY_BYTES: Final = 2 * 1024**3
LARGEST_ANSWER: Final = 64 * 1024
LONGEST_DETAIL: Final = 300


@cache
def own_gates() -> Mapping[str, str]:
    """Names of the gates that are installed, with where their function lives; nothing is loaded."""
    return {point.name: point.value for point in entry_points(group=GROUP)}


def ask_own(name: str, asked: Mapping[str, Any]) -> Finding:
    """Run one gate in a process of its own; every fault of it is an error of the gate."""
    if name not in own_gates():
        return Finding(None, GateReason.OWN_GATE_GONE, Outcome.ERROR, name)
    try:
        ended = subprocess.run(  # noqa: S603 (our own module, no shell)
            [sys.executable, "-m", "governance.evaluation.own_gates", name],
            input=json.dumps(asked, default=str).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _broken(f"{SECONDS} s")
    if ended.returncode or len(ended.stdout) > LARGEST_ANSWER:
        lines = ended.stderr.decode(errors="replace").strip().splitlines()
        return _broken(lines[-1] if lines else f"exit {ended.returncode}")
    return _finding(ended.stdout)


def _finding(answer: bytes) -> Finding:
    try:
        found = json.loads(answer.splitlines()[-1])
        value = str(float(found["value"])) if "value" in found else None
        outcome = Outcome(found["outcome"]) if "outcome" in found else None
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return _broken(f"{type(error).__name__}: {error}")
    if value is None and outcome is None:
        return _broken("neither value nor outcome")
    detail = str(found.get("detail", ""))[:LONGEST_DETAIL]
    return Finding(value, GateReason.OWN_GATE, outcome, detail)


def _broken(why: str) -> Finding:
    return Finding(None, GateReason.OWN_GATE_BROKEN, Outcome.ERROR, why[:LONGEST_DETAIL])


# In the process of its own -----------------------------------------------------------------------
def run(name: str) -> None:
    """Load the one gate, ask it, and print its answer as the last line."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    point: EntryPoint = next(iter(entry_points(group=GROUP, name=name)))
    asked = json.load(sys.stdin)
    answer = point.load()(asked)
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


if __name__ == "__main__":
    run(sys.argv[1])
