"""The validation report and the inventory as files, made of the same parts as the evidence."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import translation

from governance.inventory.models import ModelVersion
from tests import stories
from workflows.desk.queries import papers

pytestmark = pytest.mark.django_db
MODEL = "/models/credit-default/"


@pytest.fixture(scope="module")
def champion(module_db: None) -> ModelVersion:
    return stories.deployed_version(1)


def got(path: str, who: str = "victor") -> bytes:
    answer = stories.signed_in(who).get(path)
    assert answer.status_code == 200, path
    assert "attachment" in answer["Content-Disposition"]
    return answer.content


def sheets(book: bytes) -> str:
    return ZipFile(BytesIO(book)).read("xl/workbook.xml").decode()


def test_the_validation_report_holds_what_the_validator_wrote(champion: ModelVersion) -> None:
    """And what it rests on: files, findings, gates, the whole comparison with its figures."""
    at = f"{MODEL}versions/{champion.number}/validation-report"
    page = got(f"{at}/html/").decode()
    report = champion.validation_reports.get()
    for words in (report.conclusion, report.tests, report.digest, "Separation (ROC)", "AUC"):
        assert words in page
    assert "src=" not in page.split("<script>", maxsplit=1)[0]
    plain = json.loads(got(f"{at}/json/"))
    titles = [part["title"] for part in plain["parts"]]
    assert titles[0] == "Validation report"
    assert "Findings" in titles
    assert plain["comparison"]
    book = sheets(got(f"{at}/xlsx/"))
    assert "Validation report" in book
    assert "Measures" in book


def test_what_was_not_validated_has_no_report(champion: ModelVersion) -> None:
    """It is said so, and what to do; an unknown form as well."""
    draft = stories.draft_version(2, model=champion.model)
    client = stories.signed_in("victor")
    absent = client.get(f"{MODEL}versions/{draft.number}/validation-report/html/")
    assert absent.status_code == 404
    assert "has no validation report" in absent.text
    assert client.get(f"{MODEL}versions/1/validation-report/docx/").status_code == 404


def test_the_inventory_says_where_every_model_stands(champion: ModelVersion) -> None:
    """A line a model, with champion, state and verdict; narrowed as the list is."""
    plain = json.loads(got("/inventory/json/"))
    (line,) = plain["parts"][1]["rows"]
    assert (line["Name"], line["Champion"], line["State"]) == (
        "credit-default",
        champion.label,
        "Deployed",
    )
    assert line["Owner"]
    assert line["Verdict"]
    assert plain["parts"][0]["rows"][0]["Live"] == "1"
    assert json.loads(got("/inventory/json/?tier=3"))["parts"][1]["rows"] == []
    assert "Models" in sheets(got("/inventory/xlsx/"))
    with translation.override("de"):
        assert champion.model.title in got("/inventory/html/").decode()


def test_nobody_reads_more_than_they_see(champion: ModelVersion) -> None:
    """Somebody without a role here gets an empty list, and no validation report."""
    assert json.loads(got("/inventory/json/", "sam"))["parts"][1]["rows"] == []
    at = f"{MODEL}versions/{champion.number}/validation-report/json/"
    assert stories.signed_in("sam").get(at).status_code == 404


def test_so_many_models_that_no_document_holds_them(
    champion: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused with what to do, not cut off in silence."""
    monkeypatch.setattr(papers, "MOST_MODELS", 0)
    answer = stories.signed_in("victor").get("/inventory/json/")
    assert answer.status_code == 413
    assert "Narrow the list" in answer.text
