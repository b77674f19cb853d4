"""A team's overlay without the Deployment or image that we would change: said before, by name."""

from dataclasses import replace
from typing import Any

import pytest

from governance.errors import Invalid
from tests.workflows.targets.test_render_manifests import TARGET, VERSION
from workflows.targets.bases import check_base
from workflows.targets.manifests import render

FOLDER = "models/credit-default"
THEIRS, BASE = f"{FOLDER}/kustomization.yaml", "models/base"
OVERLAY = "resources: [../base]\nimages: [{name: x, newTag: '1'}]\n"
SCORER = "registry.example:5000/risk/scorer:1.0@sha256:12"


def deployment(name: str = "credit-default", image: str = "credit-default:1.0") -> str:
    pod = f"{{template: {{spec: {{containers: [{{name: m, image: '{image}'}}]}}}}}}"
    return f"kind: Service\n---\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {pod}\n"


def repository(**files: str) -> dict[str, str]:
    there = {
        THEIRS: OVERLAY,
        f"{BASE}/kustomization.yml": "resources:\n- app.yaml\n",
        f"{BASE}/app.yaml": deployment(),
    }
    return there | {path.replace("__", "/"): text for path, text in files.items()}


def check(there: dict[str, str], **names: str) -> None:
    target = replace(TARGET, flavour="overlay_deployment", **names)
    check_base(render(replace(VERSION, image="x:2"), target), there.get)


def refused(there: dict[str, str], **names: str) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        check(there, **names)
    return refusal.value


def test_a_deployment_of_the_models_name_that_runs_its_image_passes() -> None:
    """By default nothing is to be set."""
    check(repository())


@pytest.mark.parametrize(
    ("name", "image", "field", "said"),
    [
        ("scorer", "credit-default", "deployment", "There is: scorer."),
        ("credit-default", SCORER, "image_there", "It runs: registry.example:5000/risk/scorer."),
    ],
)
def test_another_name_is_refused_with_the_setting_and_what_is_there(
    name: str, image: str, field: str, said: str
) -> None:
    """Kustomize would not build, or leave the old image where it is."""
    there = repository(**{f"{BASE}/app.yaml": deployment(name, image)})
    refusal = refused(there)
    assert (refusal.field, said in refusal.remedy) == (field, True)


def test_a_target_says_what_the_team_calls_them() -> None:
    """And then exactly these are changed."""
    there = repository(**{f"{BASE}/app.yaml": deployment("credit-default-eu", SCORER)})
    names = {"deployment": "{model}-eu", "image_there": "registry.example:5000/risk/scorer"}
    check(there, **names)
    target = replace(TARGET, flavour="overlay_deployment", **names)
    ours, theirs = render(replace(VERSION, image="x:2"), target)
    assert "  name: credit-default-eu\n" in str(ours.text)
    assert "images[name=registry.example:5000/risk/scorer].newTag" in (theirs.fields or {})


@pytest.mark.parametrize(
    "more",
    [
        {THEIRS: "resources: [https://git.example/base?ref=v1]\n"},
        {THEIRS: "resources: [../../../elsewhere]\n"},
        {THEIRS: "resources: [../base]\ncomponents: [../eu]\n"},
        {THEIRS: "resources: [{a: b}]\n"},
        {THEIRS: "resources: 7\n"},
        {THEIRS: "- a list\n"},
        {f"{BASE}/kustomization.yml": "helmCharts: [{name: scorer}]\n"},
        {f"{BASE}/kustomization.yml": "resources: [../base]\n"},
        {f"{BASE}/app.yaml": "kind: {{ templated }\n"},
        {f"{BASE}/app.yaml": "kind: List\nitems: []\n"},
    ],
)
def test_what_cannot_be_known_here_is_left_to_kustomize(more: dict[str, Any]) -> None:
    """A refusal that is wrong could not be got past."""
    check(repository(**more))


@pytest.mark.parametrize(
    "odd", ["metadata: [a]", "metadata: {name: credit-default}\nspec: {template: [{}]}"]
)
def test_a_deployment_of_another_shape_is_none(odd: str) -> None:
    """Nothing of theirs breaks the check."""
    assert refused(repository(**{f"{BASE}/app.yaml": f"kind: Deployment\n{odd}\n"})).field


@pytest.mark.parametrize("entry", ["patches: [{path: p.yaml}]", "images: [{name: a, newName: b}]"])
def test_an_image_that_another_entry_may_set_is_not_judged(entry: str) -> None:
    """Only the Deployment's name is sure there."""
    files = {
        f"{BASE}/kustomization.yml": f"resources: [app.yaml]\n{entry}\n",
        f"{BASE}/app.yaml": deployment(image="other"),
    }
    check(repository(**files))
    assert refused(repository(**files), deployment="scorer").field == "deployment"


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("deployment", "Credit"),
        ("deployment", "a/b"),
        ("deployment", "{portfolio}"),
        ("deployment", "{model.__class__}"),
        ("image_there", "a:1.0@sha256:1"),
        ("image_there", "a]b"),
        ("image_there", "../x"),
    ],
)
def test_what_could_be_no_name_there_is_refused(field: str, name: str) -> None:
    """It becomes a place in a file of theirs."""
    assert refused(repository(), **{field: name}).field == field
