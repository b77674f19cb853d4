"""Findings: a validator's objections and what the product saw; answered, closed, never deleted."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import person_of, require, require_separate, visible_to, who_could
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.writing import Recorded
from governance.errors import Conflict, Invalid, NotFound, WrongState
from governance.inventory.models import Finding, ModelVersion
from governance.inventory.operations.versions import lock_version, record_about
from governance.inventory.states import State
from governance.outbox.operations import enqueue
from governance.sentences import Words, kept


@transaction.atomic
def raise_finding(
    version_id: UUID,
    *,
    severity: str,
    title: str,
    text: str = "",
    required: bool = True,
    due_on: date | None = None,
    owner: UUID | None = None,
    actor: Actor,
) -> Finding:
    """Raises an objection against a version under validation; its owner is asked to answer.

    Without an `owner` that is who submitted the version.

    Raises:
        NotAllowed: not a validator here, or took part in building it. Invalid: no title, or an
        owner who could not answer.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.FINDING_RAISE, version)
    require_separate(actor, Part.VALIDATOR, version.pk)
    _refuse_bad_finding(version, severity, title)
    _refuse_other_owner(version, owner)
    finding = version.findings.create(
        number=_next_number(version),
        severity=severity,
        title=title,
        text=text,
        required=required,
        due_on=due_on,
        owner_id=owner or version.submitted_by_id,
        raised_by_id=person_of(actor),
    )
    _record_finding(Action.FINDING_RAISED, finding, actor)
    enqueue("finding.raised", str(finding.pk), _about(finding, actor))
    return finding


def note_finding(version_id: UUID, *, title: Words, text: Words, actor: Actor) -> Finding:
    """Notes what the product itself saw in how a version was put live, in whatever state it is.

    Part of the caller's own transaction. Who submitted the version is asked to answer it, where
    its case is still open. It blocks what is decided next until a validator has closed it.
    """
    version = lock_version(version_id, actor)
    finding = version.findings.create(
        number=_next_number(version),
        severity=Finding.Severity.HIGH,
        title=kept(title),
        text=kept(text),
        owner_id=version.submitted_by_id,
    )
    _record_finding(Action.FINDING_RAISED, finding, actor)
    enqueue("finding.raised", str(finding.pk), _about(finding, actor))
    return finding


def _refuse_bad_finding(version: ModelVersion, severity: str, title: str) -> None:
    if not title.strip() or severity not in Finding.Severity.values:
        raise Invalid(_("A finding needs a title and a severity."), field="title")
    if version.state not in {State.SUBMITTED.value, State.VALIDATED.value}:
        raise WrongState(_("Findings are raised while a version is under review."))


def _next_number(version: ModelVersion) -> int:
    """Numbers of a version's findings follow each other; its row is locked."""
    highest: int | None = version.findings.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def _refuse_other_owner(version: ModelVersion, owner: UUID | None) -> None:
    able = {one.person.pk for one in who_could(Permission.FINDING_ANSWER, version).able}
    if owner is not None and owner not in able:
        raise Invalid(
            _("This person could not answer the finding."),
            remedy=_("Choose somebody who develops this model."),
            field="owner",
        )


def _about(finding: Finding, actor: Actor) -> dict[str, str]:
    """Tasks are the workflows' own: who is asked what about a finding follows from this."""
    return {"finding_id": str(finding.pk), "by": str(actor.person_id or "")}


@transaction.atomic
def answer_finding(finding_id: UUID, *, answer: str, actor: Actor) -> Finding:
    """Answers an open finding, for the validator to look at.

    Raises:
        NotAllowed: may not. Conflict: it is closed. Invalid: no answer.
    """
    finding = _lock_finding(finding_id, actor)
    require(actor, Permission.FINDING_ANSWER, finding)
    if finding.state == Finding.State.CLOSED:
        raise Conflict(_("This finding is closed."))
    if not answer.strip():
        raise Invalid(_("Write an answer."), field="answer")
    finding.answer = answer
    finding.answered_by_id = actor.person_id
    finding.state = Finding.State.ANSWERED
    finding.save(update_fields=["answer", "answered_by", "state"])
    entry = _record_finding(Action.FINDING_ANSWERED, finding, actor)
    enqueue("finding.answered", str(entry.id), _about(finding, actor))
    return finding


@transaction.atomic
def close_finding(finding_id: UUID, *, actor: Actor) -> Finding:
    """Closes a finding: only who validates may.

    Raises:
        NotAllowed: not a validator here, or took part in building it. Conflict: closed before.
    """
    finding = _lock_finding(finding_id, actor)
    require(actor, Permission.FINDING_CLOSE, finding)
    require_separate(actor, Part.VALIDATOR, finding.version_id)
    if finding.state == Finding.State.CLOSED:
        raise Conflict(_("This finding is closed."))
    finding.state = Finding.State.CLOSED
    finding.closed_at = timezone.now()
    finding.closed_by_id = actor.person_id
    finding.save(update_fields=["state", "closed_at", "closed_by"])
    _record_finding(Action.FINDING_CLOSED, finding, actor)
    enqueue("finding.closed", str(finding.pk), _about(finding, actor))
    return finding


def _lock_finding(finding_id: UUID, actor: Actor) -> Finding:
    seen = visible_to(actor, Finding.objects.filter(pk=finding_id)).first()
    if seen is None:
        raise NotFound(_("There is no such finding that you can see."))
    lock_version(seen.version_id, actor)
    return Finding.objects.select_related("version__model__portfolio").get(pk=finding_id)


def _record_finding(action: Action, finding: Finding, actor: Actor) -> Recorded:
    return record_about(
        action,
        finding.version,
        actor,
        after={
            "finding": finding.number,
            "severity": finding.severity,
            "required": finding.required,
            "state": finding.state,
            "owner": str(finding.owner_id or ""),
        },
        personal={"title": finding.heading, "text": finding.told, "answer": finding.answer},
    )
