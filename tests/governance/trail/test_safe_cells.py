"""No cell of an export is a formula to a spreadsheet, whoever made it: Python or PostgreSQL."""

from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from governance.access.sheet import STARTS_A_FORMULA, safe
from governance.trail import sheets
from governance.trail.queries.table import safe_sql
from governance.trail.sheets import LONGEST_CELL, write_xlsx

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


@pytest.mark.parametrize("sign", ["=", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_sign_begins_a_formula(sign: str) -> None:
    """Also those that a keyboard of another language writes."""
    assert safe(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("letter", ["x", "\U0001f600"])
def test_what_a_workbook_cannot_hold_says_that_it_was_cut(letter: str) -> None:
    """A cell has 32,767 units of UTF-16; what XML lacks, controls among it, is escaped."""
    file = BytesIO()
    write_xlsx(file, [[letter * LONGEST_CELL + "x", "a\x0bb\ufffe"]])
    with ZipFile(file) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  our own
    cells = [one.text or "" for one in sheet.iter() if one.tag.endswith("}t")]
    assert cells[-1] == "a_x000B_b_xFFFE_"
    assert cells[-2].endswith(f"{letter}…")
    assert LONGEST_CELL - 2 < len(cells[-2].encode("utf-16-le")) // 2 <= LONGEST_CELL


def test_what_a_sheet_cannot_hold_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with the head; no row is left out."""
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    file = BytesIO()
    sheets.write_xlsx(file, ([str(number)] for number in range(5)))
    found = []
    with ZipFile(file) as book:
        for number in (1, 2, 3):
            sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
            first = [one for one in sheet.iter() if one.get("r", "").startswith("A")]
            found.append(["".join(one.itertext()) for one in first])
    assert found == [["entry", "0", "1"], ["entry", "2", "3"], ["entry", "4"]]
