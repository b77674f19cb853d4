"""Drafts of policies: written, written again by the same person, thrown away."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from governance.access.models import Portfolio
from governance.access.permissions import Permission
from governance.access.queries import person_of, require, visible_to
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, NotFound
from governance.inventory.models import RegisteredModel
from workflows.policies.definition import Definition
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.queries import digest_of_wording, draft_by_id
from workflows.policies.wording import plain_of
from workflows.policies.yaml_form import Head


@transaction.atomic
def draft_policy(
    head: Head, definition: Definition, *, note: str = "", actor: Actor
) -> PolicyVersion:
    """Writes a draft: the next wording of a policy, or the first of a new one.

    Whoever began a draft goes on with it; others throw it away or put it in force.

    Raises:
        NotAllowed: may not draft here. Conflict: somebody else has a draft of it. Invalid: the
        policy is of another tier or place. Duplicate: the tier and place have one already.
    """
    policy = _policy(head, actor)
    require(actor, Permission.POLICY_DRAFT, policy)
    policy = Policy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
    plain = plain_of(definition)
    draft = policy.versions.filter(state=PolicyVersion.State.DRAFT).first()
    if draft is None:
        highest = policy.versions.aggregate(highest=Max("number"))["highest"] or 0
        draft = PolicyVersion(policy=policy, number=highest + 1, drafted_by_id=person_of(actor))
    elif draft.drafted_by_id != actor.person_id:
        raise Conflict(
            _("{name} has begun a draft of this policy.").format(name=draft.drafted_by),
            remedy=_("Let them finish it, or discard it."),
        )
    # PostgreSQL keeps every sign but this one.
    draft.definition, draft.note = plain, note.strip()
    draft.save()
    _record(Action.POLICY_DRAFTED, draft, actor, note=draft.note)
    return draft


@transaction.atomic
def discard_draft(draft_id: UUID, *, actor: Actor) -> None:
    """Throws a draft away, whoever wrote it; with it a policy that never was in force.

    Raises:
        NotFound: there is no such draft. NotAllowed: may not draft here.
    """
    draft = draft_by_id(actor, draft_id)
    require(actor, Permission.POLICY_DRAFT, draft.policy)
    policy = Policy.objects.select_for_update(of=("self",)).get(pk=draft.policy_id)
    if not PolicyVersion.objects.filter(pk=draft.pk, state=PolicyVersion.State.DRAFT).exists():
        raise NotFound(_("There is no such draft."))
    _record(Action.POLICY_DISCARDED, draft, actor)
    draft.delete()
    if not policy.versions.exists():
        policy.delete()


def _policy(head: Head, actor: Actor) -> Policy:
    """The policy that a head names; a new one where there is none of that name."""
    place = _place(head, actor)
    known = Policy.objects.select_related("portfolio", "model").filter(name=head.name).first()
    if known is None:
        return _new(head, place, actor)
    if (known.tier, known.portfolio_id, known.model_id) != (head.tier, *_ids(place)):
        raise Invalid(
            _("The policy {name} is of another tier or place.").format(name=head.name),
            remedy=_("Give the new policy a name of its own."),
            field="policy.name",
        )
    return known


def _new(head: Head, place: dict[str, Any], actor: Actor) -> Policy:
    taken = Policy.objects.filter(
        tier=head.tier,
        portfolio=place.get("portfolio"),
        model=place.get("model"),
    ).first()
    if taken is not None:
        raise Duplicate(
            _("This tier and place have the policy {name} already.").format(name=taken.name),
            remedy=_("Draft its next wording instead."),
            field="policy.name",
        )
    policy = Policy(name=head.name, title=head.title, tier=head.tier, **place)
    require(actor, Permission.POLICY_DRAFT, policy)
    policy.save()
    return policy


def _place(head: Head, actor: Actor) -> dict[str, Any]:
    if head.model:
        model = visible_to(actor, RegisteredModel.objects.filter(name=head.model)).first()
        if model is None:
            raise Invalid(
                _("There is no model {name} that you can see.").format(name=head.model),
                field="policy.model",
            )
        return {"model": model}
    if head.portfolio:
        portfolio = visible_to(actor, Portfolio.objects.filter(name=head.portfolio)).first()
        if portfolio is None:
            raise Invalid(
                _("There is no portfolio {name} that you can see.").format(name=head.portfolio),
                field="policy.portfolio",
            )
        return {"portfolio": portfolio}
    return {}


def _ids(place: dict[str, Any]) -> tuple[UUID | None, UUID | None]:
    portfolio, model = place.get("portfolio"), place.get("model")
    return (portfolio.pk if portfolio else None), (model.pk if model else None)


def _record(action: Action, draft: PolicyVersion, actor: Actor, *, note: str = "") -> None:
    policy = draft.policy
    record(
        action,
        actor=actor,
        subject=("policy", policy.pk),
        portfolio_id=policy.portfolio_id,
        after={
            "name": policy.name,
            "number": draft.number,
            "wording": str(draft.pk),
            "digest": digest_of_wording(draft.definition),
        },
        personal={"note": note} if note else {},
    )
