"""Every entry of somebody's act says in which role they were let through, and who lent it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.access.permissions import Permission
from governance.access.queries import require, require_anywhere
from governance.actors import ActingRole
from governance.audit.lines import Line, parse
from governance.audit.models import AuditEntry
from governance.errors import NotAllowed
from governance.inventory.models import RegisteredModel
from governance.inventory.operations import register_model
from tests import stories
from tests.governance.access.people import holder, lend, person
from workflows.management.cast import PORTFOLIO, actor_named, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    return stories.validated_version().model


def told(action: str) -> list[Line]:
    """What was recorded under an action, oldest first."""
    rows = AuditEntry.objects.filter(action=action).order_by("pk").values_list("line", flat=True)
    return [parse(bytes(raw)) for raw in rows]


def registered_by(username: str) -> tuple[ActingRole, ...] | None:
    """By which roles the entry says that somebody registered a model."""
    facts = {"title": "Another", "portfolio": PORTFOLIO, "tier": 2, "purpose": "Sorts letters."}
    register_model(name=f"of-{username}", **facts, actor=actor_named(username))
    return told("model.registered")[-1].author.roles


def test_an_entry_names_the_role_that_gave_the_permission(model: RegisteredModel) -> None:
    """Whoever registers, submits, validates and decides; no other role."""
    give("auditor", holder("dana"), reason="Reads as well", conflict_reason="Reads only")
    assert registered_by("dana") == (ActingRole("model_developer"),)
    assert told("version.submitted")[0].author.roles == (ActingRole("model_developer"),)
    assert told("decision.recorded")[0].author.roles == (ActingRole("model_validator"),)
    assert told("version.validated")[0].author.roles == (ActingRole("model_validator"),)


def test_a_lent_role_is_told_with_its_delegation(model: RegisteredModel) -> None:
    """Who acts for somebody else acts by their right, and the line says through which loan."""
    lent = lend("dana", "sam")
    assert registered_by("sam") == (ActingRole("model_developer", lent.pk),)
    assert told("delegation.given")[-1].author.roles == (ActingRole("model_developer"),)


def test_ones_own_role_comes_before_a_lent_one(model: RegisteredModel) -> None:
    """Nobody acts for another in what is theirs."""
    lend("rita", "rolf")
    rolf = actor_named("rolf")
    require(rolf, Permission.VERSION_APPROVE, model)
    assert rolf.grounds.roles == (ActingRole("risk_officer"),)


def test_the_product_itself_has_no_roles(model: RegisteredModel) -> None:
    """Its entries do not have the member at all."""
    by_worker = told("gate.completed")[0]
    assert by_worker.author.roles is None
    assert "roles" not in json.loads(by_worker.to_bytes())["auth"]


def test_who_is_refused_has_no_role_to_show(model: RegisteredModel) -> None:
    """What an earlier act was let through by does not stand in a later entry."""
    dana = actor_named("dana")
    require(dana, Permission.MODEL_REGISTER, model)
    with pytest.raises(NotAllowed):
        require(dana, Permission.VERSION_APPROVE, model)
    assert dana.grounds.roles == ()


def test_the_roles_cost_no_query(model: RegisteredModel) -> None:
    """The reading that answers whether somebody may also says by which role."""
    dana = actor_named("dana")
    for ask in (require, require_anywhere):
        with CaptureQueriesContext(connection) as queries:
            ask(dana, Permission.MODEL_REGISTER, *([model] if ask is require else []))
        assert len(queries) == 1
        assert dana.grounds.roles == (ActingRole("model_developer"),)


def test_the_page_of_an_entry_says_it_in_words(model: RegisteredModel) -> None:
    """With the giver's name where the role was lent."""
    lend("dana", "sam")
    registered_by("sam")
    entry = AuditEntry.objects.filter(action="model.registered").latest("pk")
    seen = stories.signed_in("ada").get(f"/log/{entry.pk}/").content.decode()
    assert "In the role" in seen
    assert f"lent by {person('dana').full_name}" in seen


def test_a_line_from_before_is_still_a_line(model: RegisteredModel) -> None:
    """It says nothing of roles, and comes back byte by byte."""
    line = told("version.submitted")[0]
    old = json.loads(line.to_bytes())
    del old["auth"]["roles"]
    raw = json.dumps(old, separators=(",", ":"), sort_keys=True).encode()
    assert parse(raw).author.roles is None
    assert parse(raw).to_bytes() == raw
    assert parse(line.to_bytes()) == line
