"""People and grants from a CSV: shown first, then all of it or nothing."""

import csv
import io

import pytest

from governance.access.models import Person, Portfolio, RoleAssignment
from governance.access.operations import apply_import, export_grants, grant, preview_import
from governance.access.permissions import Permission
from governance.access.queries import can
from governance.access.sheet import plain, read_sheet, safe
from governance.audit.models import AuditEntry
from governance.errors import Invalid, NotAllowed
from tests.governance.access.people import holder, person
from tests.stories import people
from workflows.management.cast import PORTFOLIO, actor_named, give

pytestmark = pytest.mark.django_db
HEADER = "email,full_name,account,role,portfolio,starts_on,ends_on,reason,conflict_reason"


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def table(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


def row(email: str = "sam@example.org", **cells: str) -> str:
    """A row that gives Sam the auditor's role, but for what is said."""
    values = {
        "full_name": "",
        "account": "",
        "role": "auditor",
        "portfolio": PORTFOLIO,
        "starts_on": "",
        "ends_on": "",
        "reason": "Import",
        "conflict_reason": "",
    } | cells
    return ",".join([email, *values.values()])


def problems(*rows: str) -> dict[int, str]:
    found = preview_import(table(*rows), actor=actor_named("alma"))
    return {line.number: line.problem for line in found.errors}


def test_a_preview_writes_nothing_and_the_import_does_what_it_showed(house: Portfolio) -> None:
    """Somebody new, a grant that works, one that a second administrator confirms."""
    text = table(
        row("nina@example.org", full_name="Nina New", account="nina"),
        row(role="risk_officer"),
    )
    alma, before = actor_named("alma"), AuditEntry.objects.count()
    shown = preview_import(text, actor=alma)
    assert (shown.fit, [line.adds_person for line in shown.lines]) == (True, [True, False])
    assert not Person.objects.filter(email="nina@example.org").exists()
    assert AuditEntry.objects.count() == before
    done = apply_import(text, actor=alma)
    assert [line.proposed for line in done.lines] == [False, True]
    assert can(actor_named("nina"), Permission.LOG_VIEW, house)
    assert not person("nina").accounts.get().has_usable_password()
    assert AuditEntry.objects.filter(action="grants.imported").count() == 1


def test_every_refusal_names_its_row_and_what_to_do(house: Portfolio) -> None:
    """Unknown people, roles and places, bad days, windows that overlap or have ended."""
    found = problems(
        row("nobody@example.org"),
        row(role="king"),
        row(portfolio="moon"),
        row(ends_on="31.12.2030"),
        row(ends_on="2020-01-01"),
        row(starts_on="2040-02-01", ends_on="2040-01-01"),
        row(reason=""),
        row("dana@example.org", role="model_validator"),
        row(starts_on="2040-01-01", ends_on="2040-12-31"),
        row(starts_on="2040-06-01"),
        row("dana@example.org", full_name="Somebody Else"),
    )
    assert set(found) == {2, 3, 4, 5, 6, 7, 8, 9, 11, 12}
    assert "Nobody here has the e-mail nobody@example.org" in found[2]
    assert "overlap" in found[11] or "held here already" in found[11]
    assert "does not go with" in found[9]


def test_nothing_is_written_when_one_row_is_refused(house: Portfolio) -> None:
    """The refusal says which."""
    with pytest.raises(Invalid, match="Row 3: There is no role king") as refused:
        apply_import(table(row(), row("mo@example.org", role="king")), actor=actor_named("alma"))
    assert "Nothing was imported" in refused.value.remedy
    assert not RoleAssignment.objects.filter(person=person("sam")).exists()


def test_nobody_imports_a_role_for_themselves(house: Portfolio) -> None:
    """A18: nor does an administrator of one portfolio reach beyond it."""
    assert "themselves" in problems(row("alma@example.org"))[2]
    give("portfolio_administrator", holder("sam"), portfolio=house, reason="x")
    sam = actor_named("sam")
    found = preview_import(table(row("mo@example.org", portfolio="")), actor=sam)
    assert "assignment:grant is missing" in found.errors[0].problem
    new = row("nina@example.org", full_name="Nina", account="nina")
    assert "person:add is missing" in preview_import(table(new), actor=sam).errors[0].problem


@pytest.mark.parametrize(
    "text",
    [
        "",
        "email,role\na,b\n",
        "email,role,reason,colour\na,b,c,d\n",
        "email,email,role,reason\n",
        HEADER,
        f"{HEADER}\na,b,c,d,e,f,g,h,i,j,k\n",
        f'{HEADER}\n"a\n',
    ],
)
def test_what_is_no_table_is_refused(house: Portfolio, text: str) -> None:
    """Before any row is looked at."""
    with pytest.raises(Invalid):
        preview_import(text, actor=actor_named("alma"))


def test_semicolons_and_a_byte_order_mark_are_read(house: Portfolio) -> None:
    """Spreadsheets write them."""
    text = "\ufeffemail;role;reason\nsam@example.org;auditor;x\n"
    assert read_sheet(text, known=("email", "role", "reason"), required=("role",))[0].number == 2


@pytest.mark.parametrize("who", ["dana", "rita", "ada", "sam"])
def test_others_import_nothing(house: Portfolio, who: str) -> None:
    """Not even a preview, which would tell who is there."""
    with pytest.raises(NotAllowed):
        preview_import(table(row()), actor=actor_named(who))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "|cmd", "%x"])
def test_no_cell_of_an_export_calculates(house: Portfolio, cell: str) -> None:
    """And reading it again gives what was meant."""
    grant("auditor", holder("sam"), portfolio=house, reason=cell, actor=actor_named("alma"))
    rows = list(csv.DictReader(io.StringIO(export_grants("csv", actor=actor_named("ada")))))
    [mine] = [line for line in rows if line["person"] == "sam@example.org"]
    assert mine["reason"] == f"'{cell}"
    assert plain(safe(cell)) == cell
