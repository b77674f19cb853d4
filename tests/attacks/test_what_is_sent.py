"""Attacks by what is sent: extra fields, doubled ones, other methods, other names."""

import json
from typing import Any

import pytest
from django.test import Client

from governance.access.models import RoleAssignment
from governance.audit.models import AuditEntry
from governance.inventory.models import ModelVersion, RegisteredModel
from tests import stories
from tests.attacks.doors import browser_of, send
from tests.governance.access.people import held, person
from tests.stories import people
from workflows.management.cast import PORTFOLIO

pytestmark = pytest.mark.django_db
MODELS = "/api/v1/models"
FORGED = {
    "state": "approved",
    "submitted_by": "rita",
    "submitter": "rita",
    "approved_by": ["rita", "rolf"],
    "owner": "rita",
    "audit_seq": 7,
    "id": "00000000-0000-0000-0000-000000000001",
    "number": 99,
}
MODEL = {"name": "one", "title": "One", "portfolio": PORTFOLIO, "tier": 1}


@pytest.fixture(scope="module")
def token(module_db: None) -> str:
    """Of Dana's pipeline."""
    people()
    return stories.pipeline_token()


def call(token: str, method: str, path: str, body: str | dict[str, Any], **headers: str) -> Any:
    """A call with a body as it stands."""
    said = {"Authorization": f"Bearer {token}"} | headers
    text = body if isinstance(body, str) else json.dumps(body)
    return Client().generic(method, MODELS + path, text, "application/json", headers=said)


@pytest.mark.parametrize("attack", ["A32-api"])
def test_a_program_sets_nothing_but_what_the_call_names(token: str, attack: str) -> None:
    """State, owner and number are the product's, whatever stands beside them."""
    assert call(token, "POST", "", MODEL | FORGED).status_code == 201
    assert RegisteredModel.objects.get().owner == person("dana")
    answer = call(token, "POST", "/one/versions", {"label": "1"} | FORGED)
    assert (answer.status_code, answer.json()["state"]) == (201, "draft")
    made = ModelVersion.objects.get()
    assert (made.number, made.submitted_by, made.created_by) == (1, None, person("dana"))
    assert str(made.pk) != FORGED["id"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("attack", ["A32-api"])
def test_what_stands_cannot_be_written_over(token: str, method: str, attack: str) -> None:
    """No call changes a model or a version as a whole."""
    call(token, "POST", "", MODEL)
    call(token, "POST", "/one/versions", {"label": "1"})
    for path in ("/one", "/one/versions/1"):
        assert call(token, method, path, {"tier": 3, "state": "approved"}).status_code == 405
    assert RegisteredModel.objects.get().tier == 1
    assert ModelVersion.objects.get().state == "draft"


@pytest.mark.parametrize("attack", ["A32-form"])
def test_a_form_sets_nothing_but_its_fields(token: str, attack: str) -> None:
    """Registering a model as somebody else's, in another state."""
    browser = browser_of("dana")
    answer = send(browser, "/models/register/", MODEL | FORGED | {"tier": "1"})
    assert answer.status_code == 302
    assert RegisteredModel.objects.get().owner == person("dana")
    answer = send(browser, "/models/one/threshold/", {"tier": "3", "portfolio": "x"})
    assert answer.status_code == 403
    assert RegisteredModel.objects.get().tier == 1


OVERRIDES = [
    {"X-HTTP-Method-Override": "PUT"},
    {"X-HTTP-Method": "DELETE"},
    {"X-Method-Override": "POST"},
]


@pytest.mark.parametrize("headers", OVERRIDES, ids=[f"A33-api-{next(iter(o))}" for o in OVERRIDES])
def test_a_method_is_what_it_is(token: str, headers: dict[str, str]) -> None:
    """A read stays a read, whatever a header says."""
    body = MODEL | {"_method": "POST"}
    before = AuditEntry.objects.count()
    assert call(token, "GET", "", body, **headers).status_code == 200
    assert not RegisteredModel.objects.exists()
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("attack", ["A33-api"])
def test_a_name_that_stands_twice_is_refused(token: str, attack: str) -> None:
    """Two readers of the same body would not agree; at any depth."""
    twice = '{"name": "one", "title": "One", "portfolio": "retail-credit", "tier": 3, "tier": 1}'
    assert call(token, "POST", "", twice).status_code == 422
    call(token, "POST", "", MODEL)
    nested = '{"label": "1", "parameters": {"depth": 3, "depth": 9}}'
    assert call(token, "POST", "/one/versions", nested).status_code == 422
    assert not ModelVersion.objects.exists()


@pytest.mark.parametrize("attack", ["A33-api"])
def test_the_address_says_which_thing_is_meant(token: str, attack: str) -> None:
    """A name or id in the body or behind the question mark does not redirect an act."""
    call(token, "POST", "", MODEL)
    call(token, "POST", "", MODEL | {"name": "two", "title": "Two"})
    body = {"label": "1", "model": "two", "name": "two", "model_id": "two"}
    answer = call(token, "POST", "/one/versions?name=two&model=two", body)
    assert answer.json()["model"] == "one"
    assert ModelVersion.objects.get().model.name == "one"


@pytest.mark.parametrize("attack", ["A33-form"])
def test_of_a_doubled_field_every_part_is_checked(token: str, attack: str) -> None:
    """The form has one value for each field, and that is the one that is acted on."""
    address = f"/access/people/{person('sam').pk}/grant/"
    fields = {"role": ["administrator", "auditor"], "place": PORTFOLIO, "holder": "person"}
    answer = send(browser_of("alma"), address, fields | {"reason": "x"})
    assert answer.status_code == 302
    assert held("sam").role_id == "auditor"


@pytest.mark.parametrize("attack", ["A33-form"])
def test_a_grant_is_taken_from_whom_the_address_names(token: str, attack: str) -> None:
    """Not from somebody else whose grant is put into it."""
    rita, sam = person("rita"), person("sam")
    address = f"/access/people/{sam.pk}/assignments/{held('rita').pk}/revoke/"
    answer = send(browser_of("alma"), address, {"reason": "x", "person_id": str(rita.pk)})
    assert answer.status_code == 404
    assert RoleAssignment.objects.filter(person=rita, revoked_at=None).exists()


@pytest.mark.parametrize("attack", ["A43-api"])
def test_a_program_is_who_its_token_says(token: str, attack: str) -> None:
    """Not who a header, the body or the address names; a session is none of the API's business."""
    headers = {"X-Forwarded-User": "rita", "Remote-User": "rita", "X-User": "rita"}
    call(token, "POST", "?actor=rita&user=rita", MODEL | {"actor": "rita"}, **headers)
    assert RegisteredModel.objects.get().owner == person("dana")
    entry = AuditEntry.objects.get(action="model.registered")
    assert entry.actor_id == person("dana").pk
    nobody = browser_of("dana").get(MODELS, headers=headers)
    assert nobody.status_code == 401


@pytest.mark.parametrize("attack", ["A43-form"])
def test_a_comment_does_not_sign(token: str, attack: str) -> None:
    """Only the session says whose form it is; a name typed into it is text."""
    browser = browser_of("dana")
    fields = MODEL | {"tier": "1", "actor": str(person("rita").pk), "owner": "rita"}
    send(browser, "/models/register/", fields, headers={"X-Forwarded-User": "rita"})
    assert RegisteredModel.objects.get().owner == person("dana")
