"""Two people at one case, a double click, a session that ends: nothing lost, nothing twice."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.operations import raise_finding
from tests.browser.people import decide, dialog, prove, seated, sign_in, toast
from tests.chromium import Console, OpenPage
from tests.stories import again, registered_model, submitted_version, validated_version
from workflows.delivery.operations import reconcile
from workflows.lifecycle.models import Decision
from workflows.management.cast import PASSWORD, actor_named

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _told(site: str) -> None:
    """Every case of this module, before anybody signs in."""
    for name in ("stale", "moved", "double"):
        validated_version(1, model=registered_model(name, name.capitalize()))
    submitted_version(1, model=registered_model("back", "Back"))
    submitted_version(1, model=registered_model("ended", "Ended"), checked=False)


def version_of(name: str) -> ModelVersion:
    """The one version of a model of this module."""
    return ModelVersion.objects.select_related("model__portfolio").get(model__name=name)


def opened(open_page: OpenPage, site: str, username: str, version: ModelVersion) -> Page:
    """Somebody has the case open."""
    page = seated(open_page, site, username)
    page.goto(address(version))
    return page


def address(version: ModelVersion) -> str:
    return f"/models/{version.model.name}/versions/{version.number}/"


def finding_on(version: ModelVersion) -> None:
    """Victor finds something after all."""
    finding = {"severity": "low", "title": "Late", "required": False}
    raise_finding(version.pk, **finding, actor=actor_named("victor"))


def decisions_of(version: ModelVersion, name: str) -> int:
    """How often somebody decided on it."""
    return Decision.objects.filter(round__version=version, person__full_name=name).count()


def test_a_case_that_changed_is_read_again_before_it_is_signed(
    site: str, open_page: OpenPage, console: Console
) -> None:
    """Both officers have it open; a finding comes; Rolf is told, and his words are still there."""
    console.allow("status of 409")
    version = version_of("stale")
    rita, rolf = (opened(open_page, site, name, version) for name in ("rita", "rolf"))
    decide(rita, "Approve")
    prove(rita)
    toast(rita, "Signed.")
    finding_on(version)
    decide(rolf, "Approve", "As I read it this morning.")
    alert = rolf.locator("#panel").get_by_role("alert")
    expect(alert).to_contain_text("The case has changed since this page was loaded.")
    expect(rolf.get_by_label("Comment", exact=True)).to_have_value("As I read it this morning.")
    expect(rolf.get_by_text("F-1 Late")).to_be_visible()
    assert decisions_of(version, "Rolf Officer") == 0


def test_a_case_that_changes_between_the_two_steps_is_not_signed(
    site: str, open_page: OpenPage, console: Console
) -> None:
    """The password was right; what it stood under was not there any more."""
    console.allow("status of 409")
    version = version_of("moved")
    rita = opened(open_page, site, "rita", version)
    decide(rita, "Approve", "Fine by me.")
    dialog(rita, "Sign your decision")
    finding_on(version)
    prove(rita)
    expect(rita.locator("#panel").get_by_role("alert")).to_contain_text("The case has changed")
    expect(rita.get_by_label("Comment", exact=True)).to_have_value("Fine by me.")
    assert decisions_of(version, "Rita Risk") == 0


def test_a_double_click_signs_once(site: str, open_page: OpenPage) -> None:
    """The second click finds the form on its way."""
    version = version_of("double")
    rita = opened(open_page, site, "rita", version)
    decide(rita, "Approve")
    rita.get_by_label("Password, to show it is you").fill(PASSWORD)
    rita.get_by_role("button", name="Sign approval").dblclick()
    toast(rita, "Signed.")
    assert decisions_of(version, "Rita Risk") == 1
    assert again(version).state == "validated"


def test_a_form_sent_after_the_session_had_ended_is_filled_again(
    site: str, open_page: OpenPage
) -> None:
    """Nothing was registered; after signing in Dana reads what she typed and sends it once more."""
    dana = seated(open_page, site, "dana")
    dana.goto("/models/register/")
    dana.get_by_label("Title").fill("Kept for later")
    dana.get_by_label("Name", exact=True).fill("kept-for-later")
    dana.get_by_label("Description").fill("Two lines\nof text")
    dana.get_by_role("radio", name="Tier 2").check()
    Session.objects.all().delete()
    dana.get_by_role("button", name="Register").click()
    expect(dana.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert not RegisteredModel.objects.filter(name="kept-for-later").exists()
    sign_in(dana, "dana")
    toast(dana, "What you typed is back in the form")
    expect(dana.get_by_label("Title")).to_have_value("Kept for later")
    expect(dana.get_by_label("Description")).to_have_value("Two lines\nof text")
    expect(dana.get_by_role("radio", name="Tier 2")).to_be_checked()
    dana.get_by_role("button", name="Register").click()
    expect(dana.get_by_role("heading", level=1)).to_contain_text("Kept for later")
    dana.goto("/models/register/")
    expect(dana.get_by_label("Title")).to_have_value("")


def test_a_form_without_a_page_of_its_own_leads_back_to_where_it_stands(
    site: str, open_page: OpenPage
) -> None:
    """A finding is raised on the page of the case; another person gets nothing of it."""
    version = version_of("back")
    victor = opened(open_page, site, "victor", version)
    victor.locator("summary", has_text="Raise a finding").click()
    title, send = (
        victor.get_by_label("What is wrong"),
        victor.get_by_role("button", name="Raise", exact=True),
    )
    title.fill("Thin in the tail")
    Session.objects.all().delete()
    send.click()
    sign_in(victor, "victor")
    assert victor.url.endswith(address(version))
    expect(title).to_be_visible()  # the part of the page that was folded stands open
    expect(title).to_have_value("Thin in the tail")
    Session.objects.all().delete()
    send.click()
    sign_in(victor, "rita")
    assert "Thin in the tail" not in victor.evaluate("JSON.stringify(sessionStorage)")


def test_a_session_that_ends_during_a_poll_loses_nothing(
    site: str, open_page: OpenPage, console: Console
) -> None:
    """The page leads to the sign-in and back; what Victor typed stands where he typed it."""
    console.allow("status of 401")
    version = version_of("ended")
    victor = opened(open_page, site, "victor", version)
    victor.get_by_label("Conclusion").fill("Half a sentence")
    Session.objects.all().delete()
    expect(victor.get_by_text("Your session has ended.")).to_be_visible()
    sign_in(victor, "victor")
    assert victor.url.endswith(address(version))
    expect(victor.get_by_label("Conclusion")).to_have_value("Half a sentence")
    reconcile()
    expect(victor.locator("#decide")).to_contain_text("Your decision")
    expect(victor.get_by_label("Conclusion")).to_have_value("Half a sentence")
