"""What happened to a version, its cases and its promotions, from the log."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from governance.audit.queries import EntryView, entries_of, views_of
from workflows.cases.queries import cases_of
from workflows.desk.queries.dossier import Dossier
from workflows.desk.timeline import SYSTEM, Happening, Telling, TimelineEntry, tell
from workflows.desk.timeline_words import SHOWN, SHOWN_TITLES


@dataclass(frozen=True, slots=True)
class Shown:
    """What a timeline can be narrowed to: its word in the address, its title, how many lines."""

    name: str
    title: str
    number: int
    current: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lines that were asked for, newest first, and what else can be asked for."""

    lines: list[TimelineEntry]
    shown: str
    choices: list[Shown]


def timeline_of(dossier: Dossier, *, shown: str = "") -> Timeline:
    """What happened to a version; `shown` is a name of `SHOWN_TITLES`, anything else is all."""
    subjects = [("case", case.pk) for case in cases_of(dossier.version.pk)]
    subjects += [("promotion", promotion.pk) for promotion in dossier.promotions]
    entries = entries_of("version", dossier.version.pk)
    for kind, subject_id in subjects:
        entries |= entries_of(kind, subject_id)
    views = views_of(entries.order_by("-occurred_at", "-id"))
    told = [(view, tell(_happening(view))) for view in views]
    replaced = {telling.replaces for _view, telling in told}
    lines = [(_line(view, telling, replaced), shown_as(view.line.action)) for view, telling in told]
    shown = shown if shown in SHOWN_TITLES else ""
    return Timeline(
        lines=[line for line, subject in lines if _belongs(line, subject, shown)],
        shown=shown,
        choices=[
            Shown(
                name,
                _(title),
                sum(_belongs(line, subject, name) for line, subject in lines),
                name == shown,
            )
            for name, title in SHOWN_TITLES.items()
        ],
    )


def shown_as(action: str) -> str:
    """Under what an entry is found, empty where it belongs to nothing by its action."""
    return next((name for name, starts in SHOWN.items() if action.startswith(starts)), "")


def _belongs(line: TimelineEntry, subject: str, shown: str) -> bool:
    if shown in {"people", SYSTEM}:
        return (line.kind == SYSTEM) == (shown == SYSTEM)
    return shown in {"", subject}


def _line(view: EntryView, telling: Telling, replaced: Collection[str]) -> TimelineEntry:
    newest = telling.comment and telling.comment not in replaced
    return TimelineEntry(
        who=view.actor_name,
        kind=_kind(view, telling),
        what=telling.what,
        state=telling.state,
        quote=telling.quote,
        quote_note=telling.quote_note,
        at=view.line.occurred_at,
        number=view.index,
        url=_address(view.id),
        comment=telling.comment,
        open_to=view.line.author.person_id if newest else None,
    )


def _happening(view: EntryView) -> Happening:
    line = view.line
    return Happening(
        action=line.action,
        label=view.label,
        after=line.after,
        details=line.details,
        personal=view.personal,
        files=tuple(_names(view)),
    )


def _names(view: EntryView) -> Iterable[str]:
    return (file.name for file in view.line.evidence)


def _kind(view: EntryView, telling: Telling) -> str:
    if view.line.author.kind == SYSTEM:
        return SYSTEM
    return telling.kind or "person"


def _address(entry_id: UUID) -> str:
    try:
        return reverse("entry", args=[entry_id])
    except NoReverseMatch:
        return ""


def wording_of(version_id: UUID, comment_id: UUID) -> str:
    """What a comment says, as far as the log still tells."""
    views = views_of(entries_of("version", version_id).filter(action="version.commented"))
    said = (view for view in views if view.line.after.get("comment") == str(comment_id))
    return next((view.personal.get("text", "") for view in said), "")
