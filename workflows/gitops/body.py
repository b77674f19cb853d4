"""The body of a pull request as blocks that a screen can draw; no markup of anybody's gets through.

Reads the small part of Markdown that `wording` writes: headings, lists, quotations, fenced text,
paragraphs, and words between backticks. Whatever else stands there stays plain text. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from governance.sentences import Sentence
from governance.sentences import sentence as _

# The headings that `wording` writes; what stands below them is as it was written once.
HEADINGS: Mapping[str, Sentence] = {
    "Approvers": _("Approvers"),
    "Checkpoint of the log": _("Checkpoint of the log"),
    "For machines": _("For machines"),
    "Gates": _("Gates"),
    "Links": _("Links"),
    "Roll back": _("Roll back"),
    "Verdict": _("Verdict"),
    "What": _("What"),
    "Why": _("Why"),
}
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$")
_ITEM = re.compile(r"^[-*] +(.*)$")
_CODE = re.compile(r"`([^`]+)`")
FENCE = "```"
# The lines of `wording` below Approvers and Gates.
_SIGNED = re.compile(r"(.+) \(([^()]*)\): (\w+), (\d{4}-\d\d-\d\d)")
_GATE = re.compile(
    r"(.+) \((required|optional)\): (\w+), value (-|[^ ,]+)(?:, threshold ([^ ,]+))?"
)


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text; `code` for what stood between backticks."""

    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One block: kind is text, list, quote or code; a line is a run of words, code has one line."""

    kind: str
    lines: tuple[tuple[Words, ...], ...]


@dataclass(frozen=True, slots=True)
class SignedLine:
    """One who signed, as the body tells it: name, role, kind of decision, day."""

    name: str
    role: str
    kind: str
    day: date


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate, as the body tells it: decimal strings, empty where there was none."""

    gate: str
    required: bool
    outcome: str
    value: str
    threshold: str


@dataclass(slots=True)
class Section:
    """A heading and what stands below it; the title is empty before the first heading."""

    title: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """The title in the reader's language, where it is one of ours."""
        return str(HEADINGS.get(self.title, self.title))


def signed_in(section: Section) -> list[SignedLine]:
    """The approvers, in order; none unless every line below the heading is one."""
    return [
        SignedLine(name, role, kind, date.fromisoformat(day))
        for name, role, kind, day in _rows(section, "Approvers", _SIGNED)
    ]


def gates_in(section: Section) -> list[GateLine]:
    """The gates, in order; none unless every line below the heading is one."""
    return [
        GateLine(gate, needed == "required", outcome, value.strip("-") and value, threshold or "")
        for gate, needed, outcome, value, threshold in _rows(section, "Gates", _GATE)
    ]


def _rows(section: Section, title: str, row: re.Pattern[str]) -> list[tuple[str, ...]]:
    if section.title != title:
        return []
    lines = ["".join(words.text for words in line) for one in section.blocks for line in one.lines]
    found = [row.fullmatch(line) for line in lines]
    return [one.groups() for one in found if one] if all(found) else []


def sections(body: str) -> list[Section]:
    """The body by its headings, without empty sections."""
    found = [Section("")]
    for kind, lines in _blocks(body.splitlines()):
        if kind == "heading":
            found.append(Section(lines[0]))
        else:
            found[-1].blocks.append(_block(kind, lines))
    return [section for section in found if section.title or section.blocks]


def _block(kind: str, lines: Sequence[str]) -> Block:
    if kind == "code":
        return Block(kind, ((Words("\n".join(lines), code=True),),))
    return Block(kind, tuple(tuple(_words(line)) for line in lines))


def _words(line: str) -> Iterator[Words]:
    for place, text in enumerate(_CODE.split(line)):
        if text:
            yield Words(text, code=bool(place % 2))


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Kinds and lines of blocks; lines of one kind that follow each other are one block."""
    kind, kept = "", list[str]()
    for line in lines:
        now, text = _kind_of(line, inside=kind == "code")
        if now in {kind, "more"} and now != "heading" and kind:
            kept.append(text)
            continue
        if kind:
            yield kind, kept
        kind, kept = ("", []) if now in {"", "end"} else (now, [] if now == "code" else [text])
    if kind:
        yield kind, kept


def _kind_of(line: str, *, inside: bool) -> tuple[str, str]:
    """What a line is, and its text; inside of a fence only the closing fence is not text."""
    if inside:
        return ("end", "") if line.strip() == FENCE else ("more", line)
    if line.startswith(FENCE):
        return "code", ""
    if heading := _HEADING.match(line):
        return "heading", heading[1]
    if item := _ITEM.match(line):
        return "list", item[1]
    if line.startswith(">"):
        return "quote", line[1:].removeprefix(" ")
    return ("text", line) if line.strip() else ("", "")
