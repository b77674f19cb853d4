"""The ready-made check of a pull request, run as it is shipped, against pull requests that lie."""

import json
import os
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from governance.audit.notes import Signer
from governance.client.attestation import Asked
from governance.project.environment import BASE_DIR
from workflows.gitops.attestation import SigningKey, envelope
from workflows.gitops.operations import write_standings
from workflows.lifecycle.operations import withdraw_version
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
ACTION = BASE_DIR / "deploy" / "github-actions" / "verify-approval.yaml"
TASK = BASE_DIR / "deploy" / "tekton" / "verify-approval.yaml"
OFFLINE = TASK.with_name("verify-approval-offline.yaml")
RULE = BASE_DIR / "deploy" / "kyverno" / "require-approval.yaml"
MANIFEST = "models/credit-default/overlays/production/version.yaml"
PERSON = ["-c", "user.name=x", "-c", "user.email=x@x.test", "-c", "commit.gpgsign=false"]


def loaded(path: Path) -> Any:
    return YAML(typ="safe").load(path)


def git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *PERSON, *words], cwd=root, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def asked(asked: Asked) -> Asked:
    """The clone is one of git's, in which the pull request's files are no commit yet."""
    git(asked.root, "init", "--quiet", "--initial-branch=main")
    git(asked.root, "add", "README.md")
    git(asked.root, "commit", "--quiet", "--message=Begin")
    return asked


def checked(
    asked: Asked, key: str = "", target: str = "production", standings: Path | None = None
) -> bool:
    """Whether the step lets the pull request pass: what it reads of GitHub is given to it."""
    base = git(asked.root, "rev-parse", "HEAD")
    git(asked.root, "add", "--all")
    git(asked.root, "commit", "--quiet", "--message=The pull request")
    (step,) = [one for one in loaded(ACTION)["jobs"]["verify-approval"]["steps"] if "run" in one]
    env = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(BASE_DIR),
        "RUNNER_TEMP": str(asked.root.parent),
        "BASE": base,
        "LOG_KEY": key or asked.keys[0],
        "TARGET": target,
        "STANDINGS": str(standings or ""),
        "STANDINGS_MAX_AGE": "24",
    }
    assert set(step["env"]) <= set(env), "the step reads something that no test gives"
    done = subprocess.run(
        ["bash", "-c", step["run"]], cwd=asked.root, env=env, check=False, capture_output=True
    )
    return done.returncode == 0


def undo_commit(asked: Asked) -> None:
    """As before the pull request, with its files there."""
    git(asked.root, "reset", "--quiet", "HEAD~1")


def test_what_was_approved_passes(asked: Asked) -> None:
    """The approved files and their approval, for the target that is named."""
    assert checked(asked)


def test_by_a_signed_list_what_was_revoked_does_not_pass(
    asked: Asked, told: Any, tmp_path: Path
) -> None:
    """Carried over to where no server is; one that is not there stops, too."""
    file = tmp_path / "standings.dsse.json"
    assert not checked(asked, standings=file)
    write_standings(file)
    undo_commit(asked)
    assert checked(asked, standings=file)
    version = told[1].promotion.version
    withdraw_version(version.pk, reason="Bad data", actor=actor_named("dana"))
    write_standings(file)
    undo_commit(asked)
    assert not checked(asked, standings=file)


def test_another_targets_approval_does_not_pass(asked: Asked) -> None:
    """Approved for production, laid into the repository of another one."""
    assert not checked(asked, target="payments")


def test_a_key_that_the_pull_request_brings_is_not_believed(asked: Asked) -> None:
    """Everything is signed anew by somebody else, and their key lies where ours did."""
    forger = Signer.generate("foureyes.local/log")
    path = asked.folder / "attestation.dsse.json"
    payload = b64decode(json.loads(path.read_text())["payload"])
    key = SigningKey(forger.verifier.key_id.hex(), forger.key.private_bytes_raw())
    path.write_text(envelope(payload, key))
    (asked.root / ".foureyes" / "log.pub").write_text(forger.verifier.vkey)
    assert not checked(asked)


def test_a_file_more_does_not_pass(asked: Asked) -> None:
    """Beside the approved ones, where the deployer would read it."""
    (asked.root / MANIFEST).with_name("more.yaml").write_text("kind: ConfigMap\n")
    assert not checked(asked)


def test_another_byte_or_another_version_does_not_pass(asked: Asked) -> None:
    """The manifest is not the one that was approved."""
    file = asked.root / MANIFEST
    file.write_text(file.read_text().replace("1", "2"))
    assert not checked(asked)


@pytest.mark.parametrize("folder", ["$(touch pwned)", "`touch pwned`", "; touch pwned #", "-h"])
def test_a_name_is_never_a_command(asked: Asked, folder: str) -> None:
    """Names of folders come from whoever opens the pull request."""
    shutil.copytree(asked.folder, asked.folder.with_name(folder))
    assert not checked(asked)
    assert not list(asked.root.rglob("pwned"))


def test_modules_of_the_pull_request_are_never_loaded(asked: Asked) -> None:
    """Python looks into the folder where it stands first, unless it is told not to."""
    for name in ("governance/client/__main__.py", "governance/__init__.py", "json.py"):
        file = asked.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("open('pwned', 'w').close()\nraise SystemExit(0)\n")
    assert not checked(asked)
    assert not (asked.root / "pwned").exists()


def test_a_pull_request_brings_one_approval(asked: Asked) -> None:
    """None, and two, are refused before anything is read."""
    other = asked.folder.with_name("22c6c7d7-3489-4f32-8cab-7199381d13e8")
    shutil.copytree(asked.folder, other)
    assert not checked(asked)
    git(asked.root, "rm", "-r", "--quiet", ".foureyes")
    assert not checked(asked)


def test_the_task_runs_no_shell_and_no_module_of_the_clone() -> None:
    """Parameters are arguments of one program, which is not looked for in the clone."""
    (step,) = loaded(TASK)["spec"]["steps"]
    assert step["command"] == ["python", "-P", "-m", "governance.client", "verify-approval"]
    assert "script" not in step
    words = dict(zip(step["args"][1::2], step["args"][2::2], strict=True))
    assert words == {
        "--key": "$(workspaces.trust.path)/log.pub",
        "--target": "$(params.target)",
    }


def test_the_task_without_a_server_reads_a_list_that_must_be_recent() -> None:
    """The same program and key; the words that are added are known to it."""
    (step,) = loaded(OFFLINE)["spec"]["steps"]
    (online,) = loaded(TASK)["spec"]["steps"]
    assert step["command"] == online["command"]
    shared, added = step["args"][: len(online["args"])], step["args"][len(online["args"]) :]
    assert shared == online["args"]
    assert dict(zip(added[::2], added[1::2], strict=True)) == {
        "--standings": "$(workspaces.standings.path)/standings.dsse.json",
        "--standings-max-age": "$(params.standings-max-age)",
    }
    assert "env" not in step


def test_the_rule_pastes_nothing_of_a_request_into_an_expression() -> None:
    """An address may hold quotes; a label may not. The token is a Secret."""
    (rule,) = loaded(RULE)["spec"]["rules"]
    context = {one["name"]: one for one in rule["context"]}
    assert "{{" not in context["digest"]["variable"]["jmesPath"]
    assert "[^@?#]+@sha256:[0-9a-f]{64}$" in context["digest"]["variable"]["jmesPath"]
    assert "/secrets/" in context["token"]["apiCall"]["urlPath"]
    (condition,) = rule["validate"]["deny"]["conditions"]["all"]
    assert "?target == '{{ target }}'" in condition["value"]
