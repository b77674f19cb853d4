"""The risk tier of a model: scored from facts, or set against them with a reason."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import one_pair_of_eyes, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.audit.writing import Recorded
from governance.errors import Invalid, NotAllowed
from governance.inventory.models import RegisteredModel
from governance.inventory.tiers import Complexity, Use, tier_of
from governance.outbox.operations import enqueue

LARGEST_MILLIONS = 10_000_000


@dataclass(frozen=True, slots=True)
class TierFacts:
    """What the tier follows from: exposure in millions, what it is used for, how complex it is."""

    exposure_millions: int
    use: Use
    complexity: Complexity


@transaction.atomic
def set_tier(
    model: RegisteredModel,
    facts: TierFacts,
    *,
    override: int | None = None,
    reason: str = "",
    actor: Actor,
) -> RegisteredModel:
    """Sets the facts and the tier that follows from them, or another one with a reason.

    A higher tier (a smaller number) re-opens the validation of what is under review or approved;
    a lower one changes nothing for a case that is open.

    Raises:
        NotAllowed: may not, or is one pair of eyes with who owns the model. Invalid: a bad number,
        or no reason.
    """
    model = RegisteredModel.objects.select_for_update(of=("self",)).get(pk=model.pk)
    require(actor, Permission.MODEL_SET_TIER, model)
    _refuse_owner(model, actor)
    before = model.tier
    _refuse_bad(facts, override, reason)
    scored = tier_of(facts.exposure_millions, facts.use, facts.complexity).tier
    model.exposure_millions = facts.exposure_millions
    model.use, model.complexity = facts.use, facts.complexity
    model.tier = override or scored
    model.tier_reason = reason.strip() if model.tier != scored else ""
    model.save(update_fields=["exposure_millions", "use", "complexity", "tier", "tier_reason"])
    entry = _record(model, before, scored, facts, actor)
    if model.tier < before:
        payload = {"model_id": str(model.pk), "tier": model.tier}
        enqueue("model.tier_raised", f"{model.pk}:{entry.subject_seq}", payload)
    return model


def _record(
    model: RegisteredModel, before: int, scored: int, facts: TierFacts, actor: Actor
) -> Recorded:
    return record(
        Action.MODEL_TIER_SET,
        actor=actor,
        subject=("model", model.pk),
        portfolio_id=model.portfolio_id,
        before={"tier": before},
        after={
            "tier": model.tier,
            "scored": scored,
            "exposure_millions": facts.exposure_millions,
            "use": facts.use.value,
            "complexity": facts.complexity.value,
        },
        personal={"reason": model.tier_reason} if model.tier_reason else {},
    )


def _refuse_owner(model: RegisteredModel, actor: Actor) -> None:
    if model.owner_id in one_pair_of_eyes(actor):
        raise NotAllowed(
            _("You own this model, so you cannot set its tier.")
            if model.owner_id == actor.person_id
            else _("You are one pair of eyes with who owns this model."),
            remedy=_("A validator or the head of model risk sets it."),
        )


def _refuse_bad(facts: TierFacts, override: int | None, reason: str) -> None:
    if not 0 <= facts.exposure_millions <= LARGEST_MILLIONS:
        raise Invalid(
            _("An exposure from 0 to {most} millions.").format(most=LARGEST_MILLIONS),
            field="exposure_millions",
        )
    if override is None:
        return
    if override not in RegisteredModel.Tier.values:
        raise Invalid(_("The tier is 1, 2 or 3."), field="override")
    scored = tier_of(facts.exposure_millions, facts.use, facts.complexity).tier
    if override != scored and not reason.strip():
        raise Invalid(
            _("The facts come to tier {scored}. Say why it is another.").format(scored=scored),
            field="reason",
        )
