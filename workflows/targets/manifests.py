"""The files that one version would put at one target. Pure: facts in, exact bytes out.

The same facts always give the same bytes, on every machine: these bytes are what approvers sign
(design: approved content). Text is built line by line, and every value that comes from a person is
written as a double-quoted YAML scalar, so that no name can become structure.

Shape of a Kustomize overlay: Kubernetes' own documentation of `kustomization.yaml`. Shape of the
service: KServe, `serving.kserve.io/v1beta1`, `InferenceService`, `spec.predictor.model`.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from governance.errors import Invalid
from workflows.targets.paths import folder_of

NAME_LIMIT = 40  # KServe adds "-predictor-<revision>"; the whole stays under 63 (RFC 1123)
LABEL_LIMIT = 63


@dataclass(frozen=True, slots=True)
class ArtifactFacts:
    """A file of the version; `sha256` is 64 hexadecimal digits."""

    name: str
    role: str
    sha256: str


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What a manifest says about a version. `storage_uri` names the primary artefact by digest."""

    version_id: str
    model: str
    number: int
    label: str
    artifacts: tuple[ArtifactFacts, ...]
    storage_uri: str
    model_format: str
    image: str | None
    tier: int
    portfolio: str


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What a manifest needs of a target. `path` is the template as an administrator wrote it."""

    name: str
    environment: str
    path: str
    flavour: str


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One file: path from the root of the repository, text with a newline at its end."""

    path: str
    text: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the UTF-8 bytes, hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def render(version: VersionFacts, target: TargetFacts) -> tuple[RenderedFile, ...]:
    """Return the files in path order.

    Raises:
        Invalid: The target's path or flavour, or the version's artefacts, cannot give files.
    """
    words = {
        "model": version.model,
        "target": target.name,
        "environment": target.environment,
        "portfolio": version.portfolio,
    }
    folder = folder_of(target.path, words)
    renderer = FLAVOURS.get(target.flavour)
    if renderer is None:
        raise Invalid(
            f"The target {target.name} has the unknown flavour “{target.flavour}”.",
            remedy=f"Choose one of: {', '.join(FLAVOURS)}.",
            field="flavour",
        )
    if not version.artifacts:
        raise Invalid(
            f"Version {version.number} of {version.model} has no artefact to deploy.",
            remedy="Upload the model file and submit the version again.",
            field="artifacts",
        )
    return tuple(sorted(renderer(folder, version, target), key=lambda file: file.path))


def content_digest(files: Iterable[RenderedFile]) -> str:
    """Return the SHA-256 of what `sha256sum` prints for the files in path order.

    So anyone can check it in a clone: `sha256sum FILE... | sha256sum`.
    """
    lines = sorted((file.path, file.sha256) for file in files)
    listing = "".join(f"{sha256}  {path}\n" for path, sha256 in lines)
    return hashlib.sha256(listing.encode()).hexdigest()


# Names and scalars ------------------------------------------------------------------------------
def kubernetes_name(text: str) -> str:
    """Return an RFC 1123 label that starts with a letter; two texts never share one by accident.

    A text that had to change gets eight digits of its own SHA-256 at the end.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    plain = plain if plain[:1].isalpha() else f"m-{plain}".rstrip("-")
    if plain == text and len(plain) <= NAME_LIMIT:
        return plain
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{plain[: NAME_LIMIT - 9].rstrip('-')}-{mark}"


def label_value(text: str) -> str:
    """Return a valid Kubernetes label value that is as near to the text as the rules allow."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:LABEL_LIMIT]
    return plain.strip("-._")


def scalar(text: str) -> str:
    """Return the text as a double-quoted YAML scalar in ASCII (YAML 1.2, section 5.7)."""
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if " " <= letter <= "~":
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the basic plane


# Flavours ---------------------------------------------------------------------------------------
def _kustomize_kserve(
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
            "  labels:",
            f"    foureyes.version: {scalar(f'v{version.number}')}",
            f"    foureyes.target: {scalar(label_value(target.name))}",
            "  annotations:",
            *(f"    foureyes.{key}: {scalar(value)}" for key, value in _annotations(version)),
            "spec:",
            "  predictor:",
            "    model:",
            "      modelFormat:",
            f"        name: {scalar(version.model_format)}",
            f"      storageUri: {scalar(version.storage_uri)}",
            *([f"      image: {scalar(version.image)}"] if version.image else []),
        ]
    )


def _annotations(version: VersionFacts) -> list[tuple[str, str]]:
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


Renderer = Callable[[str, VersionFacts, TargetFacts], tuple[RenderedFile, ...]]

# The one list of flavours. A new one is a function above and a line here.
FLAVOURS: dict[str, Renderer] = {"kustomize_kserve": _kustomize_kserve}
