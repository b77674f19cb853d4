"""Alarms: raised by what is seen in a forge or cluster, answered by a person."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import excluded_by, played, require
from governance.access.separation import Part, conflict
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid, WrongState
from workflows.gitops.forges.base import RemotePullRequest
from workflows.gitops.models import AlarmKind, PromotionAlarm
from workflows.gitops.operations.recording import GITOPS
from workflows.gitops.queries import alarm_by_id, merger_of
from workflows.targets.models import Promotion

OCCASION = 64


def raise_alarm(promotion: Promotion, kind: str, occasion: str, text: str) -> bool:
    """Raise one alarm an occasion, in the caller's transaction; says whether it is new."""
    _row, new = PromotionAlarm.objects.get_or_create(
        promotion=promotion, kind=kind, occasion=occasion[:OCCASION], defaults={"text": text}
    )
    if new:
        record(
            Action.PROMOTION_ALARM_RAISED,
            actor=GITOPS,
            subject=("promotion", promotion.pk),
            portfolio_id=promotion.version.model.portfolio_id,
            details={"kind": kind, "occasion": occasion[:OCCASION]},
            personal={"text": text},
        )
    return new


def question_merger(promotion: Promotion, remote: RemotePullRequest) -> None:
    """Who merged in a forge of somebody else's is compared with who may, in our words."""
    if not remote.merged_by or remote.merged_by_account is not None:
        return  # our own screen has asked before, and a bare push has no name
    person = merger_of(remote, promotion.target.forge)
    if person is None:
        text = _("Merged by “{name}”, whom nobody here knows.").format(name=remote.merged_by)
        raise_alarm(promotion, AlarmKind.STRANGER, remote.merge_sha, text)
        return
    parts = played(promotion.version_id)
    if conflict(person.pk, Part.MERGER, parts, excluded_by()) is not None:
        text = _("Merged by {name}, who took part in this version.").format(name=person.full_name)
        raise_alarm(promotion, AlarmKind.INSIDER, remote.merge_sha, text)


@transaction.atomic
def close_alarm(alarm_id: UUID, *, answer: str, actor: Actor) -> PromotionAlarm:
    """Say what was done about an alarm.

    Raises:
        NotAllowed: The actor may not. Invalid: Nothing is said. WrongState: It is closed already.
    """
    alarm_by_id(actor, alarm_id)
    row = PromotionAlarm.objects.select_for_update().get(pk=alarm_id)
    require(actor, Permission.PROMOTION_ALARM_CLOSE, row)
    if row.closed_at is not None:
        raise WrongState(_("This alarm is answered already."))
    if not answer.strip():
        raise Invalid(_("Say what was done about it."), field="answer")
    row.closed_at, row.closed_by_id, row.answer = timezone.now(), actor.person_id, answer.strip()
    row.save(update_fields=["closed_at", "closed_by", "answer"])
    record(
        Action.PROMOTION_ALARM_CLOSED,
        actor=actor,
        subject=("promotion", row.promotion_id),
        portfolio_id=row.promotion.version.model.portfolio_id,
        details={"kind": row.kind, "occasion": row.occasion},
        personal={"answer": row.answer},
    )
    return row
