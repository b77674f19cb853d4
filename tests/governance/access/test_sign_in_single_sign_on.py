"""Single sign-on against a real OpenID Connect provider that runs beside these tests."""

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
import requests  # noqa: TID251  a browser without pictures
from django.conf import settings as site_settings
from playwright.sync_api import Page
from pytest_django import Settings

from governance.access.models import Person, Portfolio, RoleAssignment, User
from governance.access.operations import add_group_mapping, deactivate_person
from governance.audit.models import AuditEntry
from governance.audit.queries import views_of
from governance.errors import Invalid
from governance.project.identity import origin_of, provider_of
from tests.chromium import Console, served
from tests.databases import Database
from tests.identity_provider.running import (
    CLIENT,
    PASSWORD,
    SECRET,
    IdentityProvider,
    person,
    running,
)
from tests.servers import free_port
from tests.stories import people
from workflows.management.cast import actor_named

SIGN_ON = "/accounts/oidc/sso/login/"
PORT = free_port()  # the provider sends people back to one address only


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    """It knows Nina, whom the site has never seen, and Rita, who is in the cast."""
    folder: Path = tmp_path_factory.mktemp("identity")
    callback = f"http://127.0.0.1:{PORT}{SIGN_ON}callback/"
    people = {name: person(name.title()) for name in ("nina", "rita", "dana", "alma")}
    with running(folder, callback, **people) as provider:
        yield provider


@pytest.fixture
def site(provider: IdentityProvider, database: Database, settings: Settings) -> Iterator[str]:
    """The site, with the cast, and with the provider in its settings."""
    for name in ("nina", "rita", "dana", "alma"):
        provider.say(**{name: person(name.title())})
    settings.OIDC_ISSUER = provider.issuer
    settings.SINGLE_SIGN_ON = provider_of(
        provider.issuer,
        name="Bank account",
        client_id=CLIENT,
        secret=SECRET,
        scopes=["openid", "profile", "email"],
    )
    policy = deepcopy(site_settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"] += origin_of(provider.issuer)
    settings.CONTENT_SECURITY_POLICY = policy
    people()
    with served(PORT) as address:
        yield address


class Visitor:
    """A browser without pictures: it keeps cookies and follows, and can be stopped on the way."""

    def __init__(self, site: str, name: str) -> None:
        self.site, self.name, self.web = site, name, requests.Session()

    def knock(self) -> str:
        """Press the button; where the site sends the browser."""
        page = self.web.get(f"{self.site}/accounts/login/", timeout=30).text
        form = {"csrfmiddlewaretoken": token_in(page)}
        answer = self.web.post(self.site + SIGN_ON, form, allow_redirects=False, timeout=30)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])

    def go(self, address: str) -> requests.Response:
        """Sign in at the provider when it asks, and go back wherever it sends."""
        answer = self.web.get(address, timeout=30)
        asked = urlsplit(answer.url).path in {"/accounts/login/", "/accounts/reauthenticate/"}
        if asked and not answer.url.startswith(self.site):
            form = {
                "login": self.name,
                "password": PASSWORD,
                "csrfmiddlewaretoken": token_in(answer.text),
                "next": parse_qs(urlsplit(answer.url).query)["next"][0],
            }
            answer = self.web.post(answer.url, form, timeout=30)
        return answer

    def enter(self) -> requests.Response:
        """All of it."""
        return self.go(self.knock())

    def is_in(self) -> bool:
        """Whether the site knows them."""
        answer = self.web.get(f"{self.site}/models/", allow_redirects=False, timeout=30)
        return answer.status_code == 200


def token_in(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found, page
    return found[1]


def roles_of(name: str) -> set[tuple[str, str]]:
    rows = RoleAssignment.objects.filter(person__full_name=name, revoked_at__isnull=True)
    return set(rows.values_list("role", "source"))


def said(action: str) -> list[Any]:
    return [entry.line for entry in views_of(AuditEntry.objects.filter(action=action))]


def mapped(group: str, role: str) -> None:
    portfolio = Portfolio.objects.get(name="retail-credit")
    add_group_mapping(group, role, portfolio=portfolio, actor=actor_named("admin1"))


def test_a_group_gives_a_role_to_somebody_new_and_its_loss_takes_it_back(
    site: str, provider: IdentityProvider
) -> None:
    """Nina is made a person at her first visit; no password, and all of it in the log."""
    mapped("quants", "model_developer")
    provider.say(nina=person("Nina", groups=["quants", "canteen"]))
    nina = Visitor(site, "nina")
    assert nina.enter().status_code == 200
    assert nina.is_in()
    account = User.objects.get(username="nina")
    assert account.person.email == "nina@example.org"
    assert not account.has_usable_password()
    assert roles_of("Nina") == {("model_developer", "sign_on")}
    assert said("account.signed_in")[-1].author.amr == ("socialaccount",)

    provider.say(nina=person("Nina", groups=["canteen"]))
    assert roles_of("Nina") == {("model_developer", "sign_on")}
    again = Visitor(site, "nina")
    again.enter()
    assert again.is_in()
    assert roles_of("Nina") == set()
    assert len(said("assignment.revoked")) == 1
    assert User.objects.filter(person__full_name="Nina").count() == 1


def test_somebody_who_is_here_is_recognised_by_a_verified_address_only(
    site: str, provider: IdentityProvider
) -> None:
    """Else anybody could write Rita's address into their own account there."""
    provider.say(rita=person("Rita", email_verified=False))
    stranger = Visitor(site, "rita")
    answer = stranger.enter()
    assert answer.status_code == 403
    assert "has not verified your e-mail address" in answer.text
    assert not stranger.is_in()

    provider.say(rita=person("Rita", email="Rita@Example.org"))
    rita = Visitor(site, "rita")
    rita.enter()
    assert rita.is_in()
    assert Person.objects.filter(email__iexact="rita@example.org").count() == 1
    assert len(said("account.linked")) == 1


def test_an_answer_to_another_question_is_refused(site: str, provider: IdentityProvider) -> None:
    """A wrong nonce, audience, issuer or state: nobody is signed in, and the log says why."""
    nina = Visitor(site, "nina")
    address = urlsplit(nina.knock())
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert {"nonce", "state", "code_challenge"} <= set(query)
    forged = address._replace(query=urlencode(query | {"nonce": "of-somebody-else"}))
    answer = nina.go(urlunsplit(forged))
    assert "Single sign-on failed" in answer.text
    for lie in ({"aud": "another-site"}, {"iss": "http://127.0.0.1:1"}):
        provider.say(nina=person("Nina") | {"id_token": lie})
        assert "Single sign-on failed" in Visitor(site, "nina").enter().text
    provider.say(nina=person("Nina"))
    thief, code = Visitor(site, "nina"), nina.web.get(nina.knock(), allow_redirects=False)
    stolen = code.headers["Location"]
    assert "Single sign-on failed" in thief.web.get(stolen, timeout=30).text
    assert not nina.is_in()
    assert not thief.is_in()
    assert not User.objects.filter(username="nina").exists()
    assert len(said("account.sign_in_failed")) == 4


def test_a_second_factor_at_the_provider_counts_here(site: str, provider: IdentityProvider) -> None:
    """Alma administers: with a password alone she is asked for more, with mfa there she is in."""
    alma = Visitor(site, "alma")
    alma.enter()
    assert not alma.is_in()
    provider.say(alma=person("Alma") | {"id_token": {"amr": ["pwd", "mfa"]}})
    again = Visitor(site, "alma")
    again.enter()
    assert again.is_in()
    assert said("account.signed_in")[-1].author.amr == ("socialaccount", "mfa")


def test_groups_give_nothing_that_needs_two_administrators_or_clashes(
    site: str, provider: IdentityProvider
) -> None:
    """Sensitive roles, roles of administrators, and roles that exclude each other."""
    with pytest.raises(Invalid, match="sensitive"):
        mapped("chiefs", "risk_officer")
    mapped("quants", "model_developer")
    mapped("checkers", "model_validator")
    provider.say(dana=person("Dana", groups=["checkers"]), alma=person("Alma", groups=["quants"]))
    for name in ("dana", "alma"):
        Visitor(site, name).enter()
    assert ("model_validator", "sign_on") not in roles_of("Dana Developer")
    assert ("model_developer", "sign_on") not in roles_of("Alma Admin")
    assert len(said("assignment.withheld")) == 1


def test_who_was_deactivated_here_stays_out(site: str, provider: IdentityProvider) -> None:
    """Whatever the provider says."""
    rita = Visitor(site, "rita")
    rita.enter()
    deactivate_person(
        Person.objects.get(full_name="Rita Risk").pk, reason="Left", actor=actor_named("admin1")
    )
    assert not rita.is_in()
    late = Visitor(site, "rita")
    late.enter()
    assert not late.is_in()


def test_a_person_clicks_through(
    site: str, provider: IdentityProvider, page: Page, console: Console
) -> None:
    """In a real browser, with our content security policy in force."""
    console.allow(f"{provider.issuer}/favicon.ico")
    page.goto(f"{site}/accounts/login/")
    page.get_by_role("button", name="Bank account").click()
    page.wait_for_url(f"{provider.issuer}/accounts/login/**")
    page.fill("[name=login]", "nina")
    page.fill("[name=password]", PASSWORD)
    page.locator("form").filter(has=page.locator("[name=password]")).get_by_role(
        "button"
    ).first.click()
    page.wait_for_url(f"{site}/")


@pytest.mark.parametrize("issuer", ["http://idp.example.org", "ftp://x"])
def test_a_provider_in_the_clear_is_refused_at_the_start(issuer: str) -> None:
    """Its tokens could be anybody's."""
    with pytest.raises(Invalid, match="https"):
        provider_of(issuer, name="x", client_id="x", secret="x", scopes=[])
