"""Import and export on screen: looked at first, written when confirmed, taken away as a file."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.access.models import Person, Portfolio, RoleAssignment
from governance.access.operations import add_portfolio
from governance.audit.models import AuditEntry
from governance.audit.queries import views_of
from tests.governance.access.people import holder, person
from tests.governance.access.screens import sent
from tests.stories import people, signed_in
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
IMPORT, APPLY, EXPORT = "/access/import/", "/access/import/apply/", "/access/export/"
HEADER = "email,full_name,account,role,portfolio,reason\n"
GOOD = "sam@example.org,,,auditor,retail-credit,Import\n"
NEW = "nina@example.org,Nina New,nina,model_developer,retail-credit,Import\n"
BAD = "nobody@example.org,,,auditor,retail-credit,Import\n"


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def test_a_file_is_shown_row_by_row_and_written_when_confirmed(house: Portfolio) -> None:
    """Nothing before."""
    file = SimpleUploadedFile("people.csv", (HEADER + GOOD + NEW).encode())
    page = signed_in("alma").post(IMPORT, {"file": file}).content.decode()
    assert "All 2 rows can be imported." in page
    assert "adds the person" in page
    assert not Person.objects.filter(email="nina@example.org").exists()
    assert sent("alma", APPLY, {"text": HEADER + GOOD + NEW})[0] == 302
    assert Person.objects.filter(email="nina@example.org").exists()
    assert RoleAssignment.objects.filter(person=person("sam"), role="auditor").exists()


def test_a_row_that_is_refused_is_named_and_nothing_is_lost(house: Portfolio) -> None:
    """The lines stay in the field; confirming it anyway writes nothing."""
    status, page = sent("alma", IMPORT, {"text": HEADER + GOOD + BAD})
    assert status == 422
    assert "1 of 2 rows is refused." in page
    assert "Nobody here has the e-mail nobody@example.org." in page
    assert "sam@example.org,,,auditor" in page
    status, page = sent("alma", APPLY, {"text": HEADER + GOOD + BAD})
    assert (status, "1 of 2 rows is refused." in page) == (422, True)
    assert not RoleAssignment.objects.filter(person=person("sam")).exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": ""}, "Choose a file or paste its lines."),
        ({"text": "email,role\nx,y\n"}, "The first line lacks columns: reason."),
        ({"text": HEADER}, "There is no line below the header."),
        ({"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00")}, "The file is no UTF-8 text."),
        ({"file": SimpleUploadedFile("x.csv", b"x" * 2_000_001)}, "The file is larger than 2 MB."),
    ],
)
def test_what_is_no_table_is_said(house: Portfolio, typed: dict[str, object], words: str) -> None:
    """In words that say what to do."""
    answer = signed_in("alma").post(IMPORT, typed)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("who", ["dana", "rita", "ada", "sam"])
def test_others_import_nothing(house: Portfolio, who: str) -> None:
    """Nor see the page."""
    assert signed_in(who).get(IMPORT).status_code == 403
    assert sent(who, APPLY, {"text": HEADER + GOOD})[0] == 403


def test_an_export_holds_what_the_reader_may_see_and_stands_in_the_log(house: Portfolio) -> None:
    """As CSV and as JSON, the same rows."""
    cards = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    give("portfolio_administrator", holder("sam"), portfolio=cards, reason="=1+1")
    answer = signed_in("sam").post(f"{EXPORT}csv/")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer["Content-Disposition"].startswith('attachment; filename="grants-')
    assert {row["portfolio"] for row in rows} == {"", "cards"}
    assert "'=1+1" in {row["reason"] for row in rows}
    assert "dana@example.org" not in {row["person"] for row in rows}
    told = json.loads(signed_in("sam").post(f"{EXPORT}json/").content)
    assert [row["person"] for row in told] == [row["person"] for row in rows]
    entries = views_of(AuditEntry.objects.filter(action="grants.exported").order_by("occurred_at"))
    assert [entry.line.details["form"] for entry in entries] == ["csv", "json"]
    assert {entry.line.details["rows"] for entry in entries} == {len(rows)}


def test_an_export_is_asked_for_and_has_one_of_two_forms(house: Portfolio) -> None:
    """A link alone takes nothing away, because the log would know; others get nothing."""
    assert signed_in("ada").get(f"{EXPORT}csv/").status_code == 405
    assert signed_in("ada").post(f"{EXPORT}exe/").status_code == 422
    assert signed_in("dana").post(f"{EXPORT}csv/").status_code == 403
