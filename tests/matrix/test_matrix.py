"""Every route, every method, ten kinds of actor: who gets in, what is written, what is told.

The usual run asks each route as six kinds that change from route to route, and by two of the
methods that it does not know; `make soak` asks every route as everybody, and by all methods.
`table.py` says what must come back.
"""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from pytest_django import Settings

from governance.project import context, middleware
from tests.matrix.accounts import LIBRARY
from tests.matrix.asking import Answer, ask
from tests.matrix.people import INSIDE, LABELS, ROLES, SIGNED_IN, TOKENS
from tests.matrix.routes import METHODS, Route, described_methods, routes
from tests.matrix.rows import Row
from tests.matrix.table import DJANGO_ADMIN, TABLE
from tests.matrix.world import World, tell

pytestmark = pytest.mark.django_db
ROUTES = routes()
OURS = [path for path in TABLE if path not in LIBRARY | DJANGO_ADMIN]
REFUSED = {401, 403, 404, 405}
READING = {"GET", "HEAD", "OPTIONS"}
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
# What no story can name: keys that come by mail, a provider, a passkey.
MADE_UP = {
    "key": "abc-def",
    "uidb36": "1",
    "provider_id": "sso",
    "pk": 1,
    "size": 1,
    "permission": "version:approve",
    "file_name": "notes.txt",
    "file_id": UUID(int=0),
    "mapping_id": UUID(int=0),
    "form": "csv",
    "notice_id": UUID(int=0),
    "filter_id": UUID(int=0),
    "comment_id": UUID(int=0),
    "source": "nobody",
    "secret": "nobody",
    "report": 1,
    "object_id": UUID(int=0),
    "app_label": "governance",
}


@pytest.fixture(scope="module")
def world(module_db: None) -> World:
    """Told once."""
    return tell()


@pytest.fixture(autouse=True)
def _own_place(world: World, settings: Settings) -> None:
    """The story's repositories, no exports; and throttling that counts nobody else's tries."""
    settings.FORGE_DIR = world.forge
    settings.EXPORT_DIR = settings.VAR_DIR / f"exports-{uuid4().hex}"
    settings.CACHES = {"default": {"BACKEND": LOCMEM, "LOCATION": uuid4().hex}}


@pytest.fixture
def bare_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame around a page depends only on who looks; one test reads it whole for everybody.

    Here a refusal is its words alone, and the frame counts no tasks.
    """

    def words(request: HttpRequest, _template: str, told: Any, status: int) -> HttpResponse:
        return HttpResponse(f"{told['refusal'].message} {told['refusal'].remedy}", status=status)

    monkeypatch.setattr(middleware, "render", words)
    monkeypatch.setattr(context, "_inbox_count", lambda _request: 0)
    monkeypatch.setattr(context, "_may", lambda _request, _permission: True)


def some_of(path: str, row: Row, *, api: bool) -> list[str]:
    """Nobody, a stranger, one who is let in and one who is not; by turns two of the other kinds."""
    if path in DJANGO_ADMIN:
        return ["anonymous", "superuser", "administrator", "everywhere:administrator"]
    turn = sum(path.encode())
    others = ["deactivated", "superuser", f"foreign:{ROLES[turn % len(ROLES)]}"]
    if api:
        return ["anonymous", *TOKENS[:3], "stranger", others[turn % 3]]
    others += [TOKENS[0]]
    chosen = ["anonymous", "stranger", others[turn % 4], others[(turn + 1 + turn // 4 % 3) % 4]]
    # Whoever is let in gets a whole page: by turns it is a role of there and one of everywhere.
    let_in, kept_out = sorted(row.lets_in & set(ROLES)), sorted(set(ROLES) - row.lets_in)
    inside = let_in if turn % 3 and let_in else [INSIDE[-1 - turn % 2]]
    for roles in (inside, kept_out):
        chosen += islice(cycle(roles), turn % len(roles), turn % len(roles) + 1) if roles else ()
    return chosen


def faults(world: World, route: Route, method: str, row: Row, labels: list[str]) -> Iterator[str]:
    """What is not as the table says."""
    known = world.samples | MADE_UP
    address = route.address(known | filled(row.at, known))
    sends = filled(row.sends, known)
    headers = {"HX-Request": "true"} if row.fragment else {}
    for label in labels:
        cache.clear()  # nobody's tries to sign in count for another
        answer = ask(world.callers[label], method, address, sends, **headers)
        wanted = row.expected(label, api=route.is_api)
        if answer.status != wanted:
            yield f"{method} as {label}: {answer.status}, the table says {wanted}"
        if (answer.status in REFUSED or method in READING) and answer.written:
            yield f"{method} as {label}: {answer.status}, and wrote {sorted(answer.written)}"
        if told := leaks(world, label, answer, said=f"{address} {sends}"):
            yield f"{method} as {label}: {answer.status}, and told of the other portfolio {told}"


def leaks(world: World, label: str, answer: Answer, *, said: str) -> list[str]:
    """What an answer tells of the portfolio in which the caller holds nothing."""
    if label.startswith("everywhere:"):
        return []
    inside = label in ROLES or label == "token"
    return sorted((world.foreign if inside else world.own).found_in(answer.text, said=said))[:5]


def filled(value: Any, known: dict[str, Any]) -> Any:
    """What is sent, with the samples in it."""
    if isinstance(value, str):
        return value.format(**known)
    if isinstance(value, dict):
        return {name: filled(one, known) for name, one in value.items()}
    return value if value is not None else {}


@pytest.mark.parametrize("path", TABLE)
def test_a_route_lets_in_whom_it_should_and_tells_nobody_else(
    world: World, bare_frames: None, path: str
) -> None:
    """Asked as each kind of actor; what is refused, and what only reads, writes nothing."""
    route = ROUTES[path]
    found: list[str] = []
    for method, row in TABLE[path].items():
        found += faults(world, route, method, row, some_of(path, row, api=route.is_api))
    assert not found, "\n".join([path, *found])


@pytest.mark.soak
@pytest.mark.parametrize("path", TABLE)
def test_a_route_lets_in_whom_it_should_of_everybody(
    world: World, bare_frames: None, path: str
) -> None:
    """Asked as each role in each portfolio."""
    route = ROUTES[path]
    found: list[str] = []
    for method, row in TABLE[path].items():
        found += faults(world, route, method, row, list(LABELS))
    assert not found, "\n".join([path, *found])


@pytest.mark.parametrize("path", OURS)
def test_methods_without_a_row_are_refused(world: World, bare_frames: None, path: str) -> None:
    """With 405, also to somebody who may do everything else there; two of them, by turns.

    The Django admin is asked in tests/attacks/test_django_admin.py.
    """
    unknown = sorted(set(METHODS) - set(TABLE[path]))
    turn = sum(path.encode()) % len(unknown)
    refuses(world, path, [*unknown, *unknown][turn : turn + 2])


@pytest.mark.soak
@pytest.mark.parametrize("path", OURS)
def test_all_methods_without_a_row_are_refused(world: World, bare_frames: None, path: str) -> None:
    """The same for each of them."""
    refuses(world, path, sorted(set(METHODS) - set(TABLE[path])))


def refuses(world: World, path: str, methods: list[str]) -> None:
    """Answers 405 to each, and writes nothing."""
    route, caller = ROUTES[path], "token" if ROUTES[path].is_api else INSIDE[-1]
    address = route.address(world.samples | MADE_UP)
    found = {method: ask(world.callers[caller], method, address) for method in methods}
    assert {method: one.status for method, one in found.items()} == dict.fromkeys(found, 405)
    assert not any(one.written for one in found.values())


@pytest.mark.parametrize("path", LIBRARY)
def test_other_methods_of_libraries_do_nothing(world: World, bare_frames: None, path: str) -> None:
    """Whatever they answer: no fault, no trace."""
    address = ROUTES[path].address(world.samples | MADE_UP)
    for method in {*METHODS} - {*TABLE[path], "PUT"}:
        answer = ask(world.callers["model_owner"], method, address)
        assert answer.status < 500
        assert not answer.written, (method, answer.written)


@pytest.mark.parametrize("label", SIGNED_IN)
def test_the_frame_of_a_refusal_tells_nothing(world: World, label: str) -> None:
    """Menus, counts and the head of the log, as everybody sees them around a page not found."""
    answer = ask(world.callers[label], "GET", "/models/nowhere/")
    assert answer.status == 404
    assert not leaks(world, label, answer, said="")
    assert not answer.written


def test_the_description_of_the_api_is_the_api() -> None:
    """Each method that it names has a row, and each row is in it."""
    rows = {path: set(TABLE[path]) for path in TABLE if ROUTES[path].is_api}
    assert rows == described_methods()
