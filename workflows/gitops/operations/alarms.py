"""Alarms: raised by what is seen in a forge or cluster, answered by a person."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.access.labels import SHIPPED_TITLES
from governance.access.models import Person
from governance.access.permissions import Permission
from governance.access.queries import (
    excluded_by,
    played,
    require,
    roles_giving,
    who_could,
)
from governance.access.separation import PART_WORDS, Part, conflict
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid, WrongState
from governance.inventory.operations import note_finding
from governance.sentences import Sentence, Words, either, kept
from governance.sentences import sentence as _
from workflows.gitops.forges.base import RemotePullRequest
from workflows.gitops.models import AlarmKind, PromotionAlarm
from workflows.gitops.operations.recording import GITOPS
from workflows.gitops.queries import alarm_by_id, merger_of
from workflows.targets.models import Promotion

OCCASION = 64


def raise_alarm(promotion: Promotion, kind: str, occasion: str, text: Words) -> bool:
    """Raise one alarm an occasion, in the caller's transaction; says whether it is new."""
    _row, new = PromotionAlarm.objects.get_or_create(
        promotion=promotion, kind=kind, occasion=occasion[:OCCASION], defaults={"text": kept(text)}
    )
    if new:
        record(
            Action.PROMOTION_ALARM_RAISED,
            actor=GITOPS,
            subject=("promotion", promotion.pk),
            portfolio_id=promotion.version.model.portfolio_id,
            details={"kind": kind, "occasion": occasion[:OCCASION]},
            personal={"text": str(text)},
        )
    return new


def question_merger(promotion: Promotion, remote: RemotePullRequest) -> None:
    """Who merged in a forge of somebody else's is compared with who may, in our words.

    Whoever took part in the version: a finding on it. Whoever may not merge here: an alarm.
    """
    if not remote.merged_by or remote.merged_by_account is not None:
        return  # our own screen has asked before, and a bare push has no name
    person = merger_of(remote, promotion.target.forge)
    if person is None:
        text = _("Merged by “{name}”, whom nobody here knows.", name=remote.merged_by)
        raise_alarm(promotion, AlarmKind.STRANGER, remote.merge_sha, text)
        return
    parts = played(promotion.version_id)
    if earlier := conflict(person.pk, Part.MERGER, parts, excluded_by()):
        _find_insider(promotion, remote, _took_part(person, earlier))
    elif not _may_merge(person, promotion):
        raise_alarm(promotion, AlarmKind.STRANGER, remote.merge_sha, _lacks_role(person))


def question_head(promotion: Promotion, remote: RemotePullRequest) -> None:
    """A commit on top of the approved one was merged past its red status, whatever it touched."""
    if remote.head_sha in {"", promotion.expected_head}:
        return
    text = _(
        "Merged with commits that nobody approved, up to {commit}; our files are as approved.",
        commit=remote.head_sha[:12],
    )
    raise_alarm(promotion, AlarmKind.DRIFTED, remote.head_sha, text)


def _find_insider(promotion: Promotion, remote: RemotePullRequest, text: Words) -> None:
    """A finding, and the alarm that says on the promotion's page where it is."""
    title = _(
        "Merged for {target} by somebody who took part in the version",
        target=promotion.target.name,
    )
    place = f"{remote.url or promotion.target.repository} {remote.merge_sha}"
    about = Sentence("{text} {place}", {"text": text, "place": place})
    finding = note_finding(promotion.version_id, title=title, text=about, actor=GITOPS)
    told = _("{text} See F-{number} on the version's page.", text=text, number=finding.number)
    raise_alarm(promotion, AlarmKind.INSIDER, remote.merge_sha, told)


def _took_part(person: Person, earlier: Part) -> Words:
    return _(
        "Merged by {name}, {earlier} of this version.",
        name=person.full_name,
        earlier=PART_WORDS[earlier],
    )


def _may_merge(person: Person, promotion: Promotion) -> bool:
    able = who_could(Permission.PROMOTION_MERGE, promotion).able
    return any(one.person == person for one in able)


def _lacks_role(person: Person) -> Words:
    """One of these roles gives the permission; they hold none of them here."""
    titles = [_as_sentence(role.title) for role in roles_giving(Permission.PROMOTION_MERGE)]
    return _(
        "Merged by {name}, who may not merge here. What is missing: {roles}.",
        name=person.full_name,
        roles=either(titles),
    )


def _as_sentence(title: str) -> Words:
    """The title of a role that ships stands in the catalogue; of another it is itself."""
    return Sentence(title) if title in SHIPPED_TITLES else title


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
