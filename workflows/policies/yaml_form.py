"""A policy as a YAML text that a person writes, and back. Pure.

Only the plain part of YAML: no anchors, no aliases, no tags, one document, every key once. Numbers
with a point stay text, so that 0.70 is a decimal and never a float. Every refusal names its line.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from workflows.policies.definition import Definition
from workflows.policies.plain_reader import UNSEEN, BadWording, Place, PlainReader, Problem
from workflows.policies.wording import parse, plain_of

LARGEST_BYTES = 256 * 1024
DEEPEST = 20
MOST_VALUES = 8_000
WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,8})")
HEAD_KEYS = ("name", "title", "tier", "portfolio", "model")
TIERS = (1, 3)
TITLE_LENGTH = 200
LINE_BREAKS = "\t\r\n"
Lines = dict[Place, int]


@dataclass(frozen=True, slots=True)
class Head:
    """Which policy a text is of: its tier, and the portfolio or model that it is narrowed to."""

    name: str
    title: str
    tier: int
    portfolio: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A whole text: which policy, and what it says."""

    head: Head
    definition: Definition
    lines: Lines = field(default_factory=dict, compare=False)

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """What is wrong with what the text says, each with its line."""
        return [replace(one, line=_line(one.place, self.lines)) for one in problems]


def write_policy(head: Head, definition: Definition) -> str:
    """The text of a policy."""
    facts = {"name": head.name, "title": head.title, "tier": head.tier}
    place = {"portfolio": head.portfolio, "model": head.model}
    facts |= {key: value for key, value in place.items() if value}
    return dump({"policy": facts, **plain_of(definition)})


def read_policy(text: str) -> PolicyText:
    """Reads the text of a policy.

    Raises:
        BadWording: with every problem and its line.
    """
    plain, lines = load(text)
    reader = PlainReader()
    if not isinstance(plain, Mapping):
        raise BadWording([Problem((), _("A policy begins with names and values."), line=1)])
    body = {key: value for key, value in plain.items() if key != "policy"}
    head = _head(reader, plain.get("policy", {}))
    try:
        definition = parse(body)
    except BadWording as bad:
        reader.problems += bad.problems
    else:
        if not reader.problems:
            return PolicyText(head, definition, lines)
    raise BadWording([replace(one, line=_line(one.place, lines)) for one in reader.problems])


def _head(reader: PlainReader, given: object) -> Head:
    place: Place = ("policy",)
    plain = reader.mapping(given, place, HEAD_KEYS)
    return Head(
        name=reader.name(plain.get("name", ""), (*place, "name")),
        title=reader.text(plain, "title", place, required=True, most=TITLE_LENGTH),
        tier=reader.whole(plain, "tier", place, TIERS),
        portfolio=reader.text(plain, "portfolio", place),
        model=reader.text(plain, "model", place),
    )


def _line(place: Place, lines: Lines) -> int:
    """The line of a place; of what holds it where the place itself is missing."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


# YAML itself -----------------------------------------------------------------------------------
def dump(plain: Mapping[str, Any]) -> str:
    """Plain data as YAML."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = LARGEST_BYTES
    stream = io.StringIO()
    yaml.dump(plain, stream)
    return stream.getvalue()


def load(text: str) -> tuple[object, Lines]:
    """Plain data and the line of every place, from 1.

    Raises:
        BadWording: it is no YAML, not of the plain kind, too long or too deep.
    """
    if len(text.encode(errors="replace")) > LARGEST_BYTES:
        size = LARGEST_BYTES // 1024
        raise _bad(1, _("The text is longer than {size} KiB.").format(size=size))
    try:
        return _Builder(YAML(typ="safe", pure=True).parse(io.StringIO(text))).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = error.problem or error.context or ""
        raise _bad(
            mark.line + 1 if mark else 1, _("This is no YAML: {why}.").format(why=words)
        ) from error
    except YAMLError as error:
        raise _bad(
            1, _("This is no YAML: {why}.").format(why=str(error).splitlines()[0])
        ) from error


def _bad(line: int, message: str, remedy: str = "") -> BadWording:
    return BadWording([Problem((), message, remedy, line)])


class _Builder:
    """Builds plain data from the parser's events, which hold lines and resolve nothing."""

    def __init__(self, events: Iterator[Event]) -> None:
        self.events, self.lines, self.values = events, Lines(), 0

    def document(self) -> tuple[object, Lines]:
        """The one document."""
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                break
        else:
            raise _bad(1, _("The text is empty."))
        plain = self.value(next(self.events), (), 0)
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                raise _bad(_at(event), _("A second document begins here."), _("Write one only."))
        return plain, self.lines

    def value(self, event: Event, place: Place, depth: int) -> object:
        """What begins with an event."""
        self._refuse(event, depth)
        self.lines.setdefault(place, _at(event))
        if isinstance(event, MappingStartEvent):
            return self._mapping(place, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(place, depth)
        assert isinstance(event, ScalarEvent)
        return _scalar(event)

    def _refuse(self, event: Event, depth: int) -> None:
        self.values += 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _bad(
                _at(event), _("Anchors and aliases are not read."), _("Write it out each time.")
            )
        if getattr(event, "tag", None):
            raise _bad(_at(event), _("Tags are not read."), _("Leave out what begins with “!”."))
        if isinstance(event, ScalarEvent):
            _refuse_unseen(event)
        if depth > DEEPEST:
            raise _bad(_at(event), _("This is nested too deep."))
        if self.values > MOST_VALUES:
            raise _bad(_at(event), _("These are too many values."))

    def _mapping(self, place: Place, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            self._refuse(event, depth)
            if not isinstance(event, ScalarEvent):
                raise _bad(_at(event), _("A name must be one word."))
            key = event.value
            if key in found:
                raise _bad(_at(event), _("“{key}” stands here twice.").format(key=key[:60]))
            self.lines[*place, key] = _at(event)
            found[key] = self.value(next(self.events), (*place, key), depth + 1)
        return found

    def _sequence(self, place: Place, depth: int) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            found.append(self.value(event, (*place, len(found)), depth + 1))
        return found


def _refuse_unseen(event: ScalarEvent) -> None:
    """Escapes in quotes write what no keyboard does; words of a wording are read by people."""
    if UNSEEN.search(event.value.translate(dict.fromkeys(map(ord, LINE_BREAKS)))):
        raise _bad(
            _at(event),
            _("A sign stands here that nobody sees, or that turns the words around."),
            _("Delete the words and type them anew."),
        )


def _at(event: Event) -> int:
    line: int = event.start_mark.line
    return line + 1


def _scalar(event: ScalarEvent) -> object:
    """Quoted is text; bare is a truth, a whole number, nothing, or text."""
    word: str = event.value
    if event.style:
        return word
    if word in {"", "~", "null"}:
        return None
    if word in {"true", "false"}:
        return word == "true"
    return int(word) if WHOLE.fullmatch(word) else word
