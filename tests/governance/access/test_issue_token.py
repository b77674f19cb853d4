"""A key for a program."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from governance.access.models import ApiToken, User
from governance.access.operations import issue_token, revoke_token, touch_token
from governance.access.permissions import Permission
from governance.access.queries import can, token_actor
from governance.actors import ActorKind
from governance.audit.models import AuditEntry
from governance.errors import Conflict, Invalid, NotAllowed
from governance.inventory.models import RegisteredModel
from tests import stories
from tests.governance.access.tokens import token_actor_of
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def secret(module_db: None) -> str:
    stories.registered_model()
    return stories.pipeline_token()


def test_a_token_acts_for_its_service_and_answers_to_its_owner(secret: str) -> None:
    """The owner is the person whom separation of duties looks at."""
    actor = token_actor(secret)
    assert actor
    dana = User.objects.get(username="dana")
    assert (actor.kind, actor.name) == (ActorKind.SERVICE, "ci-credit")
    assert actor.person_id == dana.person_id
    assert can(actor, Permission.VERSION_SUBMIT, RegisteredModel.objects.get())


def test_the_secret_is_kept_nowhere(secret: str) -> None:
    """Only its hash, and enough of its beginning to recognise it; not in the log either."""
    token = ApiToken.objects.get()
    assert token.digest == sha256(secret.encode()).hexdigest()
    assert secret.startswith(token.prefix)
    entry = AuditEntry.objects.get(action="token.issued")
    assert secret.encode() not in bytes(entry.line)


def test_a_token_can_do_no_more_than_its_account(secret: str) -> None:
    """Naming a permission does not give it."""
    actor = token_actor_of("dana", *Permission)
    model = RegisteredModel.objects.get()
    assert can(actor, Permission.VERSION_SUBMIT, model)
    assert not can(actor, Permission.VERSION_APPROVE, model)


def test_a_token_ends(secret: str) -> None:
    """By itself, and when it is revoked."""
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert token_actor(secret) is None
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert token_actor(secret)
    token = ApiToken.objects.get()
    revoke_token(token.pk, actor=actor_named("alma"))
    assert token_actor(secret) is None
    with pytest.raises(Conflict):
        revoke_token(token.pk, actor=actor_named("alma"))


@pytest.mark.parametrize("days", [0, -1, 366, 10**9])
def test_a_token_ends_within_a_year(secret: str, days: int) -> None:
    """No key is for ever."""
    account = User.objects.get(username="ci-credit")
    with pytest.raises(Invalid):
        issue_token(
            account,
            name="t",
            permissions=[Permission.MODEL_VIEW],
            days=days,
            actor=actor_named("alma"),
        )


def test_a_person_gets_no_token(secret: str) -> None:
    """People sign in; what acts without them is a program with an owner."""
    account = User.objects.get(username="rita")
    with pytest.raises(Invalid, match="person's account"):
        issue_token(account, name="t", permissions=list(Permission), actor=actor_named("alma"))
    assert not account.api_tokens.exists()


@pytest.mark.parametrize("who", ["dana", "rita", "ada"])
def test_others_issue_no_tokens(secret: str, who: str) -> None:
    """It is the administrators'."""
    account = User.objects.get(username="ci-credit")
    with pytest.raises(NotAllowed):
        issue_token(account, name="t", permissions=[Permission.MODEL_VIEW], actor=actor_named(who))


def test_its_use_is_noted_once_a_minute(secret: str) -> None:
    """A read stays a read."""
    token = ApiToken.objects.get()
    touch_token(token.pk)
    first = ApiToken.objects.get().last_used_at
    touch_token(token.pk)
    assert ApiToken.objects.get().last_used_at == first
