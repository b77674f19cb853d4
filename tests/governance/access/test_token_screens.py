"""Tokens of service accounts: shown once, never more than the account may do."""

import re
from uuid import uuid4

import pytest

from governance.access.models import ApiToken, Portfolio, User
from governance.access.operations import Holder, add_portfolio, add_service_account
from governance.access.queries import token_actor
from tests.governance.access.people import holder, person
from tests.stories import people, signed_in
from workflows.management.cast import SERVICE, actor_named, add_pipeline, give

pytestmark = pytest.mark.django_db

TYPED = {"name": "notebook", "days": "30", "permissions": ["model:view", "version:create"]}


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """The cast and a pipeline, once."""
    portfolio = people()
    add_pipeline(portfolio)
    return portfolio


def issue(by: str, account: str = SERVICE, **typed: object) -> tuple[int, str]:
    pk = User.objects.get(username=account).pk
    answer = signed_in(by).post(f"/access/accounts/{pk}/tokens/issue/", TYPED | typed)
    return answer.status_code, answer.content.decode()


def test_the_secret_is_shown_once_and_kept_nowhere(portfolio: Portfolio) -> None:
    """It works; afterwards only its beginning can be read."""
    pk = User.objects.get(username=SERVICE).pk
    client = signed_in("alma")
    answer = client.post(f"/access/accounts/{pk}/tokens/issue/", TYPED)
    secret = re.findall(r"fe_[\w-]{43}", answer.content.decode())[0]
    assert "no-store" in answer["Cache-Control"]
    actor = token_actor(secret)
    assert actor is not None
    assert actor.token_permissions == {"model:view", "version:create"}
    person = client.get(f"/access/people/{actor.person_id}/").content.decode()
    assert secret not in person
    assert secret[:10] in person


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"days": "366"}, {"days": "0"}, {"permissions": []}],
)
def test_a_token_without_name_end_or_use_is_refused(
    portfolio: Portfolio, wrong: dict[str, object]
) -> None:
    """The dialog comes back open."""
    status, page = issue("alma", **wrong)
    assert (status, "data-open" in page) == (422, True)
    assert ApiToken.objects.count() == 1


def test_a_token_cannot_do_more_than_its_account(portfolio: Portfolio) -> None:
    """Approval is not among what the account's roles give."""
    assert issue("alma", permissions=["version:approve"])[0] == 422


def test_a_person_gets_no_token_here(portfolio: Portfolio) -> None:
    """Only service accounts do."""
    assert issue("alma", account="rita")[0] == 404


@pytest.mark.parametrize("username", ["sam", "dana", "ada"])
def test_others_neither_issue_nor_revoke(portfolio: Portfolio, username: str) -> None:
    """Not even the person who answers for it; for a stranger the account is not there."""
    assert issue(username)[0] == (404 if username == "sam" else 403)
    token = ApiToken.objects.get()
    address = f"/access/people/{token.account.person_id}/tokens/{token.pk}/revoke/"
    assert signed_in(username).post(address).status_code == 403
    assert ApiToken.objects.get().revoked_at is None


def test_a_revoked_token_is_refused_from_then_on(portfolio: Portfolio) -> None:
    """The API answers 401; a second press says that it is done."""
    _status, page = issue("alma")
    secret = re.findall(r"fe_[\w-]{43}", page)[0]
    token = ApiToken.objects.get(name="notebook")
    address = f"/access/people/{token.account.person_id}/tokens/{token.pk}/revoke/"
    assert signed_in("alma").post(address).status_code == 302
    assert token_actor(secret) is None
    assert signed_in("alma").post(address).status_code == 409


def test_a_token_that_is_not_there_is_not_found(portfolio: Portfolio) -> None:
    """For who may revoke; others hear only that they may not."""
    address = f"/access/people/{uuid4()}/tokens/{uuid4()}/revoke/"
    assert signed_in("alma").post(address).status_code == 404
    assert signed_in("sam").post(address).status_code == 403


def test_all_tokens_are_listed_with_owner_scopes_end_and_use(portfolio: Portfolio) -> None:
    """And revoked from there; what has ended moves to its own view."""
    client = signed_in("alma")
    page = client.get("/access/tokens/").content.decode()
    for words in ("pipeline", "ci-credit", "Dana Developer", "version:submit", "never used"):
        assert words in page
    token = ApiToken.objects.get()
    end = f"/access/people/{token.account.person_id}/tokens/{token.pk}/revoke/"
    assert client.post(end).status_code == 302
    assert "No token yet" in client.get("/access/tokens/").content.decode()
    assert "pipeline" in client.get("/access/tokens/?ended=1").content.decode()
    assert "Revoke…" not in signed_in("ada").get("/access/tokens/").content.decode()
    assert signed_in("dana").get("/access/tokens/").status_code == 403


def test_an_administrator_of_a_portfolio_keeps_to_accounts_that_work_there(
    portfolio: Portfolio,
) -> None:
    """They issue and revoke there; an account that works elsewhere too is not theirs alone."""
    cards = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    give("portfolio_administrator", holder("sam"), portfolio=cards, reason="x")
    assert "pipeline" not in signed_in("sam").get("/access/tokens/").content.decode()
    assert issue("sam")[0] == 404
    token = ApiToken.objects.get()
    end = f"/access/people/{token.account.person_id}/tokens/{token.pk}/revoke/"
    assert signed_in("sam").post(end).status_code == 403
    robot = add_service_account(username="robot", owner=person("dana"), actor=actor_named("alma"))
    give("service_account", Holder(account=robot), portfolio=cards, reason="x")
    assert issue("sam", "robot", permissions=["model:view"])[0] == 200
    give("service_account", Holder(account=robot), portfolio=portfolio, reason="x")
    assert issue("sam", "robot", permissions=["model:view"])[0] == 403
    mine = ApiToken.objects.get(account=robot)
    assert (
        signed_in("sam")
        .post(f"/access/people/{robot.person_id}/tokens/{mine.pk}/revoke/")
        .status_code
        == 302
    )
