"""The files of a version: where their bytes lie, for who may see them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound, Unavailable
from governance.inventory.models import Artifact, Evidence
from governance.inventory.queries import version_numbered
from governance.inventory.storage import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that came with a version, and where its bytes lie."""

    name: str
    sha256: str
    size: int
    path: "Path"


def evidence_file_of(actor: Actor, name: str, number: int, file_id: UUID) -> KeptFile:
    """One file of a version's evidence.

    Raises:
        NotFound: no such file for this actor. Unavailable: its bytes are not where they were put.
    """
    return _kept(actor, Evidence.objects.all(), name, number, file_id)


def artifact_file_of(actor: Actor, name: str, number: int, file_id: UUID) -> KeptFile:
    """One artefact of a version.

    Raises:
        NotFound, Unavailable: as `evidence_file_of`.
    """
    return _kept(actor, Artifact.objects.all(), name, number, file_id)


def report_file_of(actor: Actor, name: str, number: int, report: int) -> KeptFile:
    """The file that came with a version's validation report of this number.

    Raises:
        NotFound, Unavailable: as `evidence_file_of`.
    """
    version = version_numbered(actor, name, number)
    row = version.validation_reports.filter(number=report).exclude(attachment_sha256="").first()
    if row is None:
        raise NotFound(_("There is no such file that you can see."))
    return _there(row.attachment_name, row.attachment_sha256, row.attachment_size)


def _kept(
    actor: Actor,
    rows: "QuerySet[Any]",
    name: str,
    number: int,
    file_id: UUID,
) -> KeptFile:
    version = version_numbered(actor, name, number)
    row = visible_to(actor, rows).filter(pk=file_id, version=version).first()
    if row is None:
        raise NotFound(_("There is no such file that you can see."))
    return _there(row.name, row.sha256, row.size)


def _there(name: str, sha256: str, size: int) -> KeptFile:
    path = path_of(sha256)
    if not path.exists():
        raise Unavailable(
            _("The file is not where it was kept."),
            remedy=_("An operator must bring it back from the backup."),
        )
    return KeptFile(name, sha256, size, path)
