"""Writes of the inventory: models, versions, the files that come with them, and findings.

Screens, API and commands all come through here, so that the same rules hold at every door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person, Portfolio
from governance.access.operations import involve
from governance.access.permissions import Permission
from governance.access.queries import require, require_separate, visible_to
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.lines import EvidenceRef
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, NotFound, WrongState
from governance.inventory.models import (
    Artifact,
    Evidence,
    Finding,
    ModelVersion,
    RegisteredModel,
)
from governance.inventory.queries import version_by_id
from governance.inventory.states import State
from governance.inventory.storage import Stored

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What a developer says of a new version."""

    label: str = ""
    summary: str = ""
    change_note: str = ""
    image: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    input_schema: Sequence[Mapping[str, str]] = ()


@transaction.atomic
def register_model(  # noqa: PLR0913 - a model has these parts
    *,
    name: str,
    title: str,
    portfolio: str,
    tier: int,
    purpose: str = "",
    description: str = "",
    actor: Actor,
) -> RegisteredModel:
    """Puts a model into the inventory; who registers it owns it at first.

    Raises:
        NotFound: no such portfolio for the actor. NotAllowed: may not register there.
        Invalid: bad name, title or tier. Duplicate: the name is taken.
    """
    place = _portfolio(portfolio, actor)
    require(actor, Permission.MODEL_REGISTER, place)
    _refuse_bad_model(name, title, tier)
    model = RegisteredModel.objects.create(
        name=name,
        title=title,
        portfolio=place,
        tier=tier,
        purpose=purpose,
        description=description,
        owner=Person.objects.get(pk=actor.person_id),
    )
    record(
        Action.MODEL_REGISTERED,
        actor=actor,
        subject=("model", model.pk),
        portfolio_id=place.pk,
        after={"name": name, "title": title, "tier": tier, "portfolio": place.name},
    )
    return model


def _portfolio(name: str, actor: Actor) -> Portfolio:
    place = visible_to(actor, Portfolio.objects.filter(name=name)).first()
    if place is None:
        raise NotFound(
            _("There is no portfolio {name} that you can see.").format(name=name),
            remedy=_("Name one of your portfolios."),
            field="portfolio",
        )
    return place


def _refuse_bad_model(name: str, title: str, tier: int) -> None:
    _refuse_bad_slug(name)
    if not title.strip():
        raise Invalid(_("A model needs a title."), field="title")
    if tier not in RegisteredModel.Tier.values:
        raise Invalid(_("The tier is 1, 2 or 3."), field="tier")
    if RegisteredModel.objects.filter(name=name).exists():
        raise Duplicate(
            _("The model name {name} is taken.").format(name=name),
            remedy=_("Choose another name, or add a version to that model."),
            field="name",
        )


def _refuse_bad_slug(name: str) -> None:
    try:
        validate_slug(name)
    except ValidationError as error:
        raise Invalid(
            _("“{name}” is not a model name.").format(name=name),
            remedy=_("Use letters, digits, hyphens and underscores."),
            field="name",
        ) from error


@transaction.atomic
def create_version(model: RegisteredModel, facts: VersionFacts, *, actor: Actor) -> ModelVersion:
    """Starts a draft of the next version; its author can never validate, approve or merge it.

    Raises:
        NotAllowed: the actor may not create versions of this model.
    """
    model = RegisteredModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    require(actor, Permission.VERSION_CREATE, model)
    highest = model.versions.aggregate(highest=Max("number"))["highest"] or 0
    version = ModelVersion.objects.create(
        model=model,
        number=highest + 1,
        label=facts.label,
        summary=facts.summary,
        change_note=facts.change_note,
        image=facts.image,
        parameters=dict(facts.parameters),
        input_schema=[dict(column) for column in facts.input_schema],
        created_by_id=actor.person_id,
    )
    involve(_person(actor), Part.AUTHOR, version.pk)
    _record(Action.VERSION_CREATED, version, actor, after=_facts(version))
    return version


def _facts(version: ModelVersion) -> dict[str, Any]:
    return {"model": version.model.name, "number": version.number, "label": version.label}


@transaction.atomic
def add_artifact(
    version_id: UUID, *, name: str, role: str, stored: Stored, actor: Actor
) -> Artifact:
    """Adds a stored file to a draft. The same file under the same name again is no change.

    Raises:
        WrongState: the version is no draft any more. Duplicate: another file has this name.
        Invalid: unknown role or bad file name. NotAllowed: not the actor's to add to.
    """
    version = _lock_draft(version_id, actor)
    _refuse_bad_file_name(name)
    if role not in Artifact.Role.values:
        raise Invalid(_("The role is one of {roles}.").format(roles=Artifact.Role.values), field="role")
    if (same := _same_file(version.artifacts.filter(name=name).first(), stored)) is not None:
        return same
    artifact = version.artifacts.create(
        name=name, role=role, sha256=stored.sha256, size=stored.size, uploaded_by_id=actor.account_id
    )
    involve(_person(actor), Part.UPLOADER, version.pk)
    _record(Action.ARTIFACT_UPLOADED, version, actor, after={"role": role}, file=(name, stored))
    return artifact


@transaction.atomic
def add_evidence(
    version_id: UUID,
    *,
    name: str,
    kind: str,
    stored: Stored,
    columns: Mapping[str, str],
    actor: Actor,
) -> Evidence:
    """Adds a stored file as evidence to a draft. The same file again is no change.

    Raises:
        WrongState, Duplicate, Invalid, NotAllowed: as for `add_artifact`; one scored file a version.
    """
    version = _lock_draft(version_id, actor)
    _refuse_bad_file_name(name)
    if kind not in Evidence.Kind.values:
        raise Invalid(_("The kind is one of {kinds}.").format(kinds=Evidence.Kind.values), field="kind")
    if (same := _same_file(version.evidence.filter(name=name).first(), stored)) is not None:
        return same
    _refuse_second_scored(version, kind)
    evidence = version.evidence.create(
        name=name,
        kind=kind,
        sha256=stored.sha256,
        size=stored.size,
        columns=dict(columns),
        uploaded_by_id=actor.account_id,
    )
    involve(_person(actor), Part.UPLOADER, version.pk)
    _record(Action.EVIDENCE_UPLOADED, version, actor, after={"kind": kind}, file=(name, stored))
    return evidence


def _refuse_second_scored(version: ModelVersion, kind: str) -> None:
    scored = Evidence.Kind.SCORED_DATA
    if kind == scored and version.evidence.filter(kind=scored).exists():
        raise Duplicate(
            _("This version has its scored data already."),
            remedy=_("Create a new version to send other data."),
            field="kind",
        )


def _lock_draft(version_id: UUID, actor: Actor) -> ModelVersion:
    version_by_id(actor, version_id)
    version = (
        ModelVersion.objects.select_for_update(of=("self",))
        .select_related("model__portfolio")
        .get(pk=version_id)
    )
    require(actor, Permission.VERSION_CREATE, version)
    require_separate(actor, Part.UPLOADER, version.pk)
    if version.state != State.DRAFT.value:
        raise WrongState(
            _("Version {number} is {state}; files can only be added to a draft.").format(
                number=version.number, state=version.state
            ),
            remedy=_("Create a new version."),
        )
    return version


def _refuse_bad_file_name(name: str) -> None:
    bad = not name or len(name) > LONGEST_NAME or name.startswith(".")
    if bad or any(c in "/\\" or not c.isprintable() for c in name):
        raise Invalid(
            _("“{name}” is not a file name.").format(name=name[:LONGEST_NAME]),
            remedy=_("Use a plain name without folders."),
            field="name",
        )


def _same_file(existing: Any, stored: Stored) -> Any:
    if existing is None or existing.sha256 == stored.sha256:
        return existing
    raise Duplicate(
        _("Another file is there under the name {name}.").format(name=existing.name),
        remedy=_("Use another name; what was uploaded is never replaced."),
        field="name",
    )


@transaction.atomic
def raise_finding(  # noqa: PLR0913 - a finding has these parts
    version_id: UUID,
    *,
    severity: str,
    title: str,
    text: str = "",
    required: bool = True,
    due_on: date | None = None,
    actor: Actor,
) -> Finding:
    """Raises an objection against a version under validation.

    Raises:
        NotAllowed: not a validator here, or took part in building it. Invalid: no title.
    """
    version = _lock(version_id, actor)
    require(actor, Permission.FINDING_RAISE, version)
    require_separate(actor, Part.VALIDATOR, version.pk)
    if not title.strip() or severity not in Finding.Severity.values:
        raise Invalid(_("A finding needs a title and a severity."), field="title")
    if version.state not in {State.SUBMITTED.value, State.VALIDATED.value}:
        raise WrongState(_("Findings are raised while a version is under review."))
    highest = version.findings.aggregate(highest=Max("number"))["highest"] or 0
    finding = version.findings.create(
        number=highest + 1,
        severity=severity,
        title=title,
        text=text,
        required=required,
        due_on=due_on,
        raised_by_id=actor.person_id,
    )
    _record_finding(Action.FINDING_RAISED, finding, actor)
    return finding


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
    _record_finding(Action.FINDING_ANSWERED, finding, actor)
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
    return finding


def _lock(version_id: UUID, actor: Actor) -> ModelVersion:
    version_by_id(actor, version_id)
    rows = ModelVersion.objects.select_for_update(of=("self",))
    return rows.select_related("model__portfolio").get(pk=version_id)


def _lock_finding(finding_id: UUID, actor: Actor) -> Finding:
    seen = visible_to(actor, Finding.objects.filter(pk=finding_id)).first()
    if seen is None:
        raise NotFound(_("There is no such finding that you can see."))
    _lock(seen.version_id, actor)
    return Finding.objects.select_related("version__model__portfolio").get(pk=finding_id)


def _record_finding(action: Action, finding: Finding, actor: Actor) -> None:
    _record(
        action,
        finding.version,
        actor,
        after={
            "finding": finding.number,
            "severity": finding.severity,
            "required": finding.required,
            "state": finding.state,
        },
        personal={"title": finding.title, "text": finding.text, "answer": finding.answer},
    )


def _record(  # noqa: PLR0913 - what an entry of a version holds
    action: Action,
    version: ModelVersion,
    actor: Actor,
    *,
    after: Mapping[str, Any],
    file: tuple[str, Stored] | None = None,
    personal: Mapping[str, str] | None = None,
) -> None:
    evidence = [EvidenceRef(file[0], file[1].sha256, file[1].size)] if file else []
    record(
        action,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        after=after,
        personal={key: value for key, value in (personal or {}).items() if value},
        evidence=evidence,
    )


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise Invalid(_("Only a person, or a service with an owner, can do this."))
    return actor.person_id
