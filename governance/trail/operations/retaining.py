"""What is kept how long: periods, legal holds, and erasure of personal values by two people.

An entry stays as it is for ever; what goes is the salt and the text behind a commitment in it. So
every proof holds afterwards, and nobody can find the text by trying.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.permissions import Permission
from governance.access.queries import one_pair_of_eyes, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import erase_personal_values, record
from governance.audit.queries import entries
from governance.errors import Duplicate, Invalid, NotAllowed, NotFound, WrongState
from governance.trail.models import Erasure, LegalHold, RetentionPeriod
from governance.trail.operations.exporting import asked_of, end_exports_holding
from governance.trail.queries.retention import (
    erasure_to_decide,
    hold_to_lift,
    values_due,
    values_meant,
    values_to_erase,
)
from governance.trail.queries.scoping import scope_of
from governance.trail.retention import CLASSES, LONGEST_DAYS

if TYPE_CHECKING:
    from governance.trail.queries.log import Narrowing

BATCH: Final = 5000


@transaction.atomic
def set_retention(name: str, *, days: int | None, actor: Actor) -> None:
    """After how many days personal values of a class of entries go by themselves; None: never.

    Raises:
        NotAllowed: the actor may not. NotFound: no such class.
        Invalid: fewer days than the floor of the class, or more than a hundred years.
    """
    require(actor, Permission.RETENTION_SET)
    kind = CLASSES.get(name)
    if kind is None:
        raise NotFound(_("There is no such retention class."))
    if days is not None and not kind.floor_days <= days <= LONGEST_DAYS:
        raise Invalid(
            _("Between {floor} and {most} days are possible here.").format(
                floor=kind.floor_days, most=LONGEST_DAYS
            ),
            remedy=_("Leave it empty to keep them for ever."),
            field="days",
        )
    before = RetentionPeriod.objects.select_for_update().filter(name=name).first()
    if days is None:
        RetentionPeriod.objects.filter(name=name).delete()
    else:
        RetentionPeriod.objects.update_or_create(name=name, defaults={"days": days})
    record(
        Action.RETENTION_SET,
        actor=actor,
        subject=("retention", _subject(name)),
        before={"days": before.days if before else None},
        after={"name": name, "days": days},
    )


@transaction.atomic
def set_hold(title: str, *, reason: str, narrowing: Narrowing, actor: Actor) -> LegalHold:
    """Keep everything that the filters show, whatever its time, until the hold is lifted.

    Raises:
        NotAllowed: the actor may not. Invalid: no title, no reason, or no such model.
    """
    require(actor, Permission.HOLD_SET)
    title, reason = title.strip(), _given(reason)
    if not title:
        raise Invalid(_("A legal hold needs a title."), field="title")
    scope = scope_of(actor, narrowing)
    if narrowing.model and not scope.subjects:
        raise Invalid(_("There is no such model."), field="model")
    hold = LegalHold.objects.create(
        title=title[:120],
        reason=reason,
        filters=asked_of(narrowing),
        scope=scope.to_json(),
        set_by_id=_account(actor),
    )
    record(
        Action.HOLD_SET,
        actor=actor,
        subject=("hold", hold.pk),
        details={"scope_sha256": scope.sha256},
        personal={"title": hold.title, "reason": reason},
    )
    return hold


@transaction.atomic
def lift_hold(hold_id: UUID, *, reason: str, actor: Actor) -> LegalHold:
    """Let what was held go its way again.

    Raises:
        NotAllowed, NotFound: may not, or there is none. WrongState: it is lifted already.
        Invalid: no reason.
    """
    hold = hold_to_lift(hold_id, actor)
    if hold.lifted_at:
        raise WrongState(_("This legal hold was lifted already."))
    hold.lift_reason = _given(reason)
    hold.lifted_by_id, hold.lifted_at = _account(actor), timezone.now()
    hold.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
    record(
        Action.HOLD_LIFTED,
        actor=actor,
        subject=("hold", hold.pk),
        personal={"reason": hold.lift_reason},
    )
    return hold


@transaction.atomic
def request_erasure(
    *, reason: str, actor: Actor, person_id: UUID | None = None, entry_id: UUID | None = None
) -> Erasure:
    """Ask for a person's name and details, or the personal values of one entry, to be erased.

    Nothing goes before another person confirms.

    Raises:
        NotAllowed: the actor may not. NotFound: no such person or entry.
        Invalid: no reason; both or neither named; nothing is there to erase.
        Duplicate: it waits for confirmation already.
    """
    require(actor, Permission.ERASURE_REQUEST)
    reason = _given(reason)
    erasure = Erasure(reason=reason, requested_by_id=_account(actor))
    _about(erasure, person_id, entry_id)
    waiting = Erasure.objects.filter(person=person_id, entry=entry_id, outcome="")
    if waiting.exists():
        raise Duplicate(_("This erasure waits for a second person already."))
    if not values_meant(erasure).exists():
        raise Invalid(_("There is nothing left to erase."), field="entry" if entry_id else "person")
    erasure.save(force_insert=True)
    _record(Action.ERASURE_REQUESTED, erasure, actor, personal={"reason": reason})
    return erasure


@transaction.atomic
def confirm_erasure(erasure_id: UUID, *, actor: Actor) -> Erasure:
    """Destroy salt and text, once and for all, as far as no floor and no hold keeps them.

    Raises:
        NotFound: no such erasure. WrongState: it is decided already.
        NotAllowed: the actor may not, asked for it, is the person, or stands in for one of them.
    """
    erasure = _to_decide(erasure_id, actor)
    meant = values_meant(erasure).count()
    gone = erase_personal_values(values_to_erase(erasure))
    erasure.erased = gone.number
    if not erasure.erased:
        raise WrongState(
            _("All of it must stay for now: a floor or a legal hold keeps it."),
            remedy=_("Decline it with that reason, or come back when its time is over."),
        )
    erasure.kept = meant - erasure.erased
    end_exports_holding(gone.at)
    _decide(erasure, Erasure.Outcome.CONFIRMED, actor)
    told = {**gone._asdict(), "kept": erasure.kept}
    _record(Action.ERASURE_CONFIRMED, erasure, actor, details=told)
    return erasure


@transaction.atomic
def decline_erasure(erasure_id: UUID, *, reason: str, actor: Actor) -> Erasure:
    """Say no; everything stays.

    Raises:
        NotFound, WrongState, NotAllowed: as `confirm_erasure`. Invalid: no reason.
    """
    erasure = _to_decide(erasure_id, actor)
    given = _given(reason)
    _decide(erasure, Erasure.Outcome.DECLINED, actor)
    _record(Action.ERASURE_DECLINED, erasure, actor, personal={"reason": given})
    return erasure


def apply_retention() -> int:
    """Remove personal values whose period is over and that no hold keeps; returns how many."""
    return sum(_apply(name, days) for name, days in RetentionPeriod.objects.values_list())


def _apply(name: str, days: int) -> int:
    removed = 0
    while number := _apply_batch(name, days):
        removed += number
    return removed


@transaction.atomic
def _apply_batch(name: str, days: int) -> int:
    due = values_due(name, days)
    chosen = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not chosen:
        return 0
    gone = erase_personal_values(due.filter(pk__in=chosen))
    before = timezone.now() - timedelta(days=days)
    if gone.number:
        record(
            Action.RETENTION_APPLIED,
            actor=Actor.system("retention"),
            subject=("retention", _subject(name)),
            after={"name": name},
            details={"days": days, "before": before, **gone._asdict()},
        )
    return gone.number


def _subject(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"retention:{name}")


def _about(erasure: Erasure, person_id: UUID | None, entry_id: UUID | None) -> None:
    if (person_id is None) == (entry_id is None):
        raise Invalid(_("Name a person or an entry, not both."), field="person")
    if person_id and not Person.objects.filter(pk=person_id).exists():
        raise NotFound(_("There is no such person."))
    if entry_id and not entries().filter(pk=entry_id).exists():
        raise NotFound(_("There is no such entry."))
    erasure.person_id, erasure.entry = person_id, entry_id


def _to_decide(erasure_id: UUID, actor: Actor) -> Erasure:
    erasure = erasure_to_decide(erasure_id, actor)
    if erasure.outcome:
        raise WrongState(_("This erasure is decided already."))
    mine = one_pair_of_eyes(actor)
    if mine & {erasure.requested_by.person_id, erasure.person_id}:
        raise NotAllowed(
            _("An erasure takes two people: this one is yours."),
            remedy=_("Ask another administrator to look at it."),
        )
    return erasure


def _decide(erasure: Erasure, outcome: Erasure.Outcome, actor: Actor) -> None:
    erasure.outcome, erasure.decided_at = outcome, timezone.now()
    erasure.decided_by_id = _account(actor)
    erasure.save(update_fields=["outcome", "decided_at", "decided_by", "erased", "kept"])


def _record(
    action: Action,
    erasure: Erasure,
    actor: Actor,
    *,
    details: dict[str, object] | None = None,
    personal: dict[str, str] | None = None,
) -> None:
    """What it is about by id only: its name would come back with it."""
    about = {"person": erasure.person_id, "entry": erasure.entry}
    record(
        action,
        actor=actor,
        subject=("erasure", erasure.pk),
        details={**about, **(details or {})},
        personal=personal,
    )


def _given(reason: str) -> str:
    if not reason.strip():
        raise Invalid(_("Say why; it stands in the log."), field="reason")
    return reason.strip()[:2000]


def _account(actor: Actor) -> UUID:
    assert actor.account_id is not None  # only an account holds a role
    return actor.account_id
