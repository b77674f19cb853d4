"""No cell of an export is a formula to a spreadsheet, whoever made it: Python or PostgreSQL."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from governance.access.sheet import STARTS_A_FORMULA, safe
from governance.trail.queries.table import safe_sql

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
CELL = TEXT | st.tuples(st.sampled_from([*STARTS_A_FORMULA, "'", "\n", " "]), TEXT).map("".join)


@pytest.mark.django_db
@given(st.lists(CELL, max_size=60))
def test_the_database_makes_cells_harmless_as_python_does(cells: list[str]) -> None:
    """Every text, with each sign that spreadsheets take for the beginning of a formula."""
    asked = f"SELECT {safe_sql('cell')} FROM unnest(%s::text[]) WITH ORDINALITY AS t (cell, n)"  # noqa: S608  ours
    with connection.cursor() as cursor:
        cursor.execute(f"{asked} ORDER BY n", [cells])
        made = [cell for (cell,) in cursor.fetchall()]
    assert made == [safe(cell) for cell in cells]
    assert not any(cell.startswith(STARTS_A_FORMULA) for cell in made)
