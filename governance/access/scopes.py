"""Where a permission holds: the organisation, one portfolio, or one model. Pure."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """A place where something is to be done. Neither id: the organisation as a whole."""

    portfolio_id: UUID | None = None
    model_id: UUID | None = None
    title: str = ""


ORGANISATION = Scope(title="organisation")
