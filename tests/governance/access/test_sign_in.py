"""Coming and going stands in the log, without any password or stranger's typing."""

import pytest
from django.test import Client

from governance.access.models import Portfolio, User
from governance.audit.models import AuditEntry, AuditPersonalValue
from governance.audit.queries import views_of
from tests.stories import people
from workflows.management.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio() -> Portfolio:
    """The cast."""
    return people()


def enter(name: str, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


def entries(action: str) -> list:
    return views_of(AuditEntry.objects.filter(action=action).order_by("occurred_at"))


def test_a_sign_in_says_who_and_how(portfolio: Portfolio) -> None:
    """About the account, with the means and a digest of the session."""
    enter("rita", PASSWORD)
    (entry,) = entries("account.signed_in")
    assert entry.actor_name == "Rita Risk"
    assert entry.line.subject_id == User.objects.get(username="rita").pk
    assert entry.line.author.amr == ("password",)
    assert entry.line.author.session


def test_a_sign_out_belongs_to_the_same_session(portfolio: Portfolio) -> None:
    """So that one can tell how long somebody was there."""
    client = enter("rita", PASSWORD)
    client.post("/accounts/logout/")
    (came,), (went,) = entries("account.signed_in"), entries("account.signed_out")
    assert went.line.author.session == came.line.author.session
    assert client.get("/preferences/").status_code == 302


def test_a_wrong_password_is_noted_at_the_account(portfolio: Portfolio) -> None:
    """By account name or e-mail; the password itself is nowhere."""
    enter("rita", "wrong-word-1")
    enter("rita@example.org", "wrong-word-2")
    found = entries("account.sign_in_failed")
    assert {entry.line.subject_id for entry in found} == {User.objects.get(username="rita").pk}
    assert found[0].line.details == {"known": True, "confirming": False}
    kept = " ".join(AuditPersonalValue.objects.values_list("value", flat=True))
    assert "wrong-word" not in kept + str([entry.line for entry in found])


def test_a_name_that_nobody_has_is_not_kept(portfolio: Portfolio) -> None:
    """People type passwords into the wrong field."""
    enter("my-secret-password", "x")
    (entry,) = entries("account.sign_in_failed")
    assert entry.line.details == {"known": False, "confirming": False}
    assert "my-secret-password" not in str(entry)
