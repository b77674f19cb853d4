"""Which rows of two scored tables are the same cases."""

from dataclasses import dataclass

import numpy as np

from governance.errors import Invalid
from governance.evaluation.scored_data import ScoredData
from governance.sentences import sentence as _

MIN_COMMON = 50


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """Two samples, row by row the same cases where `paired`; `join` says how that was found.

    `join` is "key" or "one_table" (two scores of the same rows), or why nothing was joined:
    "no_key", "too_few_common", "no_champion".
    """

    challenger: ScoredData
    champion: ScoredData | None
    join: str
    challenger_only: int = 0
    champion_only: int = 0

    @property
    def paired(self) -> bool:
        """Say whether both samples hold the same cases in the same order."""
        return self.join in {"key", "one_table"}


def pair(challenger: ScoredData, champion: ScoredData | None) -> Pairing:
    """Join two tables by key where both have one and share enough cases.

    Two scores of one table share its outcomes and need no key.

    Raises:
        Invalid: The same case has another outcome in the other table.
    """
    if champion is None:
        return Pairing(challenger, None, "no_champion")
    if challenger.key is None or champion.key is None:
        same = challenger.outcome is champion.outcome
        return Pairing(challenger, champion, "one_table" if same else "no_key")
    _common, ours, theirs = np.intersect1d(
        challenger.key, champion.key, assume_unique=True, return_indices=True
    )
    left, right = challenger.take(ours), champion.take(theirs)
    if left.rows < MIN_COMMON or left.events in {0, left.rows}:
        return Pairing(challenger, champion, "too_few_common")
    _require_same_outcomes(left, right)
    return Pairing(left, right, "key", challenger.rows - left.rows, champion.rows - left.rows)


def _require_same_outcomes(left: ScoredData, right: ScoredData) -> None:
    differing = int(np.count_nonzero(left.outcome != right.outcome))
    if differing:
        raise Invalid(
            _(
                "{number} cases have another outcome in the champion's scored table.",
                number=differing,
            ),
            remedy=_("Upload outcomes observed over the same period, or leave the key out."),
            field="outcome",
        )
