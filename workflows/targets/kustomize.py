"""A base that knows only the model's name, and an overlay with the version. Pure.

Text is built line by line, and every value that comes from a person is written as a double-quoted
YAML scalar, so that no name can become structure. Shape of a Kustomize overlay: Kubernetes' own
documentation of `kustomization.yaml`. Shape of the service: KServe, `serving.kserve.io/v1beta1`,
`InferenceService`, `spec.predictor.model`; its annotation `serving.kserve.io/stop` ends serving.
"""

from governance.errors import Invalid
from governance.sentences import sentence as _
from workflows.targets.rendered import RenderedFile, TargetFacts, VersionFacts
from workflows.targets.scalars import kubernetes_name, label_value, scalar


def kustomize_kserve(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """A base that knows only the model's name, and an overlay that holds the version.

    So a promotion to one target never changes the files that another target reads.
    """
    overlay = f"{folder}/overlays/{target.name}"
    name = kubernetes_name(version.model)
    return (
        RenderedFile(f"{folder}/base/inferenceservice.yaml", _base_service(name, version.model)),
        RenderedFile(
            f"{folder}/base/kustomization.yaml", _kustomization(["inferenceservice.yaml"])
        ),
        RenderedFile(f"{overlay}/kustomization.yaml", _overlay_kustomization()),
        RenderedFile(f"{overlay}/version.yaml", _version_patch(name, version, target)),
    )


def kustomize_deployment(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """A plain Deployment: the version's own image serves the artefact that its environment names.

    Shape: Kubernetes' apps/v1 Deployment. Stopped means no replica.

    Raises:
        Invalid: The version names no image that could run.
    """
    if not version.image:
        raise Invalid(
            _(
                "Version {number} of {model} names no image for a Deployment to run.",
                number=version.number,
                model=version.model,
            ),
            remedy=_("Submit a version with an image, or give the target another flavour."),
            field="image",
        )
    overlay = f"{folder}/overlays/{target.name}"
    name = kubernetes_name(version.model)
    return (
        RenderedFile(f"{folder}/base/deployment.yaml", _base_deployment(name, version.model)),
        RenderedFile(f"{folder}/base/kustomization.yaml", _kustomization(["deployment.yaml"])),
        RenderedFile(f"{overlay}/kustomization.yaml", _overlay_kustomization()),
        RenderedFile(f"{overlay}/version.yaml", _deployment_patch(name, version, target)),
    )


def _kustomization(resources: list[str]) -> str:
    lines = ["apiVersion: kustomize.config.k8s.io/v1beta1", "kind: Kustomization", "resources:"]
    return _text([*lines, *(f"  - {resource}" for resource in resources)])


def _overlay_kustomization() -> str:
    return _kustomization(["../../base"]) + _text(["patches:", "  - path: version.yaml"])


def _service_head(name: str) -> list[str]:
    return [
        "apiVersion: serving.kserve.io/v1beta1",
        "kind: InferenceService",
        "metadata:",
        f"  name: {name}",
    ]


def _base_service(name: str, model: str) -> str:
    return _text(
        [
            *_service_head(name),
            "  labels:",
            "    app.kubernetes.io/managed-by: foureyes",
            f"    foureyes.model: {scalar(label_value(model))}",
            "spec:",
            "  predictor: {}",
        ]
    )


def _version_patch(name: str, version: VersionFacts, target: TargetFacts) -> str:
    return _text(
        [
            *_service_head(name),
            *_marks(version, target),
            *(['    serving.kserve.io/stop: "true"'] if target.stopped else []),
            "spec:",
            "  predictor:",
            "    model:",
            "      modelFormat:",
            f"        name: {scalar(version.model_format)}",
            f"      storageUri: {scalar(version.storage_uri)}",
            *([f"      image: {scalar(version.image)}"] if version.image else []),
        ]
    )


def _deployment_head(name: str) -> list[str]:
    return ["apiVersion: apps/v1", "kind: Deployment", "metadata:", f"  name: {name}"]


def _base_deployment(name: str, model: str) -> str:
    return _text(
        [
            *_deployment_head(name),
            "  labels:",
            "    app.kubernetes.io/managed-by: foureyes",
            f"    foureyes.model: {scalar(label_value(model))}",
            "spec:",
            "  selector:",
            "    matchLabels:",
            f"      app.kubernetes.io/name: {name}",
            "  template:",
            "    metadata:",
            "      labels:",
            f"        app.kubernetes.io/name: {name}",
            "    spec:",
            "      containers:",
            "        - name: model",
            "          image: set-by-the-overlay",
        ]
    )


def _deployment_patch(name: str, version: VersionFacts, target: TargetFacts) -> str:
    return _text(
        [
            *_deployment_head(name),
            *_marks(version, target),
            "spec:",
            *(["  replicas: 0"] if target.stopped else []),
            "  template:",
            "    spec:",
            "      containers:",
            "        - name: model",
            f"          image: {scalar(version.image or '')}",
            "          env:",
            "            - name: FOUREYES_STORAGE_URI",
            f"              value: {scalar(version.storage_uri)}",
        ]
    )


def _marks(version: VersionFacts, target: TargetFacts) -> list[str]:
    """Which version of what this is, for people and for admission rules."""
    return [
        "  labels:",
        f"    foureyes.version: {scalar(f'v{version.number}')}",
        f"    foureyes.target: {scalar(label_value(target.name))}",
        "  annotations:",
        *(f"    foureyes.{key}: {scalar(value)}" for key, value in annotations(version)),
    ]


def annotations(version: VersionFacts) -> list[tuple[str, str]]:
    """Name and value of what a manifest says about its version, without our prefix."""
    artifacts = sorted(version.artifacts, key=lambda artifact: artifact.name)
    digests = [f"{artifact.name}@sha256:{artifact.sha256}" for artifact in artifacts]
    return [
        ("artifact-digests", " ".join(digests)),
        ("label", version.label),
        ("model", version.model),
        ("portfolio", version.portfolio),
        ("tier", str(version.tier)),
        ("version-id", version.version_id),
    ]


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
