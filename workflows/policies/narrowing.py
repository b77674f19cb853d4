"""Narrower rules may only ask more than the wider ones, and hold only while they do.

A policy of a portfolio stands in for that of its tier, one of a model for both. Whoever satisfies
the narrower must have satisfied the wider, so a portfolio cannot make its own work easier.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from workflows.policies.strictness import is_stricter, looser_in
from workflows.policies.wording import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from governance.inventory.models import RegisteredModel
    from workflows.policies.models import Policy, PolicyVersion


def holding(wordings: Sequence[PolicyVersion]) -> PolicyVersion:
    """Which of the wordings that are written for a model holds, given the widest first.

    The narrowest; one that has come to ask less than a wider one, because that was made harder
    since, rests until it is written anew.
    """
    return reduce(_narrowed, wordings)


def _narrowed(wider: PolicyVersion, narrower: PolicyVersion) -> PolicyVersion:
    stricter = is_stricter(parse(narrower.definition), parse(wider.definition))
    return narrower if stricter else wider


def wider_first(wordings: Iterable[PolicyVersion]) -> list[PolicyVersion]:
    """The tier's before a portfolio's before a model's."""
    return sorted(wordings, key=lambda one: (one.policy.model_id is not None, _placed(one.policy)))


def _placed(policy: Policy) -> bool:
    return policy.portfolio_id is not None


def is_written_for(policy: Policy, model: RegisteredModel) -> bool:
    """Whether a model is of the tier and place of a policy."""
    if policy.tier != model.tier:
        return False
    if policy.model_id is not None:
        return policy.model_id == model.pk
    return policy.portfolio_id in (None, model.portfolio_id)


def is_wider(wider: Policy, narrower: Policy) -> bool:
    """Whether one policy would hold where the other does, were the other not there."""
    if wider.pk == narrower.pk or wider.tier != narrower.tier or wider.model_id is not None:
        return False
    if wider.portfolio_id is None:
        return _placed(narrower) or narrower.model_id is not None
    return narrower.model is not None and narrower.model.portfolio_id == wider.portfolio_id


def looser_than(
    wording: PolicyVersion, others: Iterable[PolicyVersion]
) -> list[tuple[PolicyVersion, list[str]]]:
    """The wider ones than which a wording asks less, each with what is less, in words."""
    definition = parse(wording.definition)
    found = [
        (other, looser_in(definition, parse(other.definition)))
        for other in others
        if is_wider(other.policy, wording.policy)
    ]
    return [(other, words) for other, words in found if words]
