"""Test results of a build server, as JUnit writes them: counted, and nothing else. Pure.

The file is a stranger's. A document type (and so every entity) is refused before it is read, depth
and number of elements are bounded, and what stands in the elements is never looked at.
"""

from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

LARGEST_BYTES: Final = 16 * 1024**2
MOST_ELEMENTS: Final = 500_000
DEEPEST: Final = 30
ROOTS: Final = frozenset({"testsuites", "testsuite"})
BAD: Final = frozenset({"failure", "error"})


class UnreadableResults(ValueError):
    """The file is no JUnit XML, or beyond a limit."""


@dataclass(frozen=True, slots=True)
class TestCounts:
    """How many test cases ran, failed (or broke) and were skipped."""

    __test__ = False  # no test itself, whatever its name looks like

    ran: int
    failed: int
    skipped: int


def count_tests(content: bytes) -> TestCounts:
    """Count the test cases of one file.

    Raises:
        UnreadableResults: no XML, no JUnit, with a document type, too large or too deep.
    """
    if len(content) > LARGEST_BYTES:
        message = f"larger than {LARGEST_BYTES} bytes"
        raise UnreadableResults(message)
    counter = _Counter()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    try:
        parser.Parse(content, True)  # noqa: FBT003  expat takes it by place
    except expat.ExpatError as error:
        raise UnreadableResults(str(error)) from error
    return TestCounts(counter.cases - counter.skipped, counter.failed, counter.skipped)


def _refuse_doctype(*_declaration: object) -> None:
    message = "a document type is not read"
    raise UnreadableResults(message)


class _Counter:
    """Counts cases as they pass; a case fails once, however many failures it holds."""

    def __init__(self) -> None:
        self.cases = self.failed = self.skipped = self.elements = self.depth = 0
        self.seen: set[str] = set()

    def start(self, name: str, _attributes: object) -> None:
        """An element begins."""
        self.elements, self.depth = self.elements + 1, self.depth + 1
        if self.depth == 1 and name not in ROOTS:
            message = f"begins with {name[:40]}"
            raise UnreadableResults(message)
        if self.elements > MOST_ELEMENTS or self.depth > DEEPEST:
            message = "too many elements"
            raise UnreadableResults(message)
        if name == "testcase":
            self.cases, self.seen = self.cases + 1, set()
        self.seen.add(name)

    def end(self, name: str) -> None:
        """An element ends."""
        self.depth -= 1
        if name == "testcase":
            self.failed += bool(self.seen & BAD)
            self.skipped += "skipped" in self.seen and not self.seen & BAD
