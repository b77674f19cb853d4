"""Checks of the whole log that people asked for: how far each is, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require_anywhere
from governance.errors import NotFound
from governance.outbox.queries import progress_of
from governance.trail.models import LogVerification
from governance.trail.queries.log import sees_all

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.actors import Actor
    from governance.outbox.queries import Progress

VERIFY: Final = "log.verify"


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """A check on a page. `state`: waiting, running, failed, cancelled, good or bad."""

    verification: LogVerification
    progress: Progress | None
    sees_all: bool

    @property
    def state(self) -> str:
        """How it is, in one word."""
        if self.verification.cancelled_at:
            return "cancelled"
        if self.verification.found:
            return "bad" if self.verification.found["count"] else "good"
        if self.progress and self.progress.state in {"parked", "done"}:
            return "failed"
        return "running" if self.progress and self.progress.state == "running" else "waiting"

    @property
    def going(self) -> bool:
        """Whether a page that shows it should look again."""
        return self.state in {"waiting", "running"}

    @property
    def stage(self) -> str:
        """What is looked at now, in words."""
        told = self.progress.text if self.progress else ""
        words = {"entries": _("Entries"), "leaves": _("Tree and checkpoints"), "": ""}
        return words.get(told, _("Tables of the site against the log"))

    @property
    def problems(self) -> list[dict[str, Any]]:
        """What is wrong. Problems name entries of every portfolio: only for who sees all."""
        found: list[dict[str, Any]] = (self.verification.found or {}).get("problems", [])
        return found if self.sees_all else []


def verifications_seen(actor: Actor) -> QuerySet[LogVerification]:
    """An actor's own checks; those of everybody for who may view the log of the whole site.

    Raises:
        NotAllowed: the actor may view no part of the log.
    """
    require_anywhere(actor, Permission.LOG_VIEW)
    rows = LogVerification.objects.select_related("account__person").order_by("-requested_at", "pk")
    return rows if sees_all(actor) else rows.filter(account=actor.account_id)


def verification_row(actor: Actor, verification_id: UUID) -> VerificationRow:
    """One check.

    Raises:
        NotAllowed: the actor may view no part of the log. NotFound: no such check, or not theirs.
    """
    row = verifications_seen(actor).filter(pk=verification_id).first()
    if row is None:
        raise NotFound(_("There is no such check of the log that you can see."))
    return VerificationRow(row, progress_of(VERIFY, str(row.pk)), sees_all(actor))
