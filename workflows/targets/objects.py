"""A KServe service and a Deployment as lines of YAML, whole or in parts. Pure.

Text is built line by line, and every value that comes from a person is written as a double-quoted
YAML scalar, so that no name can become structure. Shape of the service: KServe,
`serving.kserve.io/v1beta1`, `InferenceService`, `spec.predictor.model`; its annotation
`serving.kserve.io/stop` ends serving. Shape of the Deployment: Kubernetes' apps/v1; stopped means
no replica.
"""

from governance.errors import Invalid
from governance.sentences import sentence as _
from workflows.targets.rendered import TargetFacts, VersionFacts
from workflows.targets.scalars import kubernetes_name, label_value, scalar


def service(version: VersionFacts, target: TargetFacts) -> str:
    """The whole service of one version."""
    labels = _model_labels(version.model)
    return text_of([*_service_head(version.model), *_service_of(version, target, labels)])


def service_base(model: str) -> str:
    """What all versions of a service share: its name."""
    head = [*_service_head(model), "  labels:", *_model_labels(model)]
    return text_of([*head, "spec:", "  predictor: {}"])


def service_patch(version: VersionFacts, target: TargetFacts) -> str:
    """What one version adds to the base of its service."""
    return text_of([*_service_head(version.model), *_service_of(version, target)])


def deployment(version: VersionFacts, target: TargetFacts) -> str:
    """The whole Deployment of one version.

    Raises:
        Invalid: The version names no image that could run.
    """
    name = kubernetes_name(version.model)
    return text_of(
        [
            *_deployment_head(version.model),
            *_marks(version, target, _model_labels(version.model)),
            "spec:",
            *_replicas(target),
            *_pods_named(name),
            "    spec:",
            "      containers:",
            "        - name: model",
            *_container_of(version),
        ]
    )


def deployment_base(model: str) -> str:
    """What all versions of a Deployment share: its name, and which pods are its own."""
    return text_of(
        [
            *_deployment_head(model),
            "  labels:",
            *_model_labels(model),
            "spec:",
            *_pods_named(kubernetes_name(model)),
            "    spec:",
            "      containers:",
            "        - name: model",
            "          image: set-by-the-overlay",
        ]
    )


def deployment_patch(version: VersionFacts, target: TargetFacts) -> str:
    """What one version adds to the base of its Deployment.

    Raises:
        Invalid: The version names no image that could run.
    """
    return text_of(
        [
            *_deployment_head(version.model),
            *_marks(version, target),
            "spec:",
            *_replicas(target),
            "  template:",
            "    spec:",
            "      containers:",
            "        - name: model",
            *_container_of(version),
        ]
    )


def deployment_marks(name: str, version: VersionFacts, target: TargetFacts) -> str:
    """What one version adds to a Deployment of others: its marks, and that it is stopped.

    The pods learn from an annotation where the artefact lies: their containers are not ours.
    """
    return text_of(
        [
            *_head_named(name),
            *_marks(version, target),
            "spec:",
            *_replicas(target),
            "  template:",
            "    metadata:",
            "      annotations:",
            f"        foureyes.storage-uri: {scalar(version.storage_uri)}",
        ]
    )


def image_of(version: VersionFacts) -> str:
    """The image that a Deployment runs.

    Raises:
        Invalid: The version names none.
    """
    if version.image:
        return version.image
    raise Invalid(
        _(
            "Version {number} of {model} names no image for a Deployment to run.",
            number=version.number,
            model=version.model,
        ),
        remedy=_("Submit a version with an image, or give the target another flavour."),
        field="image",
    )


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


def text_of(lines: list[str]) -> str:
    """Lines as a file has them."""
    return "\n".join(lines) + "\n"


def _service_head(model: str) -> list[str]:
    return [
        "apiVersion: serving.kserve.io/v1beta1",
        "kind: InferenceService",
        "metadata:",
        f"  name: {kubernetes_name(model)}",
    ]


def _service_of(
    version: VersionFacts, target: TargetFacts, labels: list[str] | None = None
) -> list[str]:
    return [
        *_marks(version, target, labels),
        *(['    serving.kserve.io/stop: "true"'] if target.stopped else []),
        "spec:",
        "  predictor:",
        "    model:",
        "      modelFormat:",
        f"        name: {scalar(version.model_format)}",
        f"      storageUri: {scalar(version.storage_uri)}",
        *([f"      image: {scalar(version.image)}"] if version.image else []),
    ]


def _deployment_head(model: str) -> list[str]:
    return _head_named(kubernetes_name(model))


def _head_named(name: str) -> list[str]:
    return ["apiVersion: apps/v1", "kind: Deployment", "metadata:", f"  name: {name}"]


def _replicas(target: TargetFacts) -> list[str]:
    return ["  replicas: 0"] if target.stopped else []


def _pods_named(name: str) -> list[str]:
    return [
        "  selector:",
        "    matchLabels:",
        f"      app.kubernetes.io/name: {name}",
        "  template:",
        "    metadata:",
        "      labels:",
        f"        app.kubernetes.io/name: {name}",
    ]


def _container_of(version: VersionFacts) -> list[str]:
    return [
        f"          image: {scalar(image_of(version))}",
        "          env:",
        "            - name: FOUREYES_STORAGE_URI",
        f"              value: {scalar(version.storage_uri)}",
    ]


def _model_labels(model: str) -> list[str]:
    return [
        "    app.kubernetes.io/managed-by: foureyes",
        f"    foureyes.model: {scalar(label_value(model))}",
    ]


def _marks(
    version: VersionFacts, target: TargetFacts, labels: list[str] | None = None
) -> list[str]:
    """Which version of what this is, for people and for admission rules."""
    return [
        "  labels:",
        *(labels or []),
        f"    foureyes.version: {scalar(f'v{version.number}')}",
        f"    foureyes.target: {scalar(label_value(target.name))}",
        "  annotations:",
        *(f"    foureyes.{key}: {scalar(value)}" for key, value in annotations(version)),
    ]
