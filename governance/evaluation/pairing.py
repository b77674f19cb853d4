"""Which rows of two scored tables are the same cases."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from governance.errors import Invalid
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.scored_header import BINARY, REGRESSION
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

    @property
    def champion_labelled(self) -> ScoredData | None:
        """Give the champion's rows in groups: on joined rows the challenger's hold for both."""
        if self.champion is None or not self.paired:
            return self.champion
        ours = self.challenger
        return replace(
            self.champion, segment=ours.segment, segment_names=ours.segment_names, date=ours.date
        )


def pair(challenger: ScoredData, champion: ScoredData | None) -> Pairing:
    """Join two tables by key where both have one and share enough cases.

    Two scores of one table share its outcomes and need no key.

    Raises:
        Invalid: The same case has another outcome in the other table.
    """
    if champion is None:
        return Pairing(challenger, None, "no_champion")
    _require_same_kind(challenger, champion)
    if challenger.key is None or champion.key is None:
        same = challenger.outcome is champion.outcome
        return Pairing(challenger, champion, "one_table" if same else "no_key")
    _common, ours, theirs = np.intersect1d(
        challenger.key, champion.key, assume_unique=True, return_indices=True
    )
    left, right = challenger.take(ours), champion.take(theirs)
    alone = challenger.rows - left.rows, champion.rows - left.rows
    if left.rows < MIN_COMMON or left.one_sided:
        return Pairing(challenger, champion, "too_few_common", *alone)
    _require_same_outcomes(left, right)
    right = replace(right, weight=left.weight)  # one case weighs the same on both sides
    return Pairing(left, right, "key", *alone)


def sample_facts(
    pairing: Pairing, challenger: ScoredData, champion: ScoredData | None
) -> dict[str, Any]:
    """Say which rows were compared, in plain JSON values."""
    binary = challenger.kind == BINARY
    return {
        "join": pairing.join,
        "paired": pairing.paired,
        "weighted": pairing.challenger.weight is not None,
        "rows": pairing.challenger.rows,
        "events": pairing.challenger.events if binary else None,
        "rarer": _rarer(pairing.challenger),
        "challenger_rows": challenger.rows,
        "champion_rows": champion.rows if champion else None,
        "challenger_only": pairing.challenger_only,
        "champion_only": pairing.champion_only,
        "segments": len(challenger.segment_names),
    }


def _rarer(sample: ScoredData) -> int:
    """Count the cases of the rarest outcome; all of them where outcomes are numbers."""
    if sample.kind == REGRESSION:
        return sample.rows
    if sample.kind == BINARY:
        return min(sample.events, sample.rows - sample.events)
    return int(np.bincount(sample.outcome, minlength=max(2, len(sample.class_names))).min())


def _require_same_kind(left: ScoredData, right: ScoredData) -> None:
    if (left.kind, left.class_names) != (right.kind, right.class_names):
        raise Invalid(
            _("The two scored tables do not predict the same thing."),
            remedy=_("Compare versions that predict the same numbers or the same classes."),
            field="outcome",
        )


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
