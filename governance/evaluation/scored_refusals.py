"""Why a scored table is refused: a code with its numbers, and the sentence that belongs to it.

The scanning process sends codes, never prose, so that the same refusal can be told in each
language.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from governance.errors import Invalid
from governance.sentences import Sentence
from governance.sentences import sentence as _

SENTENCES: Mapping[str, tuple[Sentence, Sentence]] = {
    "binary_file": (
        _("This is a {kind} file, not a CSV table."),
        _("Save the table as Parquet, or as CSV: UTF-8, columns separated by commas."),
    ),
    "class_unknown": (
        _("Row {row}, column {column}: there is no column of probabilities for the class {shown}."),
        _("Add a column for this class, or correct the name."),
    ),
    "classes_differ": (
        _("The champion's columns name other classes than {column}."),
        _("Give both models one column for each class."),
    ),
    "classes_too_few": (
        _("Columns that begin with {column}: {found}; at least two classes are needed."),
        _("Give every class a column of its probability, and say what their names begin with."),
    ),
    "classes_too_many": (
        _("Columns that begin with {column}: {found}; at most {limit} classes are read."),
        _("Put rare classes together."),
    ),
    "column_empty": (
        _("Row {row}, column {column}: the field is empty."),
        _("Fill the field or leave the row out."),
    ),
    "column_missing": (
        _("The column {column} is missing. Found: {found}."),
        _("Name the column {column} in the file, or name another one."),
    ),
    "column_missing_near": (
        _("The column {column} is missing. Found: {found}."),
        _("Did you mean {nearest}?"),
    ),
    "column_repeated": (
        _("The column {column} stands in the header more than once."),
        _("Give every column a name of its own."),
    ),
    "column_unnamed": (
        _("Column {position} of the header has no name."),
        _("Name every column in the first row."),
    ),
    "column_unreadable": (
        _("Column {column} holds values of the kind {kind}, which are not read."),
        _("Write numbers or text."),
    ),
    "columns_same": (
        _("The column {column} is asked for twice, in two different parts."),
        _("Name a different column for each part."),
    ),
    "date_unreadable": (
        _("Row {row}, column {column}: {shown} is not a date."),
        _("Write dates as 2026-01-31."),
    ),
    "empty_file": (
        _("The file is empty."),
        _("Upload a CSV or Parquet table with a header and one row for each case."),
    ),
    "key_repeated": (
        _("Row {row}, column {column}: row {first} has the same key."),
        _("Keep one row for each key."),
    ),
    "line_too_long": (
        _("Row {row} is longer than {limit} bytes."),
        _("Upload only the columns that are needed, and check the quotes."),
    ),
    "not_a_number": (
        _("Row {row}, column {column}: {shown} is not a number."),
        _("Write scores with a decimal point, such as 0.125."),
    ),
    "not_finite": (
        _("Row {row}, column {column}: {shown} is not a finite number."),
        _("Score the case, or leave the row out."),
    ),
    "not_sum_one": (
        _("Row {row}: the probabilities of the classes add up to {shown}, not to 1."),
        _("Upload probabilities, and the columns of all classes."),
    ),
    "not_utf8": (
        _("Row {row} is not UTF-8 text."),
        _("Save the table as UTF-8."),
    ),
    "one_class": (
        _("Column {column} holds only the outcome {shown}, in {rows} rows."),
        _("Upload cases with both outcomes; without them nothing can be compared."),
    ),
    "outcome_unknown": (
        _("Row {row}, column {column}: {shown} is neither 0 nor 1."),
        _("Write 1 where the event happened and 0 where it did not."),
    ),
    "out_of_range": (
        _("Row {row}, column {column}: {shown} is not between 0 and 1."),
        _("Upload probabilities of the event, not points or log-odds."),
    ),
    "parquet_broken": (
        _("The Parquet file is cut off or damaged."),
        _("Write it again, compare its digest, and upload that."),
    ),
    "quotes_wrong": (
        _("Row {row}: the quotes are not closed or stand in the wrong place."),
        _("Write quotes inside a field twice, and close every quoted field."),
    ),
    "row_ragged": (
        _("Row {row} has {width} fields; the header has {expected}."),
        _("Give every row as many fields as the header, and leave no row blank."),
    ),
    "segment_unreadable": (
        _("Row {row}, column {column}: the name of the segment is not readable."),
        _("Use printable names of at most {limit} characters."),
    ),
    "too_costly": (
        _("The file could not be read within the limits of time and memory."),
        _("Upload fewer rows, and only the columns that are needed."),
    ),
    "too_few_rows": (
        _("The file has {rows} rows; at least {limit} are needed."),
        _("Upload a larger sample."),
    ),
    "too_many_columns": (
        _("The header has {width} columns; at most {limit} are read."),
        _("Upload only the columns that are needed."),
    ),
    "too_many_rows": (
        _("The file has more than {limit} rows."),
        _("Upload a random sample of the rows."),
    ),
    "too_many_segments": (
        _("Row {row}, column {column}: more than {limit} different segments."),
        _("Name a column with few groups; this one looks like a key."),
    ),
    "unreadable": (
        _("The file could not be read."),
        _("Open it, save it again as CSV in UTF-8, and upload that."),
    ),
    "too_large": (
        _("Row {row}, column {column}: {shown} is too large."),
        _("Write numbers below a million billion, in a larger unit if need be."),
    ),
    "weight_not_positive": (
        _("Row {row}, column {column}: {shown} is not a positive weight."),
        _("Write how many cases the row stands for, or leave the row out."),
    ),
    "weight_too_large": (
        _("Row {row}, column {column}: the weight {shown} is too large."),
        _("Write how many cases the row stands for, at most a million million."),
    ),
    "wrong_separator": (
        _("The columns are not separated by commas."),
        _("Save the table with commas between columns and a decimal point."),
    ),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason, its place in the file (the header is row 1) and the numbers of its sentence."""

    code: str
    row: int | None = None
    column: str = ""
    details: Mapping[str, str | int] = field(default_factory=dict)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Rebuild what `as_json` gave."""
        return cls(plain["code"], plain["row"], plain["column"], plain["details"])

    def as_json(self) -> dict[str, Any]:
        """Give the refusal as plain JSON values."""
        return asdict(self)

    @property
    def values(self) -> dict[str, str | int]:
        """What the sentence's gaps are filled with."""
        return {**self.details, "row": self.row or "", "column": self.column}

    @property
    def sentences(self) -> tuple[Sentence, Sentence]:
        """What is wrong, and what to change."""
        message, remedy = SENTENCES[self.code]
        return message.filled(**self.values), remedy.filled(**self.values)


class UnreadableScores(Invalid):
    """A scored table was refused; `refusal` says why and where."""

    def __init__(self, refusal: Refusal) -> None:
        message, remedy = refusal.sentences
        super().__init__(message, remedy=remedy, field=refusal.column)
        self.refusal = refusal


def refused(
    code: str, *, row: int | None = None, column: str = "", **details: str | int
) -> UnreadableScores:
    """Build the exception of one refusal."""
    return UnreadableScores(Refusal(code, row, column, details))
