"""Why somebody can or cannot, who could, deputies, and emergencies, on screen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.access.models import BreakGlass, Delegation, RoleAssignment
from governance.inventory.models import ModelVersion
from tests import stories
from tests.governance.access.screens import person, seen, sent
from tests.stories import signed_in

pytestmark = pytest.mark.django_db
GLASS = "/access/emergencies/"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Dana's version is submitted."""
    return stories.submitted_version(1, checked=False)


def question(username: str, permission: str, **more: str) -> str:
    """The address that asks about somebody."""
    query = {"person": str(person(username).pk), "permission": permission} | more
    return "/access/why/?" + "&".join(f"{name}={value}" for name, value in query.items())


def test_the_answer_names_the_grant_or_what_is_missing(version: ModelVersion) -> None:
    """By whom, where and why."""
    yes = seen("alma", question("rita", "version:approve", model=stories.MODEL))
    assert "Rita Risk can." in yes
    assert "granted by" in yes
    no = seen("ada", question("mo", "version:approve", model=stories.MODEL))
    assert "Mo Ops cannot." in no
    assert "Risk officer" in no


def test_what_somebody_did_stands_against_them(version: ModelVersion) -> None:
    """And the page says who could instead."""
    asked = question("dana", "version:approve", model=stories.MODEL, number="1")
    page = seen("alma", asked)
    assert "Dana Developer cannot." in page
    assert "it looks at the person" in page
    assert "Rolf Officer" in page


def test_nobody_left_is_a_warning(version: ModelVersion) -> None:
    """Today nobody could sign."""
    address = f"/access/who/{stories.MODEL}/1/version:approve/"
    assert "Rita Risk" in seen("alma", address)
    RoleAssignment.objects.filter(role__in=("risk_officer", "head_of_model_risk")).update(
        revoked_at=timezone.now()
    )
    assert "Nobody can do this today." in seen("alma", address)
    assert signed_in("dana").get(address).status_code == 403
    assert signed_in("alma").get(f"/access/who/{stories.MODEL}/1/king/").status_code == 404
    assert signed_in("alma").get("/access/who/nothing/1/version:approve/").status_code == 404


def test_others_ask_about_themselves_only(version: ModelVersion) -> None:
    """A stranger's model is not there."""
    assert "Sam Stranger cannot." in seen("sam", question("sam", "model:view"))
    assert signed_in("sam").get(question("rita", "model:view")).status_code == 422
    hidden = question("sam", "model:view", model=stories.MODEL)
    assert "There is no model" in signed_in("sam").get(hidden).content.decode()


def test_a_deputy_is_named_and_dismissed(version: ModelVersion) -> None:
    """By oneself; the deputy sees it, others do not."""
    day = timezone.localdate()
    typed = {
        "deputy": str(person("sam").pk),
        "place": "retail-credit",
        "starts_on": day.isoformat(),
        "ends_on": (day + timedelta(days=5)).isoformat(),
        "reason": "On leave",
    }
    deputies = "/preferences/deputies/"
    too_long = {"ends_on": (day + timedelta(days=200)).isoformat()}
    status, page = sent("rita", deputies, typed | too_long)
    assert (status, "90 days at most" in page, "On leave" in page) == (422, True, True)
    assert sent("rita", deputies, typed)[0] == 302
    assert "Rita Risk" in seen("sam", deputies)
    assert "as the deputy of Rita Risk" in seen(
        "alma", question("sam", "version:approve", model=stories.MODEL)
    )
    end = f"/access/delegations/{Delegation.objects.get().pk}/revoke/"
    assert sent("dana", end, {"reason": "x"})[0] == 404
    assert sent("sam", end, {"reason": ""})[0] == 422
    assert sent("rita", end, {"reason": "Back"})[0] == 302


def test_the_glass_breaks_loudly_and_somebody_else_reviews(version: ModelVersion) -> None:
    """Ticking that one knows is not optional."""
    typed = {"role": "mlops_engineer", "place": "retail-credit", "hours": "1", "reason": "Fire"}
    assert sent("hanna", f"{GLASS}break/", typed)[0] == 422
    assert sent("hanna", f"{GLASS}break/", typed | {"understood": "on"})[0] == 302
    broken = BreakGlass.objects.get()
    assert "Somebody else reviews yours." in seen("hanna", GLASS)
    assert "runs now" in seen("hanna", GLASS)
    review = f"{GLASS}{broken.pk}/review/"
    assert sent("hanna", review, {"note": "All good"})[0] == 403
    row = broken.assignment
    row.starts_at = timezone.now() - timedelta(hours=2)
    row.ends_at = timezone.now() - timedelta(hours=1)
    row.save()
    assert sent("alma", review, {"note": ""})[0] in {403, 422}
    assert signed_in("sam").get(GLASS).status_code == 403
    assert sent("sam", f"{GLASS}break/", typed)[0] == 403
