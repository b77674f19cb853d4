"""The states of a version. Pure. Which edges join them is written in `workflows/lifecycle`."""

from enum import StrEnum


class State(StrEnum):
    """Where a version stands in its life; the main path first."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VALIDATED = "validated"
    APPROVED = "approved"
    DEPLOYED = "deployed"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    RETIRED = "retired"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


# Before it is live, a version may still be withdrawn, and its approval may still fall.
NOT_YET_LIVE = frozenset({State.DRAFT, State.SUBMITTED, State.VALIDATED, State.APPROVED})
ENDED = frozenset({State.RETIRED, State.REJECTED, State.WITHDRAWN})
