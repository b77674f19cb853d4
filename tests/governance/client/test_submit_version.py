import hashlib
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from governance.client import (
    ArtifactFile,
    Client,
    EvidenceFile,
    Refused,
    ScoredColumns,
    Submission,
    send,
)
from tests.governance.client.fake_server import FakeServer, problem

MEGABYTE = 2**20


def submission(model_file: Path, scored_file: Path) -> Submission:
    columns = ScoredColumns(segment="age_group", key="applicant_id")
    return Submission(
        model="credit-default",
        label="1.0.0",
        artifacts=[ArtifactFile(model_file)],
        evidence=[EvidenceFile(scored_file, columns=columns)],
    )


def test_a_submission_arrives_whole(
    client: Client, server: FakeServer, model_file: Path, scored_file: Path
) -> None:
    """Draft, artefact, evidence, submit: in this order, each exactly once."""
    version = send(client, submission(model_file, scored_file))
    assert version.state == "submitted"
    assert [one.name for one in version.artifacts] == ["model.onnx"]
    assert [one.kind for one in version.evidence] == ["scored_data"]
    assert [one.method for one in server.received] == ["POST", "PUT", "PUT", "POST"]


def test_scored_data_says_what_its_columns_hold(
    client: Client, server: FakeServer, model_file: Path, scored_file: Path
) -> None:
    """The four columns travel as query parameters."""
    send(client, submission(model_file, scored_file))
    assert server.sent("PUT")[1].query == {
        "kind": "scored_data",
        "score": "score",
        "outcome": "outcome",
        "segment": "age_group",
        "key": "applicant_id",
    }


def test_a_file_is_announced_by_its_digest(
    client: Client, server: FakeServer, model_file: Path
) -> None:
    """The header holds the SHA-256 of the very bytes that follow."""
    draft = client.create_version("credit-default", label="1")
    stored = client.upload_artifact(draft.model, draft.number, model_file, role="model")
    expected = hashlib.sha256(b"a model").hexdigest()
    assert server.received[-1].headers["x-content-sha256"] == expected
    assert (stored.sha256, stored.size, stored.role) == (expected, 7, "model")


def test_a_large_file_is_streamed(client: Client, server: FakeServer, tmp_path: Path) -> None:
    """Sending 32 MB needs a small part of that in memory, and names the length up front."""
    large = tmp_path / "large.bin"
    with large.open("wb") as target:
        target.truncate(32 * MEGABYTE)
    draft = client.create_version("credit-default", label="1")
    tracemalloc.start()
    try:
        client.upload_artifact(draft.model, draft.number, large)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MEGABYTE
    assert server.received[-1].headers["content-length"] == str(32 * MEGABYTE)


def test_names_with_slashes_stay_in_their_place(
    client: Client, server: FakeServer, model_file: Path
) -> None:
    """A name cannot reach another address."""
    client.create_version("credit", label="1")
    client.upload_artifact("credit", 1, model_file, name="../../x y.onnx")
    assert server.received[-1].path.endswith("/artifacts/..%2F..%2Fx%20y.onnx")


@pytest.mark.parametrize("content", [None, b""], ids=["missing", "empty"])
def test_an_unusable_file_leaves_no_draft(
    client: Client, server: FakeServer, model_file: Path, tmp_path: Path, content: bytes | None
) -> None:
    """All files are read before the first request."""
    scored = tmp_path / "other.csv"
    if content is not None:
        scored.write_bytes(content)
    with pytest.raises(Refused, match=r"other\.csv"):
        send(client, submission(model_file, scored))
    assert server.received == []


def test_a_failed_upload_says_which_draft_is_left(
    client: Client, server: FakeServer, model_file: Path, scored_file: Path
) -> None:
    """Whoever submits can withdraw it or go on with it."""
    draft = server.answer
    server.answer = lambda one: problem(413, "Too large.") if one.method == "PUT" else draft(one)  # type: ignore[method-assign]
    with pytest.raises(Refused) as refused:
        send(client, submission(model_file, scored_file))
    [note] = refused.value.__notes__
    assert note.startswith("Version 1 of credit-default was left behind as a draft")
    assert "--draft 1" in note


def test_a_draft_that_was_left_is_gone_on_with(
    client: Client, server: FakeServer, model_file: Path, scored_file: Path
) -> None:
    """A pipeline that runs again leaves no second draft behind."""
    client.create_version("credit-default", label="1")
    sent = send(client, replace(submission(model_file, scored_file), draft=1))
    assert (sent.number, sent.state) == (1, "submitted")
    assert [number for _model, number in server.versions] == [1]


def test_what_is_no_draft_any_more_is_left_alone(
    client: Client, server: FakeServer, model_file: Path, scored_file: Path
) -> None:
    """Nothing is sent to it."""
    client.create_version("credit-default", label="1")
    client.withdraw("credit-default", 1, reason="Wrong file")
    with pytest.raises(Refused, match="is withdrawn"):
        send(client, replace(submission(model_file, scored_file), draft=1))
    assert not server.sent("PUT")


def test_a_submitted_version_is_withdrawn(client: Client, server: FakeServer) -> None:
    """The reason travels along."""
    client.create_version("credit-default", label="1")
    assert client.withdraw("credit-default", 1, reason="Wrong file").state == "withdrawn"
    assert server.received[-1].body == {"reason": "Wrong file"}
