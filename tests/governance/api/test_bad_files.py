"""Files that are refused: what is wrong with them, and nothing half-written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from tests import stories
from tests.governance.api.api import (
    HEADER,
    SCORED,
    VERSION,
    Pipeline,
    problem,
    traces,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def token(module_db: None) -> str:
    stories.draft_version()
    return stories.pipeline_token()


@pytest.fixture
def pipeline(token: str, db: None) -> Iterator[Pipeline]:
    """The developer's pipeline; whatever is refused leaves nothing behind."""
    before = traces()
    yield Pipeline(token)
    assert traces() == before
    incoming = Path(django_settings.MEDIA_ROOT) / "incoming"
    assert not incoming.exists() or not list(incoming.iterdir())


# Files ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("digest", ["", "abc", "z" * 64])
def test_a_file_without_its_digest_is_refused(pipeline: Pipeline, digest: str) -> None:
    """The remedy names the header."""
    answer = pipeline.put(f"{VERSION}/artifacts/a.onnx", b"bytes", digest)
    said = problem(answer, 422, "invalid")
    assert "without its SHA-256" in said["detail"]
    assert "X-Content-SHA256" in said["remedy"]


def test_a_file_with_another_digest_is_refused(pipeline: Pipeline) -> None:
    """Both digests are told, and nothing is kept."""
    answer = pipeline.put(f"{VERSION}/artifacts/a.onnx", b"bytes", "0" * 64)
    assert f"the sender said {'0' * 64}" in problem(answer, 422, "invalid")["detail"]


def test_an_empty_file_is_refused(pipeline: Pipeline) -> None:
    """Nothing arrived."""
    answer = pipeline.put(f"{VERSION}/artifacts/a.onnx", b"")
    assert problem(answer, 422, "invalid")["detail"] == "The file is empty."


def test_a_huge_file_is_refused_when_it_passes_the_limit(
    pipeline: Pipeline, settings: Settings
) -> None:
    """The message names the limit."""
    settings.UPLOAD_LIMIT = 1024 * 1024
    answer = pipeline.put(f"{VERSION}/artifacts/a.onnx", b"x" * (1024 * 1024 + 1))
    said = problem(answer, 413, "too_large")
    assert "larger than 1 MB" in said["detail"]
    assert "UPLOAD_LIMIT_MB" in said["remedy"]


def test_a_full_disk_is_said_and_nothing_stays(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends again later needs no other name."""

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("governance.inventory.storage.os.fsync", full)
        answer = pipeline.put(f"{VERSION}/artifacts/a.onnx", b"bytes")
    said = problem(answer, 503, "unavailable")
    assert "no room" in said["detail"]
    assert "send it again" in said["remedy"]


def test_another_file_under_a_taken_name_is_refused(pipeline: Pipeline) -> None:
    """What was uploaded is never replaced."""
    answer = pipeline.put(f"{VERSION}/artifacts/model.onnx", b"another")
    assert "never replaced" in problem(answer, 409, "duplicate")["remedy"]


@pytest.mark.parametrize("name", ["..", ".hidden", "a%00b", "a%0ab", "a%5Cb", "x" * 201])
def test_a_name_that_is_no_file_name_is_refused(pipeline: Pipeline, name: str) -> None:
    """No folders, nothing hidden, nothing that cannot be printed."""
    answer = pipeline.put(f"{VERSION}/artifacts/{name}", b"x")
    assert answer.status_code in {404, 422}


@pytest.mark.parametrize(
    ("path", "field"), [("artifacts/a?role=boss", "role"), ("evidence/a?kind=rumour", "kind")]
)
def test_an_unknown_role_or_kind_is_refused(pipeline: Pipeline, path: str, field: str) -> None:
    """The message names those that there are."""
    said = problem(pipeline.put(f"{VERSION}/{path}", b"x"), 422, "invalid")
    assert said["field"] == field
    assert {"role": "model", "kind": "scored_data"}[field] in said["detail"]


# Scored data ------------------------------------------------------------------------------------
@pytest.fixture
def bare(token: str, db: None) -> str:
    """A draft without scored data."""
    answer = Pipeline(token).post(f"/models/{stories.MODEL}/versions", {"label": "bare"})
    return f"/models/{stories.MODEL}/versions/{answer.json()['number']}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SCORED.replace(b",score", b",points"), ["score"]),
        (SCORED.replace(b",outcome", b",default"), ["outcome"]),
        (HEADER + b"1,0.2,0\n", ["rows"]),
        (SCORED.replace(b"0.9", b"nan"), ["row 3", "score"]),
        (SCORED.replace(b"0.9", b"high"), ["row 3", "score"]),
        (SCORED.replace(b"0.9", b"1.5"), ["row 3", "score"]),
        (SCORED.replace(b"0.9", b""), ["row 3", "score"]),
        (SCORED.replace(b"0.9,1\n", b"0.9,2\n"), ["row 3", "outcome"]),
        (b"\x00\x01\x02", []),
    ],
)
def test_scored_data_that_cannot_be_used_is_refused_with_row_and_column(
    token: str, bare: str, content: bytes, words: list[str]
) -> None:
    """A missing column, or a score that is no number between 0 and 1."""
    pipeline, before = Pipeline(token), traces()
    said = problem(
        pipeline.put(f"{bare}/evidence/scored.csv?kind=scored_data", content), 422, "invalid"
    )
    for word in words:
        assert word in said["detail"].lower(), said
    assert said["remedy"]
    assert said["field"] == "scored_data"
    assert traces() == before


def test_a_column_that_was_named_must_be_there(token: str, bare: str) -> None:
    """The segment as well."""
    path = f"{bare}/evidence/scored.csv?kind=scored_data&segment=age"
    assert "age" in problem(Pipeline(token).put(path, SCORED), 422, "invalid")["detail"]


def test_one_scored_file_a_version(pipeline: Pipeline) -> None:
    """A second one would leave open which was measured."""
    answer = pipeline.put(f"{VERSION}/evidence/more.csv?kind=scored_data", SCORED)
    assert "scored data already" in problem(answer, 409, "duplicate")["detail"]
