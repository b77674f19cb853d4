"""Why a scored table is refused: a code with its numbers, and the sentence that belongs to it.

The scanning process sends codes, never prose, so that the same refusal can be told in each
language: here in English for logs and the API, in `labels.py` in the reader's own.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from governance.errors import Invalid


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogues; `labels.py` translates it where it is shown."""
    return text


SENTENCES: Mapping[str, tuple[str, str]] = {
    "binary_file": (
        gettext_noop("This is a %(kind)s file, not a CSV table."),
        gettext_noop("Save the table as CSV: UTF-8, columns separated by commas."),
    ),
    "column_empty": (
        gettext_noop("Row %(row)s, column %(column)s: the field is empty."),
        gettext_noop("Fill the field or leave the row out."),
    ),
    "column_missing": (
        gettext_noop("The column %(column)s is missing. Found: %(found)s."),
        gettext_noop("Name the column %(column)s in the file, or name another one."),
    ),
    "column_missing_near": (
        gettext_noop("The column %(column)s is missing. Found: %(found)s."),
        gettext_noop("Did you mean %(nearest)s?"),
    ),
    "column_repeated": (
        gettext_noop("The column %(column)s stands in the header more than once."),
        gettext_noop("Give every column a name of its own."),
    ),
    "column_unnamed": (
        gettext_noop("Column %(position)s of the header has no name."),
        gettext_noop("Name every column in the first row."),
    ),
    "columns_same": (
        gettext_noop("The column %(column)s is asked for twice, in two different parts."),
        gettext_noop("Name different columns for score, outcome, segment and key."),
    ),
    "empty_file": (
        gettext_noop("The file is empty."),
        gettext_noop("Upload a CSV table with a header and one row for each case."),
    ),
    "key_repeated": (
        gettext_noop("Row %(row)s, column %(column)s: row %(first)s has the same key."),
        gettext_noop("Keep one row for each key."),
    ),
    "line_too_long": (
        gettext_noop("Row %(row)s is longer than %(limit)s bytes."),
        gettext_noop("Upload only the columns that are needed, and check the quotes."),
    ),
    "not_a_number": (
        gettext_noop("Row %(row)s, column %(column)s: %(shown)s is not a number."),
        gettext_noop("Write scores with a decimal point, such as 0.125."),
    ),
    "not_finite": (
        gettext_noop("Row %(row)s, column %(column)s: %(shown)s is not a finite number."),
        gettext_noop("Score the case, or leave the row out."),
    ),
    "not_utf8": (
        gettext_noop("Row %(row)s is not UTF-8 text."),
        gettext_noop("Save the table as UTF-8."),
    ),
    "one_class": (
        gettext_noop("Column %(column)s holds only the outcome %(shown)s, in %(rows)s rows."),
        gettext_noop("Upload cases with both outcomes; without them nothing can be compared."),
    ),
    "outcome_unknown": (
        gettext_noop("Row %(row)s, column %(column)s: %(shown)s is neither 0 nor 1."),
        gettext_noop("Write 1 where the event happened and 0 where it did not."),
    ),
    "out_of_range": (
        gettext_noop("Row %(row)s, column %(column)s: %(shown)s is not between 0 and 1."),
        gettext_noop("Upload probabilities of the event, not points or log-odds."),
    ),
    "quotes_wrong": (
        gettext_noop("Row %(row)s: the quotes are not closed or stand in the wrong place."),
        gettext_noop("Write quotes inside a field twice, and close every quoted field."),
    ),
    "row_ragged": (
        gettext_noop("Row %(row)s has %(width)s fields; the header has %(expected)s."),
        gettext_noop("Give every row as many fields as the header, and leave no row blank."),
    ),
    "segment_unreadable": (
        gettext_noop("Row %(row)s, column %(column)s: the name of the segment is not readable."),
        gettext_noop("Use printable names of at most %(limit)s characters."),
    ),
    "too_costly": (
        gettext_noop("The file could not be read within the limits of time and memory."),
        gettext_noop("Upload fewer rows, and only the columns that are needed."),
    ),
    "too_few_rows": (
        gettext_noop("The file has %(rows)s rows; at least %(limit)s are needed."),
        gettext_noop("Upload a larger sample."),
    ),
    "too_many_columns": (
        gettext_noop("The header has %(width)s columns; at most %(limit)s are read."),
        gettext_noop("Upload only the columns that are needed."),
    ),
    "too_many_rows": (
        gettext_noop("The file has more than %(limit)s rows."),
        gettext_noop("Upload a random sample of the rows."),
    ),
    "too_many_segments": (
        gettext_noop("Row %(row)s, column %(column)s: more than %(limit)s different segments."),
        gettext_noop("Name a column with few groups; this one looks like a key."),
    ),
    "unreadable": (
        gettext_noop("The file could not be read."),
        gettext_noop("Open it, save it again as CSV in UTF-8, and upload that."),
    ),
    "wrong_separator": (
        gettext_noop("The columns are not separated by commas."),
        gettext_noop("Save the table with commas between columns and a decimal point."),
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
        """Give the refusal as plain JSON values, with message and remedy for a human reader."""
        return asdict(self) | {"message": self.message, "remedy": self.remedy}

    @property
    def values(self) -> dict[str, str | int]:
        """What the sentence's gaps are filled with."""
        return {**self.details, "row": self.row or "", "column": self.column}

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return SENTENCES[self.code][0] % self.values

    @property
    def remedy(self) -> str:
        """What to change, in English."""
        return SENTENCES[self.code][1] % self.values


class UnreadableScores(Invalid):
    """A scored table was refused; `refusal` says why and where."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message, remedy=refusal.remedy, field=refusal.column)
        self.refusal = refusal


def refused(
    code: str, *, row: int | None = None, column: str = "", **details: str | int
) -> UnreadableScores:
    """Build the exception of one refusal."""
    return UnreadableScores(Refusal(code, row, column, details))
