"""A whole submission as one value, and sending it in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from governance.client.api import Client, digest_of
from governance.client.errors import ClientError, Refused
from governance.client.shapes import ScoredColumns, Version


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """A file of the version; `name` is what the server calls it (default: the file's name)."""

    path: Path
    role: str = "model"
    name: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that a decision will rest on; scored data says what its columns hold."""

    path: Path
    kind: str = "scored_data"
    columns: ScoredColumns | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """All that makes up one submitted version.

    `draft` is the number of one that was left behind: it is gone on with, and keeps what it was
    created with; files that it has already are sent again to no harm.
    """

    model: str
    label: str
    artifacts: Sequence[ArtifactFile]
    evidence: Sequence[EvidenceFile]
    summary: str = ""
    change_note: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    input_schema: Sequence[Mapping[str, str]] = ()
    image: str = ""
    comment: str = ""
    retrained_from: int | None = None
    draft: int | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every local file, artefacts first."""
        return (
            *(artifact.path for artifact in self.artifacts),
            *(evidence.path for evidence in self.evidence),
        )


def send(client: Client, submission: Submission) -> Version:
    """Create the draft, upload every file, submit.

    All files are read once before anything is sent, so that a missing one leaves no draft.

    Raises:
        ClientError: what failed; if a draft was left behind, a note on the error says which.
    """
    for path in submission.paths:
        digest_of(path)
    draft = _draft(client, submission)
    try:
        _upload_all(client, draft, submission)
        return client.submit(draft.model, draft.number, comment=submission.comment)
    except ClientError as error:
        error.add_note(
            f"Version {draft.number} of {draft.model} was left behind as a draft: "
            f"go on with it by --draft {draft.number}, or withdraw it."
        )
        raise


def _draft(client: Client, submission: Submission) -> Version:
    if submission.draft is None:
        return client.create_version(
            submission.model,
            label=submission.label,
            summary=submission.summary,
            change_note=submission.change_note,
            parameters=submission.parameters,
            input_schema=submission.input_schema,
            image=submission.image,
            retrained_from=submission.retrained_from,
        )
    found = client.version(submission.model, submission.draft)
    if found.state != "draft":
        detail = f"Version {found.number} of {found.model} is {found.state}, and no draft any more."
        raise Refused(None, detail, "Submit a new version: leave --draft out.")
    return found


def _upload_all(client: Client, draft: Version, submission: Submission) -> None:
    for artifact in submission.artifacts:
        client.upload_artifact(
            draft.model, draft.number, artifact.path, role=artifact.role, name=artifact.name
        )
    for evidence in submission.evidence:
        client.upload_evidence(
            draft.model,
            draft.number,
            evidence.path,
            kind=evidence.kind,
            name=evidence.name,
            columns=evidence.columns,
        )
