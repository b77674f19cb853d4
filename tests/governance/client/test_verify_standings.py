"""`verify-approval --standings`: stale and revoked without the server, no more than is proved."""

import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from governance.client.attestation import Asked, verify_approval
from governance.client.commands import main
from tests.stories import pipeline_token, work_off
from workflows.gitops.attestation import envelope
from workflows.gitops.operations import ask_for_standings, sign_standings
from workflows.gitops.preparation import log_key
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations import withdraw_version
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


def checkpoint_of(text: str) -> str:
    """The checkpoint that a list stands on."""
    statement = json.loads(b64decode(json.loads(text)["payload"]))
    return str(statement["predicate"]["checkpoint"])


def withdraw(told: Any) -> None:
    version = told[1].promotion.version
    withdraw_version(version.pk, reason="Names of customers", actor=actor_named("dana"))


def test_a_list_that_does_not_name_it_says_when_it_was_made(asked: Asked) -> None:
    """No more than that: the word of the server itself would be valid."""
    found = verify_approval(replace(asked, standings=sign_standings()))
    assert found.standing == "valid as signed"
    assert "not fallen as of 20" in found.reason


def test_what_was_withdrawn_is_revoked_without_a_server(asked: Asked, told: Any) -> None:
    """The list holds ids and states, and no words of people."""
    withdraw(told)
    text = sign_standings()
    found = verify_approval(replace(asked, standings=text))
    assert found.standing == "revoked"
    assert "listed as revoked on 20" in found.reason
    assert b"customers" not in b64decode(json.loads(text)["payload"])


def test_what_fell_by_a_change_is_stale_without_a_server(asked: Asked) -> None:
    """The case is no longer the one that was signed."""
    ApprovalRound.objects.update(digest="0" * 64)
    assert verify_approval(replace(asked, standings=sign_standings())).standing == "stale"


def test_a_list_from_before_a_recent_checkpoint_is_too_old(asked: Asked, told: Any) -> None:
    """An old list hides what happened since: a checkpoint from elsewhere, or its age, tells."""
    old = sign_standings()
    withdraw(told)
    recent = checkpoint_of(sign_standings())
    assert verify_approval(replace(asked, standings=old)).standing == "valid as signed"
    found = verify_approval(replace(asked, standings=old, checkpoint=recent))
    assert (found.standing, "recent checkpoint" in found.reason) == ("stale", True)
    hourly = replace(asked, standings=old, standings_max_age_hours=1)
    assert verify_approval(hourly).standing == "valid as signed"
    assert verify_approval(hourly, datetime.now(UTC) + timedelta(hours=2)).standing == "stale"


def test_a_list_that_nobody_signed_is_not_believed(asked: Asked) -> None:
    """Another byte, another statement of the same key, another key: no answer but invalid."""
    text = sign_standings()
    for wrong in (
        text.replace('"sig": "', '"sig": "AA'),
        (asked.folder / "attestation.dsse.json").read_text(),
        envelope(b"{}", log_key()),
        "[]",
    ):
        assert verify_approval(replace(asked, standings=wrong)).standing == "invalid"


def test_the_newest_list_is_served_to_every_token_as_it_was_signed(
    asked: Asked, told: Any, tmp_path: Path, settings: Any
) -> None:
    """The web has no key: it hands out what the clock has written, and says where there is none."""
    settings.EXPORT_DIR = tmp_path / "exports"
    headers = {"Authorization": f"Bearer {pipeline_token()}"}
    assert Client().get("/api/v1/standings", headers=headers).status_code == 404
    assert ask_for_standings() == 1
    work_off()
    text = Client().get("/api/v1/standings", headers=headers).content.decode()
    assert verify_approval(replace(asked, standings=text)).standing == "valid as signed"
    withdraw(told)
    ask_for_standings()
    work_off()
    text = Client().get("/api/v1/standings", headers=headers).content.decode()
    assert verify_approval(replace(asked, standings=text)).standing == "revoked"
    assert Client().get("/api/v1/standings").status_code == 401


def test_the_command_reads_what_the_server_wrote(
    asked: Asked, told: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file carried over to where no server is."""
    key, file = tmp_path / "log.pub", tmp_path / "standings.dsse.json"
    key.write_text(asked.keys[0])
    words = ["verify-approval", str(asked.folder), "--root", str(asked.root), "--key", str(key)]
    call_command("sign_standings", str(file))
    assert main([*words, "--standings", str(file), "--standings-max-age", "1"]) == 0
    withdraw(told)
    call_command("sign_standings", str(file))
    capsys.readouterr()
    assert main([*words, "--standings", str(file)]) == 1
    assert capsys.readouterr().out.startswith("revoked: ")
