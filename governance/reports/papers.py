"""A report that is no comparison: parts with facts and tables, and perhaps a whole comparison.

One shape for the validation report, the inventory report and the evidence of a decision; each is
written as a page, a workbook or JSON by `paper_forms`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.reports.content import Content

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PaperPart:
    """One part of a document: facts as pairs, a table with its head, or neither."""

    title: str
    facts: Sequence[tuple[str, object]] = ()
    head: Sequence[str] = ()
    rows: Sequence[Row] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.rows and not any(value for _label, value in self.facts)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report; `lead` says in a sentence what it is about and when it was made."""

    title: str
    lead: str
    parts: Sequence[PaperPart]
    comparison: Content | None = None
    digest: str = ""
