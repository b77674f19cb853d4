"""How a comparison is to be judged. Pure."""

from dataclasses import dataclass

from governance.evaluation.cutoffs import Costs


@dataclass(frozen=True, slots=True)
class Terms:
    """The accepted loss, the level of intervals, a cut-off if one is set, and what errors cost."""

    margin: float
    level: float
    cutoff: float | None
    costs: Costs
