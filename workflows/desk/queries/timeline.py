"""What happened to a version, its cases and its promotions, from the log."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from governance.audit.queries import EntryView, entries_of, views_of
from workflows.cases.queries import cases_of
from workflows.desk.queries.dossier import Dossier
from workflows.desk.timeline import SYSTEM, Happening, Telling, TimelineEntry, tell


def timeline_of(dossier: Dossier, *, people_only: bool = False) -> list[TimelineEntry]:
    """Every entry about a version, newest first; `people_only` leaves out what the product did."""
    subjects = [("case", case.pk) for case in cases_of(dossier.version.pk)]
    subjects += [("promotion", promotion.pk) for promotion in dossier.promotions]
    entries = entries_of("version", dossier.version.pk)
    for kind, subject_id in subjects:
        entries |= entries_of(kind, subject_id)
    views = views_of(entries.order_by("-occurred_at", "-id"))
    told = [(view, tell(_happening(view))) for view in views]
    replaced = {telling.replaces for _view, telling in told}
    lines = [_line(view, telling, replaced) for view, telling in told]
    return [line for line in lines if not people_only or line.kind != SYSTEM]


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
