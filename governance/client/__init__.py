"""Foureyes from Python: submit model versions, watch their checks, record KPI values.

Stands alone: the standard library and requests, no Django, nothing else of governance.

    from governance.client import Client

    client = Client("https://foureyes.example.org", token)
    draft = client.create_version("credit-default", label="2.0.0", summary="All inputs")
    client.upload_artifact(draft.model, draft.number, "model.onnx")
    client.upload_evidence(draft.model, draft.number, "scored.csv", columns=ScoredColumns())
    client.submit(draft.model, draft.number)
    version = client.wait_for_checks(draft.model, draft.number)
"""

from governance.client.api import Client
from governance.client.errors import ChecksUnfinished, ClientError, Refused, Unreachable
from governance.client.shapes import (
    Comparison,
    Gate,
    Model,
    ScoredColumns,
    StoredFile,
    Version,
)
from governance.client.submission import ArtifactFile, EvidenceFile, Submission, send

__all__ = [
    "ArtifactFile",
    "ChecksUnfinished",
    "Client",
    "ClientError",
    "Comparison",
    "EvidenceFile",
    "Gate",
    "Model",
    "Refused",
    "ScoredColumns",
    "StoredFile",
    "Submission",
    "Unreachable",
    "Version",
    "send",
]
