"""A YAML document as nodes that know where in the text they stand. Pure.

Made from ruamel.yaml's events: an alias stays an alias, so that whoever changes the text sees what
else would change with it, and a document that unfolds without end costs nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML

NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True)
class Node:
    """`start` and `end` in characters; a block's end is that of the last thing in it.

    `kind` is scalar, alias, mapping or sequence; `style` a scalar's quote or sign, "{" of a
    collection within brackets; `mark` an anchor and a tag.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    style: str = ""
    mark: str = ""
    inner: list["Node"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What it is called as a key; empty where it is no name."""
        return self.text if self.kind == "scalar" else ""

    @property
    def last(self) -> "Node":
        """The last thing in it that is not a block itself."""
        return self.inner[-1].last if self.inner and not self.flow else self

    @property
    def pairs(self) -> list[tuple["Node", "Node"]]:
        """Key and value of a mapping."""
        return list(zip(self.inner[::2], self.inner[1::2], strict=True))

    @property
    def flow(self) -> bool:
        """Whether it stands within brackets."""
        return self.style == "{"

    @property
    def hollow(self) -> bool:
        """Whether nothing stands there, or an empty pair of brackets."""
        null = self.kind == "scalar" and not self.style and self.text in NULLS
        return (null or (self.flow and not self.inner)) and not self.mark

    @property
    def shared(self) -> bool:
        """Whether other places of the document say the same by its name, or it is one of these."""
        return self.kind == "alias" or bool(self.mark)


def document_of(text: str) -> Node | None:
    """Return the root of the one document in a text; None where there is nothing.

    Raises:
        YAMLError: It is no YAML. ValueError: There are several documents.
    """
    events = [event for event in YAML(typ="safe", pure=True).parse(text) if _counts(event)]
    given = iter(events)
    root = _node(next(given), given, text) if events else None
    if next(given, None) is not None:
        raise ValueError(text[:100])
    return root


def _counts(event: Any) -> bool:  # noqa: ANN401  ruamel.yaml has no types for its events
    return not type(event).__name__.startswith(("Stream", "Document"))


def _node(event: Any, events: Iterator[Any], text: str) -> Node:  # noqa: ANN401  as above
    kind = type(event).__name__.removesuffix("Event").removesuffix("Start").lower()
    node = Node(kind, event.start_mark.index, event.end_mark.index)
    if kind == "alias":
        node.text = event.anchor
        return node
    node.mark = " ".join(str(one) for one in (event.anchor, event.ctag) if one)
    if kind == "scalar":
        node.text, node.style = event.value, event.style or ""
        return node
    node.style = "{" if event.flow_style else ""
    while not type(one := next(events)).__name__.endswith("EndEvent"):
        node.inner.append(_node(one, events, text))
    if kind == "mapping":
        _place_empty(node, text)
    node.end = one.end_mark.index if node.flow else node.inner[-1].end
    return node


def _place_empty(node: Node, text: str) -> None:
    """A value that is not there stands behind its colon: an event has it where the next one is."""
    for key, value in node.pairs:
        if value.start == value.end and value.kind == "scalar":
            colon = text.find(":", key.end)
            found = colon >= 0 and not text[key.end : colon].strip()
            value.start = value.end = colon + 1 if found else key.end
