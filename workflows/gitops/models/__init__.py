"""Rows of gitops.

`ChangeSet` and `PullRequest` are ours for every forge, and so is what was reported from outside.
The `Local…` rows and `CommitStatus` belong to the embedded forge alone.
"""

from workflows.gitops.models.local import (
    CommitStatus,
    LocalComment,
    LocalPullRequest,
    StatusState,
)
from workflows.gitops.models.ours import ChangeSet, ForgeTurn, PullRequest, PullRequestState
from workflows.gitops.models.reported import (
    AlarmKind,
    ForgeLogin,
    PipelineRun,
    PromotionAlarm,
    RunStatus,
    SyncReport,
    WebhookDelivery,
)

__all__ = [
    "AlarmKind",
    "ChangeSet",
    "CommitStatus",
    "ForgeLogin",
    "ForgeTurn",
    "LocalComment",
    "LocalPullRequest",
    "PipelineRun",
    "PromotionAlarm",
    "PullRequest",
    "PullRequestState",
    "RunStatus",
    "StatusState",
    "SyncReport",
    "WebhookDelivery",
]
