"""Attacks on what belongs to another portfolio: by id, name, filter, file, link, leftover.

Sam runs a portfolio of his own and has every right in it. Dana's model is none of his business.
"""

import json
import re
from typing import Any

import pytest
from django.test import Client

from governance.access.models import Portfolio, RoleAssignment
from governance.access.operations import Holder, add_portfolio, grant
from governance.access.permissions import Permission
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.operations import (
    VersionFacts,
    add_artifact,
    create_version,
    register_model,
)
from tests import stories
from tests.attacks.doors import browser_of, send
from tests.governance.access.people import person
from tests.governance.access.tokens import secret_of
from tests.memory import remembered
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
ROLES = ("model_owner", "portfolio_administrator", "auditor", "mlops_engineer", "model_validator")
SECRETS = ("Credit default", "retail-credit", "Retail credit")
HERE = f"/models/{stories.MODEL}/"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Dana's draft, with a file and a finding; and Sam's portfolio beside it."""
    return _told()


@remembered
def _told() -> ModelVersion:
    model = stories.registered_model()
    dana, alma = actor_named("dana"), actor_named("alma")
    draft = create_version(model, VersionFacts(label="1.0.0"), actor=dana)
    stored = stories.kept(b"a model")
    add_artifact(draft.pk, name="model.onnx", role="model", stored=stored, actor=dana)
    own = add_portfolio(name="sams", title="Sam's", actor=alma)
    for role in ROLES:
        give(role, Holder(person=person("sam")), portfolio=own, reason="x", conflict_reason="x")
    register_model(
        name="sams-model", title="Sam's", portfolio="sams", tier=3, purpose="x", actor=sam()
    )
    return draft


def sam() -> Any:
    return actor_named("sam")


def program(username: str = "sam") -> Client:
    """A token of somebody's program, with all that a token can name."""
    secret = secret_of(username, list(Permission))
    return Client(headers={"Authorization": f"Bearer {secret}"})


def words(answer: Any) -> str:
    """What came back, without what differs between two answers about nothing."""
    text = (b"".join(answer) if answer.streaming else answer.content).decode()
    return re.sub(r'csrf[^>]*?value="\w+"|X-CSRFToken[^}]*', "", text)


def pages(version: ModelVersion) -> dict[str, str]:
    """Each page about Dana's version, and its like about a model that nobody has."""
    file = version.artifacts.get()
    paths = [
        "",
        "threshold/",
        "versions/1/",
        f"versions/1/artifacts/{file.pk}/",
        f"versions/1/evidence/{file.pk}/",
    ]
    return {HERE + path: f"/models/nobodys/{path}" for path in paths}


@pytest.mark.parametrize("attack", ["A34-form"])
def test_what_is_foreign_sounds_like_what_is_nowhere(version: ModelVersion, attack: str) -> None:
    """The same status and the same words, but for the name that was asked for."""
    browser = browser_of("sam")
    for foreign, nowhere in pages(version).items():
        one, other = browser.get(foreign), browser.get(nowhere)
        assert (one.status_code, other.status_code) == (404, 404), foreign
        assert words(one).replace(stories.MODEL, "nobodys") == words(other)


@pytest.mark.parametrize("attack", ["A34-form"])
def test_no_filter_order_search_or_page_counts_what_is_foreign(
    version: ModelVersion, attack: str
) -> None:
    """Whatever the address asks for, the answer is of Sam's own things only."""
    browser = browser_of("sam")
    asked = (
        "/models/?q=Credit",
        "/models/?portfolio=retail-credit",
        "/models/?state=draft&tier=1",
        "/models/?order=-title&page=99",
        "/?tab=waiting&portfolio=retail-credit",
        "/deployments/?q=Credit",
        "/forge/?state=open",
        "/log/?portfolio=retail-credit",
        f"/log/?model={stories.MODEL}",
        f"/log/?subject=version-{version.pk}",
        f"/log/?q={version.pk}",
        "/access/roles/?portfolio=retail-credit",
        f"/access/why/?person={person('sam').pk}&permission=model:view&model={stories.MODEL}",
    )
    for address in asked:
        told = words(browser.get(address))
        for secret in SECRETS:
            assert address.find(secret) >= 0 or secret not in told, (address, secret)
        assert str(version.pk) not in told.replace(address, "") or str(version.pk) in address


@pytest.mark.parametrize("attack", ["A34-api"])
def test_no_call_reads_or_counts_what_is_foreign(version: ModelVersion, attack: str) -> None:
    """Lists and counts hold Sam's one model; everything else is not there."""
    sams = program()
    listed = sams.get("/api/v1/models").json()
    assert (listed["count"], [one["name"] for one in listed["models"]]) == (1, ["sams-model"])
    for path in (stories.MODEL, f"{stories.MODEL}/versions/1"):
        answer = sams.get(f"/api/v1/models/{path}")
        assert answer.status_code == 404
        assert not any(secret in words(answer) for secret in SECRETS)


@pytest.mark.parametrize("attack", ["A34-api"])
def test_no_call_writes_to_what_is_foreign(version: ModelVersion, attack: str) -> None:
    """A version, a file, a submission, a key figure: not there, before anything is read."""
    sams, base = program(), f"/api/v1/models/{stories.MODEL}"
    calls = {
        f"{base}/versions": {"label": "2"},
        f"{base}/versions/1/submit": {},
        f"{base}/versions/1/withdraw": {"reason": "x"},
        f"{base}/kpis": {"version": 1, "kpi": "auc", "value": "1", "observed_on": "2026-01-01"},
    }
    for path, body in calls.items():
        assert sams.post(path, json.dumps(body), "application/json").status_code == 404, path
    for place in ("artifacts", "evidence"):
        path = f"{base}/versions/1/{place}/x.csv?kind=document"
        assert sams.put(path, b"x", "application/octet-stream").status_code == 404
    assert version.artifacts.count() == 1


@pytest.mark.parametrize("attack", ["A34-form", "A35-form"])
def test_a_file_is_only_at_the_version_that_it_came_with(
    version: ModelVersion, attack: str
) -> None:
    """Under Sam's own model, Dana's file is not to be had; nor under another of Dana's versions."""
    create_version(
        RegisteredModel.objects.get(name="sams-model"), VersionFacts(label="1"), actor=sam()
    )
    create_version(version.model, VersionFacts(label="2"), actor=actor_named("dana"))
    file = version.artifacts.get()
    browser = browser_of("sam")
    for kind in ("artifacts", "evidence"):
        assert browser.get(f"/models/sams-model/versions/1/{kind}/{file.pk}/").status_code == 404
    assert browser_of("dana").get(f"{HERE}versions/2/artifacts/{file.pk}/").status_code == 404


@pytest.mark.parametrize("attack", ["A35-form"])
def test_nothing_of_ones_own_is_hung_on_what_is_foreign(version: ModelVersion, attack: str) -> None:
    """A model in a foreign portfolio, a grant for a foreign model, a deputy for a foreign place."""
    browser = browser_of("sam")
    fields = {"name": "mine", "title": "Mine", "portfolio": "retail-credit", "tier": "1"}
    assert send(browser, "/models/register/", fields).status_code == 422
    address = f"/access/people/{person('mo').pk}/grant/"
    given = {"role": "auditor", "holder": "person", "reason": "x"}
    for place in ("retail-credit", "*"):
        assert send(browser, address, given | {"place": place}).status_code == 422
    there = given | {"place": "sams", "model": stories.MODEL}
    answer = send(browser, address, there)
    assert answer.status_code == 422
    assert not any(secret in words(answer) for secret in SECRETS)
    assert not RegisteredModel.objects.filter(name="mine").exists()
    assert not RoleAssignment.objects.filter(person=person("mo"), role="auditor").exists()


@pytest.mark.parametrize("attack", ["A35-api"])
def test_no_program_registers_a_model_elsewhere(version: ModelVersion, attack: str) -> None:
    """The portfolio in the body is no way around the token's own."""
    body = {"name": "mine", "title": "Mine", "portfolio": "retail-credit", "tier": 1}
    answer = program().post("/api/v1/models", json.dumps(body), "application/json")
    assert answer.status_code in {403, 404, 422}
    assert not any(secret in words(answer) for secret in SECRETS if secret != "retail-credit")
    assert not RegisteredModel.objects.filter(name="mine").exists()


@pytest.mark.parametrize("attack", ["A36-form", "A36-api"])
def test_a_model_that_moved_away_is_not_there_for_those_it_left(
    version: ModelVersion, attack: str
) -> None:
    """Page and call ask for the place of now; a grant for the model itself goes with it."""
    browser, pipeline = browser_of("dana"), program("dana")
    grant("auditor", Holder(person=person("mo")), model=version.model, reason="x", actor=admin())
    assert browser.get(HERE).status_code == 200
    RegisteredModel.objects.filter(pk=version.model_id).update(
        portfolio=Portfolio.objects.get(name="sams"), name="moved"
    )
    assert browser.get("/models/moved/").status_code == 404
    assert browser.get(HERE).status_code == 404
    assert pipeline.get("/api/v1/models/moved").status_code == 404
    assert browser_of("sam").get("/models/moved/").status_code == 200
    assert browser_of("mo").get("/models/moved/").status_code == 200


def admin() -> Any:
    return actor_named("alma")


@pytest.mark.parametrize("attack", ["A37-form", "A37-api"])
def test_a_name_that_is_used_again_inherits_nothing(version: ModelVersion, attack: str) -> None:
    """Rights hang on ids that are never given twice, not on names."""
    old = version.model
    grant("auditor", Holder(person=person("mo")), model=old, reason="x", actor=admin())
    RegisteredModel.objects.filter(pk=old.pk).update(name="gone")
    register_model(
        name=stories.MODEL, title="Another", portfolio="sams", tier=3, purpose="x", actor=sam()
    )
    new = RegisteredModel.objects.get(name=stories.MODEL)
    assert new.pk != old.pk
    for username in ("dana", "mo"):
        assert browser_of(username).get(HERE).status_code == 404
        assert program(username).get(f"/api/v1/models/{stories.MODEL}").status_code == 404


@pytest.mark.parametrize("attack", ["A34-form"])
def test_no_act_upon_a_foreign_grant_says_whose_it_is(version: ModelVersion, attack: str) -> None:
    """Taking it back is refused as if it were nowhere, without the name of its place."""
    rita = person("rita")
    held = RoleAssignment.objects.get(person=rita, revoked_at=None)
    address = f"/access/people/{rita.pk}/assignments/{held.pk}/revoke/"
    answer = send(browser_of("sam"), address, {"reason": "x"})
    assert answer.status_code == 404
    assert not any(secret in words(answer) for secret in SECRETS)
