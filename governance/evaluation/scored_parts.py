"""Which columns are wanted of a scored table, and what they hold once it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_columns import (
    ClassColumn,
    Column,
    DateColumn,
    KeyColumn,
    NumberColumn,
    OutcomeColumn,
    ScoreColumn,
    SegmentColumn,
    WeightColumn,
)
from governance.evaluation.scored_header import (
    MULTICLASS,
    REGRESSION,
    ScoredColumns,
    classes_in,
)
from governance.evaluation.scored_inputs import InputValues, inputs_in
from governance.evaluation.scored_refusals import refused

SUM_ERROR = 0.01  # probabilities that were written with three digits add up to about 1


@dataclass(frozen=True, slots=True)
class Scanned:
    """The wanted columns by part (score, outcome, segment, key …), each (rows,).

    With classes, scores are (rows, classes) and outcomes positions in `class_names`.
    """

    arrays: Mapping[str, NDArray[Any]]
    segment_names: list[str]
    class_names: list[str]
    inputs: Sequence[InputValues] = ()


class Parts:
    """An empty column for each part that is wanted of a table with this header, and its inputs.

    `rows` is about how many rows there are.

    Raises:
        UnreadableScores: The columns of the classes are not right.
    """

    def __init__(self, columns: ScoredColumns, header: Sequence[str], rows: int) -> None:
        self.class_names: list[str] = []
        self.columns: dict[str, Column] = {}
        if columns.kind == MULTICLASS:
            self._add_classes(columns, header)
        else:
            self._add_scores(columns)
        more: dict[str, Callable[[str], Column]] = {
            "segment": SegmentColumn,
            "key": KeyColumn,
            "weight": WeightColumn,
            "date": DateColumn,
        }
        for part, kind in more.items():
            if (name := getattr(columns, part)) is not None:
                self.columns[part] = kind(name)

        taken = [column.name for column in self.columns.values()]
        self.inputs = inputs_in(header, columns.inputs, taken, rows)

    @property
    def every(self) -> list[Column]:
        """Give the columns of parts and inputs."""
        return [*self.columns.values(), *self.inputs]

    def _add_scores(self, columns: ScoredColumns) -> None:
        numeric = columns.kind == REGRESSION
        kind = NumberColumn if numeric else ScoreColumn
        self.columns["score"] = kind(columns.score)
        if columns.champion is not None:
            self.columns["champion"] = kind(columns.champion)
        self.columns["outcome"] = (NumberColumn if numeric else OutcomeColumn)(columns.outcome)

    def _add_classes(self, columns: ScoredColumns, header: Sequence[str]) -> None:
        found = classes_in(header, columns.score, columns)
        self.class_names = list(found)
        self._add_probabilities("score", found)
        if columns.champion is not None:
            theirs = classes_in(header, columns.champion, columns)
            if list(theirs) != self.class_names:
                raise refused("classes_differ", column=columns.score)
            self._add_probabilities("champion", theirs)
        self.columns["outcome"] = ClassColumn(columns.outcome, self.class_names)

    def _add_probabilities(self, part: str, found: Mapping[str, str]) -> None:
        for place, name in enumerate(found.values()):
            self.columns[f"{part} {place}"] = ScoreColumn(name)

    def scanned(self) -> Scanned:
        """Take over what the columns kept.

        Raises:
            UnreadableScores: A column as a whole is not right.
        """
        segment = self.columns.get("segment")
        names = segment.names if isinstance(segment, SegmentColumn) else []
        arrays = {name: part.array() for name, part in self.columns.items()}
        if self.class_names:
            arrays = _stacked(arrays, len(self.class_names))
        inputs = [
            InputValues(column.name, column.array(), column.levels)
            for column in self.inputs
            if column.levels is not None
        ]
        return Scanned(arrays, names, self.class_names, inputs)


def _stacked(arrays: Mapping[str, NDArray[Any]], classes: int) -> dict[str, NDArray[Any]]:
    """Put the columns of the classes side by side; each row adds up to 1."""
    kept = {name: values for name, values in arrays.items() if " " not in name}
    for part in ("score", "champion"):
        if f"{part} 0" not in arrays:
            continue
        table = np.column_stack([arrays[f"{part} {place}"] for place in range(classes)])
        sums = table.sum(axis=1)
        wrong = np.flatnonzero(np.abs(sums - 1) > SUM_ERROR)
        if wrong.size:
            row = int(wrong[0])
            raise refused("not_sum_one", row=row + 2, shown=f"{sums[row]:.3f}")
        kept[part] = table
    return kept
