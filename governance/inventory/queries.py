"""Reads of the inventory, always narrowed to what the actor may see."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.models import (
    Artifact,
    Evidence,
    Finding,
    ModelVersion,
    RegisteredModel,
)
from governance.inventory.states import State
from governance.reading import ReadEach, gathered, last_of


def models_for(
    actor: Actor, *, words: str = "", tier: str = "", portfolio: str = "", state: str = ""
) -> QuerySet[RegisteredModel]:
    """The inventory as the actor may see it, filtered; `state` is that of the newest version."""
    rows = visible_to(actor, RegisteredModel.objects.select_related("portfolio", "owner"))
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(name__icontains=words))
    if tier:
        rows = rows.filter(tier=tier)
    if portfolio:
        rows = rows.filter(portfolio__name=portfolio)
    return rows.filter(Exists(_newest_in(state))) if state else rows


def _newest_in(state: str) -> QuerySet[ModelVersion]:
    """The version of an outer model that is in a state and that no newer one follows."""
    newer = ModelVersion.objects.filter(model=OuterRef("model"), number__gt=OuterRef("number"))
    rows: QuerySet[ModelVersion] = ModelVersion.objects.filter(model=OuterRef("pk"), state=state)
    return rows.filter(~Exists(newer))


def model_named(actor: Actor, name: str) -> RegisteredModel:
    """One model by name.

    Raises:
        NotFound: there is none, or it is not the actor's to see: both sound the same.
    """
    found = models_for(actor).filter(name=name).first()
    if found is None:
        raise NotFound(
            _("There is no model {name} that you can see.").format(name=name),
            remedy=_("Check the name in the inventory."),
            field="name",
        )
    return found


def version_numbered(actor: Actor, name: str, number: int) -> ModelVersion:
    """One version by its model's name and its number.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    rows = visible_to(actor, _versions()).filter(model__name=name, number=number)
    if (version := rows.first()) is None:
        raise NotFound(
            _("There is no version {number} of {name} that you can see.").format(
                number=number, name=name
            ),
            remedy=_("Check the name in the inventory."),
        )
    return version


def version_by_id(actor: Actor, version_id: UUID) -> ModelVersion:
    """One version by its id.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    if (version := visible_to(actor, _versions()).filter(pk=version_id).first()) is None:
        raise NotFound(_("There is no such version that you can see."))
    return version


def _versions() -> QuerySet[ModelVersion]:
    rows: QuerySet[ModelVersion] = ModelVersion.objects.select_related(
        "model__portfolio", "model__owner", "created_by", "submitted_by"
    )
    return rows


def versions_of(actor: Actor, model: RegisteredModel) -> QuerySet[ModelVersion]:
    """All versions of a model, newest first."""
    return visible_to(actor, _versions()).filter(model=model)


@ReadEach
def champion_of(model_ids: Collection[UUID]) -> dict[UUID, ModelVersion | None]:
    """The version that is live for a model."""
    rows = _versions().filter(model__in=model_ids, state=State.DEPLOYED.value)
    return last_of(model_ids, ((row.model_id, row) for row in rows))


def champions_of(model_ids: list[UUID]) -> dict[UUID, ModelVersion]:
    """The live versions of many models at once, by model."""
    rows = ModelVersion.objects.filter(model__in=model_ids, state=State.DEPLOYED.value)
    return {version.model_id: version for version in rows}


def newest_of(model_ids: list[UUID]) -> dict[UUID, ModelVersion]:
    """The newest versions of many models at once, by model."""
    newest = (
        ModelVersion.objects.filter(model=OuterRef("model"))
        .values("model")
        .annotate(number=Max("number"))
        .values("number")
    )
    rows = ModelVersion.objects.filter(model__in=model_ids, number=Subquery(newest))
    return {version.model_id: version for version in rows}


@ReadEach
def artifacts_of(version_ids: Collection[UUID]) -> dict[UUID, list[Artifact]]:
    """The files of a version, in a stable order."""
    rows = Artifact.objects.filter(version__in=version_ids).order_by("name")
    return gathered(version_ids, ((row.version_id, row) for row in rows))


@ReadEach
def evidence_of(version_ids: Collection[UUID]) -> dict[UUID, list[Evidence]]:
    """What a decision on this version rests on, in a stable order."""
    rows = Evidence.objects.filter(version__in=version_ids).order_by("name")
    return gathered(version_ids, ((row.version_id, row) for row in rows))


@ReadEach
def evidence_since(version_ids: Collection[UUID]) -> dict[UUID, dict[UUID, datetime]]:
    """When each piece of evidence of a version was first uploaded for its model, by its id.

    The same bytes are as old as they were: uploading them again makes nothing newer.
    """
    theirs = evidence_of.of(version_ids)
    same = Evidence.objects.filter(
        version__model__versions__in=version_ids,
        sha256__in={row.sha256 for rows in theirs.values() for row in rows},
    )
    of_model = same.values_list("version__model__versions", "sha256").order_by()
    first = {(pk, sha): at for pk, sha, at in of_model.annotate(Min("uploaded_at"))}
    return {
        pk: {row.pk: first.get((pk, row.sha256), row.uploaded_at) for row in rows}
        for pk, rows in theirs.items()
    }


def scored_data_of(version_id: UUID) -> Evidence | None:
    """The version's scored table, if it came with one."""
    return Evidence.objects.filter(version=version_id, kind=Evidence.Kind.SCORED_DATA).first()


def columns_remembered(model_id: UUID) -> dict[str, str]:
    """Which columns held what in the model's newest scored table; {} before the first one."""
    rows = Evidence.objects.filter(version__model=model_id, kind=Evidence.Kind.SCORED_DATA)
    found: dict[str, str] = (
        rows.order_by("-uploaded_at").values_list("columns", flat=True).first() or {}
    )
    return found


@ReadEach
def findings_of(version_ids: Collection[UUID]) -> dict[UUID, list[Finding]]:
    """The findings of a version by number."""
    rows = Finding.objects.filter(version__in=version_ids).order_by("number")
    found = rows.select_related("raised_by", "closed_by", "answered_by", "owner")
    return gathered(version_ids, ((row.version_id, row) for row in found))


def files_named(digests: Collection[str]) -> set[str]:
    """Those of these files that an artefact or evidence is, whoever may see it."""
    named: set[str] = set()
    for rows in (Artifact, Evidence):
        named |= set(rows.objects.filter(sha256__in=digests).values_list("sha256", flat=True))
    return named
