"""Rendering: the bytes that approvers sign."""

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from governance.errors import Invalid
from workflows.targets.manifests import render
from workflows.targets.rendered import (
    ArtifactFacts,
    TargetFacts,
    VersionFacts,
    content_digest,
)
from workflows.targets.scalars import kubernetes_name, label_value, scalar

DIGEST = "ab" * 32
VERSION = VersionFacts(
    version_id="5e0b2f6e-7d4f-4d0e-9d0c-8a0f3d5d8f11",
    model="credit-default",
    number=2,
    label="2.0.0",
    artifacts=(ArtifactFacts("model.onnx", "model", DIGEST),),
    storage_uri=f"foureyes://credit-default/v2/model.onnx@sha256:{DIGEST}",
    model_format="onnx",
    image=None,
    tier=2,
    portfolio="retail",
)
TARGET = TargetFacts("production", "production", "models/{model}", "kustomize_kserve")
ANY_TEXT = st.text(max_size=80)
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,38}[a-z0-9]", fullmatch=True)


def loaded(text: str) -> object:
    return YAML(typ="safe").load(StringIO(text))


def test_the_overlay_names_the_approved_artefact() -> None:
    """The patch carries the storage address, the digest and the version's id."""
    files = {file.path: file.text for file in render(VERSION, TARGET)}
    patch = loaded(files["models/credit-default/overlays/production/version.yaml"])
    assert patch["spec"]["predictor"]["model"]["storageUri"] == VERSION.storage_uri
    assert patch["metadata"]["annotations"]["foureyes.version-id"] == VERSION.version_id
    assert DIGEST in patch["metadata"]["annotations"]["foureyes.artifact-digests"]


def test_two_targets_share_a_base_that_no_version_changes() -> None:
    """A promotion to staging cannot alter what production reads."""
    other = replace(VERSION, number=3, label="3.0.0", version_id="x")
    staging = replace(TARGET, name="staging", environment="staging")
    assert render(VERSION, TARGET)[:2] == render(other, staging)[:2]


def test_an_image_is_written_only_where_there_is_one() -> None:
    """A version with its own server image says so in the manifest."""
    text = render(replace(VERSION, image="scoring/x@sha256:12"), TARGET)[-1].text
    assert "scoring/x@sha256:12" in text
    assert "image" not in render(VERSION, TARGET)[-1].text


@given(model=NAMES, label=ANY_TEXT, portfolio=NAMES, tier=st.integers(1, 3))
def test_the_same_facts_give_the_same_bytes(
    model: str, label: str, portfolio: str, tier: int
) -> None:
    """Rendering is a function: equal facts, equal digest, and the label survives as it was."""
    facts = replace(VERSION, model=model, label=label, portfolio=portfolio, tier=tier)
    files = render(facts, TARGET)
    assert content_digest(files) == content_digest(reversed(render(replace(facts), TARGET)))
    patch = loaded(files[-1].text)
    assert patch["metadata"]["annotations"]["foureyes.label"] == label


@given(ANY_TEXT)
def test_no_text_becomes_structure(text: str) -> None:
    """Whatever a person typed is read back as exactly that text."""
    assert loaded(f"key: {scalar(text)}\n") == {"key": text}


@given(ANY_TEXT)
def test_names_are_valid_for_kubernetes(text: str) -> None:
    """RFC 1123 for names, the label rules for labels."""
    name, label = kubernetes_name(text), label_value(text)
    assert len(name) <= 40
    assert name[0].isalpha()
    assert name == kubernetes_name(name)
    assert not label or (label[0].isalnum() and label[-1].isalnum() and len(label) <= 63)


@pytest.mark.parametrize(("one", "two"), [("a_b", "a.b"), ("Score", "score"), ("x" * 60, "x" * 61)])
def test_two_models_never_share_a_name(one: str, two: str) -> None:
    """A name that had to be changed carries a mark of the original."""
    assert kubernetes_name(one) != kubernetes_name(two)


@given(
    st.sampled_from(
        ["..", ".", "", ".git", ".GIT", ".foureyes", "a\\b", "a b", "x.lock", "-rf", "a\n"]
    ),
    st.booleans(),
)
def test_a_path_that_leaves_its_place_is_refused(bad: str, first: bool) -> None:
    """The message names the setting to change."""
    path = f"{bad}/{{model}}" if first else f"models/{bad}/{{model}}"
    with pytest.raises(Invalid) as refusal:
        render(VERSION, replace(TARGET, path=path))
    assert refusal.value.field == "path"
    assert "path" in refusal.value.remedy


@pytest.mark.parametrize(
    "path",
    ["", "   ", "/models/{model}", "models", "{model.__class__}", "{}", "{model}/", "{model"],
)
def test_a_template_that_cannot_serve_is_refused(path: str) -> None:
    """Empty, absolute, shared by all models, or with words that are not ours."""
    with pytest.raises(Invalid):
        render(VERSION, replace(TARGET, path=path))


@given(st.text(min_size=1, max_size=30))
@example("0..")
@example("0.")
def test_a_model_name_cannot_leave_the_folder(model: str) -> None:
    """Either it is refused, or all files stay below the folder."""
    try:
        files = render(replace(VERSION, model=model), TARGET)
    except Invalid:
        return
    assert all(file.path.startswith("models/") and ".." not in file.path for file in files)
    assert not any(part.endswith(".") for file in files for part in file.path.split("/"))


def test_a_version_without_artefacts_is_refused() -> None:
    """Nothing to deploy is said in words."""
    with pytest.raises(Invalid, match="no artefact"):
        render(replace(VERSION, artifacts=()), TARGET)


def test_an_unknown_flavour_is_refused_with_the_known_ones() -> None:
    """The remedy lists what may be chosen."""
    with pytest.raises(Invalid) as refusal:
        render(VERSION, replace(TARGET, flavour="helm"))
    assert "kustomize_kserve" in refusal.value.remedy


def test_a_deployment_runs_the_image_with_the_approved_artefact() -> None:
    """The overlay names image, digests and storage address; stopped means no replica."""
    version = replace(VERSION, image=f"registry.example/score@sha256:{DIGEST}")
    target = replace(TARGET, flavour="kustomize_deployment")
    patch = loaded(render(version, target)[-1].text)
    container = patch["spec"]["template"]["spec"]["containers"][0]
    assert (container["image"], container["env"][0]["value"]) == (
        version.image,
        version.storage_uri,
    )
    assert "replicas" not in patch["spec"]
    stopped = loaded(render(version, replace(target, stopped=True))[-1].text)
    assert stopped["spec"]["replicas"] == 0
    with pytest.raises(Invalid, match="names no image"):
        render(VERSION, target)


def test_a_stopped_service_keeps_its_files() -> None:
    """The kill switch of KServe is an annotation; taking it away serves again."""
    patch = loaded(render(VERSION, replace(TARGET, stopped=True))[-1].text)
    assert patch["metadata"]["annotations"]["serving.kserve.io/stop"] == "true"
