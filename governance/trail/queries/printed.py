"""Entries as people read them on paper: who did what to what, and what was told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from governance.audit.canonical import canonical
from governance.audit.labels import label_of
from governance.audit.lines import parse
from governance.audit.queries import EntryView
from governance.trail.queries.log import LogRow
from governance.trail.queries.scoping import entries_in
from governance.trail.queries.subjects import subjects_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from governance.audit.lines import Line
    from governance.trail.queries.scoping import Placed
    from governance.trail.scopes import Scope

# What one PDF holds: about a hundred pages, a minute or two of a worker.
MOST_PRINTED: Final = 1000
# Signs of one value; the table and the package have all of them.
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class PrintedRow(LogRow):
    """An entry with what it tells: names, and values as text."""

    told: Sequence[tuple[str, str]]


def printed_rows(entries: Sequence[Placed]) -> list[PrintedRow]:
    """Entries ready to be laid out, in the order given. One query a kind of subject."""
    views = [_view(entry) for entry in entries]
    subjects = subjects_of(view.line for view in views)
    return [
        PrintedRow(
            entry=view,
            subject=subjects[view.line.subject_type, view.line.subject_id],
            told=[pair for pair in _told(view.line, view.personal) if pair[1]],
        )
        for view in views
    ]


def more_than_prints(scope: Scope) -> bool:
    """Whether a scope has more entries at this moment than a PDF holds."""
    return entries_in(scope).order_by()[: MOST_PRINTED + 1].count() > MOST_PRINTED


def _view(entry: Placed) -> EntryView:
    line = parse(entry.line)
    personal = {one.path: one.value for one in entry.openings}
    return EntryView(line.id, line, label_of(line.action), entry.index, personal)


def _told(line: Line, personal: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys([*line.before, *line.after]):
        before, after = line.before.get(name), _text(line.after.get(name))
        yield name, after if before is None else f"{_text(before)} → {after}"
    for name, value in line.details.items():
        yield name, _text(value)
    for path, value in personal.items():
        if path != "actor.name":
            yield path, _cut(value)


def _text(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if value is None:
        return "–"
    return _cut(value if isinstance(value, str) else canonical(value).decode())


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
