"""What a person does to a pull request on our own screen: merge it, or close it.

Only the embedded forge is merged here. What it came to is found by observing, as with every other
forge, so that a merge by a `git push` and one by a button end alike.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.errors import Invalid, WrongState
from workflows.gitops.connections import forge_of, merging_forge
from workflows.gitops.models import PullRequest
from workflows.gitops.operations.polling import ask_to_observe
from workflows.gitops.queries import pull_request_by_id, refuse_merge
from workflows.targets.operations import locked
from workflows.targets.progress import IN_FORGE


def merge_pull_request(pull_request_id: UUID, *, actor: Actor, seen_head: str) -> PullRequest:
    """Merge the commit that the person saw.

    Raises:
        NotAllowed: The permission is missing, or the person took part in the version.
        Stale: The branch has moved since.
        Conflict: It is not open, not approved any more, or the base branch changed the same file.
    """
    row = pull_request_by_id(actor, pull_request_id)
    forge = merging_forge(row.forge)
    if forge is None:
        raise WrongState(_("This one is merged where it lives, not here."), remedy=row.url)
    refuse_merge(row, forge, actor=actor, seen_head=seen_head)
    merged = forge.merge(
        row.repository,
        row.number,
        seen_head=seen_head,
        merged_by=actor.name,
        account=actor.account_id,
    )
    ask_to_observe(row.promotion_id, event=merged.merge_sha)
    return row


def close_pull_request(pull_request_id: UUID, *, reason: str, actor: Actor) -> PullRequest:
    """Close without merging; Foureyes never opens it again.

    Raises:
        NotAllowed: The permission is missing.
        Invalid: No reason is given.
        WrongState: It is not open.
    """
    row = pull_request_by_id(actor, pull_request_id)
    require(actor, Permission.PROMOTION_CLOSE, row)
    if not reason.strip():
        raise Invalid(_("Say why it is closed without merging."), field="reason")
    with transaction.atomic():
        promotion = locked(row.promotion_id)
        if promotion.state not in IN_FORGE:
            raise WrongState(_("This pull request is not open."), remedy=_("Look at it again."))
        promotion.state_reason = reason.strip()
        promotion.save(update_fields=["state_reason"])
    forge = forge_of(row.forge)
    forge.comment(row.repository, row.number, reason.strip(), author=actor.name)
    forge.close(row.repository, row.number, closed_by=actor.name)
    ask_to_observe(row.promotion_id, event=f"closed:{row.number}")
    return row
