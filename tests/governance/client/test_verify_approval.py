"""`foureyes verify-approval`: what a clone proves without the server, and what only that knows."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from governance.client.attestation import Asked, verify_approval, with_server
from governance.client.commands import main
from tests.stories import pipeline_token
from workflows.gitops.queries import attestations_of
from workflows.management.cast import actor_named
from workflows.targets.rendered import RenderedFile, content_digest

pytestmark = pytest.mark.django_db


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


def signed_anew(asked: Asked, change: Callable[[dict[str, Any]], None]) -> Asked:
    """The question, when the log's key had signed the statement with a change in it."""
    from governance.audit.notes import Signer  # noqa: PLC0415
    from workflows.gitops.attestation import SigningKey, envelope  # noqa: PLC0415

    signer = Signer.generate("foureyes.local/log")
    path = asked.folder / "attestation.dsse.json"
    statement = json.loads(b64decode(json.loads(path.read_text())["payload"]))
    change(statement)
    key = SigningKey(signer.verifier.key_id.hex(), signer.key.private_bytes_raw())
    path.write_text(envelope(json.dumps(statement).encode(), key))
    return replace(asked, keys=(*asked.keys, signer.verifier.vkey))


def test_the_approval_of_another_promotion_is_none_of_this_one(asked: Asked) -> None:
    """An old approval with its files, laid where the new one's would stand; or another target's."""
    elsewhere = asked.folder.with_name("22c6c7d7-3489-4f32-8cab-7199381d13e8")
    asked.folder.rename(elsewhere)
    found = verify_approval(replace(asked, folder=elsewhere))
    assert (found.standing, "promotion" in found.reason) == ("invalid", True)
    elsewhere.rename(asked.folder)
    elsewhere.symlink_to(asked.folder)
    assert verify_approval(replace(asked, folder=elsewhere)).standing == "invalid"
    assert verify_approval(replace(asked, target="production")).standing == "valid as signed"
    assert verify_approval(replace(asked, target="staging")).standing == "invalid"


def test_what_changed_beside_the_approved_files_was_approved_by_nobody(asked: Asked) -> None:
    """All that was approved is there, and one file more."""
    clone = [path for path in asked.root.rglob("*") if path.is_file() and path.name != "README.md"]
    ours = tuple(str(path.relative_to(asked.root)) for path in clone)
    assert verify_approval(replace(asked, changed=ours)).standing == "valid as signed"
    for path in ("models/credit-default/base/more.yaml", ".foureyes/log.pub", '"models/\\n"'):
        found = verify_approval(replace(asked, changed=(*ours, path)))
        assert (found.standing, path in found.reason) == ("invalid", True)


IMAGES = "images:\n- {name: x, digest: approved, newTag: other}\n- {name: y, digest: 1}\n"


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        (f"resources: [../base, ours.yaml]\n{IMAGES}", "valid as signed"),
        (f"{IMAGES}- name: x\nresources: [ours.yaml]\n", "invalid"),
        (f"resources: [ours.yaml, ours.yaml]\n{IMAGES}", "invalid"),
        (f"resources: [../base]\n{IMAGES}", "invalid"),
        (f"resources: ours.yaml\n{IMAGES}", "invalid"),
        (f"resources: [ours.yaml]\ntransformers: [ours.yaml]\n{IMAGES}", "invalid"),
        ("resources: [ours.yaml]\nimages: [x, {name: x, digest: another}]\n", "invalid"),
    ],
)
def test_entries_of_ours_in_a_list_of_others_are_compared(
    asked: Asked, text: str, standing: str
) -> None:
    """What a team's kustomization holds in the entries that are ours; two of a name are none."""
    fields = {
        "images[name=x].digest": "approved",
        "resources[ours.yaml]": "ours.yaml",
        "transformers[ours.yaml]": None,
    }
    assert verify_approval(_with_fields(asked, fields, text)).standing == standing


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("model:\n  digest: approved\n  replicas: 1\nours: not\n", "valid as signed"),
        ("model:\n  digest: another\n  replicas: 1\n", "invalid"),
        ("model:\n  digest: approved\n  replicas: true\n", "invalid"),
        ("model:\n  digest: approved\n  replicas: 1\n  old: 1\n", "invalid"),
        ("model: approved\n", "invalid"),
        ("&a [*a]\n", "invalid"),
        ("{" * 5000, "invalid"),
        ("", "invalid"),
    ],
)
def test_values_in_a_file_of_others_are_compared(asked: Asked, text: str, standing: str) -> None:
    """What a chart's values file holds at the places of ours, and nothing else of it."""
    fields = {"model.digest": "approved", "model.old": None, "model.replicas": 1}
    assert verify_approval(_with_fields(asked, fields, text)).standing == standing


def _with_fields(asked: Asked, fields: dict[str, Any], text: str) -> Asked:
    """An approval of values in a file, and a clone in which the file holds the text."""
    file = RenderedFile("values.yaml", None, fields)

    def edits_values(statement: dict[str, Any]) -> None:
        predicate = statement["predicate"]
        predicate["files"] = [{"path": file.path, "sha256": file.sha256, "fields": fields}]
        predicate["content_digest"] = content_digest([file])
        statement["subject"].append({"name": file.path, "digest": {"sha256": file.sha256}})

    (asked.root / file.path).write_text(text)
    return signed_anew(asked, edits_values)


def test_an_end_that_has_passed_is_stale(asked: Asked) -> None:
    """The approval said until when; and a time that is none is no approval."""

    def ended(statement: dict[str, Any]) -> None:
        statement["predicate"]["valid_until"] = "2026-01-01T00:00:00+00:00"

    assert verify_approval(signed_anew(asked, ended)).standing == "stale"

    def whenever(statement: dict[str, Any]) -> None:
        statement["predicate"]["valid_until"] = "2026-01-01T00:00:00"

    assert verify_approval(signed_anew(asked, whenever)).standing == "invalid"


def test_a_file_without_end_is_refused_at_once(asked: Asked) -> None:
    """A link to a device, and brackets within brackets: an answer, not a hang or a trace."""
    for name in ("attestation.dsse.json", "proof.json"):
        path = asked.folder / name
        whole = path.read_text()
        path.write_text("[" * 100_000)
        assert verify_approval(asked).standing == "invalid"
        path.unlink()
        path.symlink_to("/dev/zero")
        assert verify_approval(asked).standing == "invalid"
        path.unlink()
        path.write_text(whole)
    assert verify_approval(asked).standing == "valid as signed"


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


def test_a_recent_checkpoint_must_be_of_the_same_log(asked: Asked) -> None:
    """A shorter log was set back, and two roots of one length are two stories; both are signed."""
    from governance.audit.notes import Checkpoint, sign  # noqa: PLC0415
    from governance.audit.queries import log_signer  # noqa: PLC0415

    note = (asked.folder / "checkpoint.txt").read_text()
    origin, size = note.splitlines()[:2]
    length, signer = int(size), log_signer()

    def with_recent(checkpoint: str) -> str:
        return verify_approval(replace(asked, checkpoint=checkpoint)).standing

    assert with_recent(note) == "valid as signed"
    for leaves, standing in (
        (length - 1, "invalid"),
        (length, "invalid"),
        (length + 1, "valid as signed"),
    ):
        text = Checkpoint(origin, leaves, b"x" * 32).text
        assert with_recent(sign(text, signer)) == standing


def test_the_server_knows_what_happened_since(asked: Asked, told: Any) -> None:
    """Valid today, stale when the case changed, revoked when it was withdrawn."""
    from workflows.lifecycle.operations import withdraw_version  # noqa: PLC0415

    found, version = verify_approval(asked), told[1].promotion.version
    ada = actor_named("ada")
    rows = attestations_of(found.content_digest, ada)
    assert with_server(found, {"attestations": rows}).standing == "valid"
    assert rows[0]["envelope"]["payloadType"] == "application/vnd.in-toto+json"
    assert attestations_of(version.artifacts.get().sha256, ada) == rows
    for file in told[1].promotion.approved_content:
        assert attestations_of(file["sha256"], ada) == rows
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
