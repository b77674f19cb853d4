"""The windows of a policy by their days, and the page on which the line is stopped."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.desk.pages import case_page, text_of
from tests.workflows.policies.wordings import tier
from workflows.policies.definition import Freeze as Window
from workflows.policies.freezes import frozen_until
from workflows.policies.models import Freeze
from workflows.policies.queries import hold_over
from workflows.policies.wording import parse

YEAR_END = Window("Year end", "12-18", "01-04")


@pytest.mark.parametrize(
    ("window", "day", "until"),
    [
        (YEAR_END, date(2026, 12, 17), None),
        (YEAR_END, date(2026, 12, 18), date(2027, 1, 4)),
        (YEAR_END, date(2027, 1, 4), date(2027, 1, 4)),
        (YEAR_END, date(2027, 1, 5), None),
        (Window("May", "05-01", "05-02"), date(2026, 5, 2), date(2026, 5, 2)),
        (Window("Once", "2026-12-18", "2027-01-04"), date(2027, 1, 1), date(2027, 1, 4)),
        (Window("Once", "2026-12-18", "2027-01-04"), date(2027, 12, 20), None),
        (Window("Leap", "02-29", "03-01"), date(2027, 2, 28), date(2027, 3, 1)),
        (Window("Leap", "02-29", "02-28"), date(2027, 3, 1), date(2028, 2, 28)),
        (Window("Leap", "02-29", "02-28"), date(2028, 2, 29), date(2029, 2, 28)),
        (Window("For ever", "2026-01-01", "9999-12-31"), date(2027, 1, 1), date.max),
    ],
)
def test_a_window_holds_its_first_and_its_last_day(
    window: Window, day: date, until: date | None
) -> None:
    """Every year, over its end as well, or once."""
    assert frozen_until(window, day) == until


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Waits for its validator."""
    return stories.submitted_version(checked=False)


def send(username: str, name: str, *place: object, **typed: Any) -> HttpResponse:
    """One button of the page."""
    return stories.signed_in(username).post(reverse(name, args=place), typed)


def page_of(username: str) -> str:
    return text_of(stories.signed_in(username).get(reverse("freezes")), 200)


@pytest.mark.django_db
def test_a_window_without_end_holds_and_breaks_nothing(version: ModelVersion) -> None:
    """There is no day after the last one that a calendar knows."""
    plain = tier()
    window = {"title": "For ever", "first": "2026-01-01", "last": "9999-12-31"}
    plain["moves"]["deploy"]["freezes"] = [window]
    hold = hold_over(version.model, parse(plain))
    assert hold is not None
    assert hold.until is not None
    assert hold.until.year == date.max.year
    assert "For ever" in str(hold.words)


@pytest.mark.django_db
def test_the_line_is_stopped_and_lifted_on_a_page(version: ModelVersion) -> None:
    """By name; the case says why nothing goes live, and until when."""
    assert "The line runs" in page_of("dana")
    assert "Stop the line" in page_of("rita")
    assert 'name="reason"' not in page_of("dana")
    place = version.model.portfolio.name
    told = send("rita", "set_freeze", place=place, reason="The year is closed.")
    assert told.status_code == 302
    freeze = Freeze.objects.get()
    assert "Rita Risk" in page_of("dana")
    assert "The line is stopped by Rita Risk: The year is closed." in case_page("dana", version)
    assert "Until somebody lifts it." in case_page("dana", version)
    assert "Lift it" not in page_of("rita")
    assert "Lift it" in page_of("hanna")
    assert "Say why it is lifted." in text_of(send("hanna", "lift_freeze", freeze.pk), 422)
    assert send("hanna", "lift_freeze", freeze.pk, reason="Closed.").status_code == 302
    assert "Lifted by Hanna Head" in page_of("dana")
    assert "The line is stopped" not in case_page("dana", version)


@pytest.mark.django_db
def test_what_was_typed_is_kept_when_it_is_refused(version: ModelVersion) -> None:
    """An end that is over, a place or model that is not theirs, nothing at all."""
    place = version.model.portfolio.name
    one = {"place": place, "model": version.model.name, "reason": "Audit."}
    typed = one | {"ends_at": "2020-01-01T00:00"}
    page = text_of(send("rita", "set_freeze", **typed), 422)
    assert "The end must lie ahead" in page
    assert "Audit." in page
    assert send("rita", "set_freeze", place="*", reason="x").status_code == 422
    assert "There is no model nowhere" in text_of(
        send("rita", "set_freeze", **one | {"model": "nowhere"}), 422
    )
    assert send("rita", "set_freeze").status_code == 422
    assert send("dana", "set_freeze", place=place, reason="x").status_code == 403
    assert not Freeze.objects.exists()
    assert send("rita", "set_freeze", **one).status_code == 302
    assert Freeze.objects.get().model == version.model
