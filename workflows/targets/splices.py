"""Changes to a text of others at the places of its nodes; every other line stays as it is. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workflows.targets.nodes import Node

# The first and the last node of something that can be taken away: a key and its value, an entry.
Part = tuple[Node, Node]


@dataclass(slots=True)
class Splices:
    """A text, and what shall stand in place of parts of it: start, end, words."""

    text: str
    changes: list[tuple[int, int, str]] = field(default_factory=list)

    def put(self, start: int, end: int, words: str) -> None:
        """Write words in the place of what stands from start to end."""
        self.changes.append((start, end, words))

    def clear(self, node: Node) -> None:
        """Take a node away, and its line where nothing else stands in it."""
        below = self._below(node)
        rest = self.text[self._line_of(node.start) : node.start] + self.text[node.end : below]
        self.put(node.start, node.end if rest.strip() else below, "")

    def append(self, lines: Sequence[str]) -> None:
        """New lines at the end of the text."""
        self._put_lines(len(self.text), lines)

    def add_lines(self, after: Node, lines: Sequence[str]) -> None:
        """New lines below the last one of a node."""
        self._put_lines(self._below(after), lines)

    def add_members(self, node: Node, members: Sequence[str], *, first: bool) -> None:
        """New members of something within brackets."""
        words = ", ".join(members)
        end = node.inner[-1].end
        self.put(end, end, words if first else f", {words}")

    def take_away(self, node: Node, parts: Sequence[Part], gone: Collection[int]) -> None:
        """Parts of a node, named by where they start."""
        stay = [at for at, (first, _last) in enumerate(parts) if first.start not in gone]
        if node.flow:
            self._close_up(parts, stay)
            return
        begin = 0
        if stay and 0 not in stay and node.kind == "mapping" and self._follows_dash(parts[0]):
            begin = stay[0]
            self._move_up(parts, begin)
        for at, (first, last) in enumerate(parts[begin:], begin):
            if at not in stay:
                head = self.dash(first) if node.kind == "sequence" else first.start
                self.put(self._line_of(head), self._below(last), "")

    def column(self, at: int) -> int:
        """How far from the beginning of its line a character stands."""
        return at - self._line_of(at)

    def dash(self, item: Node) -> int:
        """Where the dash of an entry stands."""
        return self.text.rfind("-", 0, item.start)

    def colon(self, key: Node) -> int:
        """Where the colon after a key ends.

        Raises:
            ValueError: There is none.
        """
        return self.text.index(":", key.end) + 1

    def changed(self) -> str:
        """The text with every change, in the order of their places.

        Raises:
            ValueError: Two are about the same part.
        """
        parts, at = [], 0
        for start, end, words in sorted(self.changes, key=lambda one: one[:2]):
            if start < at:
                raise ValueError(words)
            parts += [self.text[at:start], words]
            at = end
        return "".join([*parts, self.text[at:]])

    def _close_up(self, parts: Sequence[Part], stay: Sequence[int]) -> None:
        """Within brackets each goes with the comma after it, at the end with the one before."""
        last = stay[-1] if stay else -1
        for at in range(last):
            if at not in stay:
                self.put(parts[at][0].start, parts[at + 1][0].start, "")
        if last < len(parts) - 1:
            start = parts[last][1].end if stay else parts[0][0].start
            self.put(start, parts[-1][1].end, "")

    def _follows_dash(self, part: Part) -> bool:
        start = part[0].start
        return bool(self.text[self._line_of(start) : start].strip())

    def _move_up(self, parts: Sequence[Part], to: int) -> None:
        """The first names of an entry go: another takes their place behind the dash."""
        start = parts[0][0].start
        line = self._line_of(start)
        pairs = pairwise(parts[: to + 1])
        between = [
            self.text[self._below(one[1]) : self._line_of(other[0].start)] for one, other in pairs
        ]
        self.put(line, parts[to][0].start, "".join([*between, self.text[line:start]]))

    def _put_lines(self, at: int, lines: Sequence[str]) -> None:
        line_end = "\r\n" if "\r\n" in self.text else "\n"
        self.put(at, at, "".join(f"{line}{line_end}" for line in lines))

    def _line_of(self, at: int) -> int:
        """Where the line of a character begins."""
        return self.text.rfind("\n", 0, at) + 1

    def _below(self, node: Node) -> int:
        """Where the line after a node begins; a block scalar ends in that line."""
        if node.last.style in {"|", ">"}:
            return self._line_of(node.end)
        return self.text.find("\n", node.end) + 1 or len(self.text)
