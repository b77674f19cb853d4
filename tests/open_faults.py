"""Tests that are known to fail: left out by name, and said aloud at the end of every run.

`open_faults.txt` names each with its reason. `OPEN_FAULTS=run make test` runs them as well; who
mends one takes its line away.
"""

import os
from pathlib import Path

import pytest

LIST = Path(__file__).with_suffix(".txt")
VARIABLE = "OPEN_FAULTS"


def known() -> dict[str, str]:
    """Node id, or its beginning, and the reason."""
    lines = [line for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    return {node.strip(): why.strip() for node, _mark, why in (x.partition("  ") for x in lines)}


def is_open(nodeid: str, names: dict[str, str]) -> bool:
    """Whether a test is on the list, by itself or with its whole file."""
    return (
        nodeid in names or nodeid.partition("[")[0] in names or nodeid.partition("::")[0] in names
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is known to fail, unless it is asked for."""
    if os.environ.get(VARIABLE) == "run":
        return
    names = known()
    left_out = [item for item in items if is_open(item.nodeid, names)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not is_open(item.nodeid, names)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Never in silence."""
    if os.environ.get(VARIABLE) == "run" or not (names := known()):
        return
    terminalreporter.section(f"{len(names)} open faults, left out (tests/open_faults.txt)", sep="-")
    for node, why in names.items():
        terminalreporter.write_line(f"{node}  {why}")
