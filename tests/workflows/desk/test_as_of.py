"""The site as it was on a past day, told by the log."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from governance.access.models import RoleAssignment
from governance.access.operations import grant
from governance.access.permissions import Permission
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.entry_checks import replayed
from governance.audit.models import AuditEntry, AuditLeaf
from governance.audit.operations import record
from governance.errors import Invalid, NotAllowed
from governance.inventory.models import ModelVersion
from tests.governance.access.people import holder, portfolio
from tests.governance.api.api import problem, program_of
from tests.stories import days_told, deployed_version, signed_in
from tests.workflows.policies.wordings import tier
from workflows.desk.queries.as_of import as_of
from workflows.desk.replays import replays
from workflows.management.cast import actor_named
from workflows.policies.models import PolicyVersion
from workflows.policies.operations import draft_policy, put_policy_in_force
from workflows.policies.queries import digest_of_wording
from workflows.policies.wording import parse
from workflows.policies.yaml_form import Head

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("champion")]
TODAY = timezone.localdate


TIER_1 = Head("tier-1", "Tier 1, material models", 1)


def in_force_today() -> dict[str, tuple[int, bool]]:
    """Number of the wording by policy, and whether its row is as the log told."""
    found = as_of(actor_named("ada"), TODAY()).policies
    return {one.policy.name: (one.number, one.as_told) for one in found if one.policy}


@pytest.fixture(scope="module")
def champion(module_db: None) -> ModelVersion:
    """Deployed today."""
    return deployed_version(1)


def test_today_shows_the_champion_and_who_holds_what() -> None:
    """At the end of the day, so with all that happened in it."""
    found = as_of(actor_named("ada"), TODAY())
    assert [(one.version.number, one.state) for one in found.champions] == [(1, "deployed")]
    held = {(str(row.person), row.role_id) for row in found.assignments if row.person}
    assert ("Victor Validator", "model_validator") in held
    assert in_force_today() == {f"tier-{tier}": (1, True) for tier in (1, 2, 3)}


def test_yesterday_there_was_nothing() -> None:
    """No version and no role; the log had not begun."""
    found = as_of(actor_named("ada"), days_told()[0] - timedelta(days=1))
    assert (found.versions, found.assignments) == ([], [])


def test_the_log_is_believed_and_not_the_table() -> None:
    """A column that was changed by hand changes nothing about the past."""
    ModelVersion.objects.update(label="9.9.9")
    (one,) = as_of(actor_named("ada"), TODAY()).versions
    assert one.state == "deployed"


def test_windows_of_roles_are_those_of_the_log_too() -> None:
    """Where the log tells them: a row that was moved by hand takes nobody's past away."""
    RoleAssignment.objects.filter(role="model_validator").update(
        starts_at=timezone.now() - timedelta(days=9), ends_at=timezone.now() - timedelta(days=8)
    )
    held = {row.role_id for row in as_of(actor_named("ada"), TODAY()).assignments}
    assert "model_validator" in held
    (fold,) = (one for one in replays() if one.subject_type == "assignment")
    texts = [one.text for one in fold(replayed("assignment"))]
    assert [" ".join(text.split()[2:4]) for text in texts] == ["ends_at is", "starts_at is"]


def test_a_role_whose_window_was_over_was_not_held() -> None:
    """At the end of the day counts."""
    soon_over = {"ends_at": timezone.now() + timedelta(seconds=1), "reason": "A moment"}
    place, alma = portfolio(), actor_named("alma")
    given = grant("model_developer", holder("sam"), portfolio=place, **soon_over, actor=alma)
    assert isinstance(given, RoleAssignment)
    people = {str(row.person) for row in as_of(actor_named("ada"), TODAY()).assignments}
    assert "Sam Stranger" not in people


def test_wordings_are_those_that_the_log_put_in_force() -> None:
    """A draft is none yet; when the row says that it came in force makes no difference."""
    draft = draft_policy(TIER_1, parse(tier()), note="Softer", actor=actor_named("alma"))
    assert in_force_today()["tier-1"] == (1, True)
    digest = digest_of_wording(draft.definition)
    put_policy_in_force(draft.pk, digest=digest, actor=actor_named("admin1"))
    PolicyVersion.objects.filter(pk=draft.pk).update(put_in_force_at=None)
    assert in_force_today()["tier-1"] == (2, True)


@pytest.mark.parametrize("statement", ["UPDATE {} SET definition = '{{}}'", "DELETE FROM {}"])
def test_a_wording_that_is_not_the_one_in_the_log_says_so(statement: str) -> None:
    """Changed by hand or gone: the number is the log's, and page and API tell of the difference."""
    draft = draft_policy(TIER_1, parse(tier()), note="Softer", actor=actor_named("alma"))
    digest = digest_of_wording(draft.definition)
    put_policy_in_force(draft.pk, digest=digest, actor=actor_named("admin1"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")  # as its owner can
        cursor.execute(f"{statement.format('workflows_policyversion')} WHERE number = 2")
        cursor.execute("SET session_replication_role = origin")
    assert in_force_today()["tier-1"] == (2, False)
    page = signed_in("ada").get("/log/as-of/", {"day": TODAY().isoformat()})
    assert page.content.decode().count("let the whole log be verified") == 1
    told = program_of("ada", Permission.LOG_VIEW).get(f"/as-of?day={TODAY().isoformat()}").json()
    (one,) = (row for row in told["policies"] if row["name"] == "tier-1")
    assert (one["number"], one["digest"], one["as_told"]) == (2, digest, False)


@pytest.mark.parametrize("how", ["no line at all", "another line than its leaf's"])
def test_a_line_that_was_tampered_with_is_told_in_words(how: str) -> None:
    """That the log does not verify, at which entry, and what to do: on the page and by API."""
    entry = AuditEntry.objects.filter(subject_type="version").latest("pk")
    if how == "no line at all":
        entry.pk, entry.line, entry.subject_seq = uuid4(), b'{"action":', entry.subject_seq + 1
        entry.save(force_insert=True)
    else:
        told = Actor.system("story")
        written = record(Action.VERSION_REOPENED, actor=told, subject=("version", uuid4()))
        entry = AuditEntry.objects.get(pk=written.id)
        AuditLeaf.objects.create(idx=10**6, entry=entry, leaf_hash=bytes(32))
    page = signed_in("ada").get("/log/as-of/", {"day": TODAY().isoformat()})
    assert page.status_code == 409
    seen = page.content.decode()
    assert f"The log does not verify: entry {entry.pk} is not as it was recorded." in seen
    assert "Let the whole log be verified" in seen
    said = program_of("ada", Permission.LOG_VIEW).get(f"/as-of?day={TODAY().isoformat()}")
    assert str(entry.pk) in problem(said, 409, "conflict")["detail"]


def test_a_day_to_come_and_a_reader_without_the_log_are_refused() -> None:
    """In words."""
    with pytest.raises(Invalid, match="has not come"):
        as_of(actor_named("ada"), TODAY() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        as_of(actor_named("dana"), TODAY())


def test_the_screen_shows_the_day_of_its_address() -> None:
    """And says what is no day."""
    ada = signed_in("ada")
    page = ada.get("/log/as-of/", {"day": TODAY().isoformat()})
    assert page.status_code == 200
    assert "Credit default" in page.content.decode()
    assert ada.get("/log/as-of/", {"day": "soon"}).status_code == 422
