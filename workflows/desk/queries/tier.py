"""The risk tier of a model on a screen: what its answers come to, and what setting it does."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.operations import TierFacts
from governance.inventory.states import State
from governance.inventory.tiers import Score, tier_of
from workflows.policies.models import PolicyVersion
from workflows.policies.queries import definition_of
from workflows.policies.reading import tiers_in_words

REOPENED = (State.SUBMITTED.value, State.VALIDATED.value, State.APPROVED.value)


@dataclass(frozen=True, slots=True)
class TierPreview:
    """Points by answer, the tier they come to, the one that would be set, and what follows."""

    score: Score
    tier: int
    effect: str
    reopened: Sequence[ModelVersion]


def tier_preview(model: RegisteredModel, facts: TierFacts, override: int | None) -> TierPreview:
    """What would be set, and what that would do to the versions that are under way."""
    score = tier_of(facts.exposure_millions, facts.use, facts.complexity)
    tier = override or score.tier
    raised = tier < model.tier
    return TierPreview(score, tier, _effect(model.tier, tier), _under_way(model) if raised else ())


def _effect(before: int, after: int) -> str:
    if after < before:
        return _("The tier rises: what is under review or approved is validated again, under it.")
    if after > before:
        return _("The tier falls: versions submitted from now on; an open case keeps its rules.")
    return _("The tier stays as it is.")


def _under_way(model: RegisteredModel) -> list[ModelVersion]:
    return list(model.versions.filter(state__in=REOPENED).order_by("number"))


def rules_of_tiers() -> list[tuple[int, dict[str, str]]]:
    """What each tier asks for, in a few words; of the policies for every portfolio."""
    rows = PolicyVersion.objects.filter(
        state=PolicyVersion.State.IN_FORCE, policy__portfolio=None, policy__model=None
    )
    rows = rows.select_related("policy").order_by("policy__tier")
    return [(row.policy.tier, dict(tiers_in_words(definition_of(row)))) for row in rows]
