"""The states of a version. Pure. Which edges join them is written in `workflows/lifecycle`."""

from collections.abc import Mapping
from enum import StrEnum

from governance.sentences import Words
from governance.sentences import sentence as _


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

# As a sentence goes on after "The version is".
IN_WORDS: Mapping[str, Words] = {
    State.DRAFT: _("a draft"),
    State.SUBMITTED: _("submitted"),
    State.VALIDATED: _("validated"),
    State.APPROVED: _("approved"),
    State.DEPLOYED: _("deployed"),
    State.SUPERSEDED: _("superseded"),
    State.SUSPENDED: _("suspended"),
    State.RETIRED: _("retired"),
    State.REJECTED: _("rejected"),
    State.WITHDRAWN: _("withdrawn"),
}
