"""Drafts: starting one, and what every write to a version does alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import rfc8785
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from governance.access.operations import involve
from governance.access.permissions import Permission
from governance.access.queries import person_of, require
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.lines import EvidenceRef
from governance.audit.operations import record
from governance.audit.writing import Recorded
from governance.errors import Invalid
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.queries import version_by_id, versions_of
from governance.inventory.storage import Stored


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What a developer says of a new version.

    `retrained_from` is the number of the version of the same model that was trained anew.
    """

    label: str = ""
    summary: str = ""
    change_note: str = ""
    image: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    input_schema: Sequence[Mapping[str, str]] = ()
    retrained_from: int | None = None


@transaction.atomic
def create_version(model: RegisteredModel, facts: VersionFacts, *, actor: Actor) -> ModelVersion:
    """Starts a draft of the next version; its author can never validate, approve or merge it.

    Raises:
        NotAllowed: the actor may not create versions of this model. Invalid: parameters or
        schema have no canonical form, so nobody could sign them later; or the actor sees no such
        version that it was retrained from.
    """
    model = RegisteredModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    require(actor, Permission.VERSION_CREATE, model)
    _refuse_unsignable("parameters", dict(facts.parameters))
    _refuse_unsignable("input_schema", [dict(column) for column in facts.input_schema])
    original = _original(model, facts.retrained_from, actor)
    highest = model.versions.aggregate(highest=Max("number"))["highest"] or 0
    version: ModelVersion = ModelVersion.objects.create(
        model=model,
        number=highest + 1,
        label=facts.label,
        summary=facts.summary,
        change_note=facts.change_note,
        image=facts.image,
        parameters=dict(facts.parameters),
        input_schema=[dict(column) for column in facts.input_schema],
        retrained_from=original,
        created_by_id=person_of(actor),
    )
    involve(person_of(actor), Part.AUTHOR, version.pk)
    record_about(Action.VERSION_CREATED, version, actor, after=_facts(version))
    return version


def _refuse_unsignable(field: str, value: object) -> None:
    """What a decision binds to is written in RFC 8785, which not every number fits into."""
    try:
        rfc8785.dumps(value)  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError as error:
        raise Invalid(
            _("{field} cannot be signed as it is: {error}.").format(field=field, error=error),
            remedy=_("Send numbers beyond 2^53, NaN and infinity as text."),
            field=field,
        ) from error


def _original(model: RegisteredModel, number: int | None, actor: Actor) -> ModelVersion | None:
    if number is None:
        return None
    found: ModelVersion | None = versions_of(actor, model).filter(number=number).first()
    if found is None:
        raise Invalid(
            _("There is no version {number} of {name} that you can see.").format(
                number=number, name=model.name
            ),
            remedy=_("Name the version of this model that was retrained by its number, or none."),
            field="retrained_from",
        )
    return found


def _facts(version: ModelVersion) -> dict[str, Any]:
    facts = {"model": version.model.name, "number": version.number, "label": version.label}
    original = version.retrained_from
    return facts | ({"retrained_from": original.number} if original else {})


def lock_version(version_id: UUID, actor: Actor) -> ModelVersion:
    """Re-reads a version under its lock, if the actor may see it."""
    version_by_id(actor, version_id)
    rows = ModelVersion.objects.select_for_update(of=("self",))
    version: ModelVersion = rows.select_related("model__portfolio").get(pk=version_id)
    return version


def record_about(
    action: Action,
    version: ModelVersion,
    actor: Actor,
    *,
    after: Mapping[str, Any],
    file: tuple[str, Stored] | None = None,
    personal: Mapping[str, str] | None = None,
) -> Recorded:
    """Writes an entry about a version; empty personal values are left out."""
    evidence = [EvidenceRef(file[0], file[1].sha256, file[1].size)] if file else []
    return record(
        action,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        after=after,
        personal={key: value for key, value in (personal or {}).items() if value},
        evidence=evidence,
    )
