"""Roles that can give rights away are only used after a second factor."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.test import Client
from pytest_django import Settings

from governance.access.models import Role, User
from governance.audit.models import AuditEntry
from governance.audit.queries import views_of
from tests.stories import people
from workflows.management.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cast(module_db: None) -> None:
    """Told once for all."""
    people()


def enter(name: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def code_for(secret: str) -> str:
    """What an authenticator app shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def with_app(name: str) -> str:
    secret = str(generate_totp_secret())
    TOTP.activate(User.objects.get(username=name), secret)
    return secret


def said(action: str) -> list:
    return [entry.line.details for entry in views_of(AuditEntry.objects.filter(action=action))]


def test_an_administrator_without_one_is_sent_to_set_one_up(cast: None) -> None:
    """Before anything else, and back to where they wanted to go."""
    answer = enter("alma").get("/access/people/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/2fa/?required=1&next=%2Faccess%2Fpeople%2F"


def test_a_page_in_the_background_is_sent_there_as_a_whole(cast: None) -> None:
    """A fragment never shows the set-up page."""
    answer = enter("alma").get("/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/accounts/2fa/")


def test_who_needs_none_just_comes_in(cast: None) -> None:
    """A developer gives no rights away."""
    assert enter("dana").get("/").status_code == 200


def test_a_role_asks_as_soon_as_it_says_so(cast: None) -> None:
    """Also in sessions that are open."""
    client = enter("dana")
    Role.objects.filter(pk="model_developer").update(mfa_required=True)
    assert client.get("/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_door() -> None:
    """Its first code is the second factor of this very session; it stands in the log."""
    people()
    client = enter("alma")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert client.get("/access/people/").status_code == 200
    assert {"what": "authenticator app"} in said("account.factor_added")
    assert {"what": "recovery codes"} in said("account.factor_added")  # they came with it
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))


@pytest.mark.parametrize("what", ["recovery codes", "authenticator app", "password"])
def test_a_way_in_and_its_entry_go_together(
    cast: None, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the entry cannot be written, nothing has changed either."""
    client = enter("alma")
    client.raise_request_exception = False
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    if what == "recovery codes":
        with_app("alma")
    before = rows_of_ways_in()

    def full(*_words: object, **_more: object) -> None:
        raise OSError(what)

    monkeypatch.setattr("governance.access.operations.signing_in.record", full)
    other = "another long passphrase"
    asked = {
        "recovery codes": ("2fa/recovery-codes/generate/", {}),
        "authenticator app": (
            "2fa/totp/activate/",
            {"code": code_for(page.context["form"].secret)},
        ),
        "password": (
            "password/change/",
            {"oldpassword": PASSWORD, "password1": other, "password2": other},
        ),
    }
    address, form = asked[what]
    assert client.post(f"/accounts/{address}", form).status_code == 500
    assert rows_of_ways_in() == before


def rows_of_ways_in() -> list[object]:
    factors = Authenticator.objects.order_by("pk").values_list("pk", "type", "data")
    return [*factors, User.objects.get(username="alma").password]


@pytest.mark.parametrize("left", ["nothing", "the other factor"])
@pytest.mark.parametrize("gone", ["authenticator app", "passkey"])
def test_recovery_codes_go_with_the_last_factor_in_one_entry(
    cast: None, gone: str, left: str
) -> None:
    """It says both; while another factor is left the codes stay, and nothing is said of them."""
    client, dana = enter("dana"), User.objects.get(username="dana")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    with_app("dana")
    WebAuthn.add(dana, "Laptop", {})
    RecoveryCodes.activate(dana)
    own = Authenticator.objects.filter(user=dana)
    app, passkey = (own.get(type=kind) for kind in ("totp", "webauthn"))
    other = passkey if gone == "authenticator app" else app
    if left == "nothing":
        other.delete()
    address = {
        "authenticator app": "totp/deactivate",
        "passkey": f"webauthn/keys/{passkey.pk}/remove",
    }
    assert client.post(f"/accounts/2fa/{address[gone]}/").status_code == 302
    kept = {one.type for one in Authenticator.objects.filter(user=dana)}
    assert kept == (set() if left == "nothing" else {"recovery_codes", other.type})
    also = {"also": ["recovery codes"]} if left == "nothing" else {}
    assert said("account.factor_removed") == [{"what": gone} | also]


def test_the_app_is_asked_at_the_next_sign_in(cast: None) -> None:
    """A password alone is not yet inside; with the code it is, and the log names both means."""
    secret = with_app("alma")
    client = enter("alma")
    assert client.get("/access/people/")["Location"].startswith("/accounts/login/")
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert client.get("/access/people/").status_code == 200
    (came,) = views_of(AuditEntry.objects.filter(action="account.signed_in"))
    assert came.line.author.amr == ("password", "mfa")


def test_a_code_works_once(cast: None) -> None:
    """Who looked over a shoulder comes too late."""
    secret = with_app("alma")
    code = code_for(secret)
    enter("alma").post("/accounts/2fa/authenticate/", {"code": code})
    late = enter("alma")
    late.post("/accounts/2fa/authenticate/", {"code": code})
    assert late.get("/access/people/").status_code == 302


def test_the_last_factor_stays_where_a_role_needs_it(cast: None) -> None:
    """Else the next sign-in would be without."""
    secret = with_app("alma")
    client = enter("alma")
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_site_for_trying_out_asks_nobody(cast: None, settings: Settings) -> None:
    """The demo, whose visitors have no app at hand."""
    settings.SECOND_FACTOR_BY_ROLE = False
    assert enter("alma").get("/access/people/").status_code == 200


def test_a_session_from_before_is_asked_for_the_factor_it_has(cast: None) -> None:
    """Set up elsewhere meanwhile: it is shown, not set up again."""
    client = enter("alma")
    with_app("alma")
    assert client.get("/")["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_a_recovery_code_opens_the_door_once(cast: None) -> None:
    """For the day on which the phone is lost; making new codes is in the log, and shown once."""
    secret = with_app("alma")
    client = enter("alma")
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/recovery-codes/generate/")
    shown = client.get("/accounts/2fa/recovery-codes/").content.decode()
    row = Authenticator.objects.get(type="recovery_codes")
    codes = row.wrap().get_unused_codes()
    assert codes[0] in shown
    assert codes[0] not in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert {"what": "recovery codes"} in said("account.factor_added")
    late = enter("alma")
    late.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert late.get("/access/people/").status_code == 200
    again = enter("alma")
    again.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert again.get("/access/people/").status_code == 302
