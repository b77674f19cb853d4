"""Attacks on who decides: the same person in another coat, a role for the occasion, a deputy.

Each id carries the number of the attack and the surface: operations here, which every door shares.
"""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest
from django.test import Client

from governance.access.membership import follow
from governance.access.models import Delegation, RoleAssignment, User
from governance.access.operations import (
    Holder,
    add_portfolio,
    add_service_account,
    break_glass,
    grant,
    involve,
    issue_token,
    revoke,
)
from governance.access.permissions import Permission
from governance.access.queries import can, token_actor, visible_to
from governance.access.separation import Part
from governance.actors import Actor
from governance.errors import Duplicate, FoureyesError, NotAllowed, Stale
from governance.inventory.models import ModelVersion, RegisteredModel
from tests import stories
from tests.attacks.doors import browser_of, send
from tests.governance.access.people import held, holder, lend, person, soon
from tests.governance.access.tokens import secret_of
from tests.memory import remembered
from workflows.lifecycle.models import Decision, SigningNonce
from workflows.lifecycle.operations import begin_signature
from workflows.management.cast import PASSWORD, actor_named, give
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(module_db: None) -> ModelVersion:
    """A version before its risk officers; Olive and Dana were risk officers long before it."""
    return _told()


@remembered
def _told() -> ModelVersion:
    stories.house()
    for username in ("dana", "olive", "victor"):
        give("risk_officer", holder(username), reason="x", conflict_reason="x")
    return stories.validated_version()


def sign(version: ModelVersion, actor: Actor) -> None:
    """Somebody tries, by what any door would call."""
    seen = stories.digest(version, Move.APPROVE)
    begin_signature(version.pk, move=Move.APPROVE, digest=seen, actor=actor)


def submitter(version: ModelVersion) -> Actor:
    return actor_named("dana")


def second_account(version: ModelVersion) -> Actor:
    """Another account of the same person, in all the same groups."""
    User.objects.create(username="dana2", person=person("dana"))
    follow(RoleAssignment.objects.filter(person=person("dana")))
    return actor_named("dana2")


def former_owner(version: ModelVersion) -> Actor:
    """The model and the submission are somebody else's now."""
    RegisteredModel.objects.filter(pk=version.model_id).update(owner=person("mo"))
    ModelVersion.objects.filter(pk=version.pk).update(submitted_by=person("mo"))
    return actor_named("dana")


def uploader(version: ModelVersion) -> Actor:
    """Uploaded one file, wrote nothing."""
    involve(person("rita").pk, Part.UPLOADER, version.pk)
    return actor_named("rita")


def validator(version: ModelVersion) -> Actor:
    return actor_named("victor")


def token_of_service(version: ModelVersion) -> Actor:
    """Dana's service account with every right that a token can have."""
    admin = actor_named("alma")
    account = add_service_account(username="bot", owner=person("dana"), actor=admin)
    give("risk_officer", Holder(account=account), reason="x", conflict_reason="x")
    secret = issue_token(
        account,
        name="t",
        permissions=[Permission.VERSION_APPROVE, Permission.MODEL_VIEW],
        actor=admin,
    )
    found = token_actor(secret)
    assert found
    return found


def borrowed_name(version: ModelVersion) -> Actor:
    """Says to be Rita, and is Dana's account."""
    return replace(actor_named("dana"), name="Rita Risk")


def young_role(version: ModelVersion) -> Actor:
    give("risk_officer", holder("sam"), portfolio=stories.house(), reason="x")
    return actor_named("sam")


def broken_glass(version: ModelVersion) -> Actor:
    """An administrator in an emergency of their own making."""
    alma = actor_named("alma")
    break_glass("risk_officer", portfolio=stories.house(), reason="x", hours=1, actor=alma)
    return alma


def deputy_of_submitter(version: ModelVersion) -> Actor:
    """Rita is risk officer herself, and stands in for Dana."""
    lend_as_before("dana", "rita")
    return actor_named("rita")


def lend_as_before(giver: str, deputy: str) -> None:
    """A delegation as it would be left by an earlier release, without today's refusals."""
    Delegation.objects.create(
        giver=person(giver),
        deputy=person(deputy),
        reason="x",
        starts_at=soon(days=-1),
        ends_at=soon(days=1),
    )


ATTACKS: dict[str, tuple[Callable[[ModelVersion], Actor], str]] = {
    "A01-operation": (submitter, "author"),
    "A02-operation": (submitter, "whatever roles"),
    "A03-operation": (second_account, "author"),
    "A04-operation": (former_owner, "author"),
    "A05-operation": (uploader, "uploader"),
    "A06-operation": (validator, "validator"),
    "A07-operation": (token_of_service, "token or a service never does"),
    "A17-operation": (young_role, "after this case was opened"),
    "A17-operation-emergency": (broken_glass, "after this case was opened"),
    "A21-operation": (deputy_of_submitter, "stands in for Dana Developer"),
    "A43-operation": (borrowed_name, "author"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nobody_decides_on_what_they_had_a_hand_in(world: ModelVersion, attack: str) -> None:
    """Refused in words that name the reason, and nothing is written."""
    prepare, words = ATTACKS[attack]
    actor = prepare(world)
    with pytest.raises(NotAllowed) as refused:
        sign(world, actor)
    assert words in f"{refused.value.message} {refused.value.remedy}"
    assert not Decision.objects.filter(round__version=world, round__move="approve").exists()


# Whoever has a browser sends the forms of the page themselves.
FORMS = {
    "A01-form": submitter,
    "A02-form": submitter,
    "A03-form": second_account,
    "A04-form": former_owner,
    "A05-form": uploader,
    "A06-form": validator,
    "A17-form": young_role,
    "A17-form-emergency": broken_glass,
    "A21-form": deputy_of_submitter,
}


@pytest.mark.parametrize("attack", FORMS)
def test_no_form_lets_them_sign(world: ModelVersion, attack: str) -> None:
    """Neither the first step nor the second with a nonce of one's own making."""
    actor = FORMS[attack](world)
    account = User.objects.get(pk=actor.account_id)
    browser, seen = browser_of(account.username), stories.digest(world, Move.APPROVE)
    nonce = SigningNonce.objects.create(
        person_id=actor.person_id,
        session_digest=sha256(browser.cookies["sessionid"].value.encode()).hexdigest(),
        version=world,
        move="approve",
        digest=seen,
    )
    fields = {"digest": seen, "nonce": str(nonce.pk), "password": PASSWORD, "decision": "approve"}
    page = f"/models/{world.model.name}/versions/{world.number}/"
    for step in ("begin-signature/", "decide/", "approve/"):
        assert send(browser, f"{page}{step}", fields).status_code == 403, step
    assert not Decision.objects.filter(round__version=world, round__move="approve").exists()


@pytest.mark.parametrize("attack", ["A07-api"])
def test_no_call_decides(world: ModelVersion, attack: str) -> None:
    """There is no address for it, also with a token that names every permission."""
    secret = secret_of("dana", list(Permission))
    for verb in ("approve", "validate", "reject", "begin-signature", "decide"):
        path = f"/api/v1/models/{world.model.name}/versions/{world.number}/{verb}"
        headers = {"Authorization": f"Bearer {secret}"}
        answer = Client().post(path, "{}", "application/json", headers=headers)
        assert answer.status_code == 404


@pytest.mark.parametrize("attack", ["A07-form"])
def test_a_token_is_no_session(world: ModelVersion, attack: str) -> None:
    """A program that sends the forms of the page is told to sign in, and gets no leave to sign."""
    headers = {"Authorization": f"Bearer {secret_of('dana', list(Permission))}"}
    fields = {"digest": stories.digest(world, Move.APPROVE), "decision": "approve"}
    for step in ("begin-signature/", "decide/", "approve/"):
        page = f"/models/{world.model.name}/versions/{world.number}/{step}"
        answer = Client().post(page, fields, headers=headers)
        assert answer.status_code in {302, 401, 403}, step
    assert not SigningNonce.objects.exists()
    assert not Decision.objects.filter(round__version=world, round__move="approve").exists()


@pytest.mark.parametrize("attack", ["A16-form", "A22-form"])
def test_a_signature_page_of_who_lost_the_right_is_not_taken(
    world: ModelVersion, attack: str
) -> None:
    """The page is open; the role is taken back, or the deputy's time is over; the form is sent."""
    lent = lend("rita", "sam") if attack == "A22-form" else None
    username = "sam" if lent else "rita"
    browser, seen = browser_of(username), stories.digest(world, Move.APPROVE)
    page = f"/models/{world.model.name}/versions/{world.number}/"
    opened = send(browser, f"{page}begin-signature/", {"digest": seen})
    assert opened.status_code == 200
    if lent:
        Delegation.objects.filter(pk=lent.pk).update(starts_at=soon(days=-2), ends_at=soon(days=-1))
    else:
        revoke(held("rita").pk, reason="x", actor=actor_named("alma"))
    nonce = SigningNonce.objects.latest("issued_at")
    fields = {"digest": seen, "nonce": str(nonce.pk), "password": PASSWORD}
    assert send(browser, f"{page}approve/", fields).status_code in {403, 404}
    assert not Decision.objects.filter(round__version=world, round__move="approve").exists()


@pytest.mark.parametrize("attack", ["A27-form"])
def test_a_second_form_of_the_same_person_adds_nothing(world: ModelVersion, attack: str) -> None:
    """From another account of theirs, in a browser of its own."""
    User.objects.create(username="rita2", person=person("rita"))
    follow(RoleAssignment.objects.filter(person=person("rita")))
    stories.sign(world, "rita")
    fields = {"digest": stories.digest(world, Move.APPROVE), "comment": "Again"}
    page = f"/models/{world.model.name}/versions/{world.number}/begin-signature/"
    assert send(browser_of("rita2"), page, fields).status_code in {403, 409}
    assert Decision.objects.filter(round__version=world, round__move="approve").count() == 1


@pytest.mark.parametrize("attack", ["A26-form"])
def test_a_page_of_one_version_does_not_sign_another(world: ModelVersion, attack: str) -> None:
    """Digest and nonce of the one, at the address of the other."""
    other = stories.validated_version(2)
    browser, seen = browser_of("rita"), stories.digest(world, Move.APPROVE)
    page = f"/models/{world.model.name}/versions/"
    assert send(browser, f"{page}1/begin-signature/", {"digest": seen}).status_code == 200
    nonce = SigningNonce.objects.latest("issued_at")
    fields = {"digest": seen, "nonce": str(nonce.pk), "password": PASSWORD}
    assert send(browser, f"{page}{other.number}/approve/", fields).status_code == 409
    assert not Decision.objects.filter(round__version=other, round__move="approve").exists()


@pytest.mark.parametrize("attack", ["A16-operation"])
def test_a_role_lost_between_page_and_signature_does_not_sign(
    world: ModelVersion, attack: str
) -> None:
    """Rights are read at the act."""
    rita = actor_named("rita")
    sign(world, rita)
    revoke(held("rita").pk, reason="x", actor=actor_named("alma"))
    with pytest.raises(FoureyesError):
        stories.sign(world, "rita")


@pytest.mark.parametrize("attack", ["A27-operation"])
def test_one_person_counts_once(world: ModelVersion, attack: str) -> None:
    """In two roles, with two accounts, and together with a deputy."""
    User.objects.create(username="rita2", person=person("rita"))
    follow(RoleAssignment.objects.filter(person=person("rita")))
    stories.sign(world, "rita")
    with pytest.raises((Duplicate, NotAllowed)):
        sign(world, actor_named("rita2"))


@pytest.mark.parametrize("attack", ["A27-operation-deputy"])
def test_a_deputy_and_their_giver_sign_once(world: ModelVersion, attack: str) -> None:
    """Whoever of the two comes first; both names are in the log."""
    lend("rita", "sam")
    stories.sign(world, "sam")
    assert stories.again(world).state == "validated"
    with pytest.raises(NotAllowed, match="deputy has signed"):
        sign(world, actor_named("rita"))
    stories.sign(world, "rolf")
    assert stories.again(world).state == "approved"
    parts = {(p.person.full_name, p.part) for p in world.involvements.filter(part="approver")}
    assert parts == {(name, "approver") for name in ("Rita Risk", "Rolf Officer", "Sam Stranger")}


@pytest.mark.parametrize("attack", ["A27-operation-giver-first"])
def test_a_deputy_adds_nothing_to_what_the_giver_signed(world: ModelVersion, attack: str) -> None:
    """Nor does a second deputy."""
    lend("rita", "sam")
    stories.sign(world, "rita")
    with pytest.raises(NotAllowed, match="has signed already"):
        sign(world, actor_named("sam"))


@pytest.mark.parametrize("attack", ["A26-operation"])
def test_what_was_signed_for_one_version_is_nothing_for_the_next(
    world: ModelVersion, attack: str
) -> None:
    """The digest is of the version."""
    seen = stories.digest(world, Move.APPROVE)
    other = stories.validated_version(2)
    with pytest.raises(Stale):
        begin_signature(other.pk, move=Move.APPROVE, digest=seen, actor=actor_named("rita"))


@pytest.mark.parametrize("attack", ["A36-operation"])
def test_a_model_that_moves_leaves_its_old_readers_behind(world: ModelVersion, attack: str) -> None:
    """Grants hang on ids and places, never on names: another portfolio has other readers."""
    cards = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    rita = actor_named("rita")
    assert can(rita, Permission.VERSION_APPROVE, world)
    RegisteredModel.objects.filter(pk=world.model_id).update(portfolio=cards, name="renamed")
    assert not can(rita, Permission.VERSION_APPROVE, stories.again(world))
    assert not visible_to(rita, RegisteredModel.objects.all()).exists()


@pytest.mark.parametrize("attack", ["A37-operation"])
def test_a_grant_for_one_model_outlives_no_model(world: ModelVersion, attack: str) -> None:
    """While somebody holds a role for it, a model cannot be deleted, so nothing is left over."""
    model = RegisteredModel.objects.get(pk=world.model_id)
    bare = RegisteredModel.objects.create(
        portfolio=model.portfolio, name="bare", title="Bare", tier=3, owner=person("dana")
    )
    grant("auditor", holder("sam"), model=bare, reason="x", actor=actor_named("alma"))
    assert can(actor_named("sam"), Permission.LOG_VIEW, bare)
    assert not can(actor_named("sam"), Permission.LOG_VIEW, model)
    with pytest.raises(Exception, match="protected"):
        bare.delete()
