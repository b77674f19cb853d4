"""Whether two targets would write different things into one file. Pure."""

from pathlib import PurePosixPath

from workflows.targets.manifests import render
from workflows.targets.rendered import ArtifactFacts, RenderedFile, TargetFacts, VersionFacts


def shared_file(one: TargetFacts, other: TargetFacts) -> str:
    """Return the name of a file in which two targets of one branch differ, empty where none is.

    Asked of one version at the one and the next at the other, since they seldom have the same. What
    both write alike, such as a base, and other places of one file of values, they may share.

    Raises:
        Invalid: The path or flavour of a target cannot give files.
    """
    there = {file.path: file for file in render(_version(1), one)}
    for file in render(_version(2), other):
        if file.path in there and _differ(file, there[file.path]):
            return PurePosixPath(file.path).name
    return ""


def _differ(one: RenderedFile, other: RenderedFile) -> bool:
    if one.fields is None or other.fields is None:
        return one.sha256 != other.sha256
    fields = one.fields
    return any(fields.get(place, value) != value for place, value in other.fields.items())


def _version(number: int) -> VersionFacts:
    return VersionFacts(
        version_id=str(number),
        model="model",
        number=number,
        label=str(number),
        artifacts=(ArtifactFacts("model.onnx", "model", f"{number:064}"),),
        storage_uri=f"foureyes://model/v{number}",
        model_format="onnx",
        image=f"model:{number}",
        tier=1,
        portfolio="portfolio",
    )
