"""Files that came with nothing are taken away; what a row names stays, however old it is."""

import hashlib
import os
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from governance.errors import Invalid
from governance.evaluation.operations import add_scored_data, upload_evidence
from governance.evaluation.scored_data import ScoredColumns
from governance.inventory.operations import sweeping
from governance.inventory.queries import files_named
from governance.inventory.storage import Named, Stored, path_of, remove_unless, take_back
from governance.project.schedule import SCHEDULE
from tests import stories
from workflows.lifecycle.operations import Attached, sweep_files, write_validation_report
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
ORPHAN = b"applicant_id,score\n1,high\n"
DIGEST = hashlib.sha256(ORPHAN).hexdigest()
DAYS_OLD = 3


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def aged(path: Path) -> Path:
    """Written three days ago."""
    then = time.time() - DAYS_OLD * 24 * 3600
    os.utime(path, (then, then))
    return path


def test_the_bytes_of_a_refused_scored_file_go_after_a_day() -> None:
    """The refusal left no row; the sweep leaves no bytes."""
    draft, dana = stories.draft_version(2), actor_named("dana")
    with pytest.raises(Invalid):
        add_scored_data(
            draft.pk,
            name="more.csv",
            stored=stories.kept(ORPHAN),
            columns=ScoredColumns(),
            actor=dana,
        )
    assert sweep_files() == 0, "young bytes may belong to a row that is not written yet"
    aged(path_of(DIGEST))
    assert sweep_files() == 1
    assert not path_of(DIGEST).exists()


def sent(stored: Stored) -> None:
    """Dana's refused table, by the door that the API uses."""
    with pytest.raises(Invalid):
        upload_evidence(
            stories.draft_version(2).pk,
            name="more.csv",
            kind="scored_data",
            stored=stored,
            columns={},
            actor=actor_named("dana"),
        )


def test_an_upload_that_is_refused_leaves_no_bytes() -> None:
    """They go with the refusal, not with the next sweep; bytes that were there before stay."""
    sent(stories.kept(ORPHAN))
    assert not path_of(DIGEST).exists()
    mine, theirs = stories.kept(ORPHAN), stories.kept(ORPHAN)
    assert (bool(mine.inode), theirs.inode) == (True, 0)
    assert not take_back(mine, files_named), "somebody sent the same bytes since"
    assert not take_back(theirs, files_named), "they were there before"
    assert path_of(DIGEST).exists()


def test_what_a_row_names_stays_however_old_it_is() -> None:
    """Artefacts and evidence, each by its own row."""
    draft = stories.draft_version(1)
    named = [row.sha256 for rows in (draft.artifacts, draft.evidence) for row in rows.all()]
    for sha256 in named:
        aged(path_of(sha256))
    assert sweep_files() == 0
    assert len(named) == 3
    assert all(path_of(sha256).exists() for sha256 in named)


def test_what_a_validator_attached_stays() -> None:
    """A report that was written elsewhere is named by no artefact and by no evidence."""
    version, victor = stories.submitted_version(1), actor_named("victor")
    texts = {"scope": "", "tests": "", "conclusion": "Sound.", "independent": True}
    write_validation_report(
        version.pk, **texts, attachment=Attached("r.pdf", stories.kept(ORPHAN)), actor=victor
    )
    aged(path_of(DIGEST))
    assert sweep_files() == 0
    assert path_of(DIGEST).exists()


def test_a_refused_artefact_or_attachment_leaves_no_bytes() -> None:
    """By the doors of the API and of the page; what was there before stays."""
    version = stories.submitted_version(1)
    at = f"/models/credit-default/versions/{version.number}"
    token = stories.pipeline_token()
    draft = stories.draft_version(2, model=version.model)
    refused = Client().put(
        f"/api/v1/models/credit-default/versions/{draft.number}/artifacts/.hidden",
        ORPHAN,
        content_type="application/octet-stream",
        headers={"Authorization": f"Bearer {token}", "X-Content-SHA256": DIGEST},
    )
    assert refused.status_code == 422
    assert not path_of(DIGEST).exists()
    file = SimpleUploadedFile("r.pdf", ORPHAN)
    form = {"conclusion": "Sound.", "attachment": file, "independent": "on"}
    stories.signed_in("dana").post(f"{at}/write-validation-report/", form)
    assert not path_of(DIGEST).exists()


def test_bytes_that_come_again_while_the_sweep_looks_are_young_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody sends the same file between the listing and the removal; its row follows later."""
    stories.kept(ORPHAN)
    aged(path_of(DIGEST))

    def sent_again(sha256: str, named: Named, before: float) -> bool:
        stories.kept(ORPHAN)
        return remove_unless(sha256, named, before)

    monkeypatch.setattr(sweeping, "remove_unless", sent_again)
    assert sweep_files() == 0
    assert path_of(DIGEST).exists()


def test_what_a_killed_upload_left_goes_too(tmp_path: Path) -> None:
    """Half a file under no digest; one that is being written stays."""
    stories.kept(ORPHAN)
    half, fresh = tmp_path / "incoming" / "half", tmp_path / "incoming" / "fresh"
    half.write_bytes(b"appl")
    fresh.write_bytes(b"appl")
    aged(half)
    assert sweep_files() == 1
    assert (half.exists(), fresh.exists()) == (False, True)


def test_the_clock_calls_it() -> None:
    """It stands in the schedule under its own name, and an empty site has nothing to sweep."""
    assert SCHEDULE["files.sweep"].operation.endswith(".sweep_files")
    assert sweep_files() == 0
    assert not files_named([DIGEST])
