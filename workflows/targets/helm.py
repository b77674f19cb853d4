"""Values of a Helm chart: a file of somebody else's in which a few values are ours. Pure.

What is approved is not the file but the value of each place that we manage (`edits.py`).
"""

from workflows.targets.objects import annotations
from workflows.targets.rendered import RenderedFile, TargetFacts, VersionFacts

FILE = "values.yaml"


def helm_values(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """The version's facts below the target's place in `values.yaml` of its folder."""
    facts: dict[str, str | int | bool | None] = {
        "image": version.image or "",
        "modelFormat": version.model_format,
        "storageUri": version.storage_uri,
        "stopped": target.stopped,
        "version": version.number,
        **{_camel(key): value for key, value in annotations(version)},
    }
    fields = {f"{target.values_key}.{key}": value for key, value in sorted(facts.items())}
    return (RenderedFile(f"{folder}/{FILE}", None, fields),)


def _camel(key: str) -> str:
    first, *rest = key.split("-")
    return first + "".join(word.title() for word in rest)
