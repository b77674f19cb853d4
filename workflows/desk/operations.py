"""What the desk writes: exports, whose evidence bundles tell of cases; checks of log and tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from governance.access.queries import person_actor
from governance.actors import Surface
from governance.inventory.models import ModelVersion
from governance.inventory.storage import path_of
from governance.trail import operations as trail
from workflows.desk.queries.bundle import parts_of
from workflows.desk.queries.dossier import Dossier, dossier_of
from workflows.desk.replays import replays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.outbox.claims import Again, Claim
    from governance.trail.models import LogExport

SHEET: Final = Path(settings.BASE_DIR) / "static" / "css" / "evidence.css"


def write_export(claim: Claim) -> Again | dict[str, Any] | None:
    """Handler of `export.write`."""
    return trail.write_export(claim, EvidenceBundle())


def complete_verification(claim: Claim) -> dict[str, Any] | None:
    """Handler of `log.verify`: the log, and what every subject's tables say against it."""
    return trail.complete_verification(claim, replays())


class EvidenceBundle:
    """One decision as a document with its files, as far as who asked for it sees the version."""

    def document(self, export: LogExport) -> bytes:
        """The page, in the language of who asked; it needs no other file and no network."""
        dossier = _dossier(export)
        with translation.override(export.account.language or settings.LANGUAGE_CODE):
            context = {
                "version": dossier.version,
                "parts": parts_of(dossier, export),
                "sheet": _sheet(),
                "export": export,
                "made_at": timezone.now(),
                "by": export.account.get_full_name(),
                "language": translation.get_language(),
            }
            page = render_to_string("workflows/desk/evidence_bundle.html", context)
        return page.encode()

    def files(self, export: LogExport) -> Mapping[str, Path]:
        """Evidence and the file of the validation report; the model itself stays where it is."""
        dossier = _dossier(export)
        digests = {one.sha256 for one in dossier.evidence}
        if dossier.report and dossier.report.attachment_sha256:
            digests.add(dossier.report.attachment_sha256)
        paths = {digest: path_of(digest) for digest in digests}
        return {digest: path for digest, path in paths.items() if path.exists()}


def _dossier(export: LogExport) -> Dossier:
    version = ModelVersion.objects.select_related("model").get(pk=export.filters["version"])
    reader = person_actor(export.account, surface=Surface.WORKER)
    return dossier_of(reader, version.model.name, version.number)


def _sheet() -> SafeString:
    """The style sheet within the page: our own file, no value of anybody's in it."""
    return format_html("<style>{}</style>", mark_safe(SHEET.read_text(encoding="utf-8")))  # noqa: S308
