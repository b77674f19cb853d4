"""A check of the whole log from the screen and from the command line."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from governance.audit.lines import parse
from governance.audit.models import AuditCheckpoint, AuditEntry, AuditHead, AuditLeaf
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.verification import Stopped, Watch
from governance.audit.verify import verify_log
from governance.inventory.models import ModelVersion
from governance.trail.models import LogVerification
from tests.stories import draft_version, signed_in
from workflows.delivery.operations import run_due

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


def asked(username: str) -> str:
    """Somebody presses the button; the address of the page that follows."""
    return signed_in(username).post("/log/verify/")["Location"]


def verify(username: str) -> str:
    """The button, a worker, and what the page says then."""
    address = asked(username)
    run_due("slow")
    return signed_in(username).get(address).text


def test_an_unchanged_log_is_said_to_be_so(version: ModelVersion) -> None:
    """With what was read."""
    seen = verify("ada")
    assert "The log is complete and unchanged." in seen
    size = AuditCheckpoint.objects.get().size
    assert f"{size + 1} entries, {size} leaves and 1 checkpoints agree." in seen
    assert "1 entry waits for its place." in seen


def test_what_is_wrong_is_listed(version: ModelVersion) -> None:
    """For who sees all; who sees one portfolio learns that something is wrong."""
    damage()
    seen = verify("ada")
    assert "1 thing is wrong with the log." in seen
    assert "head_mismatch" in seen
    hanna = verify("hanna")
    assert "1 thing is wrong with the log." in hanna
    assert "head_mismatch" not in hanna


def test_tables_are_compared_too(version: ModelVersion) -> None:
    """A raw change of a version shows although no entry was touched (T19)."""
    ModelVersion.objects.filter(pk=version.pk).update(label="9.9.9")
    assert "1 thing is wrong with the log." in verify("ada")
    assert LogVerification.objects.get().found["problems"][0]["kind"] == "replay_differs"


def test_the_page_waits_and_then_asks_no_more(version: ModelVersion) -> None:
    """It looks again by itself until there is an end."""
    address = asked("ada")
    waiting = signed_in("ada").get(address).text
    assert "It waits for a worker." in waiting
    assert f'hx-get="{address}state/"' in waiting
    run_due("slow")
    part = signed_in("ada").get(f"{address}state/", headers={"HX-Request": "true"}).text
    assert "The log is complete and unchanged." in part
    assert "hx-get" not in part


def test_it_tells_how_far_it_is(version: ModelVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries, then the tree, then what each subject's tables say."""
    asked("ada")
    told: list[tuple[str, int]] = []
    begin = Watch.begin

    def listen(watch: Watch, stage: str, total: int = 0) -> None:
        told.append((stage, total))
        begin(watch, stage, total)

    monkeypatch.setattr(Watch, "begin", listen)
    run_due("slow")
    entries = AuditEntry.objects.count() - 1  # what says that it ended came after
    assert told[:2] == [("entries", entries), ("leaves", AuditLeaf.objects.count())]
    assert len(told) > 2


def test_a_check_that_goes_on_is_not_asked_for_twice(version: ModelVersion) -> None:
    """Pressing again leads to the same page."""
    assert asked("ada") == asked("ada")


def test_a_check_can_be_cancelled(version: ModelVersion) -> None:
    """By who asked; the worker then finds nothing to do."""
    address = asked("ada")
    ada = signed_in("ada")
    ada.post(f"{address}cancel/")
    run_due("slow")
    assert "The check was cancelled." in ada.get(address).text
    assert not LogVerification.objects.get().found
    with pytest.raises(Stopped):
        verify_log(watch=Watch(stop=True))


def test_checks_of_others_are_for_who_sees_all(version: ModelVersion) -> None:
    """Hanna reads the log of her portfolio only."""
    assert signed_in("hanna").get(asked("ada")).status_code == 404
    assert signed_in("ada").get(asked("hanna")).status_code == 200


def test_a_check_stands_in_the_log(version: ModelVersion) -> None:
    """Who asked, and what it came to."""
    verify("ada")
    row = LogVerification.objects.get()
    entries = AuditEntry.objects.filter(subject_id=row.pk).order_by("subject_seq")
    assert [one.action for one in entries] == ["verification.requested", "verification.completed"]
    assert parse(bytes(entries[1].line)).details["problems"] == 0


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
