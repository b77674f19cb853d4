"""An overlay of a team's own: their `kustomization.yaml`, in which few entries are ours. Pure.

What we say stands in a file of ours beside it, `foureyes.yaml`; the entry that names it is ours,
and so is the entry of the model's image. Shapes: Kubernetes' documentation of `kustomization.yaml`;
`PatchTransformer` is Kustomize's own, and what `transformers` names is applied last, so that no
other entry of the overlay, such as `replicas`, goes past a stop.
"""

from workflows.targets.objects import deployment_marks, image_of, service, text_of
from workflows.targets.paths import name_there
from workflows.targets.rendered import RenderedFile, TargetFacts, VersionFacts

OURS = "foureyes.yaml"
THEIRS = "kustomization.yaml"
# In which of their lists our file stands: in one of them, whatever it was before.
LISTS = ("resources", "transformers")


def overlay_kserve(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """The version's service, as one more resource of the overlay."""
    return (
        RenderedFile(f"{folder}/{OURS}", service(version, target)),
        RenderedFile(f"{folder}/{THEIRS}", None, _listed_in("resources")),
    )


def overlay_deployment(
    folder: str, version: VersionFacts, target: TargetFacts
) -> tuple[RenderedFile, ...]:
    """The version's image and marks, for a Deployment of the team's.

    The Deployment has the model's name, and so has the image that it runs, unless the target says
    otherwise.

    Raises:
        Invalid: The version names no image that could run, or a name could be none.
    """
    name = name_there(target.deployment, version, target, "deployment")
    entry = f"images[name={name_there(target.image_there, version, target, 'image_there')}]"
    image = {f"{entry}.{key}": value for key, value in image_parts(image_of(version)).items()}
    return (
        RenderedFile(f"{folder}/{OURS}", _transformer(deployment_marks(name, version, target))),
        RenderedFile(f"{folder}/{THEIRS}", None, {**image, **_listed_in("transformers")}),
    )


def image_parts(image: str) -> dict[str, str | None]:
    """An image as an entry of `images` has it; of tag and digest the digest counts alone."""
    named, _at, digest = image.partition("@")
    host, slash, last = named.rpartition("/")
    name, _colon, tag = last.partition(":")
    return {
        "digest": digest or None,
        "newName": f"{host}{slash}{name}",
        "newTag": None if digest else tag or None,
    }


def _listed_in(ours: str) -> dict[str, str | int | bool | None]:
    return {f"{name}[{OURS}]": OURS if name == ours else None for name in LISTS}


def _transformer(patch: str) -> str:
    head = ["apiVersion: builtin", "kind: PatchTransformer", "metadata:", "  name: foureyes"]
    return text_of([*head, "patch: |-", *(f"  {line}" for line in patch.splitlines())])
