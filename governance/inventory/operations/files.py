"""Files that come with a draft: artefacts and evidence. What was uploaded is never replaced."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.operations import involve
from governance.access.permissions import Permission
from governance.access.queries import person_of, require, require_separate
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.errors import Duplicate, Invalid, WrongState
from governance.inventory.models import Artifact, Evidence, ModelVersion
from governance.inventory.operations.versions import lock_version, record_about
from governance.inventory.states import IN_WORDS, State
from governance.inventory.storage import Stored

LONGEST_NAME = 200
F = TypeVar("F", Artifact, Evidence)


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
        roles = ", ".join(Artifact.Role.values)
        raise Invalid(_("The role is one of {roles}.").format(roles=roles), field="role")
    if (same := _same_file(version.artifacts.filter(name=name).first(), stored)) is not None:
        return same
    artifact = version.artifacts.create(
        name=name,
        role=role,
        sha256=stored.sha256,
        size=stored.size,
        uploaded_by_id=actor.account_id,
    )
    involve(person_of(actor), Part.UPLOADER, version.pk)
    record_about(
        Action.ARTIFACT_UPLOADED, version, actor, after={"role": role}, file=(name, stored)
    )
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
        WrongState, Duplicate, Invalid, NotAllowed: as for `add_artifact`; one scored file.
    """
    version = _lock_draft(version_id, actor)
    _refuse_bad_file_name(name)
    if kind not in Evidence.Kind.values:
        kinds = ", ".join(Evidence.Kind.values)
        raise Invalid(_("The kind is one of {kinds}.").format(kinds=kinds), field="kind")
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
    involve(person_of(actor), Part.UPLOADER, version.pk)
    record_about(
        Action.EVIDENCE_UPLOADED, version, actor, after={"kind": kind}, file=(name, stored)
    )
    return evidence


def _refuse_second_scored(version: ModelVersion, kind: str) -> None:
    scored = Evidence.Kind.SCORED_DATA
    if kind == scored and version.evidence.filter(kind=scored).exists():
        raise Duplicate(
            _("This version has its scored data already."),
            remedy=_("Create a new version to send other data."),
            field="kind",
        )


def refuse_upload(version: ModelVersion, actor: Actor) -> None:
    """Says no before a file is sent; the same is asked again under the lock.

    Raises:
        NotAllowed: not the actor's to add to. WrongState: the version is no draft any more.
    """
    require(actor, Permission.VERSION_CREATE, version)
    require_separate(actor, Part.UPLOADER, version.pk)
    if version.state != State.DRAFT.value:
        raise WrongState(
            _("Version {number} is {state}; files can only be added to a draft.").format(
                number=version.number, state=IN_WORDS[version.state]
            ),
            remedy=_("Create a new version."),
        )


def _lock_draft(version_id: UUID, actor: Actor) -> ModelVersion:
    version = lock_version(version_id, actor)
    refuse_upload(version, actor)
    return version


def _refuse_bad_file_name(name: str) -> None:
    bad = not name or len(name) > LONGEST_NAME or name.startswith(".")
    if bad or any(c in "/\\" or not c.isprintable() for c in name):
        raise Invalid(
            _("“{name}” is not a file name.").format(name=name[:LONGEST_NAME]),
            remedy=_("Use a plain name without folders."),
            field="name",
        )


def _same_file(existing: F | None, stored: Stored) -> F | None:
    if existing is None or existing.sha256 == stored.sha256:
        return existing
    raise Duplicate(
        _("Another file is there under the name {name}.").format(name=existing.name),
        remedy=_("Use another name; what was uploaded is never replaced."),
        field="name",
    )
