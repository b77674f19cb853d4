"""The file of an access review: who has which role where, and what was said of it."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from governance.access.models import AccessReview, Portfolio, Team
from governance.access.operations import Holder, decide_item, export_review, open_review
from governance.audit.models import AuditEntry
from governance.audit.queries import views_of
from governance.errors import NotFound
from tests.governance.access.people import held, person
from tests.stories import people, signed_in
from workflows.management.cast import PASSWORD, actor_named, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def review(module_db: None) -> AccessReview:
    """Of the portfolio, with a team; Rita keeps hers for a reason that looks like a formula."""
    portfolio: Portfolio = people()
    team = Team.objects.create(name="line", title="Line")
    give("model_validator", Holder(team=team), portfolio=portfolio, reason="x")
    Client().post("/accounts/login/", {"login": "victor", "password": PASSWORD})
    review = open_review(
        title="Autumn 2026",
        portfolio=portfolio,
        due_at=timezone.now() + timedelta(days=9),
        actor=actor_named("alma"),
    )
    item = review.items.get(assignment=held("rita"))
    decide_item(
        item.pk,
        keep=True,
        reason="=1+1",
        actor=actor_named(item.reviewer.accounts.get().username),
    )
    return review


def lines(text: str) -> dict[str, dict[str, str]]:
    """The rows by holder."""
    return {row["holder"]: row for row in csv.DictReader(io.StringIO(text))}


def test_it_says_who_holds_what_where_and_what_was_answered(review: AccessReview) -> None:
    """By whom and when it was granted, and when they were last here."""
    found = lines(export_review(review.pk, actor=actor_named("alma")))
    assert len(found) == review.items.count()
    rita, victor = found["Rita Risk"], found["Victor Validator"]
    assert (rita["role"], rita["scope"]) == ("risk_officer", "portfolio")
    assert rita["portfolio"] == "retail-credit"
    assert rita["granted_by"] == held("rita").granted_by.full_name
    assert rita["granted_at"]
    assert rita["answer"] == "keep"
    assert rita["answered_at"]
    assert (victor["answer"], victor["answered_at"]) == ("open", "")
    assert (bool(victor["last_signed_in"]), rita["last_signed_in"]) == (True, "")
    assert found["Line"]["kind"] == "team"


def test_no_spreadsheet_calculates_it(review: AccessReview) -> None:
    """In the same way as in every other table."""
    text = export_review(review.pk, actor=actor_named("alma"))
    assert lines(text)["Rita Risk"]["answer_reason"] == "'=1+1"


def test_that_it_was_taken_stands_in_the_log(review: AccessReview) -> None:
    """With the digest of the file; from the button of the page."""
    alma = signed_in("alma")
    page = alma.get(f"/access/reviews/{review.pk}/").text
    assert f"/access/reviews/{review.pk}/export/" in page
    answer = alma.post(f"/access/reviews/{review.pk}/export/")
    assert answer["Content-Disposition"] == 'attachment; filename="access-review-autumn-2026.csv"'
    assert "no-store" in answer["Cache-Control"]
    (entry,) = views_of(AuditEntry.objects.filter(action="access_review.exported"))
    assert entry.line.details["rows"] == review.items.count()
    assert entry.line.author.person_id == person("alma").pk


def test_who_is_not_asked_takes_nothing(review: AccessReview) -> None:
    """To them the review is not there."""
    for name in ("sam", "dana", "ada"):
        with pytest.raises(NotFound):
            export_review(review.pk, actor=actor_named(name))
