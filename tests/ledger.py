"""The ledger at the end of a run: how long each folder of tests takes."""

import time
from collections import defaultdict
from pathlib import PurePosixPath

import pytest


class Ledger:
    """Adds up the reports, which under xdist all arrive in the controller."""

    def __init__(self) -> None:
        """Start the clock."""
        self.started = time.monotonic()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.tests: defaultdict[str, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one phase (set-up, call, tear-down) of one test."""
        folder = folder_of(report.nodeid)
        self.seconds[folder] += report.duration
        self.tests[folder].add(report.nodeid)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print one row a folder, and two totals: work done, and time passed."""
        if not self.tests:
            return
        terminalreporter.section("ledger", sep="-")
        for folder in sorted(self.tests):
            terminalreporter.write_line(row(folder, len(self.tests[folder]), self.seconds[folder]))
        tests = sum(map(len, self.tests.values()))
        terminalreporter.write_line(row("total", tests, sum(self.seconds.values())))
        terminalreporter.write_line(
            row("passed on the clock", tests, time.monotonic() - self.started)
        )


def folder_of(nodeid: str) -> str:
    """At most two folders below tests: `tests/governance/audit`."""
    return "/".join(PurePosixPath(nodeid.partition("::")[0]).parent.parts[:3])


def row(name: str, tests: int, seconds: float) -> str:
    """One line of the table."""
    return f"{name:<36}{tests:>7} tests{seconds:>9.1f} s"


def pytest_configure(config: pytest.Config) -> None:
    """Keep the ledger in the controller, or in the only process."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Ledger(), "ledger")
