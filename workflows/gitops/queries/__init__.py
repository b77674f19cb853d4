"""Reads of gitops: the promotion a job is about, what stands against a merge, the screens."""

from workflows.gitops.queries.attestations import attestations_of
from workflows.gitops.queries.merging import refuse_merge, why_not_merge
from workflows.gitops.queries.reading import (
    alarm_by_id,
    alarms,
    differing_files,
    merger_of,
    older_open,
    person_of_account,
    promotion_in_hand,
    pull_request_by_id,
    pull_request_by_number,
    pull_request_counts,
    pull_request_of,
    pull_requests,
    pull_requests_in,
    standing_at,
    unmerged_of_round,
    why_void,
)
from workflows.gitops.queries.screens import (
    DeploymentLine,
    MayMerge,
    PullRequestView,
    deployments,
    mergers_of,
    pull_request_view,
)

__all__ = [
    "DeploymentLine",
    "MayMerge",
    "PullRequestView",
    "alarm_by_id",
    "alarms",
    "attestations_of",
    "deployments",
    "differing_files",
    "merger_of",
    "mergers_of",
    "older_open",
    "person_of_account",
    "promotion_in_hand",
    "pull_request_by_id",
    "pull_request_by_number",
    "pull_request_counts",
    "pull_request_of",
    "pull_request_view",
    "pull_requests",
    "pull_requests_in",
    "refuse_merge",
    "standing_at",
    "unmerged_of_round",
    "why_not_merge",
    "why_void",
]
