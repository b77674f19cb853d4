"""One manifest by itself, for a deployer that applies what lies in a folder. Pure."""

from workflows.targets.objects import deployment, service
from workflows.targets.rendered import RenderedFile, TargetFacts, VersionFacts


def kserve_alone(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """A KServe service as one file."""
    return (RenderedFile(f"{folder}/inferenceservice.yaml", service(version, target)),)


def deployment_alone(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """A Deployment as one file: the version's own image, and in its environment the artefact.

    Raises:
        Invalid: The version names no image that could run.
    """
    return (RenderedFile(f"{folder}/deployment.yaml", deployment(version, target)),)
