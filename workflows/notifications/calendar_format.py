"""Deadlines as an iCalendar object (RFC 5545): what to write, escaped and folded. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_OCTETS = 75
# All that some reader takes for the end of a line, and controls.
LINE_END = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
PRODUCT = "-//Foureyes//Deadlines//EN"


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing that is due: `uid` is the same in every reading, `stamp` is when it was asked."""

    uid: str
    title: str
    due_at: datetime
    stamp: datetime
    url: str


def written(name: str, deadlines: Iterable[Deadline]) -> str:
    """The whole calendar, its lines ended by CRLF as section 3.1 asks."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *(line for one in deadlines for line in _event(one)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(one: Deadline) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{one.uid}@foureyes",
        f"DTSTAMP:{_moment(one.stamp)}",
        f"DTSTART:{_moment(one.due_at)}",
        f"SUMMARY:{escaped(one.title)}",
        f"URL:{one.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """A TEXT value (section 3.3.11); a line break of any kind is written as backslash n."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(CONTROL.sub("", line) for line in LINE_END.split(text))


def folded(line: str) -> str:
    """A line of at most 75 octets a piece; no character is cut in two (section 3.1)."""
    pieces, room = [""], LINE_OCTETS
    for character in line:
        octets = len(character.encode())
        if octets > room:
            pieces.append("")
            room = LINE_OCTETS - 1  # the space that begins it
        pieces[-1] += character
        room -= octets
    return "\r\n ".join(pieces)


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"
