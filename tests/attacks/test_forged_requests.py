"""A40: no other site sends a form in somebody's name, and looking at a page changes nothing.

Both are generated from the table of all routes, so a new address is attacked the day it is made.
"""

import pytest
from django.db import connection
from django.test import Client

from governance.access.models import User
from governance.access.sessions import SECOND_FACTOR
from tests.attacks.doors import BACKEND, STRICT, send
from tests.matrix.asking import Books
from tests.matrix.routes import routes
from tests.matrix.table import TABLE
from tests.stories import people

pytestmark = pytest.mark.django_db
ROUTES = routes()
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
# Programs of forges and clusters come here without a session; each body proves itself by signature.
SIGNED = "/hooks/<source>/"
NOBODY = "00000000-0000-0000-0000-000000000000"
FORMS = sorted(
    (path, method)
    for path, methods in TABLE.items()
    for method in methods
    if method in CHANGING and not ROUTES[path].is_api and path != SIGNED
)
CALLS = [
    (path, method)
    for path, methods in TABLE.items()
    for method in methods
    if method in CHANGING and ROUTES[path].is_api
]


@pytest.fixture(scope="module")
def session(module_db: None) -> Client:
    """Of somebody who may do almost everything, in a browser that another site steers."""
    people()
    client = Client()
    client.handler = STRICT
    client.force_login(User.objects.get(username="alma"), backend=BACKEND)
    kept = client.session
    kept[SECOND_FACTOR] = "in a story"
    kept.save()
    return client


def address(path: str) -> str:
    """Something well-formed for each parameter: nothing is looked up before the refusal."""
    samples = dict.fromkeys(ROUTES[path].parameters, "x")
    numbers = dict.fromkeys({"number", "pk"} & set(samples), "1")
    ids = {name: NOBODY for name in samples if name.endswith("_id") and name != "provider_id"}
    return ROUTES[path].address(samples | numbers | ids)


@pytest.mark.parametrize(
    ("path", "method"), FORMS, ids=[f"A40-form-{method}-{path}" for path, method in FORMS]
)
def test_no_form_is_taken_from_another_site(session: Client, path: str, method: str) -> None:
    """With the session's cookie, without the token of a page of ours."""
    books = Books()
    with connection.execute_wrapper(books):
        answer = session.generic(method, address(path), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not books.written


@pytest.mark.parametrize(
    ("path", "method"), CALLS, ids=[f"A40-api-{method}-{path}" for path, method in CALLS]
)
def test_a_session_is_no_way_into_the_api(session: Client, path: str, method: str) -> None:
    """A cookie is sent by any site; a token is not."""
    books = Books()
    with connection.execute_wrapper(books):
        answer = session.generic(method, address(path), "{}", "application/json")
    assert answer.status_code == 401
    assert not books.written


def test_the_lists_are_not_empty() -> None:
    """Else nothing above was asked. That no GET writes is asked route by route in tests/matrix."""
    assert len(FORMS) > 50
    assert len(CALLS) > 5


def test_the_token_of_ones_own_page_is_taken(session: Client) -> None:
    """Else all these refusals would say nothing; a page sets it, and whoever read it may send."""
    session.get("/preferences/")
    assert send(session, "/notices/calendar/revoke/").status_code == 302
