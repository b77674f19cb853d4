"""The route of a model, and what would stand at each target of it."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import rfc8785
from django.db.models import Q

from governance.errors import Conflict, Invalid
from governance.inventory.models import Artifact, ModelVersion, RegisteredModel
from governance.inventory.queries import artifacts_of
from governance.reading import ReadEach, read_once
from governance.sentences import sentence as _
from workflows.targets.contents import rest_of
from workflows.targets.manifests import render
from workflows.targets.models import (
    Flavour,
    ForgeConnection,
    Promotion,
    PromotionKind,
    Target,
)
from workflows.targets.paths import folder_of
from workflows.targets.queries.promotions import standing_in
from workflows.targets.rendered import (
    ArtifactFacts,
    RenderedFile,
    TargetFacts,
    VersionFacts,
    content_digest,
    of_plain,
)

# Where KServe's name of a format is not the file's ending.
FORMATS = {"ubj": "xgboost", "bst": "xgboost", "txt": "lightgbm"}


def route_for(model: RegisteredModel) -> list[Target]:
    """Return the active targets of a model in their order; those of all portfolios count too."""
    return route_through(model.portfolio_id)


@ReadEach
def route_through(portfolio_ids: Collection[UUID]) -> dict[UUID, list[Target]]:
    """The same for every model of a portfolio."""
    mine = Q(portfolio__in=portfolio_ids) | Q(portfolio__isnull=True)
    rows = list(Target.objects.filter(mine, active=True).order_by("position", "name"))
    return {
        each: [row for row in rows if row.portfolio_id in {each, None}] for each in portfolio_ids
    }


def targets_of(version: ModelVersion, kind: str) -> list[Target]:
    """Return the route, or for what ends something the targets where the version stands.

    Raises:
        Conflict: There is none.
    """
    route = route_for(version.model)
    if kind in {PromotionKind.SUSPEND, PromotionKind.RETIRE}:
        route = [
            row.target for row in standing_in(version.model_id) if row.version_id == version.pk
        ]
        if not route:
            raise Conflict(
                _("Version {number} stands at no target.", number=version.number),
                remedy=_("Look at the deployments: another one may stand in its place."),
            )
    if not route:
        raise Conflict(
            _("No target waits for versions of {model}.", model=version.model.title),
            remedy=_("An administrator can add a target for its portfolio."),
        )
    return route


@read_once
def approved_content(
    version: ModelVersion, target: Target, kind: str = PromotionKind.DEPLOY
) -> tuple[RenderedFile, ...]:
    """Return the exact files that a promotion of this version would put at this target.

    Suspended, the model stands there and takes no request. Retired, its files are gone, but for
    those that another target of the same folder still reads.

    Raises:
        Invalid: A setting of the target, or the version's artefacts, cannot give files.
    """
    facts = target_facts(target)
    if kind == PromotionKind.SUSPEND:
        facts = replace(facts, stopped=True)
    files = render(version_facts(version), facts)
    return _removal(version, target, files) if kind == PromotionKind.RETIRE else files


def left_over(
    version: ModelVersion, target: Target, files: Iterable[RenderedFile]
) -> tuple[RenderedFile, ...]:
    """Return how that goes which the promotion before put there, and these files no longer have.

    Whole files, unless another target of the same folder reads them, and places of ours in files of
    others. What an even earlier one left went with the one before.
    """
    merged = Promotion.objects.filter(target=target.pk, version__model=version.model_id)
    merged = merged.filter(state__in=["merged", "deployed", "superseded"]).exclude(merge_commit="")
    before = merged.order_by("-created_at", "-pk").first()
    if before is None:
        return ()
    follows = {file.path: file for file in files}
    rests = [rest for file in content_of(before) if (rest := rest_of(file, follows.get(file.path)))]
    kept = _read_by_others(version, target) if rests else set()
    return tuple(rest for rest in rests if rest.fields or rest.path not in kept)


def _read_by_others(version: ModelVersion, target: Target) -> set[str]:
    """Paths of what stands of the model at other targets of the same branch."""
    others = [
        row
        for row in standing_in(version.model_id)
        if row.target_id != target.pk and _same_branch(row.target, target)
    ]
    return {file["path"] for row in others for file in row.approved_content}


def _removal(
    version: ModelVersion, target: Target, files: tuple[RenderedFile, ...]
) -> tuple[RenderedFile, ...]:
    kept = _read_by_others(version, target)
    return tuple(
        RenderedFile(file.path, None, file.fields and dict.fromkeys(file.fields))
        for file in files
        if file.path not in kept or file.fields
    )


def _same_branch(one: Target, other: Target) -> bool:
    names = ("forge", "repository", "base_branch")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def content_of(promotion: Promotion) -> tuple[RenderedFile, ...]:
    """Return the approved files of a promotion as they were written down."""
    return tuple(of_plain(file) for file in promotion.approved_content)


def route_facts(version: ModelVersion) -> list[dict[str, Any]]:
    """Return what a decision binds to about the route, in its order, as plain JSON.

    Raises:
        Invalid: As `approved_content`.
    """
    return [_one_of_route(version, target) for target in route_for(version.model)]


def settings_revision(target: Target) -> str:
    """Return 16 hexadecimal digits over every setting of the target that changes what happens."""
    settings: dict[str, str | int | bool] = {
        "base_branch": target.base_branch,
        "environment": target.environment,
        "flavour": target.flavour,
        "forge": target.forge,
        "health_required": target.health_required,
        "name": target.name,
        "path": target.path,
        "position": target.position,
        "repository": target.repository,
        "soak_s": target.soak_s,
        **({"values_key": target.values_key} if target.flavour == Flavour.HELM_VALUES else {}),
        # Only where they are said: what was approved before they could be keeps its digest.
        **(_names_there(target) if target.flavour == Flavour.OVERLAY_DEPLOYMENT else {}),
    }
    return hashlib.sha256(rfc8785.dumps(settings)).hexdigest()[:16]


def _names_there(target: Target) -> dict[str, str]:
    names = {"deployment": target.deployment, "image_there": target.image_there}
    return {key: name for key, name in names.items() if name}


def host_of(target: Target) -> str:
    """Return the host that jobs for this target talk to; empty for the embedded forge.

    Jobs of one host wait together while it does not answer.
    """
    row = ForgeConnection.objects.filter(name=target.forge).only("base_url").first()
    return (urlsplit(row.base_url).hostname or "") if row else ""


def application_of(promotion: Promotion) -> str:
    """Return what the promotion is called in Argo CD or Flux; empty where no name was told."""
    name = promotion.version.model.name
    return promotion.target.application.format(model=name, target=promotion.target.name)


def version_facts(version: ModelVersion) -> VersionFacts:
    """Return what a manifest says about a version.

    Raises:
        Invalid: No artefact of the version is the model itself.
    """
    artifacts = artifacts_of(version.pk)
    primary = _primary(version, artifacts)
    ending = PurePosixPath(primary.name).suffix.lstrip(".").lower()
    model = version.model
    return VersionFacts(
        version_id=str(version.pk),
        model=model.name,
        number=version.number,
        label=version.label,
        artifacts=tuple(ArtifactFacts(a.name, a.role, a.sha256) for a in artifacts),
        storage_uri=(
            f"foureyes://{model.name}/v{version.number}/"
            f"{quote(primary.name)}@sha256:{primary.sha256}"
        ),
        model_format=FORMATS.get(ending, ending or "unknown"),
        image=version.image or None,
        tier=model.tier,
        portfolio=model.portfolio.name,
    )


def target_facts(target: Target) -> TargetFacts:
    """Return what a manifest needs of a target."""
    return TargetFacts(
        name=target.name,
        environment=target.environment,
        path=target.path,
        flavour=target.flavour,
        values_key=target.values_key,
        deployment=target.deployment,
        image_there=target.image_there,
    )


def _one_of_route(version: ModelVersion, target: Target) -> dict[str, Any]:
    files = approved_content(version, target)
    words = {
        "model": version.model.name,
        "target": target.name,
        "environment": target.environment,
        "portfolio": version.model.portfolio.name,
    }
    return {
        "target": target.name,
        "repository": f"{target.forge}:{target.repository}",
        "branch": target.base_branch,
        "path": folder_of(target.path, words),
        "revision": settings_revision(target),
        "content_sha256": content_digest(files),
    }


def _primary(version: ModelVersion, artifacts: Iterable[Artifact]) -> Artifact:
    models = [artifact for artifact in artifacts if artifact.role == Artifact.Role.MODEL]
    if not models:
        raise Invalid(
            _(
                "Version {number} of {model} has no artefact to deploy.",
                number=version.number,
                model=version.model.name,
            ),
            remedy=_("Upload the model file with the role “model” and submit the version again."),
            field="artifacts",
        )
    return models[0]
