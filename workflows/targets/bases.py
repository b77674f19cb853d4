"""Whether a team's overlay has the Deployment that we are to change, as far as its files say. Pure.

Kustomize builds nothing where there is no such Deployment, and leaves the old image where no
container runs the one that we name; both would be seen after the merge only. What the repository
does not hold, or what other entries of Kustomize make, cannot be told here and is left to it.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from governance.errors import Invalid
from governance.sentences import sentence as _
from workflows.targets.places import Entry, steps_of
from workflows.targets.rendered import RenderedFile

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
ENDINGS = (".yaml", ".yml", ".json")
# Entries that may make, rename or leave out a Deployment, and such that may give it an image.
MAKING = {"components", "generators", "helmCharts", "helmChartInflationGenerator", "bases"}
SETTING = {"patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "transformers"}
MOST = 100  # files that are looked at
Read = Callable[[str], str | None]


def check_base(files: Iterable[RenderedFile], read: Read) -> None:
    """Refuse our change of a Deployment that the overlay surely does not have.

    `read` gives what stands at a path of the repository, None where nothing does.

    Raises:
        Invalid: There is no such Deployment, or it does not run that image.
    """
    by_path = {file.path: file for file in files}
    for path, file in by_path.items():
        folder = posixpath.dirname(path)
        named = _patched(file)
        image = _image_in(by_path.get(f"{folder}/{NAMES[0]}"))
        if named and image:
            _check(_gathered(folder, read), folder, named, image)


@dataclass(slots=True)
class Gathered:
    """The Deployments of an overlay; whether these are all, and whether they say all of images."""

    deployments: list[dict[str, Any]] = field(default_factory=list)
    whole: bool = True
    images_told: bool = True
    looked_at: int = 0


def _check(found: Gathered, folder: str, named: str, image: str) -> None:
    names = {str(_at(one, "metadata", "name")): one for one in found.deployments}
    if named not in names:
        if found.whole:
            raise _no_deployment(folder, named, names)
        return
    images = sorted(_images_of(names[named]))
    if found.images_told and image not in images:
        raise Invalid(
            _("The Deployment {name} runs no image {image}.", name=named, image=image),
            remedy=_(
                "Change the target's setting “image there”. It runs: {images}.",
                images=", ".join(images) or "–",
            ),
            field="image_there",
        )


def _no_deployment(folder: str, named: str, names: Iterable[str]) -> Invalid:
    return Invalid(
        _("The overlay {folder} has no Deployment {name}.", folder=folder, name=named),
        remedy=_(
            "Change the target's setting “Deployment”, or “path”. There is: {names}.",
            names=", ".join(sorted(names)) or "–",
        ),
        field="deployment",
    )


# What we say --------------------------------------------------------------------------------------
def _patched(file: RenderedFile) -> str:
    """The Deployment that a file of ours patches; empty where it is none of these."""
    for document in _parsed(file.text or "") or ():
        if document.get("kind") == "PatchTransformer":
            patches = _parsed(str(document.get("patch"))) or [{}]
            return str(_at(patches[0], "metadata", "name") or "")
    return ""


def _image_in(theirs: RenderedFile | None) -> str:
    """The image whose entry is ours."""
    for place in (theirs.fields or ()) if theirs else ():
        steps = steps_of(place)
        if steps[0] == "images" and isinstance(steps[1], Entry):
            return steps[1].value
    return ""


# What is there ------------------------------------------------------------------------------------
def _gathered(folder: str, read: Read) -> Gathered:
    found = Gathered()
    _gather(folder, read, found, top=True)
    return found


def _gather(folder: str, read: Read, found: Gathered, *, top: bool = False) -> None:
    texts = (read(posixpath.join(folder, name)) for name in NAMES)
    documents = _parsed(next(filter(None, texts), ""))
    found.looked_at += 1
    if not documents or found.looked_at > MOST:
        found.whole = False
        return
    overlay = documents[0]
    resources = overlay.get("resources") or []
    renames = "allowNameChange" in str(overlay.get("patches"))
    found.whole &= not (overlay.keys() & MAKING or renames) and isinstance(resources, list)
    ours = {"images", "transformers"} if top else set()
    found.images_told &= not overlay.keys() & (SETTING | {"images"}) - ours
    for entry in resources if isinstance(resources, list) else ():
        _follow(folder, str(entry), read, found)


def _follow(folder: str, entry: str, read: Read, found: Gathered) -> None:
    """A file, or the folder of another kustomization; what is elsewhere is not ours to read."""
    path = posixpath.normpath(posixpath.join(folder, entry))
    if ":" in entry or "?" in entry or path.startswith(("..", "/")):
        found.whole = False
    elif path.endswith(ENDINGS):
        _take(_parsed(read(path) or ""), found)
    else:
        _gather(path, read, found)


def _take(documents: list[dict[str, Any]] | None, found: Gathered) -> None:
    found.looked_at += 1
    found.whole &= bool(documents) and not any(one.get("kind") == "List" for one in documents or ())
    found.deployments += [one for one in documents or () if one.get("kind") == "Deployment"]


def _images_of(deployment: dict[str, Any]) -> Iterator[str]:
    """Names of images as Kustomize compares them: without tag and digest."""
    for kind in ("containers", "initContainers"):
        pods = _at(deployment, "spec", "template", "spec", kind)
        for one in pods if isinstance(pods, list) else ():
            named = str(_at(one, "image") or "").partition("@")[0]
            host, slash, last = named.rpartition("/")
            yield f"{host}{slash}{last.partition(':')[0]}"


def _at(thing: object, *names: str) -> object:
    """What stands below names; None where the team wrote another shape."""
    for name in names:
        thing = thing.get(name) if isinstance(thing, dict) else None
    return thing


def _parsed(text: str) -> list[dict[str, Any]] | None:
    """The documents of a file that have names; None where it cannot be read."""
    try:
        found = list(YAML(typ="safe", pure=True).load_all(StringIO(text)))
    except (YAMLError, ValueError, RecursionError):
        return None
    return [one for one in found if isinstance(one, dict)]
