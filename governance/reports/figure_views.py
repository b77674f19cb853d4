"""What a figure is: a plot, its finding in words and the table behind it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure. `finding` is the bold start of its caption, `detail` the rest.

    `plot` is {"data": [...], "layout": {...}} for Plotly. `columns` and `rows` are the table
    behind it, written in the reader's language.
    """

    name: str
    title: str
    finding: str
    detail: str
    plot: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def summary(self) -> str:
        """Give the whole caption, for readers who do not see the figure."""
        return f"{self.title}. {self.finding} {self.detail}"
