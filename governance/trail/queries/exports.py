"""The exports that somebody may see, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import portfolios_where, require_anywhere
from governance.errors import NotFound
from governance.outbox.queries import progress_of
from governance.printing import can_print
from governance.sentences import recalled
from governance.trail.models import ExportFormat, LogExport
from governance.trail.queries.log import sees_all
from governance.trail.queries.printed import MOST_PRINTED

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.actors import Actor
    from governance.outbox.queries import Progress

TOPIC: Final = "export.write"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export in a list. `state`: waiting, running, ready, failed, cancelled or expired."""

    export: LogExport
    progress: Progress | None

    @property
    def state(self) -> str:
        """How far it is, in one word."""
        export = self.export
        if export.cancelled_at:
            return "cancelled"
        if export.removed_at or (export.expires_at and export.expires_at <= timezone.now()):
            return "expired"
        if export.written_at:
            return "ready"
        if self.progress is None or self.progress.state in {"waiting", "running"}:
            return self.progress.state if self.progress else "waiting"
        return "failed"

    @property
    def error(self) -> str:
        """Why it was given up, in the reader's language; empty where there is nothing to say."""
        gave_up = self.state == "failed" and self.progress is not None
        return str(recalled(self.progress.error)) if gave_up and self.progress else ""

    @property
    def going(self) -> bool:
        """Whether a page that shows it should look again."""
        return self.state in {"waiting", "running"}

    @property
    def percent(self) -> int:
        """How much of it is done, 0 to 100."""
        progress = self.progress
        if progress is None or not progress.total:
            return 0
        return min(100, 100 * progress.done // progress.total)


def exports_seen(actor: Actor) -> QuerySet[LogExport]:
    """An actor's own exports; those of everybody for who may view the log of the whole site.

    Raises:
        NotAllowed: the actor may view no part of the log.
    """
    require_anywhere(actor, Permission.LOG_VIEW)
    rows = LogExport.objects.select_related("account__person").order_by("-requested_at", "pk")
    return rows if sees_all(actor) else rows.filter(account=actor.account_id)


def export_rows(exports: QuerySet[LogExport] | list[LogExport]) -> list[ExportRow]:
    """Exports with how far they are."""
    return [ExportRow(export, _progress(export)) for export in exports]


def _progress(export: LogExport) -> Progress | None:
    done = export.written_at or export.cancelled_at
    return None if done else progress_of(TOPIC, str(export.pk))


def export_row(actor: Actor, export_id: UUID) -> ExportRow:
    """One export.

    Raises:
        NotAllowed: the actor may view no part of the log. NotFound: no such export, or not theirs.
    """
    export = exports_seen(actor).filter(pk=export_id).first()
    if export is None:
        raise NotFound(_("There is no such export that you can see."))
    return export_rows([export])[0]


def still_sees(actor: Actor, scope: dict[str, Any]) -> bool:
    """Whether the actor may still view all that an export holds; rights may have ended since."""
    if sees_all(actor):
        return True
    seen = portfolios_where(actor, Permission.LOG_VIEW).values_list("pk", flat=True)
    asked = scope["portfolios"]
    return asked is not None and set(asked) <= {str(pk) for pk in seen}


def file_of(export: LogExport) -> Path:
    """Where the file of an export lies, or will."""
    return Path(settings.EXPORT_DIR) / f"{export.pk}.{export.format}"


def document_of(export: LogExport) -> Path:
    """Where the document of an evidence bundle waits until it is packed."""
    return Path(settings.EXPORT_DIR) / f".{export.pk}.html"


def format_choices(chosen: str = ExportFormat.ZIP) -> list[dict[str, object]]:
    """The formats for `components/choices.html`; what this site cannot write says what it lacks."""
    printable = can_print()
    notes = {
        ExportFormat.PDF: _("at most {limit} entries").format(limit=MOST_PRINTED)
        if printable
        else _("needs weasyprint, which an operator can install on the server")
    }
    return [
        {
            "value": one.value,
            "label": one.label,
            "note": notes.get(one, ""),
            "disabled": one == ExportFormat.PDF and not printable,
            "chosen": one == chosen,
        }
        for one in ExportFormat
    ]


def formats() -> list[tuple[str, str]]:
    """The formats to choose from, each with its name."""
    return [(value, str(label)) for value, label in ExportFormat.choices]
