"""Targets on a screen: added, changed, looked at before; and the connections that one may see."""

from typing import Any

import pytest

from tests.stories import house, signed_in, validated_version
from workflows.gitops.operations import add_connection
from workflows.management.cast import PORTFOLIO, actor_named
from workflows.targets.models import Target

pytestmark = pytest.mark.django_db
TYPED = {
    "environment": "staging",
    "forge": "local",
    "repository": "risk-models",
    "base_branch": "main",
    "path": "models/{model}",
    "flavour": "kustomize_kserve",
    "values_key": "model",
    "position": "1",
    "soak_h": "1.5",
    "labels": "model, risk",
    "reviewers": "rita",
    "draft": "on",
}


@pytest.fixture(autouse=True)
def cast(db: None) -> None:
    """People in their roles, and production as the one target."""
    house()


def typed(**more: str) -> dict[str, str]:
    return TYPED | {"name": "staging", "portfolio": PORTFOLIO} | more


def test_a_target_is_added_with_its_wishes() -> None:
    """Hours become seconds, names a list; it stands on the page."""
    answer = signed_in("admin1").post("/targets/add/", typed(), follow=True)
    assert "staging is on the route." in answer.content.decode()
    row = Target.objects.get(name="staging")
    assert (row.soak_s, row.wishes["labels"], row.wishes["draft"]) == (
        5400,
        ["model", "risk"],
        True,
    )


@pytest.mark.parametrize("address", ["add/", "{pk}/change/"])
def test_every_field_is_offered(address: str) -> None:
    """The parts of the form hold all of it, whichever field came last."""
    page = signed_in("admin1").get(f"/targets/{address.format(pk=Target.objects.get().pk)}")
    shown = page.content.decode()
    assert not [name for name in page.context["form"].fields if f'name="{name}"' not in shown]


def test_a_look_before_shows_the_files_and_writes_nothing() -> None:
    """What the newest version would write there, as a difference to the repository."""
    validated_version()
    answer = signed_in("admin1").post("/targets/add/", typed(preview="yes"))
    shown = answer.content.decode()
    assert "overlays/staging/version.yaml" in shown
    assert 'value="model, risk"' in shown
    assert not Target.objects.filter(name="staging").exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("path", "../{model}", "would leave the folder"),
        ("path", "models", "two models would share one folder"),
        ("repository", "../x", "cannot be the name of a repository"),
        ("name", "Staging 1", "cannot be the name of a target"),
        ("position", "900", "Give a number from 1 to 100."),
        ("soak_h", "99999", "Give a number from 0 to"),
    ],
)
def test_what_cannot_work_is_said_at_its_field(field: str, value: str, words: str) -> None:
    """Whatever else was typed is still there."""
    answer = signed_in("admin1").post("/targets/add/", typed(**{field: value}))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    assert 'value="model, risk"' in shown


def test_a_repository_that_is_not_there_is_said_in_the_look_before() -> None:
    """The files are shown whole, and which setting to change."""
    validated_version()
    answer = signed_in("admin1").post("/targets/add/", typed(base_branch="trunk", preview="yes"))
    shown = answer.content.decode()
    assert "has no branch trunk" in shown
    assert "overlays/staging/version.yaml" in shown


def test_a_teams_file_that_is_not_there_is_said_before_anything_is_saved() -> None:
    """Where it is looked for, and which setting to change; the flavours explain themselves."""
    validated_version()
    told = typed(flavour="overlay_kserve", path="teams/{model}", preview="yes")
    shown = signed_in("admin1").post("/targets/add/", told).content.decode()
    assert "There is no file teams/" in shown
    assert "“flavour”" in shown
    assert "in which only our entries change" in shown
    assert not Target.objects.filter(name="staging").exists()


def test_a_file_alone_is_shown_and_saved() -> None:
    """The one manifest, in the folder itself; the list names the flavour."""
    validated_version()
    shown = signed_in("admin1").post("/targets/add/", typed(flavour="kserve", preview="yes"))
    assert "/inferenceservice.yaml" in shown.content.decode()
    page = signed_in("admin1").post("/targets/add/", typed(flavour="kserve"), follow=True)
    assert "KServe service as one file" in page.content.decode()
    assert Target.objects.get(name="staging").flavour == "kserve"


def test_a_target_is_changed_and_switched_off() -> None:
    """What is not ticked is off; the form begins as the target stands."""
    row = Target.objects.get(name="production")
    page = signed_in("admin1").get(f"/targets/{row.pk}/change/").content.decode()
    assert 'value="risk-models"' in page
    facts = {name: value for name, value in TYPED.items() if name != "draft"}
    answer = signed_in("admin1").post(f"/targets/{row.pk}/change/", facts, follow=True)
    assert "production is changed." in answer.content.decode()
    row.refresh_from_db()
    assert (row.environment, row.active, row.wishes["reviewers"]) == ("staging", False, ["rita"])


def test_who_may_not_sees_no_button_and_is_refused() -> None:
    """MLOps reads where versions go."""
    row = Target.objects.get(name="production")
    page = signed_in("mo").get("/targets/").content.decode()
    assert "/targets/add/" not in page
    assert f"/targets/{row.pk}/change/" not in page
    assert signed_in("mo").get("/targets/add/").status_code == 403
    assert signed_in("mo").post(f"/targets/{row.pk}/change/", TYPED).status_code == 403


def test_a_role_in_one_portfolio_sees_the_connections_of_its_targets() -> None:
    """Mo sees the one behind production; another one is none of Mo's business."""
    facts: dict[str, Any] = {"kind": "gitea", "token": "a-token-that-nobody-uses"}
    for name, number in (("ours", 1), ("theirs", 2)):
        address = f"https://192.0.2.{number}"
        add_connection(name=name, base_url=address, **facts, actor=actor_named("alma"))
    Target.objects.filter(name="production").update(forge="ours")
    page = signed_in("mo").get("/targets/").content.decode()
    assert "https://192.0.2.1" in page
    assert "https://192.0.2.2" not in page
    assert "Test this connection" not in page
