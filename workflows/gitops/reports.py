"""What Tekton, Argo CD and Flux say, in our words. Pure; every field of theirs may be missing.

Tekton: CloudEvents `dev.tekton.event.pipelinerun.*.v1`, body `{"pipelineRun": {...}}`.
Argo CD: the body of our own notification template, `deploy/argocd/`.
Flux: the body of the generic provider of its notification controller, `deploy/flux/`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

REVISION = 40
# As a chart's version ends that Flux made of a commit: its first twelve digits, and behind a dot a
# counter where values files are named.
SHORT = re.compile(r"[0-9a-f]{12}\Z")
FLUX_KINDS = {"Kustomization", "HelmRelease"}
FLUX_GOOD = {
    "ReconciliationSucceeded",
    "HealthCheckSucceeded",
    "InstallSucceeded",
    "UpgradeSucceeded",
    "TestSucceeded",
}
YEARS = range(2000, 9999)  # a time outside of them is none


@dataclass(frozen=True, slots=True)
class Run:
    """A pipeline run as it was reported."""

    uid: str
    name: str
    pipeline: str
    namespace: str
    status: str
    reason: str
    labels: dict[str, str]
    commit: str
    promotion: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sync:
    """What stands in a cluster by the word of its deployer."""

    application: str
    revision: str
    synced: bool
    health: str
    message: str
    observed_at: datetime


def run_of(body: dict[str, Any], now: datetime) -> Run | None:
    """Read a Tekton event about a pipeline run; None when it is about something else."""
    run = _part(body, "pipelineRun")
    meta, status = _part(run, "metadata"), _part(run, "status")
    if not meta.get("uid"):
        return None
    labels = {str(k)[:200]: str(v)[:200] for k, v in list(_part(meta, "labels").items())[:50]}
    notes = {**_part(meta, "annotations"), **labels}
    outcome, reason = _outcome(status)
    return Run(
        uid=str(meta["uid"])[:100],
        name=str(meta.get("name", ""))[:253],
        pipeline=labels.get("tekton.dev/pipeline", "")[:253],
        namespace=str(meta.get("namespace", ""))[:253],
        status=outcome,
        reason=reason[:200],
        labels=labels,
        commit=str(notes.get("foureyes.dev/commit", ""))[:REVISION],
        promotion=str(notes.get("foureyes.dev/promotion", "")),
        created_at=_time(meta.get("creationTimestamp")) or now,
        started_at=_time(status.get("startTime")),
        completed_at=_time(status.get("completionTime")),
    )


def argo_sync(body: dict[str, Any], now: datetime) -> Sync | None:
    """Read our Argo CD notification."""
    if not body.get("application"):
        return None
    return Sync(
        application=str(body["application"])[:253],
        revision=str(body.get("revision", ""))[:REVISION],
        synced=body.get("sync") == "Synced",
        health=str(body.get("health", ""))[:20],
        message=str(body.get("message", ""))[:500],
        observed_at=_observed(body.get("at"), now),
    )


def flux_sync(body: dict[str, Any], now: datetime) -> Sync | None:
    """Read an event of Flux's Kustomization and HelmRelease controllers; of sources none."""
    about = _part(body, "involvedObject")
    if not about.get("name") or str(about.get("kind")) not in FLUX_KINDS:
        return None
    severity = str(body.get("severity", ""))
    good = severity == "info" and str(body.get("reason")) in FLUX_GOOD
    return Sync(
        application=str(about["name"])[:253],
        revision=_commit_in(_flux_revision(_part(body, "metadata")))[:REVISION],
        synced=good,
        health="Healthy" if good else "Degraded" if severity == "error" else "Progressing",
        message=str(body.get("message", ""))[:500],
        observed_at=_observed(body.get("timestamp"), now),
    )


def is_commit(revision: str, sha: str) -> bool:
    """Whether a deployer's word, whole or the first twelve digits, means this commit."""
    return bool(sha) and (revision == sha or (is_short(revision) and sha.startswith(revision)))


def is_short(revision: str) -> bool:
    """Whether it is the beginning of a commit's id."""
    return SHORT.match(revision) is not None


def _flux_revision(meta: dict[str, Any]) -> str:
    """The Git revision that an artefact of a registry was made of, else its own."""
    told = {str(key).rpartition("/")[2]: str(value) for key, value in meta.items()}
    return told.get("originRevision") or told.get("revision", "")


def _commit_in(revision: str) -> str:
    """The commit in `main@sha1:…`, `refs/heads/main@sha1:…`, `main/…` or `0.1.0+…`.

    A chart's bare version tells of no commit and stays as it is.
    """
    if ":" in revision:
        return revision.rpartition(":")[2]
    if "+" in revision:
        build = revision.rpartition("+")[2].partition(".")[0]
        return build if is_short(build) else revision
    return revision.rpartition("/")[2]


def _outcome(status: dict[str, Any]) -> tuple[str, str]:
    """The run's own condition says more than the event's type, and comes with every event."""
    conditions = status.get("conditions")
    found = conditions[0] if isinstance(conditions, list) and conditions else {}
    found = found if isinstance(found, dict) else {}
    reason = str(found.get("reason", ""))
    if "Cancel" in reason:
        return "cancelled", reason
    word = {"True": "succeeded", "False": "failed"}.get(str(found.get("status")))
    return word or ("running" if status.get("startTime") else "pending"), reason


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _time(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo and found.year in YEARS else None


def _observed(text: object, now: datetime) -> datetime:
    """When it was seen; a clock that goes ahead must not make every later word look late."""
    return min(_time(text) or now, now)
