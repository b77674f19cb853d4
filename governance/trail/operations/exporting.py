"""Asking for an export, cancelling it, taking it away; each leaves an entry in the log."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require, require_anywhere
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.notes import BadNote, open_checkpoint, parse_vkey
from governance.audit.operations import record
from governance.audit.queries import keys, placed
from governance.errors import Invalid, NotAllowed, NotFound, Unavailable, WrongState
from governance.outbox.operations import enqueue, request_cancel
from governance.outbox.queries import jobs
from governance.printing import can_print
from governance.trail.models import ExportFormat, LogExport
from governance.trail.queries.exports import TOPIC, ExportRow, exports_seen, file_of, still_sees
from governance.trail.queries.log import subjects_of_version
from governance.trail.queries.printed import MOST_PRINTED, more_than_prints
from governance.trail.queries.scoping import entries_in, scope_of
from governance.trail.scopes import Scope

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.inventory.models import ModelVersion
    from governance.trail.queries.log import Narrowing

# A file, its draft, or the document of a bundle (`file_of`, `document_of`).
OF_EXPORT: Final = re.compile(r"\.?([0-9a-f-]{36})\.")


@transaction.atomic
def request_export(
    narrowing: Narrowing, *, file_format: str, since_note: str = "", actor: Actor
) -> LogExport:
    """Ask for a part of the log as a file; a worker writes it.

    `since_note` is a checkpoint that the reader kept: a verifiable package then holds the proof
    that the log still contains everything that it had at that time.

    Raises:
        NotAllowed: the actor may view no part of the log.
        Invalid: no such format; more entries than a PDF holds; or the note is no checkpoint that
        this log signed.
        Unavailable: a PDF is asked for, and this site has no library that prints.
    """
    require_anywhere(actor, Permission.LOG_VIEW)
    if file_format not in ExportFormat.values:
        raise Invalid(_("There is no such format."), field="format")
    _check_note(since_note)
    scope = scope_of(actor, narrowing)
    if file_format == ExportFormat.PDF:
        _check_printing(scope)
    export = LogExport(format=file_format, filters=asked_of(narrowing), since_note=since_note)
    return _ask(export, scope, {}, actor)


@transaction.atomic
def request_evidence(version: ModelVersion, *, actor: Actor) -> LogExport:
    """Ask for the evidence of the decision on a version: a verifiable package with a document.

    Raises:
        NotAllowed: the actor may not view the log of the version's portfolio.
    """
    require(actor, Permission.LOG_VIEW, version.model)
    portfolio = version.model.portfolio_id
    subjects = {(kind, str(key)) for kind, key in subjects_of_version(version)}
    scope = Scope(portfolios=(str(portfolio),), subjects=tuple(sorted(subjects)))
    about = {"version": str(version.pk)}
    return _ask(LogExport(format=ExportFormat.ZIP, filters=about), scope, about, actor, portfolio)


def _ask(
    export: LogExport,
    scope: Scope,
    about: dict[str, str],
    actor: Actor,
    portfolio_id: UUID | None = None,
) -> LogExport:
    assert actor.account_id is not None  # only an account holds a role
    export.scope, export.account_id = scope.to_json(), actor.account_id
    entry = record(
        Action.EXPORT_REQUESTED,
        actor=actor,
        subject=("export", export.pk),
        portfolio_id=portfolio_id,
        details={"format": export.format, "scope_sha256": scope.sha256, **about},
    )
    export.request_entry = entry.id
    export.save(force_insert=True)
    enqueue(TOPIC, str(export.pk), {"export_id": str(export.pk)}, queue="slow")
    return export


@transaction.atomic
def cancel_export(export_id: UUID, *, actor: Actor) -> LogExport:
    """Stop an export that is not written yet.

    Raises:
        NotFound: no such export, or not the actor's.
        WrongState: it is written, or cancelled, already.
    """
    export = _locked(export_id, actor)
    if export.written_at or export.cancelled_at:
        raise WrongState(
            _("This export has ended already."), remedy=_("Look at the list of exports again.")
        )
    export.cancelled_at = timezone.now()
    export.save(update_fields=["cancelled_at"])
    record(Action.EXPORT_CANCELLED, actor=actor, subject=("export", export.pk))
    for job in jobs().filter(topic=TOPIC, key=str(export.pk)):
        request_cancel(job.pk)
    return export


@transaction.atomic
def download_export(export_id: UUID, *, actor: Actor) -> tuple[LogExport, Path]:
    """Take the file of an export; who took it stands in the log.

    Raises:
        NotFound: no such export, not the actor's, or its file is gone.
        NotAllowed: the actor may no longer view all that is in it.
        WrongState: it is not written yet, was cancelled, or has expired.
    """
    export = _locked(export_id, actor)
    if not still_sees(actor, export.scope):
        raise NotAllowed(
            _("You may no longer view all entries of this export."),
            remedy=_("Ask for a new one; it holds what you may view now."),
        )
    if ExportRow(export, None).state != "ready":
        raise WrongState(
            _("There is no file to download for this export."),
            remedy=_("Wait until it is written, or ask for a new one."),
        )
    path = file_of(export)
    if not path.exists():
        raise NotFound(_("The file of this export is gone."), remedy=_("Ask for a new one."))
    record(
        Action.EXPORT_DOWNLOADED,
        actor=actor,
        subject=("export", export.pk),
        details={"sha256": export.file_sha256},
    )
    return export, path


def expire_exports() -> int:
    """Remove the files whose time is over; returns how many."""
    due = LogExport.objects.filter(expires_at__lte=timezone.now(), removed_at=None)
    number = sum(_expire(pk) for pk in due.values_list("pk", flat=True))
    _remove_left_over()
    return number


def end_exports_holding(erased_at: datetime) -> None:
    """End every file that was written before and still holds what was erased at that moment."""
    ready = LogExport.objects.filter(written_at__isnull=False, expires_at__gt=erased_at)
    for export in ready.filter(removed_at=None).select_for_update():
        held = placed(entries_in(Scope.from_json(export.scope)), export.size or 0)
        if held.filter(personal_values__erased_at=erased_at).exists():
            export.expires_at = erased_at
            export.save(update_fields=["expires_at"])


def _remove_left_over() -> None:
    """Half a file, or a document, of an export that ended while its worker was killed."""
    lying = defaultdict(list)
    for path in Path(settings.EXPORT_DIR).glob("*"):
        if found := OF_EXPORT.match(path.name):
            lying[found[1]].append(path)
    ended = Q(cancelled_at__isnull=False) | Q(removed_at__isnull=False)
    for pk in LogExport.objects.filter(ended, pk__in=lying).values_list("pk", flat=True):
        for path in lying[str(pk)]:
            path.unlink(missing_ok=True)


@transaction.atomic
def _expire(export_id: UUID) -> bool:
    export = LogExport.objects.select_for_update().filter(pk=export_id, removed_at=None).first()
    if export is None:
        return False
    file_of(export).unlink(missing_ok=True)
    export.removed_at = timezone.now()
    export.save(update_fields=["removed_at"])
    record(Action.EXPORT_EXPIRED, actor=Actor.system("exports"), subject=("export", export.pk))
    return True


def _locked(export_id: UUID, actor: Actor) -> LogExport:
    export = exports_seen(actor).select_for_update(of=("self",)).filter(pk=export_id).first()
    if export is None:
        raise NotFound(_("There is no such export that you can see."))
    return export


def _check_printing(scope: Scope) -> None:
    if not can_print():
        raise Unavailable(
            _("This site cannot write PDF files."),
            remedy=_("Choose another format, or ask an operator to install weasyprint."),
        )
    if more_than_prints(scope):
        raise Invalid(
            _("A PDF holds at most {limit} entries; these are more.").format(limit=MOST_PRINTED),
            remedy=_("Set filters to take fewer, or choose CSV, which holds any number."),
            field="format",
        )


def _check_note(note: str) -> None:
    if not note:
        return
    try:
        open_checkpoint(note, [parse_vkey(vkey) for vkey in keys()])
    except BadNote as error:
        raise Invalid(
            _("This is no checkpoint that this log signed: {why}").format(why=error),
            remedy=_("Paste the file checkpoint.txt of an earlier export as it is."),
            field="since_note",
        ) from error


def asked_of(narrowing: Narrowing) -> dict[str, str]:
    """The filters as they were asked for, to be shown again."""
    asked = {
        "action": narrowing.action,
        "person": str(narrowing.person or ""),
        "model": narrowing.model,
        "portfolio": narrowing.portfolio,
        "subject": f"{narrowing.subject[0]}:{narrowing.subject[1]}" if narrowing.subject else "",
        "since": narrowing.since.isoformat() if narrowing.since else "",
        "until": narrowing.until.isoformat() if narrowing.until else "",
    }
    return {name: value for name, value in asked.items() if value}
