"""Putting a wording in force: by another than its author, and only if it can be satisfied."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import one_pair_of_eyes, person_of, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, NotAllowed, NotFound, Stale
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.narrowing import looser_than
from workflows.policies.plain_reader import BadWording
from workflows.policies.queries import (
    definition_of,
    digest_of_wording,
    draft_by_id,
    in_force_of_tier,
    unsatisfied,
)


@transaction.atomic
def put_policy_in_force(draft_id: UUID, *, digest: str, actor: Actor) -> PolicyVersion:
    """Puts a draft in force; cases that are open keep the wording they were submitted under.

    `digest` is that of the wording that the actor read.

    Raises:
        NotAllowed: may not, wrote it, or stands in for who wrote it. NotFound: no such draft.
        Stale: it was written again since. BadWording: nobody could satisfy it; every reason is in
        `problems`. Conflict: it is for a part of a tier and asks less than the wider policy.
    """
    draft = draft_by_id(actor, draft_id)
    require(actor, Permission.POLICY_ENFORCE, draft.policy)
    Policy.objects.select_for_update(of=("self",)).get(pk=draft.policy_id)
    draft = _again(draft_id)
    if draft.drafted_by_id == actor.person_id:
        raise NotAllowed(
            _("You drafted it, so you cannot put it in force yourself."),
            remedy=_("Another administrator reads it and puts it in force."),
        )
    if draft.drafted_by_id in one_pair_of_eyes(actor):
        raise NotAllowed(
            _("Who stands in for its drafter, or is stood in for, does not put it in force."),
            remedy=_("Another administrator reads it and puts it in force."),
        )
    if digest_of_wording(draft.definition) != digest:
        raise Stale(
            _("The draft was written again since this page was loaded."),
            remedy=_("Nothing is in force. Read what stands there now."),
            field="digest",
        )
    if problems := unsatisfied(draft.policy, definition_of(draft)):
        raise BadWording(problems)
    refuse_looser(draft)
    replaced = _replace(draft)
    draft.state = PolicyVersion.State.IN_FORCE
    draft.put_in_force_by_id = person_of(actor)
    draft.put_in_force_at = timezone.now()
    draft.save(update_fields=["state", "put_in_force_by", "put_in_force_at"])
    _record(draft, replaced, digest, actor)
    return draft


def refuse_looser(draft: PolicyVersion) -> None:
    """Refuses narrower rules that ask less than the wider ones.

    Raises:
        Conflict: each thing that is less is named.
    """
    for wider, words in looser_than(draft, in_force_of_tier(draft.policy.tier)):
        raise Conflict(
            _("It asks less than “{policy}”, which holds here too: {looser}.").format(
                policy=wider.policy, looser="; ".join(words)
            ),
            remedy=_("Narrower rules may only ask more. Write it anew, or change the wider ones."),
        )


def _again(draft_id: UUID) -> PolicyVersion:
    rows = PolicyVersion.objects.select_related("policy__portfolio", "policy__model", "drafted_by")
    found = rows.filter(pk=draft_id, state=PolicyVersion.State.DRAFT).first()
    if found is None:
        raise NotFound(_("There is no such draft."))
    return found


def _replace(draft: PolicyVersion) -> PolicyVersion | None:
    rows = PolicyVersion.objects.filter(policy=draft.policy_id)
    former = rows.filter(state=PolicyVersion.State.IN_FORCE).first()
    if former is not None:
        former.state = PolicyVersion.State.REPLACED
        former.save(update_fields=["state"])
    return former


def _record(
    wording: PolicyVersion, former: PolicyVersion | None, digest: str, actor: Actor
) -> None:
    record(
        Action.POLICY_PUT_IN_FORCE,
        actor=actor,
        subject=("policy", wording.policy_id),
        portfolio_id=wording.policy.portfolio_id,
        before={"number": former.number if former else 0},
        after={
            "name": wording.policy.name,
            "number": wording.number,
            "wording": str(wording.pk),
            "digest": digest,
        },
    )
