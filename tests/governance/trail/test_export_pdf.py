"""The log as PDF: what the reader may see, bounded, laid out in parts, and only where it can."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from governance.errors import Invalid, Unavailable
from governance.outbox.models import OutboxJob
from governance.trail.models import LogExport
from governance.trail.operations import cancel_export, printing, request_export, writing
from governance.trail.queries import printed as bounds
from governance.trail.queries.exports import export_row, file_of
from governance.trail.queries.log import Narrowing
from tests.governance.printers import PDF, Printed, no_printer, printer_installed
from tests.governance.trail.exporting import exported, written
from tests.stories import signed_in, submitted_version
from workflows.delivery.operations import seal_log
from workflows.management.cast import actor_named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story")]


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    """Every test has its own exports."""
    settings.EXPORT_DIR = tmp_path / "exports"


@pytest.fixture(scope="module")
def story(module_db: None) -> None:
    """A submission; the log is sealed."""
    submitted_version()
    seal_log()


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Printed:
    """This site prints."""
    return printer_installed(monkeypatch)


def limited(patch: pytest.MonkeyPatch, most: int) -> None:
    """A PDF holds fewer entries than the story has."""
    for module in (bounds, writing):
        patch.setattr(module, "MOST_PRINTED", most)
    patch.setattr("governance.trail.operations.exporting.MOST_PRINTED", most)


def test_it_tells_what_the_filters_show(printed: Printed) -> None:
    """Who, what, about what, with values and free text; the log says what was written."""
    export = exported("pdf", model="credit-default")
    assert file_of(export).read_bytes().startswith(PDF)
    assert export.file_name.endswith(".pdf")
    (text,) = printed.texts
    for words in (
        "Dana Developer",
        "Version submitted",
        "state:</span> draft → submitted",
        "credit-default",
    ):
        assert words in text
    assert text.count("<tr><td>#") == export.entries
    assert exported("jsonl", model="credit-default").digest == export.digest


def test_it_is_laid_out_in_parts(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its facts stand once, its pages are counted through, and the row knows how far it is."""
    monkeypatch.setattr(printing, "PART", 3)
    monkeypatch.setattr(writing, "PART", 3)
    export = exported("pdf", model="credit-default")
    assert export.entries is not None
    assert len(printed.texts) == -(-export.entries // 3) > 1
    assert [text.count("<h1>") for text in printed.texts] == [1] + [0] * (len(printed.texts) - 1)
    assert "counter-reset: page 2 " in printed.texts[1]
    job = OutboxJob.objects.get(key=str(export.pk))
    assert job.progress_total == export.entries


def test_one_without_entries_says_so(printed: Printed) -> None:
    """A file all the same."""
    export = exported("pdf", action="policy.applied")
    assert export.entries == 0
    assert "Nothing in the log matches these filters." in printed.texts[0]


def test_a_reader_of_one_portfolio_gets_no_more(printed: Printed) -> None:
    """Nothing of the site as a whole."""
    whole, part = exported("pdf"), exported("pdf", who="hanna")
    assert whole.entries > part.entries
    assert "Signed in" not in printed.texts[-1]
    assert "person.added" in "".join(printed.texts)
    assert "person.added" not in printed.texts[-1]


def test_its_language_is_that_of_who_asked(printed: Printed) -> None:
    """The worker has none of its own."""
    ada = actor_named("ada")
    request_export(Narrowing(), file_format="pdf", actor=ada)
    LogExport.objects.get().account.__class__.objects.filter(username="ada").update(language="de")
    written(LogExport.objects.get())
    assert '<html lang="de">' in printed.texts[0]


def test_more_than_it_holds_is_refused(printed: Printed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the bound and CSV; nothing is written down."""
    limited(monkeypatch, 3)
    with pytest.raises(Invalid, match="at most 3 entries") as refused:
        request_export(Narrowing(), file_format="pdf", actor=actor_named("ada"))
    assert "CSV" in refused.value.remedy
    assert not LogExport.objects.exists()


def test_what_came_meanwhile_is_refused_by_the_worker(
    printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row says why, and no half file is left."""
    export = request_export(Narrowing(), file_format="pdf", actor=actor_named("ada"))
    limited(monkeypatch, 3)
    assert not written(export).written_at
    row = export_row(actor_named("ada"), export.pk)
    assert (row.state, "choose CSV" in row.error) == ("failed", True)
    assert not list(file_of(export).parent.iterdir())


def test_it_can_be_cancelled_between_parts(
    printed: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody presses Cancel while the first part is laid out: the second never is."""
    monkeypatch.setattr(printing, "PART", 3)
    monkeypatch.setattr(writing, "PART", 3)
    ada = actor_named("ada")
    export = request_export(Narrowing(), file_format="pdf", actor=ada)
    first = bounds.printed_rows

    def pressed(part: list) -> list:
        cancel_export(export.pk, actor=ada)
        return first(part)

    monkeypatch.setattr(printing, "printed_rows", pressed)
    assert not written(export).written_at
    assert len(printed.texts) == 1
    assert export_row(ada, export.pk).state == "cancelled"


def test_where_nothing_prints_the_choice_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It cannot be chosen, and who sends it all the same is told what to do."""
    no_printer(monkeypatch)
    page = signed_in("ada").get("/log/").text
    assert 'value="pdf" required disabled' in page
    assert "needs weasyprint" in page
    answer = signed_in("ada").post("/log/export/", {"format": "pdf"})
    assert (answer.status_code, "install weasyprint" in answer.text) == (503, True)
    with pytest.raises(Unavailable):
        request_export(Narrowing(), file_format="pdf", actor=actor_named("ada"))


def test_where_it_prints_the_choice_says_how_many(printed: Printed) -> None:
    """The bound stands beside it; the package stays what is chosen first."""
    page = signed_in("ada").get("/log/").text
    assert "at most 1000 entries" in page
    assert 'value="zip" required checked' in page
    assert signed_in("ada").post("/log/export/", {"format": "pdf"}).status_code == 302
