"""Reminders, escalation and automatic endings: each once, whatever the clock does."""

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connections

from governance.audit.models import AuditEntry
from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.notifications.told import told
from tests.workflows.policies.wordings import step, tier
from workflows.cases.models import Task, TimerEvent
from workflows.delivery.operations import reconcile
from workflows.lifecycle.operations import follow_deadlines
from workflows.policies.models import PolicyVersion

TICKS = 4
ENDS = {"action": "reject", "after_business_days": 5}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    found = stories.validated_version()
    reconcile()
    return found


def due() -> datetime:
    """When the signatures are due."""
    found = Task.objects.get(verb="approve", role="risk_officer").due_at
    assert found is not None
    return found


def at(moment: datetime) -> int:
    """The clock says that; everything runs. How many timers went off."""
    with time_machine.travel(moment, tick=False):
        number = follow_deadlines()
        reconcile()
        return number


def kinds(username: str) -> Counter[str]:
    return Counter(kind for kind, _title in told(username))


@pytest.mark.django_db
def test_people_are_reminded_before_and_after(version: ModelVersion) -> None:
    """Two business days before, as the policy says, and when it is overdue."""
    start = kinds("rita")
    assert at(due() - timedelta(days=8)) == 0
    assert at(due() - timedelta(hours=1)) == 1
    assert kinds("rita") - start == {"reminder": 1}
    assert at(due() + timedelta(minutes=1)) == 1
    assert kinds("rita") - start == {"reminder": 1, "overdue": 1}
    assert ("overdue", "Overdue: Credit default 1.0.0 waits for your signature") in told("rita")


@pytest.mark.django_db
def test_a_clock_that_goes_back_and_forth_repeats_nothing(version: ModelVersion) -> None:
    """Rows remember, not the time of the last look."""
    late = due() + timedelta(minutes=1)
    at(late)
    before = kinds("rita"), kinds("rolf")
    assert [at(late - timedelta(days=30)), at(late), at(late)] == [0, 0, 0]
    assert (kinds("rita"), kinds("rolf")) == before


@pytest.mark.django_db
def test_a_clock_that_jumps_forward_catches_up_with_one_reminder(version: ModelVersion) -> None:
    """All timers go off, people hear the newest, and the higher role is asked."""
    assert at(due() + timedelta(days=30)) >= 3
    assert kinds("rita")["reminder"] == 0
    assert kinds("rita")["overdue"] == 1


@pytest.mark.django_db
def test_who_has_signed_is_left_alone(version: ModelVersion) -> None:
    """Only whoever is still asked is reminded."""
    stories.sign(version, "rita")
    at(due() + timedelta(minutes=1))
    assert kinds("rita")["overdue"] == 0
    assert kinds("rolf")["overdue"] == 1


@pytest.mark.django_db
def test_a_late_step_asks_the_higher_role_and_says_so(version: ModelVersion) -> None:
    """Once; the head may then take a seat, and those who were asked hear of it."""
    at(due() + timedelta(days=7))
    at(due() + timedelta(days=8))
    higher = Task.objects.get(verb="approve", role="head_of_model_risk")
    assert higher.escalated_by.kind == TimerEvent.Kind.ESCALATION
    assert told("hanna")[0] == (
        "escalated",
        "Escalated: Credit default 1.0.0 waits for your signature",
    )
    assert kinds("rita")["escalated"] == 1
    stories.sign(version, "hanna")
    stories.sign(version, "rolf")
    assert stories.again(version).state == "approved"


@pytest.mark.django_db
def test_nothing_goes_off_for_what_is_done(version: ModelVersion) -> None:
    """A closed task has no deadline any more."""
    late = due() + timedelta(days=30)
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    reconcile()
    with time_machine.travel(late):
        follow_deadlines()
    assert not TimerEvent.objects.filter(task__verb="approve").exists()


@pytest.mark.django_db
def test_a_policy_may_end_what_nobody_decides(version: ModelVersion) -> None:
    """The version is rejected by the schedule, and the log says why."""
    _ends_by_itself(version)
    assert at(due() + timedelta(days=6)) >= 1
    assert stories.again(version).state == "validated"
    at(due() + timedelta(days=14))
    assert stories.again(version).state == "rejected"
    entry = AuditEntry.objects.get(action="version.rejected")
    assert b"nobody acted until the end of the step" in bytes(entry.line)
    assert not Task.objects.filter(state="open").exists()
    assert at(due() + timedelta(days=60)) == 0


def _ends_by_itself(version: ModelVersion) -> None:
    """Under a wording of its own, which a case of this test is taken to."""
    plain = tier()
    plain["moves"]["approve"]["stages"] = [[step("risk_officer", 2, ending=ENDS)]]
    case = version.cases.get()
    wording = PolicyVersion.objects.create(
        policy=case.policy_version.policy, number=99, state="replaced", definition=plain
    )
    version.cases.update(policy_version=wording)


@pytest.mark.both_databases
def test_any_number_of_ticks_let_a_timer_go_off_once() -> None:
    """They compete for the rows, not for the time."""
    stories.validated_version()
    reconcile()
    late = due() + timedelta(days=30)
    gate = threading.Barrier(TICKS)
    faults: list[Exception] = []

    def beside_the_others() -> None:
        gate.wait()
        try:
            follow_deadlines()
        except Exception as fault:  # noqa: BLE001 - told below
            faults.append(fault)
        finally:
            connections.close_all()

    with time_machine.travel(late):
        ticks = [threading.Thread(target=beside_the_others) for _ in range(TICKS)]
        for one in ticks:
            one.start()
        for one in ticks:
            one.join()
        reconcile()
    assert not faults
    assert Task.objects.filter(role="head_of_model_risk").count() == 1
    assert kinds("rita")["overdue"] == 1
