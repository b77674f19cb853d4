"""Which entries an export holds, provably all of them; who takes it, and how it ends."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from governance.access.models import Person
from governance.audit.models import AuditEntry
from governance.audit.queries import latest_checkpoint
from governance.errors import Invalid, NotAllowed, NotFound, WrongState
from governance.inventory.operations import register_model
from governance.outbox.models import OutboxJob
from governance.trail.models import LogExport
from governance.trail.operations import (
    cancel_export,
    download_export,
    expire_exports,
    request_export,
)
from governance.trail.queries.exports import document_of, export_row, file_of
from governance.trail.queries.log import Narrowing
from tests.governance.trail.exporting import exported, lines_of, report_of, written
from tests.stories import days_told, house, registered_model, submitted_version
from workflows.delivery.operations import seal_log
from workflows.management.cast import actor_named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story")]


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    """Every test has its own exports."""
    settings.EXPORT_DIR = tmp_path / "exports"


def actions(about: LogExport) -> list[str]:
    """What the log says about an export."""
    rows = AuditEntry.objects.filter(subject_id=about.pk).order_by("subject_seq")
    return list(rows.values_list("action", flat=True))


@pytest.fixture(scope="module")
def story(module_db: None) -> None:
    """A submission; the log is sealed."""
    submitted_version(checked=False)
    seal_log()


def test_a_model() -> None:
    """The model, its version, its case; nothing else."""
    export = exported(model="credit-default")
    assert not report_of(export).problems
    assert {line["subject"]["type"] for line in lines_of(export)} >= {
        "model",
        "version",
        "case",
    }
    assert "person" not in {line["subject"]["type"] for line in lines_of(export)}


def test_a_person_an_action_and_days() -> None:
    """Filters add up; the verifier knows each."""
    dana = Person.objects.get(full_name="Dana Developer")
    first, last = days_told()
    export = exported(person=dana.pk, action="version.", since=first, until=last)
    assert not report_of(export).problems
    assert {line["actor"]["person"] for line in lines_of(export)} == {str(dana.pk)}
    empty = exported(until=first - timedelta(days=1))
    assert (report_of(empty).problems, empty.entries) == ([], 0)


def test_a_reader_of_one_portfolio_gets_no_more() -> None:
    """Nothing of the site as a whole; what they may view is the scope, and that is complete."""
    export = exported(who="hanna")
    assert not report_of(export).problems
    assert {line["portfolio"] for line in lines_of(export)} == {str(house().pk)}


def test_a_kept_checkpoint_is_continued() -> None:
    """Named when the export is asked for, so that the package holds the proof."""
    kept = latest_checkpoint()
    assert kept
    register_model(
        name="later", title="Later", portfolio=house().name, tier=3, purpose="x",
        actor=actor_named("dana"),
    )  # fmt: skip
    for asked in ({}, {"model": "later"}):
        export = exported(kept=kept.note, **asked)
        assert not report_of(export, kept.note).problems


def test_a_foreign_checkpoint_is_refused() -> None:
    """The message says what to paste."""
    with pytest.raises(Invalid, match="no checkpoint that this log signed"):
        request_export(Narrowing(), file_format="zip", since_note="x", actor=actor_named("ada"))


def test_who_sees_no_log_exports_none() -> None:
    """Developers, and strangers."""
    for name in ("dana", "sam"):
        with pytest.raises(NotAllowed):
            request_export(Narrowing(), file_format="csv", actor=actor_named(name))


def test_others_do_not_take_it() -> None:
    """Hanna sees her portfolio's log, not Ada's export."""
    export = exported("csv")
    with pytest.raises(NotFound):
        download_export(export.pk, actor=actor_named("hanna"))


def test_taking_it_is_recorded() -> None:
    """With the digest of the file."""
    export = exported("jsonl")
    _export, path = download_export(export.pk, actor=actor_named("ada"))
    assert path.stat().st_size == export.file_size
    assert path.stat().st_mode & 0o077 == 0
    assert actions(export) == ["export.requested", "export.created", "export.downloaded"]


def test_rights_that_ended_end_the_download() -> None:
    """The scope was more than what they may view now."""
    export = exported("csv", who="hanna")
    LogExport.objects.filter(pk=export.pk).update(scope=export.scope | {"portfolios": ["x"]})
    with pytest.raises(NotAllowed):
        download_export(export.pk, actor=actor_named("hanna"))


def test_a_cancelled_one_is_never_written() -> None:
    """And cannot be cancelled twice."""
    ada = actor_named("ada")
    export = request_export(Narrowing(), file_format="csv", actor=ada)
    cancel_export(export.pk, actor=ada)
    assert not written(export).written_at
    assert export_row(ada, export.pk).state == "cancelled"
    with pytest.raises(WrongState):
        cancel_export(export.pk, actor=ada)
    with pytest.raises(WrongState):
        download_export(export.pk, actor=ada)


def test_its_file_ends() -> None:
    """After a week; the log keeps that it was there."""
    export = exported("csv")
    assert expire_exports() == 0
    LogExport.objects.filter(pk=export.pk).update(expires_at=timezone.now())
    assert expire_exports() == 1
    assert not file_of(export).exists()
    assert actions(export)[-1] == "export.expired"
    assert export_row(actor_named("ada"), export.pk).state == "expired"


def test_what_a_killed_worker_left_of_a_cancelled_one_goes() -> None:
    """Half a file holds names, too; that of an export which goes on stays."""
    ada = actor_named("ada")
    gone, going = (request_export(Narrowing(), file_format="csv", actor=ada) for _ in range(2))
    drafts = [file_of(one).with_name(f".{file_of(one).name}.draft") for one in (gone, going)]
    drafts[0].parent.mkdir(parents=True)
    document_of(gone).write_text("a decision", encoding="utf-8")
    for draft in drafts:
        draft.write_text("Dana Developer", encoding="utf-8")
    cancel_export(gone.pk, actor=ada)
    assert expire_exports() == 0
    assert [draft.exists() for draft in drafts] == [False, True]
    assert not document_of(gone).exists()


def test_the_same_export_has_the_same_bytes() -> None:
    """Written twice, as after a worker that died, it is the same file."""
    registered_model()
    export = exported()
    LogExport.objects.filter(pk=export.pk).update(written_at=None)
    first = file_of(export).read_bytes()
    OutboxJob.objects.filter(key=str(export.pk)).update(done_at=None)
    written(export)
    assert file_of(export).read_bytes() == first
