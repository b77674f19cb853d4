"""What we write for a cluster: built by Kustomize, and checked against the schemas of its objects.

Kubernetes' strict schemas, as `kubernetes-validate --strict` has them, and KServe's own fields; cut
to what we write by `scripts/manifest_contracts`, so that any other field is refused. What Argo CD
reads inside of its config map stands in `argocd.json`.
"""

import json
import re
import shutil
import subprocess
import venv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from jsonschema import Draft4Validator
from ruamel.yaml import YAML

from governance.project.environment import BASE_DIR
from workflows.gitops.reports import FLUX_KINDS, argo_sync
from workflows.gitops.signatures import shared_secret
from workflows.targets.contents import text_for
from workflows.targets.manifests import render
from workflows.targets.objects import annotations
from workflows.targets.rendered import ArtifactFacts, TargetFacts, VersionFacts

CONTRACT = json.loads((Path(__file__).parent / "manifests.json").read_text(encoding="utf-8"))
ARGO = json.loads((Path(__file__).parent / "argocd.json").read_text(encoding="utf-8"))
DIGEST = "ab" * 32
VERSION = VersionFacts(
    version_id="5e0b2f6e-7d4f-4d0e-9d0c-8a0f3d5d8f11",
    model="credit-default",
    number=2,
    label='2.0 "beta": #1',
    artifacts=(ArtifactFacts("model.onnx", "model", DIGEST),),
    storage_uri=f"foureyes://credit-default/v2/model.onnx@sha256:{DIGEST}",
    model_format="onnx",
    image="registry.example/scoring@sha256:12",
    tier=2,
    portfolio="retail",
)
BUILDERS = (("kustomize", "build"), ("kubectl", "kustomize"))
# What each flavour comes to, and where somebody builds or reads it.
PLACES = {
    "kustomize_kserve": ("InferenceService", "overlays/production"),
    "kustomize_deployment": ("Deployment", "overlays/production"),
    "overlay_kserve": ("InferenceService", "."),
    "overlay_deployment": ("Deployment", "."),
    "kserve": ("InferenceService", "inferenceservice.yaml"),
    "deployment": ("Deployment", "deployment.yaml"),
}
# A team's own: a base with a Deployment that runs the model's image, and an overlay that would
# set the number of its replicas and the tag of its image.
TEAM = {
    "kustomization.yaml": """\
resources: [base.yaml]  # ours alone
namePrefix: eu-
namespace: scoring
replicas:
- {name: credit-default, count: 3}
images:
- name: credit-default
  newTag: old
""",
    "base.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: credit-default}
spec:
  replicas: 2
  selector: {matchLabels: {app: credit}}
  template:
    metadata: {labels: {app: credit}}
    spec: {containers: [{name: scorer, image: credit-default}]}
""",
}


def built(folder: Path) -> str:
    """What the cluster's deployer would see."""
    for program, verb in BUILDERS:
        if found := shutil.which(program):
            done = subprocess.run(
                [found, verb, str(folder)], capture_output=True, text=True, check=False, timeout=60
            )
            assert done.returncode == 0, done.stderr
            return done.stdout
    pytest.fail("Neither kustomize nor kubectl is installed; install one of them.")


def documents(text: str) -> list[dict[str, Any]]:
    return [found for found in YAML(typ="safe").load_all(StringIO(text)) if found]


def faults(thing: dict[str, Any]) -> list[str]:
    schema = CONTRACT["kinds"][thing["kind"]]
    return [f"{e.json_path}: {e.message}" for e in Draft4Validator(schema).iter_errors(thing)]


@pytest.mark.parametrize("stopped", [False, True], ids=["serving", "stopped"])
@pytest.mark.parametrize("flavour", PLACES)
def test_what_is_built_is_what_the_cluster_knows(
    flavour: str, stopped: bool, tmp_path: Path
) -> None:
    """One object, named for the model, with the version's marks and the approved artefact."""
    thing = deployed(flavour, stopped, tmp_path)
    assert thing["metadata"].pop("namespace", "scoring") == "scoring"  # the team's, not ours
    assert not faults(thing)
    assert thing["metadata"]["name"].removeprefix("eu-") == "credit-default"
    marks = thing["metadata"]["annotations"]
    assert {
        f"foureyes.{key}": value for key, value in annotations(VERSION)
    }.items() <= marks.items()
    assert VERSION.storage_uri in json.dumps(thing)
    assert VERSION.image in json.dumps(thing)
    assert ("stop" in json.dumps(marks) or thing["spec"].get("replicas") == 0) == stopped


@pytest.fixture(scope="module")
def kubernetes_validate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program, in an environment of its own; its index is asked by the package's name."""
    room = tmp_path_factory.mktemp("kubernetes-validate")
    venv.create(room, with_pip=True)
    words = [room / "bin" / "pip", "install", "--quiet", "kubernetes-validate", "setuptools"]
    subprocess.run(words, check=True, timeout=300)
    return str(room / "bin" / "kubernetes-validate")


@pytest.mark.soak
@pytest.mark.parametrize("stopped", [False, True], ids=["serving", "stopped"])
@pytest.mark.parametrize("flavour", [one for one in PLACES if PLACES[one][0] == "Deployment"])
def test_the_program_itself_finds_nothing(
    kubernetes_validate: str, flavour: str, stopped: bool, tmp_path: Path
) -> None:
    """It knows what Kubernetes itself has, a Deployment; and a field that nobody knows it finds."""
    thing = deployed(flavour, stopped, tmp_path)
    found = {}
    for name, extra in (("ours", {}), ("wrong", {"replica": 1})):
        file = tmp_path / f"{name}.json"
        file.write_text(json.dumps({**thing, "spec": {**thing["spec"], **extra}}), "utf-8")
        words = [kubernetes_validate, "--strict", str(file)]
        found[name] = subprocess.run(words, check=False, capture_output=True, text=True)
    assert found["ours"].returncode == 0, found["ours"].stdout + found["ours"].stderr
    assert found["wrong"].returncode != 0
    assert "replica" in found["wrong"].stdout + found["wrong"].stderr


def deployed(flavour: str, stopped: bool, repository: Path) -> dict[str, Any]:
    """The object that a deployer makes of what we write beside what a team has there."""
    kind, place = PLACES[flavour]
    folder = repository / "models" / "credit-default"
    target = TargetFacts("production", "production", "models/{model}", flavour, stopped=stopped)
    if flavour.startswith("overlay"):
        written(folder, TEAM)
    for file in render(VERSION, target):
        path = repository / file.path
        present = path.read_text(encoding="utf-8") if path.exists() else None
        written(repository, {file.path: str(text_for(file, present))})
    found = folder / place
    text = built(found) if found.is_dir() else found.read_text(encoding="utf-8")
    (thing,) = [one for one in documents(text) if one["kind"] == kind]
    return thing


def written(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_teams_own_deployment_keeps_what_is_theirs(tmp_path: Path) -> None:
    """Prefix, replicas, labels and the name of the container; of the image we set all."""
    thing = deployed("overlay_deployment", stopped=False, repository=tmp_path)
    pod = thing["spec"]["template"]
    assert (thing["metadata"]["name"], thing["spec"]["replicas"]) == ("eu-credit-default", 3)
    assert pod["metadata"]["labels"] == {"app": "credit"}
    assert pod["spec"]["containers"] == [{"name": "scorer", "image": VERSION.image}]
    kept = (tmp_path / "models/credit-default/kustomization.yaml").read_text(encoding="utf-8")
    theirs = [line for line in TEAM["kustomization.yaml"].splitlines() if "newTag" not in line]
    assert [line for line in kept.splitlines() if line in theirs] == theirs


def test_a_team_may_call_its_deployment_and_image_as_it_likes(tmp_path: Path) -> None:
    """The target says how; what is built is that Deployment with the version's image and marks."""
    theirs = TEAM["base.yaml"].replace("name: credit-default", "name: scorer")
    names = {"base.yaml": theirs.replace("image: credit-default", "image: reg.example:5000/a/b:1")}
    folder = tmp_path / "models" / "credit-default"
    written(folder, {**names, "kustomization.yaml": "resources: [base.yaml]\n"})
    target = TargetFacts(
        name="production",
        environment="production",
        path="models/{model}",
        flavour="overlay_deployment",
        deployment="scorer",
        image_there="reg.example:5000/a/b",
    )
    for file in render(VERSION, target):
        path = tmp_path / file.path
        present = path.read_text(encoding="utf-8") if path.exists() else None
        written(tmp_path, {file.path: str(text_for(file, present))})
    (thing,) = documents(built(folder))
    assert thing["metadata"]["name"] == "scorer"
    assert thing["metadata"]["annotations"]["foureyes.model"] == VERSION.model
    (container,) = thing["spec"]["template"]["spec"]["containers"]
    assert container == {"name": "scorer", "image": VERSION.image}


@pytest.fixture(scope="module")
def notifications() -> dict[str, Any]:
    """Our object for Argo CD's notifications, whose values are YAML themselves."""
    text = (BASE_DIR / "deploy" / "argocd" / "notifications.yaml").read_text(encoding="utf-8")
    (thing,) = documents(text)
    assert not faults(thing)
    return {name: YAML(typ="safe").load(value) for name, value in thing["data"].items()}


def names(notifications: dict[str, Any], part: str) -> set[str]:
    return {name.removeprefix(part) for name in notifications if name.startswith(part)}


def argo_faults(part: str, value: Any) -> list[str]:
    known = [schema for name, schema in ARGO["parts"].items() if part.startswith(name)]
    assert len(known) == 1, part
    return [f"{e.json_path}: {e.message}" for e in Draft4Validator(known[0]).iter_errors(value)]


def test_argo_cd_knows_every_field_of_our_notification(notifications: dict[str, Any]) -> None:
    """A field that it does not know would be dropped, and nothing would ever be sent."""
    assert not [one for part, value in notifications.items() for one in argo_faults(part, value)]
    for part in ("service.webhook.x", "template.x", "trigger.x", "subscriptions"):
        assert argo_faults(part, {"url": "x", "web_hook": {}})


def test_argo_cd_is_told_whom_to_send_what(notifications: dict[str, Any]) -> None:
    """Somebody subscribes a service to a trigger, which sends a template of that service."""
    (subscription,) = notifications["subscriptions"]
    services = names(notifications, "service.webhook.")
    for trigger in notifications[f"trigger.{subscription['triggers'][0]}"]:
        template = notifications[f"template.{trigger['send'][0]}"]
        assert set(subscription["recipients"]) == set(template["webhook"]) == services


@pytest.mark.parametrize("health", ["Healthy", "Degraded"])
def test_what_argo_cd_said_once_it_says_again_when_it_becomes_so_again(
    notifications: dict[str, Any], health: str
) -> None:
    """It never repeats a `oncePer`; and each time is another body, so that none is a replay."""
    again = [one["when"] for one in notifications["trigger.foureyes"] if "oncePer" not in one]
    assert f"app.status.health.status == '{health}'" in again
    assert "(call .time.Now)" in notifications["template.foureyes"]["webhook"]["foureyes"]["body"]


def test_what_argo_cd_sends_is_what_we_read(notifications: dict[str, Any]) -> None:
    """Filled in, the body is JSON, and each of its fields reaches its place."""
    body = notifications["template.foureyes"]["webhook"]["foureyes"]["body"]
    told = json.loads(re.sub(r"\{\{ toJson \(?(?:default \"\" )?([^{}()]+)\)? \}\}", r'"\1"', body))
    assert told["application"] == ".app.metadata.name"
    filled = told | {"sync": "Synced", "health": "Healthy", "at": "2026-11-27T08:00:00Z"}
    sync = argo_sync(filled, datetime(2026, 11, 27, 9, tzinfo=UTC))
    assert sync is not None
    assert (sync.application, sync.synced, sync.health) == (".app.metadata.name", True, "Healthy")
    assert (sync.revision, sync.observed_at.hour) == (".app.status.sync.revision", 8)
    assert sync.message == ".app.status.health.message"


def test_flux_is_told_whom_to_send_what() -> None:
    """An alert about what we read leads to our door, with the header that opens it."""
    text = (BASE_DIR / "deploy" / "flux" / "notifications.yaml").read_text(encoding="utf-8")
    secret, provider, alert = documents(text)
    assert [one["kind"] for one in (secret, provider, alert)] == ["Secret", "Provider", "Alert"]
    assert {one["kind"] for one in alert["spec"]["eventSources"]} == FLUX_KINDS
    assert alert["spec"]["providerRef"]["name"] == provider["metadata"]["name"]
    assert provider["spec"]["secretRef"]["name"] == secret["metadata"]["name"]
    assert resolve(urlsplit(provider["spec"]["address"]).path).kwargs == {"source": "flux"}
    headers = YAML(typ="safe").load(secret["stringData"]["headers"])
    shown = {name.lower(): value for name, value in headers.items()}
    hint = shared_secret(shown, b"{}", "the value of REPORT_SECRET")
    assert hint.delivery_id


@pytest.mark.parametrize(
    "spoilt",
    [
        {"kind": "Deployment", "spec": {"replica": 1}},
        {"kind": "Deployment", "spec": {"selector": {}, "template": {}, "replicas": "one"}},
        {"kind": "InferenceService", "spec": {"predictor": {"modell": {}}}},
        {"kind": "InferenceService", "spec": {"predictor": {"model": {"storageURI": "x"}}}},
        {"kind": "ConfigMap", "data": {"a": 1}},
    ],
)
def test_a_field_that_the_cluster_does_not_know_is_seen(spoilt: dict[str, Any]) -> None:
    """A slip of a letter would be dropped silently by a server."""
    assert faults(spoilt)
