"""What keeps versions from going live: stops of people, and windows of policies."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.models import RegisteredModel
from governance.sentences import Words
from governance.sentences import sentence as _
from workflows.policies.definition import Definition, Move
from workflows.policies.freezes import frozen_until
from workflows.policies.models import Freeze


@dataclass(frozen=True, slots=True)
class Hold:
    """What keeps versions from going live: why, and until when; no end: until it is lifted."""

    words: Words
    until: datetime | None
    freeze: Freeze | None = None


def hold_over(
    model: RegisteredModel, definition: Definition, at: datetime | None = None
) -> Hold | None:
    """What keeps a model's versions from going live, now or at a time: the longest hold."""
    moment = at or timezone.now()
    rows = freezes_at(moment).filter(_covering(model)).select_related("set_by")
    holds = [_stopped(row) for row in rows] + _windows(definition, timezone.localdate(moment))
    return max(holds, key=_lasting, default=None)


def _lasting(hold: Hold) -> tuple[bool, datetime]:
    return hold.until is None, hold.until or timezone.now()


def _covering(model: RegisteredModel) -> Q:
    here = Q(portfolio=model.portfolio_id, model=None) | Q(model=model.pk)
    return here | Q(portfolio=None, model=None)


def freezes_at(moment: datetime) -> QuerySet[Freeze]:
    """The freezes that hold at a moment, or held: what was lifted later held until then."""
    lasting = Q(ends_at=None) | Q(ends_at__gt=moment)
    held = Q(lifted_at=None) | Q(lifted_at__gt=moment)
    return Freeze.objects.filter(lasting, held, begins_at__lte=moment, set_at__lte=moment)


def _stopped(row: Freeze) -> Hold:
    words = _("The line is stopped by {name}: {reason}", name=str(row.set_by), reason=row.reason)
    return Hold(words, row.ends_at, row)


def _windows(definition: Definition, today: date) -> list[Hold]:
    """The windows of a wording in which nothing is approved or goes live."""
    found = []
    for move in (Move.APPROVE, Move.DEPLOY):
        for window in definition.moves[move].freezes:
            if (last := frozen_until(window, today)) is not None:
                words = _("Frozen by the policy: {title}", title=window.title)
                found.append(Hold(words, _end_of(last)))
    return found


def _end_of(day: date) -> datetime:
    tomorrow = min(day, date.max - timedelta(days=1)) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time()))


def freezes_for(actor: Actor) -> QuerySet[Freeze]:
    """Every freeze that an actor may know of, the newest first: also of the whole organisation."""
    rows = Freeze.objects.select_related("portfolio", "model", "set_by", "lifted_by")
    seen = visible_to(actor, RegisteredModel.objects.all())
    rows = rows.filter(Q(model=None) | Q(model__in=seen))
    return visible_to(actor, rows).order_by("-set_at")


def freeze_by_id(actor: Actor, freeze_id: UUID) -> Freeze:
    """One freeze.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    if (found := freezes_for(actor).filter(pk=freeze_id).first()) is None:
        raise NotFound(_("There is no such freeze that you can see."))
    return found
