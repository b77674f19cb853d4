"""The header of a scored CSV table: cheap enough to check while a file is being uploaded."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any, BinaryIO

from governance.errors import Invalid
from governance.evaluation.scored_refusals import refused
from governance.sentences import sentence as _

BINARY, REGRESSION, MULTICLASS = "binary", "regression", "multiclass"
ALWAYS = ("score", "outcome")
COSTS = ("cost_false_negative", "cost_false_positive")  # of wrong decisions: above 0
GAINS = ("cost_true_negative", "cost_true_positive")  # of right ones: a gain is below 0
LARGEST_COST = 1e12
KINDS = (BINARY, REGRESSION, MULTICLASS)
MAX_CLASSES = 50
MAX_COLUMNS = 1_000
MAX_LINE = 64 * 1024
_SHOWN_COLUMNS = 20
_OTHER_SEPARATORS = ";\t|"
_BINARY_STARTS = {
    b"PAR1": "Parquet",
    b"PK\x03\x04": "ZIP or Excel",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "Excel",
    b"ARROW1": "Arrow",
    b"\x93NUMPY": "NumPy",
    b"SQLite format 3": "SQLite",
    b"%PDF": "PDF",
}


@dataclass(frozen=True, slots=True)
class ScoredColumns:
    """Which columns of the file hold what, and what a wrong decision costs; most may be absent.

    Attributes:
        score: What the model said: the event's probability, a number, or with `kind` multiclass
            what the names of the classes' columns begin with (`P_` for `P_low` and `P_high`).
        outcome: What happened: 0 or 1, a number, or the name of a class.
        segment, key, weight, date: Groups, the case's name, its weight, the day it was scored.
        champion: What the champion said about the same rows, as `score`.
        kind: One of KINDS.
        inputs: Kinds, by name, of columns that are read if they are there (`scored_inputs`).
        cost_false_negative, cost_false_positive, cost_true_negative, cost_true_positive: In any
            unit; binary only.
    """

    score: str = "score"
    outcome: str = "outcome"
    segment: str | None = None
    key: str | None = None
    weight: str | None = None
    date: str | None = None
    champion: str | None = None
    kind: str = BINARY
    cost_false_negative: float = 1.0
    cost_false_positive: float = 1.0
    cost_true_negative: float = 0.0
    cost_true_positive: float = 0.0
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> tuple[str, ...]:
        """Give the names that must stand in the header."""
        scores = () if self.kind == MULTICLASS else (self.score, self.champion)
        names = (*scores, self.outcome, self.segment, self.key, self.weight, self.date)
        return tuple(name for name in names if name is not None)

    def as_plain(self) -> dict[str, str]:
        """Give what is set as texts; what is usual is left out, but for score and outcome.

        Inputs are no part of it: they are those of the version.
        """
        usual = ScoredColumns()
        names = [field.name for field in fields(self) if field.name != "inputs"]
        named = {name: getattr(self, name) for name in names}
        return {
            name: str(value)
            for name, value in named.items()
            if name in ALWAYS or value != getattr(usual, name)
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, str]) -> "ScoredColumns":
        """Rebuild what `as_plain` gave.

        Raises:
            Invalid: A cost is not a number above 0, or a right decision costs no less than a wrong
            one.
        """
        named: dict[str, Any] = dict(plain)
        named |= {name: _cost(plain[name], name, 0.0) for name in COSTS if name in plain}
        named |= {name: _cost(plain[name], name, -LARGEST_COST) for name in GAINS if name in plain}
        found = cls(**named)
        _refuse_senseless(found)
        return found


def _cost(text: str, field: str, above: float) -> float:
    try:
        cost = float(text)
    except ValueError:
        cost = math.nan
    if not above < cost <= LARGEST_COST:
        raise Invalid(
            _("{shown} is not what a decision costs.", shown=text[:40]),
            remedy=_(
                "Write a number in any unit: above 0 for a wrong decision, below 0 for a gain."
            ),
            field=field,
        )
    return cost


def _refuse_senseless(columns: ScoredColumns) -> None:
    sides = (
        ("cost_true_negative", columns.cost_true_negative, columns.cost_false_positive),
        ("cost_true_positive", columns.cost_true_positive, columns.cost_false_negative),
    )
    for name, right, wrong in sides:
        if right >= wrong:
            raise Invalid(
                _("A right decision costs no less than the wrong one."),
                remedy=_("Write a smaller cost for the right decision, or below 0 for a gain."),
                field=name,
            )


def read_header(records: Iterator[list[str]]) -> tuple[str, ...]:
    """Take the first record as header; names are stripped, unique and not empty."""
    try:
        header = tuple(name.strip() for name in next(records))
    except StopIteration:
        raise refused("empty_file") from None
    except csv.Error:
        raise refused("quotes_wrong", row=1) from None
    check_names(header)
    return header


def require_columns(header: Sequence[str], columns: ScoredColumns) -> None:
    """Refuse a header without the wanted columns, and name the nearest one there is."""
    wanted = columns.wanted
    for name in wanted:
        if wanted.count(name) > 1:
            raise refused("columns_same", column=name)
        if name not in header:
            raise _missing(name, header)


def classes_in(header: Sequence[str], prefix: str, columns: ScoredColumns) -> dict[str, str]:
    """Give the classes in alphabetical order, each with the column of its probability.

    Raises:
        UnreadableScores: Fewer than two columns begin so, too many, or two mean one class.
    """
    named = [name for name in header if name.startswith(prefix) and name not in columns.wanted]
    found = {name.removeprefix(prefix).removeprefix("_"): name for name in sorted(named)}
    if len(found) < len(named) or "" in found:
        raise refused("column_repeated", row=1, column=prefix)
    if len(found) < 2:  # noqa: PLR2004 - one class leaves nothing to tell apart
        raise refused("classes_too_few", row=1, column=prefix, found=len(found))
    if len(found) > MAX_CLASSES:
        raise refused("classes_too_many", row=1, column=prefix, found=len(found), limit=MAX_CLASSES)
    return dict(sorted(found.items()))


def text_lines(source: BinaryIO) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, none longer than MAX_LINE bytes."""
    first = source.readline(MAX_LINE + 1)
    _check_start(first)
    line, row = first.removeprefix(b"\xef\xbb\xbf"), 1
    while line:
        if len(line) > MAX_LINE:
            raise refused("line_too_long", row=row, limit=MAX_LINE)
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise refused("not_utf8", row=row) from None
        line, row = source.readline(MAX_LINE + 1), row + 1


def _check_start(first: bytes) -> None:
    for magic, kind in _BINARY_STARTS.items():
        if first.startswith(magic):
            raise refused("binary_file", kind=kind)


def check_names(header: Sequence[str]) -> None:
    """Refuse names that are empty, repeated or too many."""
    if not any(header):
        raise refused("empty_file")
    if len(header) > MAX_COLUMNS:
        raise refused("too_many_columns", row=1, width=len(header), limit=MAX_COLUMNS)
    if len(header) == 1 and any(mark in header[0] for mark in _OTHER_SEPARATORS):
        raise refused("wrong_separator", row=1)
    if "" in header:
        raise refused("column_unnamed", row=1, position=header.index("") + 1)
    seen: set[str] = set()
    for name in header:
        if name in seen:
            raise refused("column_repeated", row=1, column=name)
        seen.add(name)


def _missing(name: str, header: Sequence[str]) -> Exception:
    found = ", ".join(header[:_SHOWN_COLUMNS]) + (", …" if len(header) > _SHOWN_COLUMNS else "")
    folded = {candidate.casefold(): candidate for candidate in header}
    near = get_close_matches(name.casefold(), folded, n=1)
    if near:
        nearest = folded[near[0]]
        return refused("column_missing_near", row=1, column=name, found=found, nearest=nearest)
    return refused("column_missing", row=1, column=name, found=found)
