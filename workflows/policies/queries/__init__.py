"""Reads of policies, their calendars and freezes."""

from workflows.policies.queries.calendars import (
    calendar_named,
    calendar_of,
    calendar_title,
    calendars,
)
from workflows.policies.queries.freezes import (
    Hold,
    freeze_by_id,
    freezes_at,
    freezes_for,
    hold_over,
)
from workflows.policies.queries.satisfying import (
    site_of,
    unsatisfied,
)
from workflows.policies.queries.wordings import (
    definition_of,
    digest_of_wording,
    digests_shipped,
    draft_by_id,
    draft_named,
    drafts_for,
    former_of,
    head_of,
    in_force_of_tier,
    models_of,
    models_under,
    past_wordings,
    policies_for,
    policy_for,
    wording_named,
    wording_of_tier,
    wordings_for,
)

__all__ = [
    "Hold",
    "calendar_named",
    "calendar_of",
    "calendar_title",
    "calendars",
    "definition_of",
    "digest_of_wording",
    "digests_shipped",
    "draft_by_id",
    "draft_named",
    "drafts_for",
    "former_of",
    "freeze_by_id",
    "freezes_at",
    "freezes_for",
    "head_of",
    "hold_over",
    "in_force_of_tier",
    "models_of",
    "models_under",
    "past_wordings",
    "policies_for",
    "policy_for",
    "site_of",
    "unsatisfied",
    "wording_named",
    "wording_of_tier",
    "wordings_for",
]
