"""`foureyes verify-approval`: what a clone proves without the server, and what only that knows."""

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings

from governance.audit.models import AuditKey
from governance.client.attestation import Asked, verify_approval, with_server
from governance.client.commands import main
from tests.stories import approved_version, pipeline_token
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.models import PullRequest
from workflows.gitops.queries import attestations_of
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, str]:
    """A clone of the approved branch, the pull request behind it, and the log's public key."""
    folder = tmp_path_factory.mktemp("story")
    with override_settings(FORGE_DIR=folder / "forge"):
        approved_version()
        row = PullRequest.objects.select_related("promotion__version").get()
        clone, forge = folder / "clone", LocalForge()
        for path in forge.tree_files(row.repository, row.head_sha):
            file = clone / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(str(forge.file_at(row.repository, row.head_sha, path)))
    return clone, row, AuditKey.objects.get().vkey


@pytest.fixture
def asked(told: tuple[Path, Any, str], tmp_path: Path) -> Asked:
    """The question about a clone of the test's own."""
    import shutil  # noqa: PLC0415

    clone, row, key = told
    root = shutil.copytree(clone, tmp_path / "clone")
    return Asked(root / ".foureyes" / str(row.promotion_id), root, (key,))


def test_what_was_signed_is_valid_without_a_server(asked: Asked) -> None:
    """Signature, files, digest and place in the log."""
    found = verify_approval(asked)
    assert (found.standing, found.target) == ("valid as signed", "production")


def test_another_byte_anywhere_is_invalid(asked: Asked) -> None:
    """In a manifest, in the envelope, in the proof or in the checkpoint."""
    for path in sorted(asked.root.rglob("*")):
        if not path.is_file() or path.name == "README.md":
            continue
        whole = path.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 2):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert verify_approval(asked).standing == "invalid", (path, place)
        path.unlink()
        assert verify_approval(asked).standing == "invalid", path
        path.write_bytes(whole)
    assert verify_approval(asked).standing == "valid as signed"


def test_another_key_is_not_believed(asked: Asked) -> None:
    """Only the keys that were given count."""
    from governance.audit.notes import Signer  # noqa: PLC0415

    stranger = Signer.generate("foureyes.local/log").verifier.vkey
    found = verify_approval(Asked(asked.folder, asked.root, (stranger,)))
    assert (found.standing, "no key" in found.reason) == ("invalid", True)
    assert verify_approval(Asked(asked.folder, asked.root, ("nonsense",))).standing == "invalid"


def test_a_statement_that_was_signed_for_something_else_is_invalid(asked: Asked) -> None:
    """The payload is bound to its kind."""
    path = asked.folder / "attestation.dsse.json"
    body = json.loads(path.read_text())
    statement = json.loads(b64decode(body["payload"]))
    statement["predicate"]["target"] = "elsewhere"
    body["payload"] = b64encode(json.dumps(statement).encode()).decode()
    path.write_text(json.dumps(body))
    assert verify_approval(asked).standing == "invalid"


def test_an_artefact_must_be_among_the_subjects(asked: Asked, told: Any) -> None:
    """What the deployer is about to run, by its digest."""
    known = told[1].promotion.version.artifacts.get().sha256
    good = Asked(asked.folder, asked.root, asked.keys, (known,))
    assert verify_approval(good).standing == "valid as signed"
    bad = Asked(asked.folder, asked.root, asked.keys, ("ab" * 32,))
    assert verify_approval(bad).standing == "invalid"


def test_an_old_approval_is_stale_where_freshness_is_asked(asked: Asked) -> None:
    """And a checkpoint of a shorter log shows that it was set back."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    later = datetime.now(UTC) + timedelta(hours=2)
    old = Asked(asked.folder, asked.root, asked.keys, max_age_hours=1)
    assert verify_approval(old).standing == "valid as signed"
    assert verify_approval(old, later).standing == "stale"


def test_the_server_knows_what_happened_since(asked: Asked, told: Any) -> None:
    """Valid today, stale when the case changed, revoked when it was withdrawn."""
    from workflows.lifecycle.operations import withdraw_version  # noqa: PLC0415

    found, version = verify_approval(asked), told[1].promotion.version
    ada = actor_named("ada")
    rows = attestations_of(found.content_digest, ada)
    assert with_server(found, {"attestations": rows}).standing == "valid"
    assert rows[0]["envelope"]["payloadType"] == "application/vnd.in-toto+json"
    assert attestations_of(version.artifacts.get().sha256, ada) == rows
    withdraw_version(version.pk, reason="Bad data", actor=actor_named("dana"))
    rows = attestations_of(found.content_digest, ada)
    assert with_server(found, {"attestations": rows}).standing == "revoked"
    assert with_server(found, {"attestations": []}).standing == "revoked"


def test_the_api_answers_a_token(told: Any) -> None:
    """Nothing for a stranger's digest, and words for what is no digest."""
    client = Client()
    headers = {"Authorization": f"Bearer {pipeline_token()}"}
    digest = told[1].promotion.content_digest
    answer = client.get(f"/api/v1/attestations/{digest}", headers=headers)
    assert answer.json()["attestations"][0]["standing"] == "valid"
    assert client.get(f"/api/v1/attestations/{'ab' * 32}", headers=headers).status_code == 404
    assert client.get("/api/v1/attestations/nonsense", headers=headers).status_code == 422
    assert client.get(f"/api/v1/attestations/{digest}").status_code == 401


def test_the_command_says_it_in_a_line_and_an_exit_code(
    asked: Asked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 for a pipeline that may go on, 1 for one that may not."""
    key = tmp_path / "log.pub"
    key.write_text(asked.keys[0])
    words = ["verify-approval", str(asked.folder), "--root", str(asked.root), "--key", str(key)]
    assert main(words) == 0
    assert "valid as signed" in capsys.readouterr().out
    (asked.folder / "proof.json").unlink()
    assert main([*words, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["standing"] == "invalid"
