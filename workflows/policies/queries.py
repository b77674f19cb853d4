"""Which rules hold for a model, read as frozen values."""

from django.db.models import Q
from django.utils.translation import gettext as _

from governance.errors import Unavailable
from governance.inventory.models import RegisteredModel
from workflows.policies.definition import Definition, parse
from workflows.policies.models import PolicyVersion


def policy_for(model: RegisteredModel) -> PolicyVersion:
    """The wording in force for a model: its own, else its portfolio's, else its tier's.

    Raises:
        Unavailable: no policy is in force; without rules nobody could decide.
    """
    rows = PolicyVersion.objects.select_related("policy").filter(
        Q(policy__model=model)
        | Q(policy__model=None, policy__portfolio=model.portfolio_id)
        | Q(policy__model=None, policy__portfolio=None),
        policy__tier=model.tier,
        state=PolicyVersion.State.IN_FORCE,
    )
    ordered = sorted(rows, key=_narrowest_first)
    if not ordered:
        raise Unavailable(
            _("No policy is in force for tier {tier}.").format(tier=model.tier),
            remedy=_("An administrator must put one in force."),
        )
    return ordered[0]


def _narrowest_first(version: PolicyVersion) -> tuple[bool, bool]:
    return version.policy.model_id is None, version.policy.portfolio_id is None


def definition_of(version: PolicyVersion) -> Definition:
    """What a wording says."""
    return parse(version.definition)
