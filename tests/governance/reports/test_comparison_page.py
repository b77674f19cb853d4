"""The report of a comparison: on a page of its own, and as files to take along."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from governance.evaluation.comparison import payload_digest
from governance.evaluation.models import ComparisonReport
from governance.evaluation.queries import comparison_of
from governance.inventory.models import ModelVersion
from governance.reports import bodies, views
from governance.reports.bodies import Bodies
from tests import stories
from tests.governance.printers import PDF, no_printer, printer_installed
from tests.governance.reports.references import external_references

pytestmark = pytest.mark.django_db
PAGE = "/models/credit-default/versions/2/comparison/"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    stories.deployed_version(1)
    return stories.submitted_version(2)


@pytest.fixture
def victor(version: ModelVersion) -> Client:
    return stories.signed_in("victor")


def taken(client: Client, form: str, **asked: str) -> Any:
    answer = client.get(f"{PAGE}{form}/", asked)
    assert answer.status_code == 200
    assert f'filename="credit-default-2-comparison.{form}"' in answer["Content-Disposition"]
    return answer


def test_the_page_holds_the_whole_report(victor: Client, version: ModelVersion) -> None:
    """Verdict in words, SAS names, every figure with its table, segments, fairness."""
    page = victor.get(PAGE).text
    for words in ("The challenger does better", "_KS_", "_GINI_", "_ASE_", "Data as a table"):
        assert words in page
    for title in ("Separation (ROC)", "Events found (gains)", "Lift by tenth", "Calibration by"):
        assert title in page
    assert "Segments" in page
    assert "Demographic parity" in page
    assert "a case costs" in page
    assert comparison_of(version.pk).digest in page
    assert page.count("data-canvas") == page.count("<figcaption") == 7


def test_its_body_is_made_once_for_each_language(
    victor: Client, version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the digest: another payload, switch or language has another body; few are kept."""
    kept = Bodies()
    monkeypatch.setattr(views, "bodies", kept)
    first, again = victor.get(PAGE).text, victor.get(PAGE).text
    assert re.findall(r"<td.*?</td>", first) == re.findall(r"<td.*?</td>", again)
    assert len(kept._kept) == 1
    victor.get(PAGE, {"show": "changed"})
    victor.get(PAGE, headers={"Accept-Language": "de"})
    assert len({key[3:] for key in kept._kept}) == 3
    report = comparison_of(version.pk)
    monkeypatch.setattr(bodies, "MOST", 2)
    for digest in ("a" * 64, "b" * 64):
        ComparisonReport.objects.filter(pk=report.pk).update(digest=digest)
        assert digest in victor.get(PAGE).text
    assert [key[0][0] for key in kept._kept] == ["a", "b"]


def test_the_case_leads_to_it(victor: Client) -> None:
    """From the section on performance."""
    assert f'href="{PAGE}"' in victor.get("/models/credit-default/versions/2/").text


def test_only_what_changed_is_left_in_the_address(victor: Client) -> None:
    """Rows whose interval holds zero go; the files follow the same switch."""
    whole, changed = victor.get(PAGE).text, victor.get(PAGE, {"show": "changed"}).text
    rows = re.compile(r'<tr role="row"><th scope="row"')
    assert 0 < len(rows.findall(changed)) < len(rows.findall(whole))
    assert f"{PAGE}xlsx/?show=changed" in changed


def test_the_html_file_needs_no_network(victor: Client) -> None:
    """Nothing in it is fetched from anywhere, and its own policy forbids it besides."""
    page = taken(victor, "html").text
    assert external_references(page) == []
    assert "default-src &#x27;none&#x27;" in page
    assert "Plotly" in page
    assert 'href="#good"' in page
    assert 'id="good"' in page
    assert "credit-default" not in external_references(page)


@pytest.mark.parametrize(
    "planted",
    [
        '<img src="https://example.org/a.png">',
        '<link rel="stylesheet" href="/static/a.css">',
        "<style>p { background: url(//example.org/a) }</style>",
        '<style>@import "a.css";</style>',
        '<p style="background: url(a.png)">',
    ],
)
def test_a_planted_reference_is_found(planted: str) -> None:
    """Else the check above would prove nothing."""
    assert external_references(f"<p>Words</p>{planted}")


def test_scripts_of_the_file_are_those_that_its_policy_names(victor: Client) -> None:
    """A browser runs a script only if its digest stands in the policy."""
    page = taken(victor, "html").text
    scripts = re.findall(r"<script(?: type=\"module\")?>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        assert b64encode(sha256(script.encode()).digest()).decode() in page.replace("&#x2B;", "+")


def test_the_json_file_is_what_was_signed(victor: Client, version: ModelVersion) -> None:
    """Its payload has the digest that decisions bind to, and the measures their SAS names."""
    told = json.loads(taken(victor, "json").content)
    assert payload_digest(told["payload"]) == told["digest"] == comparison_of(version.pk).digest
    assert told["champion"] == "1.0.0"
    auc = next(line for line in told["payload"]["metrics"] if line["metric"] == "auc")
    assert told["sas"]["challenger"]["_C_"] == auc["challenger"]


def test_the_workbook_has_a_sheet_a_table(victor: Client) -> None:
    """Numbers are numbers, and no cell is a formula."""
    with ZipFile(BytesIO(taken(victor, "xlsx").content)) as book:
        names = re.findall(r'sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        measures = book.read("xl/worksheets/sheet2.xml").decode()
        sheets = "".join(
            book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name
        )
    assert names[:4] == ["Summary", "Measures", "Segments", "Fairness"]
    assert "Separation (ROC)" in names
    assert re.search(r"<v>0\.\d{6,}</v>", measures)
    assert "<f>" not in sheets


def test_pdf_is_refused_where_nothing_prints(
    victor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal says what to do instead."""
    no_printer(monkeypatch)
    answer = victor.get(f"{PAGE}pdf/")
    assert answer.status_code == 503
    assert "print the page from the browser" in answer.text


def test_the_printer_gets_tables_in_place_of_figures(
    victor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No script, no address, every table; whatever would be fetched is refused."""
    printed = printer_installed(monkeypatch)
    assert taken(victor, "pdf").content.startswith(PDF)
    (text,) = printed.texts
    assert "<script>" not in text
    assert "data-canvas" not in text
    assert text.count("<table") >= 9
    assert external_references(text) == []
    with pytest.raises(ValueError, match="no address to fetch"):
        printed.fetch("http://127.0.0.1/secret")


def test_an_unknown_form_is_not_there(victor: Client) -> None:
    """The refusal names those that are."""
    answer = victor.get(f"{PAGE}docx/")
    assert answer.status_code == 404
    assert "html, pdf, xlsx, json" in answer.text


def test_a_version_without_comparison_says_so(version: ModelVersion) -> None:
    """A draft was not measured."""
    stories.draft_version(2)
    answer = stories.signed_in("victor").get(
        reverse("comparison", args=["credit-default", version.number + 1])
    )
    assert answer.status_code == 404
    assert "has not been measured" in answer.text


def test_strangers_do_not_learn_of_it(version: ModelVersion) -> None:
    """Page and files alike."""
    sam = stories.signed_in("sam")
    assert sam.get(PAGE).status_code == 404
    assert sam.get(f"{PAGE}json/").status_code == 404
