"""What a renderer is told, and what it gives: files as they shall be, and their digest. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785


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
    """What a manifest needs of a target. `path` is the template as an administrator wrote it.

    `deployment` and `image_there` are what a team calls its Deployment and the image in it; empty
    for the model's name. `stopped`: the model is there, but takes no requests (the kill switch).
    """

    name: str
    environment: str
    path: str
    flavour: str
    values_key: str = "model"
    deployment: str = ""
    image_there: str = ""
    stopped: bool = False


Fields = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One file as it shall be: path from the root of the repository, and what stands in it.

    A text ends with a newline; None says that there shall be no such file. With `fields` the file
    is somebody else's and only these values in it are ours: place (`places`) to value, None for a
    place that shall not be there.
    """

    path: str
    text: str | None
    fields: Fields | None = None

    @property
    def sha256(self) -> str:
        """SHA-256, hexadecimal, of the UTF-8 bytes, or of the fields in RFC 8785's form."""
        if self.fields is not None:
            return hashlib.sha256(rfc8785.dumps(dict(self.fields))).hexdigest()
        return hashlib.sha256(self.text.encode()).hexdigest() if self.text is not None else ABSENT

    def plain(self) -> dict[str, Any]:
        """As a promotion stores it; `of_plain` reads it back."""
        ours = {} if self.fields is None else {"fields": dict(self.fields)}
        return {"path": self.path, "sha256": self.sha256, "text": self.text, **ours}


ABSENT = "absent".ljust(64, "-")  # in the place of a digest: no file


def of_plain(file: Mapping[str, Any]) -> RenderedFile:
    """Return the file that `plain` wrote down."""
    return RenderedFile(file["path"], file["text"], file.get("fields"))


def content_digest(files: Iterable[RenderedFile]) -> str:
    """Return the SHA-256 of what `sha256sum` prints for the files in path order.

    So anyone can check it in a clone: `sha256sum FILE... | sha256sum`. A file that shall not be
    there, and the fields of a file that is not ours, stand in the list with their own marks.
    """
    lines = sorted((file.path, file.sha256) for file in files)
    listing = "".join(f"{sha256}  {path}\n" for path, sha256 in lines)
    return hashlib.sha256(listing.encode()).hexdigest()
