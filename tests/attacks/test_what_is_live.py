"""The same attacks on the signatures that stop, resume, roll back or retire what is live."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.urls import reverse

from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.desk.pages import address
from tests.workflows.lifecycle.live import digest, sign, suspend, two_versions
from workflows.cases.models import LiveChange
from workflows.lifecycle.models import Decision, SigningNonce
from workflows.management.cast import PASSWORD
from workflows.targets.models import Promotion, Target

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def live(module_db: None) -> ModelVersion:
    """The champion, with a former one behind it."""
    return two_versions()[1]


@pytest.fixture
def change(live: ModelVersion) -> LiveChange:
    """Mo has asked to stop it; a risk officer and an engineer are to sign."""
    return suspend(live)


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


def opened(browser: Client, change: LiveChange, status: int = 200) -> dict[str, Any]:
    """What the signature page of somebody's browser would send."""
    seen = digest(change)
    page = browser.post(place(change, "begin_live_signature"), {"digest": seen, "comment": ""})
    assert page.status_code == status
    nonce = SigningNonce.objects.latest("issued_at")
    return {"nonce": str(nonce.pk), "digest": seen, "comment": "", "password": PASSWORD}


def place(change: LiveChange, name: str) -> str:
    return reverse(name, args=[change.case_id])


def sent(browser: Client, change: LiveChange, fields: dict[str, Any]) -> int:
    """The status that the form is answered with."""
    return browser.post(place(change, "sign_live_change"), fields).status_code


def signed(change: LiveChange) -> int:
    return Decision.objects.filter(round__case=change.case_id).count()


def move_target() -> None:
    """What would stand at the targets is another thing."""
    Target.objects.update(soak_s=F("soak_s") + 60)


@pytest.mark.parametrize("attack", ["A10-form-live"])
def test_what_changes_between_page_and_signature_is_not_signed(
    change: LiveChange, attack: str
) -> None:
    """The digest is computed again under the lock."""
    browser = stories.signed_in("rita")
    fields = opened(browser, change)
    move_target()
    assert sent(browser, change, fields) == 409
    assert not signed(change)


@pytest.mark.parametrize("attack", ["A09-form-live"])
def test_what_changes_after_the_first_signature_takes_that_signature_away(
    change: LiveChange, attack: str
) -> None:
    """The second one alone stops nothing; signed again, it is complete."""
    sign(change, "rita")
    move_target()
    browser = stories.signed_in("mo")
    assert sent(browser, change, opened(browser, change)) == 302
    assert not Promotion.objects.filter(kind="suspend").exists()
    sign(change, "rita")
    assert Promotion.objects.filter(kind="suspend").exists()


@pytest.mark.parametrize("attack", ["A27-form-live"])
def test_nobody_fills_both_seats(change: LiveChange, attack: str) -> None:
    """Neither the same person again nor another one of the same role."""
    mo = stories.signed_in("mo")
    fields = opened(mo, change)
    assert sent(mo, change, fields) == 302
    assert sent(mo, change, fields) == 409
    opened(mo, change, 409)
    assert signed(change) == 1
    assert not Promotion.objects.filter(kind="suspend").exists()


@pytest.mark.parametrize("attack", ["A41-form-live"])
def test_a_signature_page_is_good_once_for_one_person_in_one_session(
    change: LiveChange, attack: str
) -> None:
    """Sent by another person, from another session, as an approval, or twice."""
    other = stories.validated_version(model=stories.registered_model("other", "Other"))
    browser = stories.signed_in("rita")
    fields = opened(browser, change)
    for somebody in (stories.signed_in("rolf"), stories.signed_in("rita")):
        assert sent(somebody, change, fields) == 409
    elsewhere = browser.post(address(other, "approve_version"), fields)
    assert elsewhere.status_code == 409
    assert not signed(change)
    assert sent(browser, change, fields) == 302
    assert sent(browser, change, fields) == 409
    assert signed(change) == 1


@pytest.mark.parametrize("attack", ["A42-form-live"])
def test_no_page_that_signs_can_be_framed(change: LiveChange, attack: str) -> None:
    """Two headers say so, for old browsers and new."""
    sends = {"digest": digest(change), "comment": ""}
    answer = stories.signed_in("rita").post(place(change, "begin_live_signature"), sends)
    assert answer.status_code == 200
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
