"""Tampering that only the database shows: raw changes of business data, and of the log's tables.

T02 and T16 stand in tests/governance/audit/test_tampering.py with the other forgeries of the log's
own tables; here are T19 and T20, found by replaying the log.
"""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from governance.access.models import RoleAssignment
from governance.audit.verify import Kind, verify_log
from governance.inventory.models import Artifact, ModelVersion, RegisteredModel
from tests.stories import validated_version
from tests.workflows.policies.wordings import approving, own_policy, step, tier
from workflows.delivery.operations import seal_log
from workflows.desk.replays import replays
from workflows.lifecycle.models import Decision
from workflows.management.cast import PORTFOLIO, actor_named
from workflows.policies.operations import discard_draft, draft_policy
from workflows.policies.wording import parse
from workflows.policies.yaml_form import Head

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story")]


@pytest.fixture(scope="module")
def story(module_db: None) -> None:
    """A validated version with its files, decisions, and everybody's roles; sealed."""
    validated_version()
    seal_log()


def found() -> set[str]:
    """What a replay of the log objects to."""
    outcome = verify_log(folds=replays())
    assert outcome.kinds <= {Kind.REPLAY_DIFFERS}
    return {problem.text.partition(": ")[2] for problem in outcome.problems}


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_honest_site_replays_to_its_tables() -> None:
    """No false alarm from any operation of the story."""
    assert found() == set()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE governance_artifact SET sha256 = repeat('0', 64)", "artifact model.onnx is 000"),
        ("UPDATE governance_modelversion SET label = '9.9.9'", "label is 9.9.9, in the log 1.0.0"),
        ("UPDATE governance_modelversion SET number = 7", "number is 7, in the log 1"),
        ("UPDATE governance_registeredmodel SET name = 'other'", "model is other"),
        ("UPDATE workflows_decision SET kind = 'abstain'", "is abstain by"),
        ("UPDATE workflows_decision SET digest = repeat('1', 64)", "over 111"),
        (
            """UPDATE governance_roleassignment SET role_id = 'administrator'
            WHERE role_id = 'model_developer'""",
            "role is administrator, in the log model_developer",
        ),
        (
            "UPDATE governance_roleassignment SET revoked_at = now() WHERE role_id = 'auditor'",
            "revoked is True, in the log False",
        ),
        ("DELETE FROM workflows_decision", "decision"),
        (
            """UPDATE workflows_policyversion SET definition = jsonb_set(definition, '{margin}',
            '"0.5"') WHERE number = 1""",
            "there is a row that no entry tells of",
        ),
        (
            "UPDATE workflows_policyversion SET state = 'replaced' WHERE number = 1",
            "there is a row that no entry tells of",
        ),
        (
            """INSERT INTO workflows_policyversion (id, policy_id, number, state, definition, note,
            created_at) SELECT gen_random_uuid(), policy_id, 9, 'replaced', definition, '', now()
            FROM workflows_policyversion WHERE number = 1""",
            "there is a row that no entry tells of",
        ),
    ],
)
def test_a_raw_change_of_business_data_is_found(statement: str, said: str) -> None:
    """T19: no entry was touched; the tables say something else than the log."""
    raw("SET session_replication_role = replica")  # what the owner of a database can do
    raw(statement)
    raw("SET session_replication_role = origin")
    assert any(said in text for text in found()), found()


def test_policies_replay_to_their_tables() -> None:
    """Wordings of one's own and of what ships: drafted, discarded, in force, replaced."""
    model, alma = RegisteredModel.objects.get(), actor_named("alma")
    own_policy(model, tier())
    own_policy(model, approving([step("risk_officer", 2)]))
    for head in (Head("tier-2", "Tier 2", 2), Head("gone", "Gone", 3, portfolio=PORTFOLIO)):
        discard_draft(draft_policy(head, parse(tier(1)), actor=alma).pk, actor=alma)
    draft_policy(Head("tier-3", "Tier 3", 3), parse(tier(1)), actor=alma)
    seal_log()
    assert found() == set()
    raw("SET session_replication_role = replica")
    raw("UPDATE workflows_policyversion SET state = 'draft' WHERE number = 2")
    raw("SET session_replication_role = origin")
    assert "in force is None, in the log 2" in found()


def test_a_state_set_by_hand_is_found() -> None:
    """T19: approved without anybody's approval, with a number that the trigger lets pass."""
    raw("SET session_replication_role = replica")
    raw("UPDATE governance_modelversion SET state = 'approved'")
    raw("SET session_replication_role = origin")
    assert "state is approved, in the log validated" in found()


def grant_everything() -> None:
    dana = RoleAssignment.objects.get(role_id="model_developer", person__isnull=False)
    RoleAssignment.objects.bulk_create(
        [
            RoleAssignment(
                role_id="administrator", person=dana.person, scope_kind="organisation", reason="x"
            )
        ]
    )


def replace_file() -> None:
    Artifact.objects.update(sha256="2" * 64)


def rename_label() -> None:
    version = ModelVersion.objects.get()
    version.label = "0.0.1"
    ModelVersion.objects.bulk_update([version], ["label"])


def add_version() -> None:
    model, victor = RegisteredModel.objects.get(), actor_named("victor")
    assert victor.person_id
    ModelVersion.objects.bulk_create(
        [ModelVersion(model=model, number=5, created_by_id=victor.person_id)]
    )


def sign_for_another() -> None:
    Decision.objects.update(person_id=actor_named("rita").person_id)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (grant_everything, "there is a row that no entry tells of"),
        (replace_file, "artifact model.onnx is 222"),
        (rename_label, "label is 0.0.1"),
        (add_version, "there is a row that no entry tells of"),
        (sign_for_another, "decision"),
    ],
)
def test_a_write_past_the_operations_is_found(write: Callable[[], None], said: str) -> None:
    """T20: update(), bulk_update() and bulk_create() write rows and record nothing."""
    write()
    assert any(said in text for text in found()), found()


def test_the_command_replays_when_asked() -> None:
    """Without --replay only the log itself is verified."""
    replace_file()
    call_command("audit_verify", stdout=StringIO())
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit_verify", "--replay", stdout=out, stderr=StringIO())
    assert "replay_differs: version" in out.getvalue()
