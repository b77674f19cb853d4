"""The files that one version would put at one target. Pure: facts in, exact bytes out.

The same facts always give the same bytes, on every machine: these bytes are what approvers sign
(design: approved content).
"""

from collections.abc import Callable

from governance.errors import Invalid
from workflows.targets.helm import helm_values
from workflows.targets.kustomize import kustomize_deployment, kustomize_kserve
from workflows.targets.paths import folder_of
from workflows.targets.rendered import RenderedFile, TargetFacts, VersionFacts


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
    renderer = _renderer(target)
    if not version.artifacts:
        raise Invalid(
            f"Version {version.number} of {version.model} has no artefact to deploy.",
            remedy="Upload the model file and submit the version again.",
            field="artifacts",
        )
    return tuple(sorted(renderer(folder, version, target), key=lambda file: file.path))


Renderer = Callable[[str, VersionFacts, TargetFacts], tuple[RenderedFile, ...]]

# The one list of flavours. A new one is a function and a line here.
FLAVOURS: dict[str, Renderer] = {
    "helm_values": helm_values,
    "kustomize_deployment": kustomize_deployment,
    "kustomize_kserve": kustomize_kserve,
}


def _renderer(target: TargetFacts) -> Renderer:
    if target.flavour not in FLAVOURS:
        raise Invalid(
            f"The target {target.name} has the unknown flavour “{target.flavour}”.",
            remedy=f"Choose one of: {', '.join(FLAVOURS)}.",
            field="flavour",
        )
    return FLAVOURS[target.flavour]
