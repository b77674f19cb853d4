"""The files that one version would put at one target. Pure: facts in, exact bytes out.

The same facts always give the same bytes, on every machine: these bytes are what approvers sign
(design: approved content).
"""

from collections.abc import Callable

from governance.errors import Invalid
from governance.sentences import sentence as _
from workflows.targets.alone import deployment_alone, kserve_alone
from workflows.targets.helm import helm_values
from workflows.targets.kustomize import kustomize_deployment, kustomize_kserve
from workflows.targets.overlay import overlay_deployment, overlay_kserve
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
            _(
                "Version {number} of {model} has no artefact to deploy.",
                number=version.number,
                model=version.model,
            ),
            remedy=_("Upload the model file and submit the version again."),
            field="artifacts",
        )
    return tuple(sorted(renderer(folder, version, target), key=lambda file: file.path))


Renderer = Callable[[str, VersionFacts, TargetFacts], tuple[RenderedFile, ...]]

# The one list of flavours. A new one is a function and a line here.
FLAVOURS: dict[str, Renderer] = {
    "deployment": deployment_alone,
    "helm_values": helm_values,
    "kserve": kserve_alone,
    "kustomize_deployment": kustomize_deployment,
    "kustomize_kserve": kustomize_kserve,
    "overlay_deployment": overlay_deployment,
    "overlay_kserve": overlay_kserve,
}


def _renderer(target: TargetFacts) -> Renderer:
    if target.flavour not in FLAVOURS:
        raise Invalid(
            _(
                "The target {target} has the unknown flavour “{flavour}”.",
                target=target.name,
                flavour=target.flavour,
            ),
            remedy=_("Choose one of: {known}.", known=", ".join(FLAVOURS)),
            field="flavour",
        )
    return FLAVOURS[target.flavour]
