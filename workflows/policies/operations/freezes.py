"""Stopping the line: nothing goes live in a scope until it ends or somebody lifts it by name."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Portfolio
from governance.access.permissions import Permission
from governance.access.queries import person_of, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Invalid
from governance.inventory.models import RegisteredModel
from governance.outbox.operations import enqueue
from workflows.policies.models import Freeze
from workflows.policies.queries import freeze_by_id

LONGEST_REASON = 2000


@transaction.atomic
def set_freeze(
    *,
    reason: str,
    place: Portfolio | RegisteredModel | None = None,
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
    actor: Actor,
) -> Freeze:
    """Holds every promotion of a model, of a portfolio, or (no `place`) of all of them.

    What is an emergency goes on: a suspension, a roll back, a retirement.

    Raises:
        NotAllowed: may not there. Invalid: no reason, or an end that is over or before the begin.
    """
    require(actor, Permission.FREEZE_SET, place)
    begins = begins_at or timezone.now()
    _refuse_bad(reason, begins, ends_at)
    freeze = Freeze.objects.create(
        portfolio=place.portfolio if isinstance(place, RegisteredModel) else place,
        model=place if isinstance(place, RegisteredModel) else None,
        reason=reason.strip(),
        begins_at=begins,
        ends_at=ends_at,
        set_by_id=person_of(actor),
    )
    _record(Action.FREEZE_SET, freeze, actor, freeze.reason)
    return freeze


@transaction.atomic
def lift_freeze(freeze_id: UUID, *, reason: str, actor: Actor) -> Freeze:
    """Lets promotions of its scope go on; whoever lifts it stands beside it with the reason.

    Raises:
        NotAllowed: may not there. Conflict: it is lifted or over. Invalid: no reason.
    """
    seen = freeze_by_id(actor, freeze_id)
    require(actor, Permission.FREEZE_LIFT, seen.model or seen.portfolio)
    freeze = Freeze.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    now = timezone.now()
    if freeze.lifted_at or (freeze.ends_at and freeze.ends_at <= now):
        raise Conflict(_("This freeze is over already."))
    if not reason.strip():
        raise Invalid(_("Say why it is lifted."), field="reason")
    freeze.lifted_at, freeze.lifted_by_id = now, person_of(actor)
    freeze.lift_reason = reason.strip()
    freeze.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    _record(Action.FREEZE_LIFTED, freeze, actor, freeze.lift_reason)
    return freeze


def _refuse_bad(reason: str, begins: datetime, ends: datetime | None) -> None:
    if not reason.strip():
        raise Invalid(_("Say why the line is stopped."), field="reason")
    if len(reason) > LONGEST_REASON:
        words = _("A reason has at most {most} characters.").format(most=LONGEST_REASON)
        raise Invalid(words, field="reason")
    if ends is not None and ends <= max(begins, timezone.now()):
        raise Invalid(_("The end must lie ahead, after the begin."), field="ends_at")


def _record(action: Action, freeze: Freeze, actor: Actor, reason: str) -> None:
    """Writes the entry, and lets every pull request be looked at again."""
    entry = record(
        action,
        actor=actor,
        subject=("freeze", freeze.pk),
        portfolio_id=freeze.portfolio_id,
        after={
            "model": str(freeze.model_id or ""),
            "begins_at": freeze.begins_at,
            "ends_at": freeze.ends_at,
            "lifted_at": freeze.lifted_at,
        },
        personal={"reason": reason},
    )
    payload = {"freeze_id": str(freeze.pk)}
    enqueue("freeze.changed", f"{freeze.pk}:{entry.subject_seq}", payload)
