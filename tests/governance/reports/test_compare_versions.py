"""Up to eight versions of a model beside each other, with the choice in the address."""

import pytest
from django.test import Client

from governance.evaluation.comparison import compare
from governance.evaluation.queries import comparison_of
from governance.reports.side_by_side import MOST, Measured, side_by_side
from tests import stories
from tests.governance.evaluation.samples import pair_of
from tests.governance.evaluation.test_compare_numbers import losses
from tests.query_counts import pinned

pytestmark = pytest.mark.django_db
PAGE = "/models/credit-default/compare/"


@pytest.fixture(scope="module")
def told(module_db: None) -> None:
    stories.deployed_version(1)
    stories.submitted_version(2)


@pytest.fixture
def victor(told: None) -> Client:
    return stories.signed_in("victor")


def test_the_newest_two_stand_there_at_first(victor: Client) -> None:
    """Both as columns, with every measure and both curves."""
    page = victor.get(PAGE).text
    assert page.count(" checked>") >= 2
    for words in ("1.0.0", "2.0.0", "AUC", "Brier score", "Cost of a case", "is that of 2.0.0"):
        assert words in page


def test_the_choice_stands_in_the_address(victor: Client) -> None:
    """One version alone has one column."""
    page = victor.get(PAGE, {"v": "1"}).text
    assert 'class="fe-num">1.0.0</th>' in page
    assert 'class="fe-num">2.0.0</th>' not in page


def test_what_was_not_measured_is_not_there(victor: Client) -> None:
    """A number that no version has, and one that is none."""
    assert victor.get(PAGE, {"v": "9"}).status_code == 404
    assert victor.get(PAGE, {"v": "9" * 40}).status_code == 200
    assert victor.get(PAGE, {"v": ["1", "x"]}).status_code == 200


def test_nine_are_too_many(victor: Client) -> None:
    """The refusal says how many may be chosen."""
    answer = victor.get(PAGE, {"v": [str(number) for number in range(1, 10)]})
    assert answer.status_code == 422
    assert "at most 8" in answer.text


def test_a_model_without_versions_says_what_to_do(told: None) -> None:
    """An empty page is no broken one."""
    stories.registered_model("cards", "Cards")
    page = stories.signed_in("victor").get("/models/cards/compare/").text
    assert "No version has been measured yet." in page


def test_strangers_do_not_learn_of_it(told: None) -> None:
    """As everywhere."""
    assert stories.signed_in("sam").get(PAGE).status_code == 404


def test_the_page_takes_few_queries(victor: Client) -> None:
    """However many versions there are to choose from."""
    victor.get(PAGE)
    with pinned("versions compared"):
        victor.get(PAGE)


def test_values_are_those_of_each_version_itself(told: None) -> None:
    """Taken from its own comparison, not from another one's."""
    page = stories.signed_in("victor").get(PAGE).text
    for number in (1, 2):
        version = stories.registered_model().versions.get(number=number)
        line = comparison_of(version.pk).payload["metrics"][0]
        assert f"{float(line['challenger']):.3f}" in page


def test_eight_curves_look_different() -> None:
    """No two share colour and dash, and the best value of each row is marked once."""
    versions = [
        Measured(f"v{seed}", compare(pair_of(300, seed=seed)[0], None, margin=0.01).payload)
        for seed in range(MOST)
    ]
    table = side_by_side(versions)
    assert table.figure
    lines = [trace["line"] for trace in table.figure.plot["data"][1:]]
    assert len({(line["color"], line["dash"]) for line in lines}) == MOST
    assert all(sum(cell.best for cell in row.cells) == 1 for row in table.rows)
    slope = next(row for row in table.rows if row.name == "Calibration slope")
    values = [float(cell.value) for cell in slope.cells]
    best = next(float(cell.value) for cell in slope.cells if cell.best)
    assert abs(best - 1) == min(abs(value - 1) for value in values)


def test_numbers_have_no_roc() -> None:
    """The table stands; there is no event to tell apart."""
    table = side_by_side([Measured("v1", compare(losses()[0], None, margin=0.01).payload)])
    assert table.figure is None
    assert table.rows[0].name == "RMSE"
