"""The receipt of an entry, for people and for programs: the same bytes, provable elsewhere."""

import json
from typing import Any
from uuid import uuid4

import pytest

from governance.access.permissions import Permission
from governance.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.queries import keys
from governance.inventory.models import ModelVersion
from governance.trail.verifier import verify as verifier
from tests.governance.api.api import Pipeline, problem, program_of
from tests.stories import signed_in, validated_version

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated; nothing is sealed yet."""
    return validated_version()


@pytest.fixture(scope="module")
def auditor(version: ModelVersion) -> Pipeline:
    """An auditor's program that may view the log."""
    return program_of("ada", Permission.LOG_VIEW)


def entry() -> AuditEntry:
    return AuditEntry.objects.get(action="version.validated")


def seal() -> None:
    sequence_pending()
    publish_checkpoint()


def asked(program: Pipeline) -> Any:
    return program.get(f"/log/entries/{entry().pk}/receipt")


def test_programs_and_people_get_the_same_bytes(version: ModelVersion, auditor: Pipeline) -> None:
    """The page offers them as a file."""
    seal()
    page = signed_in("ada").get(f"/log/{entry().pk}/").content.decode()
    assert f'href="/log/{entry().pk}/receipt/"' in page
    file = signed_in("ada").get(f"/log/{entry().pk}/receipt/")
    answer = asked(auditor)
    assert (file.status_code, answer.status_code) == (200, 200)
    assert answer.content == file.content
    assert answer.json()["checkpoint"] in page.replace("&#x27;", "'")


def test_it_proves_the_entry_without_this_server(version: ModelVersion, auditor: Pipeline) -> None:
    """The stand-alone verifier's own functions, with nothing but the document and the key."""
    seal()
    told = json.loads(asked(auditor).content)
    signed = verifier.Checkpoint(told["checkpoint"], [verifier.Key(key) for key in keys()])
    leaf = verifier.leaf_hash(told["line"].encode())
    assert leaf.hex() == told["leaf_hash"]
    path = [bytes.fromhex(part) for part in told["proof"]]
    assert verifier.included(leaf, told["index"], signed.size, path, signed.root)
    assert told["line"].encode() == bytes(entry().line)


def test_until_it_is_signed_the_answer_says_so(version: ModelVersion, auditor: Pipeline) -> None:
    """202 and when to ask again; the page says it in words."""
    answer = asked(auditor)
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "2")
    assert answer.json() == {"id": str(entry().pk), "pending": True}
    early = signed_in("ada").get(f"/log/{entry().pk}/receipt/")
    assert early.status_code == 409
    assert "No signed checkpoint covers this entry yet." in early.content.decode()


def test_only_what_one_may_see_has_a_receipt(version: ModelVersion, auditor: Pipeline) -> None:
    """No id tells more than another; a token that may not view the log gets none."""
    seal()
    problem(auditor.get(f"/log/entries/{uuid4()}/receipt"), 404, "not_found")
    problem(asked(program_of("ada", Permission.MODEL_VIEW)), 403, "not_allowed")
    problem(asked(program_of("dana")), 403, "not_allowed")


def test_what_does_not_check_is_never_handed_out(version: ModelVersion, auditor: Pipeline) -> None:
    """A checkpoint that nobody signed covers the entry: words instead of a receipt."""
    seal()
    index = AuditLeaf.objects.get(entry=entry()).idx
    real = AuditCheckpoint.objects.latest("size")
    forged = real.note.replace(f"\n{real.size}\n", f"\n{index + 1}\n")
    AuditCheckpoint.objects.create(
        size=index + 1, root=real.root, note=forged, key=real.key, created_at=real.created_at
    )
    said = problem(asked(auditor), 409, "conflict")
    assert "does not check" in said["detail"]
    assert "Verify the whole log" in said["remedy"]
