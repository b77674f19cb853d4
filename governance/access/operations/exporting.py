"""Who holds what, and what a review says of it, as files. That one was taken stands in the log."""

import hashlib
import json
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.queries.exporting import (
    COLUMNS,
    REVIEW_COLUMNS,
    grant_lines,
    review_lines,
)
from governance.access.queries.finding import review_seen
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
        details=_told(text, form, len(lines)),
    )
    return text


@transaction.atomic
def export_review(review_id: UUID, *, actor: Actor) -> str:
    """All grants of an access review with their answers, as CSV that no spreadsheet calculates.

    Raises:
        NotFound: there is no such review, or it is none that the actor may see.
    """
    review = review_seen(actor, review_id)
    lines = review_lines(review)
    text = write_sheet(REVIEW_COLUMNS, lines)
    record(
        Action.ACCESS_REVIEW_EXPORTED,
        actor=actor,
        subject=("access_review", review.pk),
        portfolio_id=review.portfolio_id,
        details=_told(text, "csv", len(lines)),
    )
    return text


def _told(text: str, form: str, rows: int) -> dict[str, object]:
    return {"rows": rows, "form": form, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _as_json(lines: list[tuple[str, ...]]) -> str:
    rows = [dict(zip(COLUMNS, line, strict=True)) for line in lines]
    return json.dumps(rows, ensure_ascii=False, indent=1)
