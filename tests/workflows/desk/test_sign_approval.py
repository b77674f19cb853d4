"""Signing: the whole digest, the sentence, and a fresh proof that the person is there."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from governance.access.models import User
from governance.inventory.models import ModelVersion
from governance.inventory.operations import raise_finding
from tests.stories import again, digest, sign, signed_in, validated_version
from tests.workflows.desk.pages import address, case_page, text_of
from workflows.lifecycle.models import Decision, SigningNonce
from workflows.management.cast import PASSWORD, actor_named
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated; Rolf has signed, Rita's signature completes the quorum."""
    version = validated_version()
    sign(version, "rolf")
    return again(version)


@pytest.fixture
def rita(version: ModelVersion) -> Client:
    """Her session: leave to sign is good in the session that got it."""
    return signed_in("rita")


def begin(client: Client, version: ModelVersion, comment: str = "") -> dict[str, Any]:
    """Press Continue; what the signature page would send."""
    typed = {"decision": "approve", "digest": digest(version, Move.APPROVE), "comment": comment}
    page = text_of(client.post(address(version, "decide_version"), typed), 200)
    nonce = re.search(r'name="nonce" value="([0-9a-f-]+)"', page)
    assert nonce, page
    return {"nonce": nonce[1], "digest": typed["digest"], "comment": comment, "page": page}


def finish(client: Client, version: ModelVersion, begun: dict[str, Any], **proof: str) -> Any:
    """Press Sign approval."""
    sent = {key: value for key, value in begun.items() if key != "page"}
    return client.post(address(version, "approve_version"), sent | proof)


def test_the_page_shows_all_that_is_signed(version: ModelVersion, rita: Client) -> None:
    """Sentence, full name, meaning, time, comment and every digit of the digest."""
    page = begin(rita, version, "Waiver until the first quarter.")["page"]
    whole = digest(version, Move.APPROVE)
    assert "I have reviewed this case and approve Credit default 1.0.0 for use" in page
    assert "Rita Risk, risk officer, Retail credit" in page
    assert "Approval, signature 2 of 2" in page
    assert " ".join(whole[at : at + 8] for at in range(0, 64, 8)) in page
    assert "“Waiver until the first quarter.”" in page


def test_the_last_signature_approves(version: ModelVersion, rita: Client) -> None:
    """The sentence that stood on the page is the one that is kept."""
    assert (
        finish(rita, version, begin(rita, version, "Good."), password=PASSWORD).status_code == 302
    )
    assert again(version).state == "approved"
    kept = Decision.objects.get(person__full_name="Rita Risk")
    assert kept.comment == "Good."
    assert kept.meaning.startswith("I have reviewed this case")
    assert "its pull request is being prepared" in rita.get(address(version)).content.decode()


def test_a_wrong_password_keeps_the_page(version: ModelVersion, rita: Client) -> None:
    """Inline error, same leave to sign: the right password on the same page signs."""
    begun = begin(rita, version, "Still here")
    page = text_of(finish(rita, version, begun, password="wrong"), 422)
    assert "The password or code is not right. Nothing was signed." in page
    assert "“Still here”" in page
    assert begun["nonce"] in page
    assert finish(rita, version, begun, password=PASSWORD).status_code == 302


def test_a_one_time_code_signs_too(version: ModelVersion, rita: Client) -> None:
    """Whoever has set codes up sees the field; the code of the moment is enough."""
    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(username="rita"), secret)
    begun = begin(rita, version)
    assert "One-time code" in begun["page"]
    code = totp_now(secret)
    assert finish(rita, version, begun, code=code).status_code == 302


def totp_now(secret: str) -> str:
    """What an authenticator shows at this moment."""
    from allauth.mfa.totp.internal.auth import (  # noqa: PLC0415  allauth's own arithmetic
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_an_expired_page_says_begin_again(version: ModelVersion, rita: Client) -> None:
    """Two minutes later nothing is signed, and the comment is still there."""
    begun = begin(rita, version, "I was at lunch")
    SigningNonce.objects.update(issued_at=timezone.now() - timedelta(seconds=121))
    page = text_of(finish(rita, version, begun, password=PASSWORD), 409)
    assert "Nothing was signed. Begin the signature again." in page
    assert "I was at lunch" in page
    assert again(version).state == "validated"


def test_the_same_signature_twice_is_one(version: ModelVersion, rita: Client) -> None:
    """A double press changes nothing and is told so."""
    begun = begin(rita, version)
    finish(rita, version, begun, password=PASSWORD)
    assert finish(rita, version, begun, password=PASSWORD).status_code == 409
    assert Decision.objects.filter(person__full_name="Rita Risk").count() == 1


def test_who_has_signed_is_not_asked_again(version: ModelVersion) -> None:
    """Rolf's second try never reaches a password."""
    rolf = signed_in("rolf")
    typed = {"digest": digest(version, Move.APPROVE), "comment": ""}
    page = text_of(rolf.post(address(version, "begin_signature"), typed), 409)
    assert "You have decided on this already." in page


def test_conditions_are_not_asked_for_before_it_is_said_why(
    version: ModelVersion, rita: Client
) -> None:
    """The page comes back with words at the first step; with a comment the next step opens."""
    seen = digest(version, Move.APPROVE)
    typed = {"decision": "approve_with_conditions", "digest": seen, "comment": " "}
    page = text_of(rita.post(address(version, "decide_version"), typed), 422)
    assert "Say why you approve on conditions only." in page
    assert "conditions-dialog" not in page
    typed["comment"] = "Age is thin."
    assert "conditions-dialog" in text_of(rita.post(address(version, "decide_version"), typed), 200)


def test_a_case_that_changes_under_the_signature_is_not_signed(
    version: ModelVersion, rita: Client
) -> None:
    """A finding comes between the two steps: what she saw is no longer what is there."""
    begun = begin(rita, version, "As I saw it")
    other = validator_without_part()
    raise_finding(version.pk, severity="low", title="Late", required=False, actor=other)
    page = text_of(finish(rita, version, begun, password=PASSWORD), 409)
    assert "The case has changed since this page was loaded." in page
    assert "As I saw it" in page
    assert again(version).state == "validated"


def validator_without_part() -> Any:
    """Victor: raising findings goes with validating."""
    return actor_named("victor")


@pytest.mark.parametrize("username", ["dana", "victor", "mo", "ada"])
def test_others_get_no_leave_to_sign(version: ModelVersion, username: str) -> None:
    """Neither author nor validator nor reader reaches the signature."""
    typed = {"digest": digest(version, Move.APPROVE), "comment": ""}
    answer = signed_in(username).post(address(version, "begin_signature"), typed)
    assert answer.status_code == 403
    assert not SigningNonce.objects.filter(person__accounts__username=username).exists()


def test_a_page_that_is_not_whole_signs_nothing(version: ModelVersion, rita: Client) -> None:
    """Without the leave to sign there is nothing to prove."""
    answer = rita.post(address(version, "approve_version"), {"password": PASSWORD})
    assert "Begin the signature again." in text_of(answer, 409)
    assert "1 of 2 risk officers" in case_page("rita", version)
