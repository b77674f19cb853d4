"""Attacks on rights: raising oneself, puppets, loops, windows, fields that nobody asked for."""

import inspect
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.access.models import GrantProposal, Portfolio, RoleAssignment, Team
from governance.access.operations import (
    Holder,
    add_member,
    add_person,
    add_role,
    add_service_account,
    apply_import,
    change_role,
    confirm_proposal,
    grant,
    revoke,
)
from governance.access.permissions import Permission
from governance.access.queries import can, short_grants
from governance.errors import Conflict, Invalid, NotAllowed
from tests.attacks.doors import browser_of, send
from tests.attacks.surfaces import SUBJECTS, operations
from tests.governance.access.people import held, holder, lend, person, soon
from tests.stories import people, signed_in
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
FIXED = {"state", "submitter", "submitted_by", "approved_by", "granted_by", "source", "granted_at"}


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def directly(role: str) -> None:
    grant(role, holder("alma"), reason="x", actor=actor_named("alma"))


def by_team(role: str) -> None:
    team = Team.objects.create(name="us", title="Us")
    team.members.add(person("alma"))
    grant(role, Holder(team=team), reason="x", actor=actor_named("alma"))


def by_joining(role: str) -> None:
    team = Team.objects.create(name="them", title="Them")
    give(role, Holder(team=team), reason="x")
    add_member(team.pk, person("alma"), reason="x", actor=actor_named("alma"))


def by_service(role: str) -> None:
    alma = actor_named("alma")
    account = add_service_account(username="bot", owner=person("alma"), actor=alma)
    grant(role, Holder(account=account), reason="x", actor=alma)


def by_import(role: str) -> None:
    text = f"email,role,reason\nalma@example.org,{role},x\n"
    apply_import(text, actor=actor_named("alma"))


def by_changing_the_role(role: str) -> None:
    alma = actor_named("alma")
    add_role(name="mine", title="Mine", permissions=["model:view"], actor=actor_named("admin1"))
    give("mine", holder("alma"), reason="x")
    change_role("mine", permissions=["version:validate"], actor=alma)


def by_deputy(role: str) -> None:
    """The deputy of an administrator raises the administrator with the administrator's right."""
    lend("alma", "ada")
    grant(role, holder("alma"), reason="x", actor=actor_named("ada"))


WAYS = [directly, by_team, by_joining, by_service, by_import, by_changing_the_role, by_deputy]


@pytest.mark.parametrize("way", WAYS, ids=[f"A18-operation-{way.__name__}" for way in WAYS])
@pytest.mark.parametrize("role", ["model_validator", "risk_officer"])
def test_nobody_raises_themselves(house: Portfolio, way: object, role: str) -> None:
    """By no way at all."""
    with pytest.raises((NotAllowed, Invalid, Conflict)):
        way(role)  # type: ignore[operator]
    assert not can(actor_named("alma"), Permission.VERSION_VALIDATE, house)
    assert not can(actor_named("alma"), Permission.VERSION_APPROVE, house)


@pytest.mark.parametrize("attack", ["A18-form"])
def test_no_form_raises_its_sender(house: Portfolio, attack: str) -> None:
    """The endpoint says so even though the button is not shown."""
    fields = {"role": "auditor", "place": "retail-credit", "holder": "person", "reason": "x"}
    answer = signed_in("alma").post(f"/access/people/{person('alma').pk}/grant/", fields)
    assert answer.status_code == 403


@pytest.mark.parametrize("attack", ["A19-form", "A20-form", "A21-form", "A22-form"])
def test_no_form_of_rights_does_it_either(house: Portfolio, attack: str) -> None:
    """A puppet's signing role waits for another; loops, clashing deputies and past windows fail."""
    alma, rita = browser_of("alma"), browser_of("rita")
    if attack == "A19-form":
        facts = {"role": "risk_officer", "place": house.name, "holder": "person", "reason": "x"}
        answer = send(alma, f"/access/people/{person('sam').pk}/grant/", facts)
        assert answer.status_code == 302
        proposal = GrantProposal.objects.get(person=person("sam"))
        confirmed = send(alma, f"/access/proposals/{proposal.pk}/confirm/")
        assert confirmed.status_code == 403
        assert not can(actor_named("sam"), Permission.VERSION_APPROVE, house)
        return
    lend("rolf", "rita")
    deputy = {"A20-form": "rolf", "A21-form": "dana", "A22-form": "sam"}[attack]
    start = timezone.localdate() - timedelta(days=30 if attack == "A22-form" else 0)
    first, last = start.isoformat(), (start + timedelta(days=7)).isoformat()
    fields = {"deputy": str(person(deputy).pk), "place": house.name, "reason": "x"}
    answer = send(rita, "/preferences/deputies/", fields | {"starts_on": first, "ends_on": last})
    assert answer.status_code in {409, 422}
    assert not person("rita").delegations_given.exists()


@pytest.mark.parametrize("attack", ["A19-operation"])
def test_a_puppet_does_not_come_to_a_signature(house: Portfolio, attack: str) -> None:
    """One administrator makes a person, and cannot make them a signer; what is short shows."""
    alma = actor_named("alma")
    facts = {"full_name": "Pam Puppet", "email": "pam@example.org", "username": "pam"}
    pam = add_person(**facts, password="a-long-first-word", actor=alma)
    made = grant("risk_officer", Holder(person=pam), portfolio=house, reason="x", actor=alma)
    assert isinstance(made, GrantProposal)
    assert not can(actor_named("pam"), Permission.VERSION_APPROVE, house)
    with pytest.raises(NotAllowed):
        confirm_proposal(made.pk, actor=alma)
    validator = give("model_validator", Holder(person=pam), portfolio=house, reason="x")
    revoke(validator.pk, reason="x", actor=alma)
    assert short_grants(actor_named("ada")).get() == validator


@pytest.mark.parametrize("attack", ["A20-operation"])
def test_a_loop_of_deputies_is_refused(house: Portfolio, attack: str) -> None:
    """Of two and of three."""
    lend("rita", "rolf")
    lend("rolf", "hanna")
    for giver in ("rolf", "hanna"):
        with pytest.raises(Conflict, match="circle"):
            lend(giver, "rita")


@pytest.mark.parametrize("attack", ["A21-operation"])
def test_a_developer_is_no_deputy_of_a_signer(house: Portfolio, attack: str) -> None:
    """Their roles clash, and what they did would count besides."""
    with pytest.raises(Conflict, match="does not go with"):
        lend("rita", "dana")


@pytest.mark.parametrize("attack", ["A22-operation"])
def test_a_window_that_is_not_open_gives_nothing(house: Portfolio, attack: str) -> None:
    """Later, or over."""
    lend("rita", "sam", starts_at=soon(days=1), ends_at=soon(days=2))
    assert not can(actor_named("sam"), Permission.VERSION_APPROVE, house)
    with pytest.raises(Invalid):
        lend("rita", "sam", starts_at=soon(days=-3), ends_at=soon(days=-2))


@pytest.mark.parametrize("attack", ["A24-operation"])
def test_a_grant_is_never_backdated(house: Portfolio, attack: str) -> None:
    """When it was given is the server's time."""
    with pytest.raises(Invalid, match="lies in the past"):
        grant(
            "auditor",
            holder("sam"),
            reason="x",
            starts_at=soon(days=-30),
            actor=actor_named("alma"),
        )


@pytest.mark.parametrize("operation", sorted(operations()), ids=lambda name: f"A32-{name}")
def test_no_operation_takes_what_only_the_product_sets(operation: str) -> None:
    """What a form or a program sends beyond the parameters has nowhere to go."""
    function = next(getattr(m, operation) for m in SUBJECTS if operation in m.__all__)
    parameters = inspect.signature(function).parameters
    assert not FIXED & set(parameters)
    assert not [p for p in parameters.values() if p.kind is p.VAR_KEYWORD]


@pytest.mark.parametrize("attack", ["A32-form"])
def test_fields_that_nobody_asked_for_are_not_read(house: Portfolio, attack: str) -> None:
    """Who gave it, when and from where is set by the server."""
    fields = {
        "role": "auditor",
        "place": "retail-credit",
        "holder": "person",
        "reason": "x",
        "granted_by": str(person("ada").pk),
        "source": "break_glass",
        "granted_at": "2001-01-01",
        "conflict_reason": "",
    }
    signed_in("alma").post(f"/access/people/{person('sam').pk}/grant/", fields)
    given = held("sam", "auditor")
    assert (given.granted_by, given.source) == (person("alma"), "person")
    assert given.granted_at.year > 2001


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET"])
def test_no_other_method_grants(house: Portfolio, method: str) -> None:
    """A33: nor does an override in a header or a field."""
    address = f"/access/people/{person('sam').pk}/grant/"
    browser = signed_in("alma")
    assert browser.generic(method, address).status_code == 405
    fields = {"_method": "POST", "role": "auditor", "reason": "x"}
    answer = browser.get(address, fields, headers={"X-HTTP-Method-Override": "POST"})
    assert answer.status_code == 405
    assert not RoleAssignment.objects.filter(person=person("sam")).exists()


@pytest.mark.parametrize("attack", ["A43-form"])
def test_nobody_is_who_a_header_or_a_field_says(house: Portfolio, attack: str) -> None:
    """Only the session says who acts."""
    fields = {
        "role": "auditor",
        "place": "retail-credit",
        "holder": "person",
        "reason": "x",
        "actor": str(person("alma").pk),
    }
    headers = {"X-Forwarded-User": "alma", "Remote-User": "alma", "Authorization": "alma"}
    address = f"/access/people/{person('sam').pk}/grant/"
    answer = signed_in("dana").post(address, fields, headers=headers)
    assert answer.status_code == 403
