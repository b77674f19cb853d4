"""What stands against a merge on our own screen."""

from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import (
    require,
    require_separate,
)
from governance.access.separation import Part
from governance.actors import Actor
from governance.errors import Conflict, FoureyesError, Stale, WrongState
from workflows.gitops.forges.base import (
    APPROVED_CONTEXT,
    MergingForge,
)
from workflows.gitops.models import PullRequest
from workflows.gitops.queries.holding import why_held
from workflows.gitops.queries.reading import why_void


def refuse_merge(row: PullRequest, forge: MergingForge, *, actor: Actor, seen_head: str) -> None:
    """Say what stands against this merge by this person, or let it pass.

    Raises:
        NotAllowed: The permission is missing, or the person took part in the version.
        Stale: The branch has moved since.
        Conflict: It is not open, not approved any more, or the base branch changed the same file.
    """
    require(actor, Permission.PROMOTION_MERGE, row)
    require_separate(actor, Part.MERGER, row.promotion.version_id)
    remote = forge.pull_request(row.repository, row.number)
    if remote.state != "open":
        raise WrongState(
            _("This pull request is not open any more."),
            remedy=_("Look at the page again."),
        )
    if remote.head_sha != seen_head:
        raise Stale(
            _("The branch has moved since you looked."),
            remedy=_("Look at the difference again before you merge."),
        )
    _refuse_unapproved(row, forge, seen_head)


def _refuse_unapproved(row: PullRequest, forge: MergingForge, head: str) -> None:
    if head != row.promotion.expected_head:
        raise Conflict(
            _("This commit is not the one that was approved."),
            remedy=_("Close it; a new approval opens a new one."),
        )
    if reason := why_void(row.promotion):
        raise Conflict(_("The approval no longer holds. {reason}").format(reason=reason))
    if (hold := why_held(row.promotion)) is not None:
        raise Conflict(
            _("Nothing goes live now. {reason}").format(reason=hold.words),
            remedy=hold.remedy,
        )
    states = {status.context: status.state for status in forge.statuses(row.repository, head)}
    if states.get(APPROVED_CONTEXT) != "success":
        raise Conflict(
            _("The check {check} has not passed on this commit.").format(check=APPROVED_CONTEXT),
            remedy=_("Wait a moment, then look again."),
        )
    base = forge.ref(row.repository, row.base_branch) or ""
    if files := forge.merge_conflicts(row.repository, head=head, base=base):
        raise Conflict(
            _("{branch} changed the same files meanwhile: {files}.").format(
                branch=row.base_branch, files=", ".join(files)
            ),
            remedy=_("Close this pull request and ask for a new one on today's files."),
        )


def why_not_merge(
    row: PullRequest, forge: MergingForge, head: str, actor: Actor
) -> FoureyesError | None:
    """Return what would refuse the merge of what is there now; None when nothing does."""
    try:
        refuse_merge(row, forge, actor=actor, seen_head=head)
    except FoureyesError as refusal:
        return refusal
    return None
