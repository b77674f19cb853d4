"""A base that knows only the model's name, and an overlay with the version. Pure.

Shape of a Kustomize overlay: Kubernetes' own documentation of `kustomization.yaml`.
"""

from workflows.targets.objects import (
    deployment_base,
    deployment_patch,
    service_base,
    service_patch,
    text_of,
)
from workflows.targets.rendered import RenderedFile, TargetFacts, VersionFacts


def kustomize_kserve(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """A base that knows only the model's name, and an overlay that holds the version.

    So a promotion to one target never changes the files that another target reads.
    """
    overlay = f"{folder}/overlays/{target.name}"
    return (
        RenderedFile(f"{folder}/base/inferenceservice.yaml", service_base(version.model)),
        RenderedFile(
            f"{folder}/base/kustomization.yaml", _kustomization(["inferenceservice.yaml"])
        ),
        RenderedFile(f"{overlay}/kustomization.yaml", _overlay_kustomization()),
        RenderedFile(f"{overlay}/version.yaml", service_patch(version, target)),
    )


def kustomize_deployment(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """A plain Deployment: the version's own image serves the artefact that its environment names.

    Raises:
        Invalid: The version names no image that could run.
    """
    overlay = f"{folder}/overlays/{target.name}"
    return (
        RenderedFile(f"{folder}/base/deployment.yaml", deployment_base(version.model)),
        RenderedFile(f"{folder}/base/kustomization.yaml", _kustomization(["deployment.yaml"])),
        RenderedFile(f"{overlay}/kustomization.yaml", _overlay_kustomization()),
        RenderedFile(f"{overlay}/version.yaml", deployment_patch(version, target)),
    )


def _kustomization(resources: list[str]) -> str:
    lines = ["apiVersion: kustomize.config.k8s.io/v1beta1", "kind: Kustomization", "resources:"]
    return text_of([*lines, *(f"  - {resource}" for resource in resources)])


def _overlay_kustomization() -> str:
    return _kustomization(["../../base"]) + text_of(["patches:", "  - path: version.yaml"])
