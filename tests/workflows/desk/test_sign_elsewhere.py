"""Signing without a password here: the identity provider asks again, for this signature alone."""

import re
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests  # noqa: TID251  a browser without pictures
from django.conf import settings as site_settings
from pytest_django import Settings

from governance.access.models import User
from governance.inventory.models import ModelVersion
from governance.project.identity import origin_of, provider_of
from tests.chromium import served
from tests.databases import Database
from tests.governance.access.test_sign_in_single_sign_on import SIGN_ON, Visitor, token_in
from tests.identity_provider.running import CLIENT, SECRET, IdentityProvider, person, running
from tests.servers import free_port
from tests.stories import digest, validated_version
from tests.workflows.desk.pages import address
from workflows.lifecycle.models import Decision
from workflows.policies.definition import Move

PORT = free_port()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityProvider]:
    """It knows Rita."""
    folder: Path = tmp_path_factory.mktemp("identity")
    callback = f"http://127.0.0.1:{PORT}{SIGN_ON}callback/"
    with running(folder, callback, rita=person("Rita")) as provider:
        yield provider


@pytest.fixture
def version(database: Database) -> ModelVersion:
    return validated_version()


@pytest.fixture
def rita(
    provider: IdentityProvider, version: ModelVersion, settings: Settings
) -> Iterator[Visitor]:
    """Rita came in by the provider, and has no password here."""
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
    account = User.objects.get(username="rita")
    account.set_unusable_password()
    account.save()
    with served(PORT) as site:
        visitor = Visitor(site, "rita")
        assert visitor.enter().status_code == 200
        yield visitor


def press(rita: Visitor, version: ModelVersion, name: str, page: str, **sent: str) -> str:
    """A button of the page; where it leads, or what it shows."""
    form = {"csrfmiddlewaretoken": token_in(page), **sent}
    place = rita.site + address(version, name)
    answer = rita.web.post(place, form, allow_redirects=False, timeout=30)
    assert answer.status_code in {200, 302, 422}, answer.text
    return str(answer.headers.get("Location", answer.text))


def signature_page(rita: Visitor, version: ModelVersion) -> tuple[str, dict[str, str]]:
    """Rita wants to approve."""
    case = rita.web.get(rita.site + address(version), timeout=30).text
    seen = {"digest": digest(version, Move.APPROVE), "comment": "Good."}
    page = press(rita, version, "begin_signature", case, **seen)
    nonce = re.search(r'name="nonce" value="([0-9a-f-]+)"', page)
    assert nonce, page
    return page, {**seen, "nonce": nonce[1]}


def asked_again(rita: Visitor, version: ModelVersion) -> tuple[requests.Response, dict[str, str]]:
    """To the provider and back."""
    page, sent = signature_page(rita, version)
    assert "You have no password here: Bank account asks you again" in page
    there = press(rita, version, "sign_elsewhere", page, **sent)
    asked = parse_qs(urlsplit(there).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    return rita.go(there), sent


def test_the_provider_asks_and_the_signature_stands(
    rita: Visitor, provider: IdentityProvider, version: ModelVersion
) -> None:
    """Back on the page of the case one button signs, in the same session, and it says how."""
    provider.say(rita=person("Rita", auth_time=int(time.time()) + 1))
    back, sent = asked_again(rita, version)
    assert "Bank account has just shown that it is you." in back.text
    press(rita, version, "approve_version", back.text, **sent)
    decision = Decision.objects.get(round__move="approve")
    assert (decision.proved_by, decision.comment) == ("sso", "Good.")


def test_a_session_there_that_is_old_signs_nothing(
    rita: Visitor, provider: IdentityProvider, version: ModelVersion
) -> None:
    """The provider says when it asked, and that is too long ago."""
    provider.say(rita=person("Rita", auth_time=int(time.time()) - 3600))
    back, sent = asked_again(rita, version)
    page = press(rita, version, "approve_version", back.text, **sent)
    assert "This does not show that it is you." in page
    assert not Decision.objects.filter(round__move="approve").exists()


def test_a_provider_that_does_not_say_when_it_asked_is_not_believed(
    rita: Visitor, provider: IdentityProvider, version: ModelVersion
) -> None:
    """No auth_time, no proof."""
    provider.say(rita=person("Rita"))
    back, sent = asked_again(rita, version)
    assert back.status_code in {401, 403}
    page, _fresh = signature_page(rita, version)
    press(rita, version, "approve_version", page, **sent)
    assert not Decision.objects.filter(round__move="approve").exists()
