"""Writing down what was seen in a forge: entries and rows. Gitops acts for nobody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from governance.access.models import Person
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import WrongState
from governance.sentences import Words
from workflows.gitops.forges.base import RemotePullRequest
from workflows.gitops.models import PullRequest, PullRequestState
from workflows.targets.models import Promotion
from workflows.targets.operations import move_promotion

GITOPS = Actor.system("gitops")


def record_about(
    action: Action,
    promotion: Promotion,
    details: Mapping[str, str | int],
    *,
    personal: Mapping[str, str] | None = None,
) -> None:
    """Write an entry about a promotion as it stands now, in the caller's transaction."""
    about = {"version": str(promotion.version_id), "target": promotion.target.name}
    record(
        action,
        actor=GITOPS,
        subject=("promotion", promotion.pk),
        portfolio_id=promotion.version.model.portfolio_id,
        after={"state": promotion.state},
        details={**about, **details},
        personal={path: value for path, value in (personal or {}).items() if value},
    )


def moved(
    promotion: Promotion,
    state: str,
    *,
    reason: Words = "",
    **facts: Any,  # noqa: ANN401 - columns
) -> Promotion | None:
    """Move it along, or None where that edge is gone: another job has just seen the same."""
    try:
        return move_promotion(promotion.pk, state, reason=reason, **facts)
    except WrongState:
        return None


def store_remote(
    promotion: Promotion, remote: RemotePullRequest, merged_by: Person | None = None
) -> datetime | None:
    """Bring our row of a pull request up to what its forge tells.

    Returns when we last saw it open, by our clock; None where that is not known.
    """
    row = PullRequest.objects.select_for_update(of=("self",)).get(promotion=promotion)
    seen_open_at = row.read_at if row.state == PullRequestState.OPEN else None
    row.state, row.head_sha, row.merge_sha = remote.state, remote.head_sha, remote.merge_sha
    row.merged_by, row.merged_by_person = remote.merged_by, merged_by
    row.merged_at, row.closed_at, row.read_at = remote.merged_at, remote.closed_at, timezone.now()
    row.save()
    return seen_open_at
