"""A check of the whole log from the screen and from the command line."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from governance.audit.models import AuditCheckpoint, AuditHead
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.inventory.models import ModelVersion
from governance.trail.views import log as views
from tests.stories import draft_version, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """A draft, and every entry sealed."""
    version = draft_version()
    sequence_pending()
    publish_checkpoint()
    return version


def damage() -> None:
    """A head that is not the root over the leaves."""
    AuditHead.objects.update(root=b"x" * 32)


def verify(username: str) -> str:
    answer = signed_in(username).post("/log/verify/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_unchanged_log_is_said_to_be_so(version: ModelVersion) -> None:
    """With what was read."""
    seen = verify("ada")
    assert "The log is complete and unchanged." in seen
    size = AuditCheckpoint.objects.get().size
    assert f"{size} entries, {size} leaves and 1 checkpoints agree." in seen


def test_what_is_wrong_is_listed(version: ModelVersion) -> None:
    """For who sees all; who sees one portfolio learns that something is wrong."""
    damage()
    seen = verify("ada")
    assert "1 thing is wrong with the log." in seen
    assert "head_mismatch" in seen
    hanna = verify("hanna")
    assert "1 thing is wrong with the log." in hanna
    assert "head_mismatch" not in hanna


def test_a_long_log_is_for_the_command_line(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page does not hold its reader for minutes."""
    monkeypatch.setattr(views, "LARGEST_CHECKED_HERE", 3)
    assert "python manage.py audit_verify" in verify("ada")


def test_looking_at_the_address_checks_nothing(version: ModelVersion) -> None:
    """A check is asked for by a press."""
    assert signed_in("ada").get("/log/verify/")["Location"] == "/log/"


def test_checkpoints_and_keys_are_listed(version: ModelVersion) -> None:
    """To be copied and kept elsewhere."""
    seen = signed_in("ada").get("/log/checkpoints/").content.decode()
    checkpoint = AuditCheckpoint.objects.get()
    assert checkpoint.key.vkey.replace("+", "&#x2B;") in seen or checkpoint.key.vkey in seen
    assert checkpoint.note.splitlines()[2] in seen.replace("&#x2B;", "+")


def run(*words: str) -> tuple[str, int]:
    """The command's words and how it ended."""
    said = StringIO()
    try:
        call_command("audit_verify", *words, stdout=said, stderr=said)
    except SystemExit as end:
        return said.getvalue(), int(str(end.code))
    return said.getvalue(), 0


def test_the_command_ends_with_0_when_nothing_is_wrong(version: ModelVersion) -> None:
    """And says what it read."""
    said, code = run()
    assert code == 0
    assert "Nothing is wrong." in said


def test_the_command_ends_with_1_and_lists_what_is_wrong(version: ModelVersion) -> None:
    """For cron and pipelines."""
    damage()
    said, code = run()
    assert code == 1
    assert "head_mismatch" in said


def test_the_command_compares_with_a_checkpoint_kept_outside(
    version: ModelVersion, tmp_path: Path
) -> None:
    """One that this log does not contain is an alarm."""
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(AuditCheckpoint.objects.get().note, encoding="utf-8")
    assert run("--checkpoint", str(kept))[1] == 0
    kept.write_text(AuditCheckpoint.objects.get().note.replace("\n—", "x\n—"), encoding="utf-8")
    assert run("--checkpoint", str(kept))[1] == 1
