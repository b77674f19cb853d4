"""Sensitive roles take two administrators: one proposes, another confirms or declines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import GrantProposal, RoleAssignment
from governance.access.operations.assigning import (
    Grant,
    facts_of,
    holder_of,
    place_of,
    portfolio_of,
    record_grant,
    refuse_duplicate,
    refuse_self,
    write,
)
from governance.access.permissions import Permission
from governance.access.queries.conflicts import conflicts_of_grant
from governance.access.queries.delegations import one_pair_of_eyes
from governance.access.queries.rights import person_of, require_on
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from governance.actors import Actor

OPEN = GrantProposal.Outcome.OPEN


def propose(wanted: Grant, actor: Actor) -> GrantProposal:
    """Writes down a grant that waits for a second administrator; `grant` has checked it."""
    refuse_duplicate(wanted)
    identity = {
        "role_id": wanted.role,
        "person": wanted.holder.person,
        "team": wanted.holder.team,
        "account": wanted.holder.account,
        "portfolio": wanted.place.portfolio,
        "model": wanted.place.model,
    }
    if GrantProposal.objects.filter(**identity, outcome=OPEN).exists():
        raise Duplicate(
            _("This grant is proposed already."), remedy=_("Another administrator confirms it.")
        )
    proposal = GrantProposal.objects.create(
        **identity,
        reason=wanted.reason,
        conflict_reason=wanted.conflict_reason,
        ends_at=wanted.ends_at,
        proposed_by_id=person_of(actor),
    )
    _record(Action.GRANT_PROPOSED, proposal, proposal.reason, actor)
    return proposal


@transaction.atomic
def confirm_proposal(proposal_id: UUID, *, actor: Actor) -> RoleAssignment:
    """Gives the role that another administrator proposed; works at once.

    Raises:
        NotFound: there is no such proposal. NotAllowed: the actor may not grant here, proposed
        it, would hold it, or stands in for either. Conflict: it is decided, its end is over, or
        by now the role would clash with another one and nobody said why. Duplicate: the role is
        held by now.
    """
    proposal = _to_decide(proposal_id, actor)
    grant = Grant(
        proposal.role_id,
        holder_of(proposal),
        place_of(proposal),
        proposal.reason,
        ends_at=proposal.ends_at,
        conflict_reason=proposal.conflict_reason,
    )
    _refuse_outdated(proposal, grant)
    assignment = write(grant, proposal.proposed_by_id)
    proposal.assignment = assignment
    _decide(proposal, GrantProposal.Outcome.CONFIRMED, actor)
    _record(Action.GRANT_CONFIRMED, proposal, proposal.reason, actor)
    record_grant(
        Action.ASSIGNMENT_GRANTED, assignment, proposal.reason, actor, proposal=str(proposal.pk)
    )
    return assignment


@transaction.atomic
def decline_proposal(proposal_id: UUID, *, reason: str, actor: Actor) -> GrantProposal:
    """Says no to a grant that another administrator proposed.

    Raises:
        NotFound, NotAllowed, Conflict: as for confirming. Invalid: no reason.
    """
    proposal = _to_decide(proposal_id, actor)
    if not reason.strip():
        raise Invalid(_("Declining needs a reason."), field="reason")
    _decide(proposal, GrantProposal.Outcome.DECLINED, actor)
    _record(Action.GRANT_DECLINED, proposal, reason, actor)
    return proposal


def _to_decide(proposal_id: UUID, actor: Actor) -> GrantProposal:
    rows = GrantProposal.objects.select_for_update(of=("self",))
    if (proposal := rows.filter(pk=proposal_id).first()) is None:
        raise NotFound(_("There is no such proposal."))
    missing = _("There is no such proposal.")
    require_on(actor, Permission.ASSIGNMENT_GRANT, place_of(proposal).thing, missing)
    eyes = one_pair_of_eyes(actor)
    if proposal.proposed_by_id in eyes:
        raise NotAllowed(
            _("Who proposed a grant does not decide on it, nor does who stands in for them."),
            remedy=_("Ask another administrator."),
        )
    refuse_self(holder_of(proposal), eyes)
    if proposal.outcome != OPEN:
        raise Conflict(_("This proposal is decided already."))
    return proposal


def _refuse_outdated(proposal: GrantProposal, grant: Grant) -> None:
    if proposal.ends_at and proposal.ends_at <= timezone.now():
        raise Conflict(
            _("The end of the proposed grant is over."),
            remedy=_("Decline it; a new one can be proposed."),
        )
    clash = conflicts_of_grant(grant.holder, grant.role, grant.place.scope)
    if clash and not proposal.conflict_reason:
        raise Conflict(
            " ".join(one.words for one in clash),
            remedy=_("Decline it; a new proposal says why it must be so."),
        )


def _decide(proposal: GrantProposal, outcome: GrantProposal.Outcome, actor: Actor) -> None:
    proposal.outcome = outcome
    proposal.decided_by_id = person_of(actor)
    proposal.decided_at = timezone.now()
    proposal.save(update_fields=["outcome", "decided_by", "decided_at", "assignment"])


def _record(action: Action, proposal: GrantProposal, reason: str, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        subject=("proposal", proposal.pk),
        portfolio_id=portfolio_of(proposal),
        after=facts_of(proposal),
        personal={"reason": reason},
    )
