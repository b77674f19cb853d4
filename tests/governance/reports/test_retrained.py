"""A report says which version was retrained, and shows the two beside each other."""

import json
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.test import Client

from governance.evaluation.models import ComparisonReport
from governance.evaluation.operations import compare_versions, original_beside
from governance.evaluation.queries import comparison_of
from governance.inventory.models import ModelVersion
from governance.inventory.operations import VersionFacts, create_version
from governance.reports.queries import Report
from governance.reports.standalone import as_html
from governance.sentences import recalled
from tests import stories
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
PAGE = "/models/credit-default/versions/3/comparison/"
TITLE = "Retrained against original"


@pytest.fixture(scope="module")
def versions(module_db: None) -> list[ModelVersion]:
    """The champion; a version that was refused; and that one, trained anew."""
    first = stories.deployed_version(1)
    second = stories.submitted_version(2)
    third = stories.submitted(stories.draft_version(1, model=first.model, original=second))
    return [first, second, third]


@pytest.fixture
def victor(versions: list[ModelVersion]) -> Client:
    return stories.signed_in("victor")


def report_of(version: ModelVersion) -> Report:
    found = comparison_of(version.pk)
    assert found
    return Report(stories.again(version), found)


def test_the_page_shows_it_beside_the_comparison_with_the_champion(victor: Client) -> None:
    """A section with its verdict, its own table, and both names at the heads of the columns."""
    page = victor.get(PAGE).text
    section = page[page.index(f"{TITLE}</h2>") :]
    assert "Retrained from 2.0.0." in page
    assert "Compared with 2.0.0, the version that was retrained" in section
    assert 'class="fe-num">2.0.0</th>' in section
    assert "Same 1,000 cases for both" in section
    case = victor.get("/models/credit-default/versions/3/").text
    assert "Retrained from" in case
    assert "Compared with 2.0.0, the version that was retrained" in case


def test_it_is_what_a_comparison_of_the_two_says(versions: list[ModelVersion]) -> None:
    """Line by line: nothing is computed in another way because it stands in a report."""
    _first, second, third = versions
    told = comparison_of(third.pk).payload["original"]
    alone = compare_versions(third, second, margin=float(told["margin"]), own_scores=False)
    assert told["version"] == str(second.pk)
    assert {name: alone.payload[name] for name in told if name != "version"} == {
        name: value for name, value in told.items() if name != "version"
    }
    assert told["verdict"] != comparison_of(third.pk).payload["verdict"]


def test_its_files_show_it_too(victor: Client) -> None:
    """The HTML file, the workbook and the JSON file."""
    assert f"{TITLE}</h2>" in victor.get(f"{PAGE}html/").text
    told = json.loads(victor.get(f"{PAGE}json/").content)
    assert told["retrained_from"] == "2.0.0"
    assert told["payload"]["original"]["metrics"]
    assert victor.get(f"{PAGE}xlsx/").status_code == 200


def test_it_is_made_again_bit_by_bit(capsys: pytest.CaptureFixture[str], victor: Client) -> None:
    """From the three files."""
    call_command("report", "rebuild", "credit-default/3")
    assert "Equal, bit by bit" in capsys.readouterr().out


def test_where_the_champion_was_retrained_the_report_is_that(versions: list[ModelVersion]) -> None:
    """Said in words; nothing is measured twice."""
    first, second, third = versions
    assert original_beside(second, first) is None
    assert original_beside(third, first) == second
    assert original_beside(third, second) is None
    ModelVersion.objects.filter(pk=second.pk).update(retrained_from=first)
    said = report_of(second).descent
    assert said.startswith("Retrained from 1.0.0: this is retrained against original.")
    assert "original" not in comparison_of(second.pk).payload


def test_an_original_that_cannot_be_compared_says_why(versions: list[ModelVersion]) -> None:
    """The comparison with the champion stands all the same."""
    first, _second, third = versions
    bare = create_version(first.model, VersionFacts(label="0.9"), actor=actor_named("dana"))
    kept = comparison_of(third.pk)
    made = compare_versions(third, first, margin=float(kept.payload["margin"]), original=bare)
    refusal, remedy = (str(recalled(said)) for said in made.payload["original"]["refused"])
    assert "0.9 came without scored data" in refusal
    assert made.verdict == kept.verdict
    ComparisonReport.objects.filter(pk=kept.pk).update(payload=made.payload, digest=made.digest)
    report = replace(report_of(third), comparison=ComparisonReport.objects.get(pk=kept.pk))
    page = as_html(report)
    assert refusal in page
    assert remedy in page


def test_what_came_and_went_of_the_inputs_stands_beside_it(versions: list[ModelVersion]) -> None:
    """The same inputs, or the first few that came and that went."""
    first, second, _third = versions
    theirs = [{"name": name, "type": "float"} for name in ("age", "duration")]
    ModelVersion.objects.filter(pk__in=[first.pk, second.pk]).update(input_schema=theirs)
    found = report_of(second)
    assert found.comparison.champion
    assert found.descent == "It takes the same inputs as 1.0.0."
    found.version.input_schema = [
        *theirs[1:],
        *({"name": f"x{place}", "type": "float"} for place in range(8)),
    ]
    assert found.descent == (
        "Other inputs than 1.0.0: it also takes x0, x1, x2, x3, x4, x5 (+2); "
        "it no longer takes age."
    )
