"""The pages of a change of what is live: asked on the case, signed and reviewed on its own."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.desk.pages import case_page, press, text_of
from tests.workflows.lifecycle.live import digest, merge_open, sign_all, two_versions
from workflows.cases.models import LiveChange
from workflows.delivery.operations import reconcile
from workflows.lifecycle.models import SigningNonce
from workflows.management.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def live(module_db: None) -> ModelVersion:
    """The champion, with a former one behind it."""
    return two_versions()[1]


def send(username: str, change: LiveChange, name: str, **typed: Any) -> HttpResponse:
    """One button of the page."""
    return stories.signed_in(username).post(reverse(name, args=[change.case_id]), typed)


def page_of(username: str, change: LiveChange) -> str:
    """The page as somebody sees it."""
    answer = stories.signed_in(username).get(reverse("live_change", args=[change.case_id]))
    return text_of(answer, 200)


def sign(username: str, change: LiveChange) -> HttpResponse:
    """Two pages and a button."""
    browser, seen = stories.signed_in(username), digest(change)
    begun = browser.post(
        reverse("begin_live_signature", args=[change.case_id]), {"digest": seen, "comment": ""}
    )
    assert "I have read why, and agree" in text_of(begun, 200)
    nonce = SigningNonce.objects.latest("issued_at")
    sent = {"nonce": str(nonce.pk), "digest": seen, "comment": "", "password": PASSWORD}
    return browser.post(reverse("sign_live_change", args=[change.case_id]), sent)


def test_the_kill_switch_from_the_button_to_the_review(live: ModelVersion) -> None:
    """Everybody finds what they are asked for in their inbox, and the case tells of it."""
    assert "Suspend this version" in case_page("mo", live)
    assert "Suspend this version" not in case_page("dana", live)
    answer = press("mo", live, "suspend_version", reason="Scores of May are wrong.", instead="")
    change = LiveChange.objects.get()
    assert answer["Location"] == reverse("live_change", args=[change.case_id])
    assert "Mo Ops asks for it" in case_page("olive", live)
    assert "Suspend this version" not in case_page("mo", live)
    assert "Emergency: the live version shall be suspended." in text_of(
        stories.signed_in("rita").get("/"), 200
    )
    assert "“Scores of May are wrong.”" in page_of("dana", change)
    for who in ("mo", "rita"):
        assert sign(who, change).status_code == 302
    reconcile()
    assert "Pull request open" in page_of("ada", change)
    merge_open()
    assert "It takes no request." in case_page("olive", live)
    assert "Record the review" in page_of("victor", change)
    assert "Record the review" not in page_of("rita", change)
    said = send("victor", change, "review_live_change", text="Seen.", justified="no")
    assert said.status_code == 302
    assert "It was not justified" in page_of("olive", change)


def test_what_was_typed_is_kept_when_it_is_refused(live: ModelVersion) -> None:
    """A wrong password signs nothing; a page from before is told so."""
    press("mo", live, "suspend_version", reason="Bad.", instead="")
    change, browser = LiveChange.objects.get(), stories.signed_in("rita")
    seen = digest(change)
    browser.post(reverse("begin_live_signature", args=[change.case_id]), {"digest": seen})
    nonce = SigningNonce.objects.latest("issued_at")
    sent = {"nonce": str(nonce.pk), "digest": seen, "password": "wrong"}
    answer = browser.post(reverse("sign_live_change", args=[change.case_id]), sent)
    assert "The password or code is not right. Nothing was signed." in text_of(answer, 422)
    stale = send("rita", change, "begin_live_signature", digest="0" * 64, comment="Mine")
    page = text_of(stale, 409)
    assert "The case has changed since this page was loaded." in page
    assert "Mine" in page
    assert send("olive", change, "begin_live_signature", digest=seen).status_code == 403
    assert send("sam", change, "begin_live_signature", digest=seen).status_code == 404


def test_the_former_champion_is_offered(live: ModelVersion) -> None:
    """In the dialog of the kill switch, and as a button on its own page."""
    former = live.model.versions.get(number=1)
    assert "1.0.0, as approved" in case_page("mo", live)
    assert "Roll back to this version" in case_page("mo", former)
    answer = press("mo", former, "roll_back", reason="Version 2 drifts.")
    change = LiveChange.objects.get()
    assert answer["Location"] == reverse("live_change", args=[change.case_id])
    refused = send("rita", change, "refuse_live_change", digest=digest(change), comment="")
    assert "Say why." in text_of(refused, 422)
    send("rita", change, "refuse_live_change", digest=digest(change), comment="Wait.")
    assert "“Wait.”" in page_of("mo", change)


def test_a_reason_is_asked_for_where_it_is_typed(live: ModelVersion) -> None:
    """The dialog stands open again."""
    page = text_of(press("mo", live, "suspend_version", reason="", instead=""), 422)
    assert 'id="suspend" aria-labelledby="suspend-h" data-open' in page
    assert not LiveChange.objects.exists()


def test_the_board_shows_what_is_asked_about_what_is_live(live: ModelVersion) -> None:
    """In a column of its own; the review is a line of the table."""
    press("mo", live, "suspend_version", reason="Bad.", instead="")
    page = text_of(stories.signed_in("olive").get(reverse("cases")), 200)
    assert "Emergency: the live version shall be suspended." in page
    sign_all(LiveChange.objects.get(), "rita", "mo")
    page = text_of(stories.signed_in("victor").get(reverse("cases"), {"view": "table"}), 200)
    assert "somebody who had no hand in it reviews it" in page


def test_a_superseded_version_is_retired_at_once(live: ModelVersion) -> None:
    """By the owner or the head: it runs nowhere any more."""
    first = live.model.versions.get(number=1)
    assert "Retire this version" in case_page("olive", first)
    assert "Retire this version" not in case_page("dana", first)
    assert press("dana", first, "retire_version", reason="Old").status_code == 403
    assert press("olive", first, "retire_version", reason="Old").status_code == 302
    assert stories.again(first).state == "retired"
