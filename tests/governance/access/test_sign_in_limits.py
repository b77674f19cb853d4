"""Guessers are kept out, sessions end, and pages that are closed stay closed."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from governance.access import sessions
from governance.access.models import Person, User
from governance.audit.models import AuditEntry
from governance.project import settings as project_settings
from tests.stories import people, signed_in
from workflows.management.cast import PASSWORD

pytestmark = pytest.mark.django_db
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
NEW = "four-eyes-see-more-3"


@pytest.fixture(scope="module")
def cast(module_db: None) -> None:
    """Told once for all."""
    people()


@pytest.fixture(autouse=True)
def _own_counters(cast: None, settings: Settings) -> None:
    """No test counts another's tries."""
    settings.CACHES = {"default": {"BACKEND": LOCMEM, "LOCATION": uuid4().hex}}


def enter(name: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def rewind(client: Client, name: str, seconds: float) -> None:
    session = client.session
    session[name] -= seconds
    session.save()


def test_after_twenty_wrong_passwords_the_right_one_is_refused_too() -> None:
    """For this account from anywhere, and for this address for any account."""
    for number in range(20):
        enter("rita", f"guess-{number}")
    assert not is_in(enter("rita"))
    assert not is_in(enter("rolf"))


def test_a_flood_of_names_does_not_forget_the_tries_at_one(
    settings: Settings, tmp_path: Path
) -> None:
    """The site's own cache drops entries when it is full, and each guessed name is one."""
    ours = project_settings.CACHES["default"]
    settings.CACHES = {"default": ours | {"LOCATION": str(tmp_path)}}
    for number in range(40):
        cache.set(f"tries-{number}", 5)
    for number in range(400):
        cache.set(f"flood-{number}", 1)
    assert [cache.get(f"tries-{number}") for number in range(40)] == [5] * 40


def test_guesses_at_one_account_do_not_lock_another_out() -> None:
    """As long as they come from somewhere else."""
    for number in range(20):
        Client(REMOTE_ADDR="203.0.113.9").post(
            "/accounts/login/", {"login": "rita", "password": f"guess-{number}"}
        )
    assert is_in(enter("rolf"))
    assert not is_in(enter("rita"))


def test_a_flood_of_tries_is_answered_with_429() -> None:
    """Whatever they try."""
    client = Client()
    tries = [client.post("/accounts/login/", {"login": "x", "password": "y"}) for _ in range(31)]
    assert tries[-1].status_code == 429


def test_an_idle_session_ends(settings: Settings) -> None:
    """And the sign-in page says why."""
    client = enter("rita")
    assert is_in(client)
    rewind(client, sessions.SEEN, settings.SESSION_IDLE_SECONDS + 1)
    answer = client.get("/models/")
    assert answer["Location"] == "/accounts/login/?next=/models/&ended=1"
    assert "Your session has ended" in client.get(answer["Location"]).content.decode()


def test_a_page_that_asks_again_by_itself_keeps_nobody_in(settings: Settings) -> None:
    """Only steps of a person count."""
    client = enter("rita")
    rewind(client, sessions.SEEN, settings.SESSION_IDLE_SECONDS - 5)
    seen = client.session[sessions.SEEN]
    client.get("/", headers={"HX-Request": "true"})
    assert client.session[sessions.SEEN] == seen
    client.get("/")
    assert client.session[sessions.SEEN] > seen


def test_everybody_signs_in_again_after_a_day(settings: Settings) -> None:
    """However busy they were."""
    client = enter("rita")
    rewind(client, sessions.BEGAN, settings.SESSION_COOKIE_AGE + 1)
    assert not is_in(client)


def test_who_is_deactivated_is_out_at_once() -> None:
    """With the account, and with the person."""
    by_account, by_person = enter("rita"), enter("rolf")
    User.objects.filter(username="rita").update(is_active=False)
    Person.objects.filter(accounts__username="rolf").update(active=False)
    assert not is_in(by_account)
    assert not is_in(by_person)


def test_a_new_password_ends_the_other_sessions() -> None:
    """The one it was changed in goes on; it stands in the log."""
    here, elsewhere = enter("rita"), enter("rita")
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)
    assert AuditEntry.objects.filter(action="account.password_changed").count() == 1


def test_other_sessions_can_be_ended() -> None:
    """From the page that lists them; it stands in the log."""
    here, elsewhere = enter("rita"), enter("rita")
    assert is_in(elsewhere)
    here.post("/accounts/sessions/")
    assert is_in(here)
    assert not is_in(elsewhere)
    assert AuditEntry.objects.filter(action="account.sessions_ended").count() == 1


@pytest.mark.parametrize(
    "address", ["email/", "password/set/", "3rdparty/", "3rdparty/signup/", "confirm-email/"]
)
def test_pages_that_are_closed_are_not_there(address: str) -> None:
    """An e-mail address is an administrator's to change."""
    client = signed_in("rita")
    assert client.get(f"/accounts/{address}").status_code == 404
    assert client.post(f"/accounts/{address}", {"email": "x@example.org"}).status_code == 404


def test_nobody_signs_themselves_up() -> None:
    """Neither by looking nor by sending."""
    before = User.objects.count()
    form = {"username": "eve", "email": "e@example.org", "password1": NEW, "password2": NEW}
    assert "closed" in Client().post("/accounts/signup/", form).content.decode().lower()
    assert User.objects.count() == before
