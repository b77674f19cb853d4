"""Which rules hold for which model, the wordings of policies, and the drafts of them."""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from governance.access.models import Portfolio
from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound, Unavailable
from governance.inventory.models import RegisteredModel
from workflows.policies.definition import Definition
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.narrowing import holding, is_written_for, wider_first
from workflows.policies.shipped import SHIPPED
from workflows.policies.wording import parse
from workflows.policies.yaml_form import Head


def policy_for(model: RegisteredModel) -> PolicyVersion:
    """The wording in force for a model: its own, else its portfolio's, else its tier's.

    A narrower one that asks less than a wider one is passed over (`narrowing.py`).

    Raises:
        Unavailable: no policy is in force; without rules nobody could decide.
    """
    return policies_for([model])[model.pk]


def policies_for(models: Collection[RegisteredModel]) -> dict[UUID, PolicyVersion]:
    """The same for each of these models. One query.

    Raises:
        Unavailable: no policy is in force for one of them.
    """
    rows = PolicyVersion.objects.select_related("policy").filter(
        Q(policy__model__in=models)
        | Q(policy__model=None, policy__portfolio__in={model.portfolio_id for model in models})
        | Q(policy__model=None, policy__portfolio=None),
        policy__tier__in={model.tier for model in models},
        state=PolicyVersion.State.IN_FORCE,
    )
    wordings = wider_first(rows)
    return {model.pk: _holding_for(model, wordings) for model in models}


def _holding_for(model: RegisteredModel, wordings: Iterable[PolicyVersion]) -> PolicyVersion:
    written = [one for one in wordings if is_written_for(one.policy, model)]
    if not written:
        raise Unavailable(
            _("No policy is in force for tier {tier}.").format(tier=model.tier),
            remedy=_("An administrator must put one in force."),
        )
    return holding(written)


def in_force_of_tier(tier: int) -> list[PolicyVersion]:
    """Every wording in force in a tier, wherever it holds."""
    rows = PolicyVersion.objects.filter(policy__tier=tier, state=PolicyVersion.State.IN_FORCE)
    return list(rows.select_related("policy__portfolio", "policy__model"))


def definition_of(version: PolicyVersion) -> Definition:
    """What a wording says."""
    return _parsed(json.dumps(version.definition))


@lru_cache(maxsize=64)
def _parsed(text: str) -> Definition:
    """Wordings are few and asked for at every step; what they say is frozen."""
    return parse(json.loads(text))


def wordings_for(
    actor: Actor, state: PolicyVersion.State = PolicyVersion.State.IN_FORCE
) -> QuerySet[PolicyVersion]:
    """The wordings in force that an actor may know of: those of tiers, and of places they see.

    By tier, the general one first.
    """
    own = visible_to(actor, RegisteredModel.objects.all())
    places = visible_to(actor, Portfolio.objects.all())
    rows = PolicyVersion.objects.filter(
        Q(policy__portfolio=None) | Q(policy__portfolio__in=places),
        Q(policy__model=None) | Q(policy__model__in=own),
        state=state,
    )
    found = rows.select_related(
        "policy__portfolio", "policy__model", "put_in_force_by", "drafted_by"
    )
    return found.order_by("policy__tier", "policy__name")


def drafts_for(actor: Actor) -> QuerySet[PolicyVersion]:
    """The drafts of policies that an actor may know of."""
    return wordings_for(actor, PolicyVersion.State.DRAFT)


def draft_by_id(actor: Actor, draft_id: UUID) -> PolicyVersion:
    """One draft.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    if (found := drafts_for(actor).filter(pk=draft_id).first()) is None:
        raise NotFound(
            _("There is no such draft that you can see."), remedy=_("It may be in force by now.")
        )
    return found


def draft_named(actor: Actor, name: str) -> PolicyVersion | None:
    """The draft of a policy, if there is one."""
    return drafts_for(actor).filter(policy__name=name).first()


def wording_named(actor: Actor, name: str) -> PolicyVersion:
    """The wording in force of one policy.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    if (found := wordings_for(actor).filter(policy__name=name).first()) is None:
        raise NotFound(
            _("There is no policy {name} in force that you can see.").format(name=name),
            remedy=_("Look at the list of policies."),
        )
    return found


def former_of(draft: PolicyVersion) -> PolicyVersion | None:
    """The wording in force that a draft would replace."""
    rows = PolicyVersion.objects.filter(policy=draft.policy_id)
    return rows.filter(state=PolicyVersion.State.IN_FORCE).first()


def wording_of_tier(tier: int) -> PolicyVersion:
    """The wording in force for every portfolio in a tier.

    Raises:
        Unavailable: there is none to begin from.
    """
    rows = PolicyVersion.objects.filter(state=PolicyVersion.State.IN_FORCE)
    found = rows.filter(policy__tier=tier, policy__portfolio=None, policy__model=None).first()
    if found is None:
        raise Unavailable(
            _("No policy is in force for tier {tier}.").format(tier=tier),
            remedy=_("An administrator must put one in force."),
        )
    return found


def models_under(actor: Actor, version: PolicyVersion) -> int:
    """How many of the models that an actor sees are of the tier and place of a policy."""
    return visible_to(actor, models_of(version.policy)).count()


def models_of(policy: Policy) -> QuerySet[RegisteredModel]:
    """The models of the tier and place of a policy, those with narrower rules among them."""
    rows: QuerySet[RegisteredModel] = RegisteredModel.objects.filter(tier=policy.tier)
    if policy.model_id:
        return rows.filter(pk=policy.model_id)
    return rows.filter(portfolio=policy.portfolio_id) if policy.portfolio_id else rows


def past_wordings(version: PolicyVersion) -> list[PolicyVersion]:
    """All wordings of the same policy, newest first."""
    rows = PolicyVersion.objects.filter(policy=version.policy_id).exclude(
        state=PolicyVersion.State.DRAFT
    )
    return list(rows.select_related("put_in_force_by").order_by("-number"))


def head_of(policy: Policy) -> Head:
    """Which policy it is, as its text says it."""
    return Head(
        name=policy.name,
        title=policy.title,
        tier=policy.tier,
        portfolio=policy.portfolio.name if policy.portfolio else "",
        model=policy.model.name if policy.model else "",
    )


def digest_of_wording(plain: Mapping[str, Any]) -> str:
    """SHA-256 over the RFC 8785 form of a wording, as 64 hex digits."""
    return sha256(rfc8785.dumps(dict(plain))).hexdigest()


def digests_shipped() -> dict[str, str]:
    """The digest of each wording that ships, by the name of its policy."""
    return {name: digest_of_wording(plain) for name, _title, _tier, plain in SHIPPED}
