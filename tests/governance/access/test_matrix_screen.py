"""People against roles and places: by name, through teams, on loan, narrowed in the address."""

import pytest

from governance.access.models import Portfolio, Team
from governance.access.operations import Holder, add_portfolio, break_glass, grant
from governance.access.queries import MatrixFilter, matrix_seen, roles
from governance.inventory.models import RegisteredModel
from tests.governance.access.people import holder, lend, person
from tests.governance.access.screens import seen
from tests.stories import people, signed_in
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
MATRIX = "/access/matrix/"


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def cells(name: str, role: str, **asked: object) -> list[tuple[str, str, str]]:
    """Where somebody holds a role, through which team, and lent by whom."""
    known = list(roles())
    number = [one.pk for one in known].index(role)
    rows = matrix_seen(actor_named("ada"), known, MatrixFilter(**asked))
    found = [row for row in rows if row.line.name == name]
    return [
        (str(cell.assignment.portfolio or cell.assignment.model or ""), cell.team, cell.lent_by)
        for row in found
        for cell in row.cells[number]
    ]


def test_a_cell_names_every_place_and_way(house: Portfolio) -> None:
    """Two places in one cell, a team's role at each member, a deputy's with the giver's name."""
    cards = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    give("model_validator", holder("victor"), portfolio=cards, reason="x")
    team = Team.objects.create(name="checkers", title="Checkers")
    team.members.add(person("sam"))
    give("model_validator", Holder(team=team), portfolio=cards, reason="x")
    lend("rita", "ada")
    assert sorted(cells("Victor Validator", "model_validator")) == [
        ("Cards", "", ""),
        ("Retail credit", "", ""),
    ]
    assert cells("Sam Stranger", "model_validator") == [("Cards", "Checkers", "")]
    assert cells("Checkers", "model_validator") == [("Cards", "", "")]
    assert cells("Ada Auditor", "risk_officer") == [("Retail credit", "", "Rita Risk")]


def test_emergency_access_is_not_on_loan(house: Portfolio) -> None:
    """It stands at whoever took it, and at nobody else."""
    lend("hanna", "sam")
    break_glass(
        "mlops_engineer", portfolio=house, reason="Fire", hours=1, actor=actor_named("hanna")
    )
    assert cells("Hanna Head", "mlops_engineer") == [("Retail credit", "", "")]
    assert cells("Sam Stranger", "mlops_engineer") == []
    assert cells("Sam Stranger", "head_of_model_risk") == [("Retail credit", "", "Hanna Head")]


def test_it_is_narrowed_by_place_role_name_and_conflict(house: Portfolio) -> None:
    """A model's grants belong to its portfolio; everything lives in the address."""
    bare = RegisteredModel.objects.create(
        portfolio=house, name="bare", title="Bare", tier=3, owner=person("dana")
    )
    give("model_validator", holder("dana"), portfolio=house, reason="x", conflict_reason="x")
    grant("auditor", holder("sam"), model=bare, reason="x", actor=actor_named("alma"))
    assert cells("Sam Stranger", "auditor", place=house.name) == [("Bare", "", "")]
    assert cells("Sam Stranger", "auditor", place="*") == []
    assert cells("Alma Admin", "administrator", place="*") == [("", "", "")]
    assert cells("Dana Developer", "model_validator", clashing=True)
    assert not cells("Victor Validator", "model_validator", clashing=True)
    page = seen("alma", f"{MATRIX}?role=auditor&q=sam")
    assert "Sam Stranger" in page
    assert "Ada Auditor" not in page
    assert "Nobody is found" in seen("ada", f"{MATRIX}?q=nobody-at-all")


def test_an_administrator_of_one_portfolio_sees_no_other(house: Portfolio) -> None:
    """Another portfolio is not there for them, not even by its name in the address."""
    cards = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    give("portfolio_administrator", holder("sam"), portfolio=cards, reason="x")
    page = seen("sam", MATRIX)
    assert "Sam Stranger" in page
    assert "Victor Validator" not in page
    assert signed_in("sam").get(f"{MATRIX}?portfolio=retail-credit").status_code == 404
    assert signed_in("dana").get(MATRIX).status_code == 403
