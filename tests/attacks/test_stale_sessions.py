"""Attacks with what was valid a moment ago: sessions, tokens, pages of who is gone."""

import json
from typing import Any

import pytest
from django.test import Client

from governance.access.models import User
from governance.access.operations import deactivate_person, revoke
from governance.inventory.models import RegisteredModel
from tests import stories
from tests.attacks.doors import browser_of, send
from tests.governance.access.people import held, person
from tests.stories import people
from workflows.management.cast import PASSWORD, actor_named

pytestmark = pytest.mark.django_db
NEW = "another-pair-of-eyes-7"
FORM = {"name": "late", "title": "Late", "portfolio": "retail-credit", "tier": "3"}


@pytest.fixture(scope="module")
def token(module_db: None) -> str:
    """Of the pipeline that Dana answers for."""
    people()
    return stories.pipeline_token()


def program(token: str) -> Any:
    """A call that would register a model."""
    body = json.dumps(FORM | {"tier": 3})
    headers = {"Authorization": f"Bearer {token}"}
    return Client().post("/api/v1/models", body, "application/json", headers=headers)


def nothing_was_done() -> bool:
    return not RegisteredModel.objects.exists()


@pytest.mark.parametrize("attack", ["A39-form"])
def test_an_open_form_of_who_was_deactivated_is_not_taken(token: str, attack: str) -> None:
    """The page was open before; what is sent from it leads to the sign-in page."""
    browser = browser_of("dana")
    assert browser.get("/models/register/").status_code == 200
    deactivate_person(person("dana").pk, reason="Left", actor=actor_named("alma"))
    answer = send(browser, "/models/register/", FORM)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert nothing_was_done()
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("attack", ["A39-form"])
def test_who_was_deactivated_does_not_sign_in_again(token: str, attack: str) -> None:
    """Neither with the password nor by asking for a new one."""
    deactivate_person(person("dana").pk, reason="Left", actor=actor_named("alma"))
    client = Client()
    client.post("/accounts/login/", {"login": "dana", "password": PASSWORD})
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("attack", ["A39-api"])
def test_the_tokens_of_an_owner_who_was_deactivated_are_dead(token: str, attack: str) -> None:
    """The program is still there; nobody answers for it any more."""
    deactivate_person(person("dana").pk, reason="Left", actor=actor_named("alma"))
    assert program(token).status_code == 401
    assert nothing_was_done()


@pytest.mark.parametrize("attack", ["A39-api"])
def test_the_token_of_an_account_that_was_closed_is_dead(token: str, attack: str) -> None:
    """The owner is still there."""
    User.objects.filter(username="ci-credit").update(is_active=False)
    assert program(token).status_code == 401
    assert nothing_was_done()


@pytest.mark.parametrize("attack", ["A39-api"])
def test_a_token_loses_what_its_account_loses(token: str, attack: str) -> None:
    """At once, though the token names the permission."""
    account = User.objects.get(username="ci-credit")
    given = account.assignments.get()
    revoke(given.pk, reason="x", actor=actor_named("alma"))
    assert program(token).status_code == 404  # no portfolio that it sees
    assert nothing_was_done()


@pytest.mark.parametrize("attack", ["A39-form"])
def test_an_open_form_of_who_lost_a_role_is_not_taken(token: str, attack: str) -> None:
    """Rights are read when the form comes in, not when it was shown."""
    browser = browser_of("dana")
    assert browser.get("/models/register/").status_code == 200
    revoke(held("dana").pk, reason="x", actor=actor_named("alma"))
    assert send(browser, "/models/register/", FORM).status_code == 403
    assert nothing_was_done()


@pytest.mark.parametrize("attack", ["A39-form"])
def test_a_new_password_ends_what_the_old_one_opened(token: str, attack: str) -> None:
    """Whoever stole a session loses it; a form sent from it does nothing."""
    stolen, own = browser_of("dana"), Client()
    own.post("/accounts/login/", {"login": "dana", "password": PASSWORD})
    change = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert own.post("/accounts/password/change/", change).status_code == 302
    answer = send(stolen, "/models/register/", FORM)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert nothing_was_done()


@pytest.mark.parametrize("attack", ["A38-form", "A38-api"])
def test_no_endpoint_is_wider_than_its_button(token: str, attack: str) -> None:
    """Ada sees no button anywhere; what she sends to the addresses behind them is refused."""
    model = stories.registered_model()
    ada = browser_of("ada")
    assert b"/models/register/" not in ada.get("/models/").content
    assert b"threshold/" not in ada.get(f"/models/{model.name}/").content
    assert send(ada, "/models/register/", FORM).status_code == 403
    bound = {"kpi": "auc", "bound": "at_least", "value": "0.1"}
    assert send(ada, f"/models/{model.name}/threshold/", bound).status_code == 403
    assert send(ada, "/access/people/add/", {"full_name": "x"}).status_code == 403
    body, headers = json.dumps({"label": "1"}), {"Authorization": f"Bearer {token}"}
    path = f"/api/v1/models/{model.name}/versions/1/approve"
    answer = Client().post(path, body, "application/json", headers=headers)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/cases/?view=table", "/cases/%3Fview%3Dtable"),
        ("https://elsewhere.example/cases/", "/findings/1/answer/"),
        ("//elsewhere.example/cases/", "/findings/1/answer/"),
        ("http://testserver//elsewhere.example/", "/findings/1/answer/"),
        ("", "/findings/1/answer/"),
    ],
)
def test_a_form_of_nobody_leads_back_to_its_page_and_never_elsewhere(
    token: str, referer: str, back: str
) -> None:
    """After signing in one stands where the form stood, if that is a page of ours."""
    answer = Client().post("/findings/1/answer/", headers={"Referer": referer})
    assert answer["Location"] == f"/accounts/login/?next={back}"
