"""Pages take as many queries as is pinned, however many rows they show."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.access.models import RoleAssignment
from governance.access.operations import revoke
from governance.access.permissions import Permission
from governance.inventory.models import ModelVersion
from tests import stories
from tests.governance.api.api import program_of
from tests.query_counts import VARIABLE, pinned
from workflows.management.cast import actor_named

VERSION = f"/models/{stories.MODEL}/versions/2/"
PAGES = {
    "inbox": ("rolf", "/"),
    "inventory": ("rita", "/models/"),
    "model": ("olive", f"/models/{stories.MODEL}/"),
    "version to approve": ("rolf", VERSION),
    "version to look at": ("ada", VERSION),
    "deployments": ("mo", "/deployments/"),
    "pull requests": ("mo", "/forge/"),
    "policies": ("rita", "/policies/"),
    "log": ("ada", "/log/"),
    "people": ("alma", "/access/people/"),
    "roles": ("alma", "/access/roles/"),
}
ROUTES = {
    "api models": "/models",
    "api model": f"/models/{stories.MODEL}",
    "api version": f"/models/{stories.MODEL}/versions/2",
}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Version 1 is live, version 2 has one of its two signatures."""
    stories.deployed_version()
    found = stories.validated_version(2)
    stories.sign(found, "rita")
    return found


def take_pinned(name: str, ask: Callable[[], HttpResponse]) -> None:
    """The second time: what a process or a session reads once in its life does not count."""
    assert ask().status_code == 200
    with pinned(name):
        ask()


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_its_pinned_queries(version: ModelVersion, page: str) -> None:
    """As a person sees it who is signed in."""
    username, address = PAGES[page]
    client = stories.signed_in(username)
    take_pinned(page, lambda: client.get(address))


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES)
def test_a_route_of_the_api_takes_its_pinned_queries(version: ModelVersion, route: str) -> None:
    """With a token, as a pipeline asks."""
    program = program_of("dana", Permission.MODEL_VIEW)
    take_pinned(route, lambda: program.get(ROUTES[route]))


@pytest.mark.django_db
def test_ten_more_models_cost_no_query_more(version: ModelVersion) -> None:
    """Nothing is asked row by row, in the inventory and its route."""
    for number in range(10):
        stories.registered_model(f"other-{number}", f"Other {number}")
    client, program = stories.signed_in("rita"), program_of("dana", Permission.MODEL_VIEW)
    take_pinned("inventory", lambda: client.get("/models/"))
    take_pinned("api models", lambda: program.get("/models"))


@pytest.mark.django_db
def test_who_signed_first_pays_nothing_for_each_case_that_waits(version: ModelVersion) -> None:
    """Whether what they signed still stands there is asked of all of them at once.

    So it is on the list of cases where nobody is left who could sign second.
    """
    rolf = RoleAssignment.objects.get(person__accounts__username="rolf")
    revoke(rolf.pk, reason="Left", actor=actor_named("alma"))
    client = stories.signed_in("rita")
    before = {address: queries_of(client, address) for address in ("/", "/cases/")}
    for number in range(2):
        other = stories.registered_model(f"other-{number}", f"Other {number}")
        stories.sign(stories.validated_version(model=other), "rita")
    assert {address: queries_of(client, address) for address in before} == before
    assert client.get("/cases/").content.count(b"Nobody can do this today") == 3


def queries_of(client: Client, address: str) -> int:
    """How many queries a page takes when it is opened once more."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


@pytest.mark.django_db
def test_another_number_is_told_with_its_queries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And refreshing pins it."""
    monkeypatch.delenv(VARIABLE, raising=False)
    file = tmp_path / "counts.json"
    file.write_text('{"page": 2}\n')
    with pytest.raises(AssertionError, match=r"page: 1 queries, pinned are 2(.|\n)*SELECT 41"):
        ask_once(file)
    monkeypatch.setenv(VARIABLE, "refresh")
    ask_once(file)
    monkeypatch.delenv(VARIABLE)
    ask_once(file)
    assert file.read_text() == '{\n  "page": 1\n}\n'


def ask_once(file: Path) -> None:
    """A page of one query."""
    with pinned("page", file), connection.cursor() as cursor:
        cursor.execute("SELECT 41")
