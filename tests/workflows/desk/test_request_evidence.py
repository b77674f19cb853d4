"""The evidence of one decision: a document in eighteen parts, and a package that proves it."""

from html.parser import HTMLParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from governance.audit.models import AuditEntry
from governance.errors import NotAllowed
from governance.inventory.models import ModelVersion
from governance.trail.models import LogExport
from governance.trail.operations import request_evidence
from governance.trail.queries.exports import document_of, file_of
from tests.governance.trail.exporting import lines_of, report_of, written
from tests.stories import approved_version, digest, signed_in
from workflows.desk.queries.dossier import dossier_of
from workflows.management.cast import actor_named
from workflows.policies.definition import Move

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story")]


@pytest.fixture(scope="module")
def story(module_db: None) -> None:
    """A version that two risk officers approved, its pull request open."""
    approved_version()


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    """Every test has its own exports."""
    settings.EXPORT_DIR = tmp_path / "exports"


def version() -> ModelVersion:
    return ModelVersion.objects.select_related("model__portfolio").get()


def bundle() -> LogExport:
    """Ada asks, and the worker writes."""
    return written(request_evidence(version(), actor=actor_named("ada")))


class Headings(HTMLParser):
    """The headings of a page, and whether it asks for anything else."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.outside: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "h2"
        self.outside += [value or "" for name, value in attrs if name in {"src", "srcset"}]
        self.outside += [tag for one in ("script", "link", "iframe", "form") if tag == one]

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.found.append(data)
            self.inside = False


def page_of(export: LogExport) -> str:
    with ZipFile(file_of(export)) as archive:
        return archive.read("evidence.html").decode()


def test_the_package_verifies_and_holds_the_files_that_entries_name() -> None:
    """The stand-alone verifier agrees; evidence lies there under its digest, the model does not."""
    export = bundle()
    found = report_of(export)
    assert (found.problems, found.entries) == ([], export.entries)
    dossier = dossier_of(actor_named("ada"), version().model.name, version().number)
    with ZipFile(file_of(export)) as archive:
        names = set(archive.namelist())
    assert {f"evidence/{one.sha256}" for one in dossier.evidence} <= names
    assert not {f"evidence/{one.sha256}" for one in dossier.artifacts} & names
    assert {line["subject"]["type"] for line in lines_of(export)} == {
        "case",
        "model",
        "promotion",
        "version",
    }
    assert not document_of(export).exists()


def test_the_document_holds_eighteen_parts_and_needs_nothing_else() -> None:
    """It names who approved in which role, what was signed, and the checkpoint."""
    signed = dossier_of(actor_named("ada"), version().model.name, version().number).decisions[-1]
    page = page_of(bundle())
    headings = Headings()
    headings.feed(page)
    assert len(headings.found) == 18
    assert headings.found[0] == "1. What was decided on"
    assert headings.outside == []
    for words in (
        "Rita Risk",
        "Rolf Officer",
        "Risk officer",
        "Victor Validator",
        signed.digest,
        signed.meaning[:40],
        "Measured again on the sample: the same.",
        "model.onnx",
        "scored.csv",
        "Signed note",
    ):
        assert words in page, words
    assert "[[" not in page  # each file and gate that was signed on a line of its own


def test_a_page_that_somebody_replaced_is_named() -> None:
    """The log keeps the page's digest; a nicer one under the same name does not pass."""
    export = bundle()
    path = file_of(export)
    with ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["evidence.html"] = members["evidence.html"].replace(b"Rita Risk", b"Nina Nice")
    with ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert "document_mismatch" in report_of(export).checks


def test_who_may_not_view_the_log_gets_no_bundle() -> None:
    """The developer sees the version and is refused; nothing was asked for."""
    with pytest.raises(NotAllowed):
        request_evidence(version(), actor=actor_named("dana"))
    assert not LogExport.objects.exists()


def test_the_dossier_offers_it_and_the_request_is_recorded() -> None:
    """Ada presses the button and is led to the exports; Dana has no such button."""
    place = [version().model.name, version().number]
    address = reverse("request_evidence", args=place)
    assert address in signed_in("ada").get(reverse("version", args=place)).text
    assert address not in signed_in("dana").get(reverse("version", args=place)).text
    answer = signed_in("ada").post(address)
    assert (answer.status_code, answer["Location"]) == (302, reverse("exports"))
    export = LogExport.objects.get()
    entry = AuditEntry.objects.get(subject_id=export.pk)
    assert entry.action == "export.requested"
    assert str(version().pk).encode() in bytes(entry.line)


def test_a_bundle_binds_to_what_was_decided() -> None:
    """The digest in the document is the one that the decisions bind to."""
    assert digest(version(), Move.APPROVE) in page_of(bundle())
