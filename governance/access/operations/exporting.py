"""Who holds what, as a file to take away. That it was taken stands in the log."""

import hashlib
import json
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.queries.exporting import COLUMNS, grant_lines
from governance.access.sheet import write_sheet
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid

FORMS = ("csv", "json")


@transaction.atomic
def export_grants(form: str, *, actor: Actor) -> str:
    """All live grants where the actor may see people: CSV that no spreadsheet calculates, or JSON.

    Raises:
        NotAllowed: the actor may see people nowhere. Invalid: neither csv nor json.
    """
    if form not in FORMS:
        raise Invalid(_("Grants are exported as CSV or as JSON."), field="form")
    lines = list(grant_lines(actor))
    text = write_sheet(COLUMNS, lines) if form == "csv" else _as_json(lines)
    record(
        Action.GRANTS_EXPORTED,
        actor=actor,
        subject=("export", uuid4()),
        details={
            "rows": len(lines),
            "form": form,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        },
    )
    return text


def _as_json(lines: list[tuple[str, ...]]) -> str:
    rows = [dict(zip(COLUMNS, line, strict=True)) for line in lines]
    return json.dumps(rows, ensure_ascii=False, indent=1)
