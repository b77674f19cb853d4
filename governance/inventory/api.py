"""The inventory for programs: register, create versions, upload artefacts."""

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from governance.access.api import actor_of
from governance.inventory.operations import (
    VersionFacts,
    add_artifact,
    create_version,
    refuse_upload,
    register_model,
)
from governance.inventory.queries import (
    champions_of,
    files_named,
    model_named,
    models_for,
    version_numbered,
)
from governance.inventory.storage import kept_if_named, store

if TYPE_CHECKING:
    from governance.inventory.models import Artifact, ModelVersion, RegisteredModel

router = Router(tags=["inventory"])
PAGE = 50
LAST_PAGE = 10**9  # far beyond any inventory, and what every database can count


class ModelIn(Schema):
    """A model to register."""

    name: str = Field(max_length=80)
    title: str = Field(max_length=200)
    portfolio: str
    tier: int
    purpose: str = ""
    description: str = ""
    kind: str = "binary"


class ChampionOut(Schema):
    """The live version of a model."""

    number: int
    label: str


class ModelOut(Schema):
    """A registered model."""

    name: str
    title: str
    portfolio: str
    tier: int
    purpose: str
    champion: ChampionOut | None


class ModelsOut(Schema):
    """One page of the inventory; `count` is over all pages."""

    count: int
    models: list[ModelOut]


class VersionIn(Schema):
    """A new draft."""

    label: str = Field("", max_length=50)
    summary: str = ""
    change_note: str = ""
    image: str = Field("", max_length=300)
    parameters: dict[str, Any] = {}
    input_schema: list[dict[str, str]] = []
    retrained_from: int | None = Field(None, ge=1, le=2**31 - 1)


class FileOut(Schema):
    """An uploaded file."""

    name: str
    role: str
    sha256: str
    size: int


class VersionOut(Schema):
    """A version as its developer made it."""

    id: UUID
    model: str
    number: int
    label: str
    state: str
    url: str
    retrained_from: int | None


@router.get("/models", response=ModelsOut)
def list_models(
    request: HttpRequest, page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1
) -> ModelsOut:
    """The models that you may see, by title."""
    rows = models_for(actor_of(request)).order_by("title", "pk")
    shown = list(rows[(page - 1) * PAGE : page * PAGE])
    champions = champions_of([model.pk for model in shown])
    return ModelsOut(count=rows.count(), models=[_model(m, champions.get(m.pk)) for m in shown])


@router.get("/models/{name}", response=ModelOut)
def read_model(request: HttpRequest, name: str) -> ModelOut:
    """One model."""
    model = model_named(actor_of(request), name)
    return _model(model, champions_of([model.pk]).get(model.pk))


@router.post("/models", response={201: ModelOut})
def add_model(request: HttpRequest, body: ModelIn) -> Status[ModelOut]:
    """Registers a model."""
    model = register_model(**body.dict(), actor=actor_of(request))
    return Status(201, _model(model, None))


@router.post("/models/{name}/versions", response={201: VersionOut})
def add_version(request: HttpRequest, name: str, body: VersionIn) -> Status[VersionOut]:
    """Creates the draft of the next version."""
    actor = actor_of(request)
    version = create_version(model_named(actor, name), VersionFacts(**body.dict()), actor=actor)
    return Status(201, version_out(version))


@router.put("/models/{name}/versions/{number}/artifacts/{file_name}", response={201: FileOut})
def upload_artifact(
    request: HttpRequest, name: str, number: int, file_name: str, role: str = "model"
) -> Status[FileOut]:
    """Uploads an artefact: the raw bytes as body, their digest in X-Content-SHA256."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    refuse_upload(version, actor)
    stored = store(request, request.headers.get("X-Content-SHA256", ""))
    with kept_if_named(stored, files_named):
        artifact = add_artifact(version.pk, name=file_name, role=role, stored=stored, actor=actor)
    return Status(201, _artifact(artifact))


def _model(model: "RegisteredModel", champion: "ModelVersion | None") -> ModelOut:
    return ModelOut(
        name=model.name,
        title=model.title,
        portfolio=model.portfolio.name,
        tier=model.tier,
        purpose=model.purpose,
        champion=ChampionOut(number=champion.number, label=champion.label) if champion else None,
    )


def _artifact(artifact: "Artifact") -> FileOut:
    return FileOut(
        name=artifact.name, role=artifact.role, sha256=artifact.sha256, size=artifact.size
    )


def version_out(version: "ModelVersion") -> VersionOut:
    """A version as programs read it."""
    return VersionOut(
        id=version.pk,
        model=version.model.name,
        number=version.number,
        label=version.label,
        state=version.state,
        url=f"{settings.SITE_URL}/models/{version.model.name}/versions/{version.number}/",
        retrained_from=version.retrained_from.number if version.retrained_from else None,
    )
