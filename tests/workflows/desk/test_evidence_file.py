"""Downloads: whole, by who may see the version, and never opened by a browser."""

import hashlib
from typing import Any

import pytest
from django.urls import reverse

from governance.inventory.models import Artifact, Evidence, ModelVersion
from governance.inventory.storage import path_of
from tests.stories import draft_version, registered_model, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """A draft with its files."""
    return draft_version()


def link(version: ModelVersion, row: Evidence | Artifact) -> str:
    name = "evidence_file" if isinstance(row, Evidence) else "artifact_file"
    return reverse(name, args=[version.model.name, version.number, row.pk])


@pytest.mark.parametrize("kind", [Evidence, Artifact])
def test_a_file_comes_as_an_attachment(
    version: ModelVersion, kind: type[Evidence] | type[Artifact]
) -> None:
    """Bytes of no type, under their own name, with the digest that the page shows."""
    row = kind.objects.filter(version=version).first()
    answer: Any = signed_in("ada").get(link(version, row))
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == row.sha256
    assert answer["Content-Disposition"] == f'attachment; filename="{row.name}"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_stranger_gets_no_file(version: ModelVersion) -> None:
    """Not even whether it exists."""
    assert signed_in("sam").get(link(version, version.evidence.first())).status_code == 404


def test_a_file_is_found_under_its_own_version_only(version: ModelVersion) -> None:
    """An id does not open a door beside the one that was checked."""
    other = draft_version(2, model=registered_model("cards", "Cards"))
    assert signed_in("ada").get(link(other, version.evidence.first())).status_code == 404


def test_a_lost_file_is_told_as_lost(version: ModelVersion) -> None:
    """Not as an error of the site."""
    row = version.evidence.filter(kind="document").first()
    kept = path_of(row.sha256)
    moved = kept.rename(kept.with_suffix(".away"))
    answer = signed_in("ada").get(link(version, row))
    moved.rename(kept)
    assert answer.status_code == 503
    assert "The file is not where it was kept." in answer.content.decode()
