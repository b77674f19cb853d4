"""Legal holds, and erasures past the operations: what must stay stays, what went is told."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from governance.audit.actions import Action
from governance.audit.models import AuditEntry, AuditPersonalValue
from governance.audit.verify import verify_log
from governance.errors import Invalid, WrongState
from governance.inventory.operations import VersionFacts, create_version
from governance.trail.operations import (
    apply_retention,
    confirm_erasure,
    lift_hold,
    set_hold,
    set_retention,
)
from governance.trail.queries.log import Narrowing
from governance.trail.retention import RECORD, USE
from tests.governance.trail.erasing import (
    LATELY,
    asked,
    dana,
    past_entry,
    values_of,
)
from tests.stories import registered_model, signed_in
from workflows.desk.replays import replays
from workflows.management.cast import actor_named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_a_hold_stops_erasure_and_removal_until_it_is_lifted() -> None:
    """Both ways, both in the log."""
    entry = past_entry()
    erasure = asked(entry)
    hold = set_hold(
        "Case 4711",
        reason="The regulator asks.",
        narrowing=Narrowing(person=dana()),
        actor=actor_named("alma"),
    )
    set_retention(RECORD.name, days=RECORD.floor_days, actor=actor_named("alma"))
    with pytest.raises(WrongState):
        confirm_erasure(erasure.pk, actor=actor_named("hanna"))
    assert apply_retention() == 0
    lift_hold(hold.pk, reason="It is closed.", actor=actor_named("hanna"))
    with pytest.raises(WrongState):
        lift_hold(hold.pk, reason="Again.", actor=actor_named("hanna"))
    assert apply_retention() == 2
    assert values_of(entry) == {"actor.name": "", "comment": ""}
    told = AuditEntry.objects.filter(subject_type__in=("hold", "retention"))
    assert set(told.values_list("action", flat=True)) == {
        "hold.set",
        "hold.lifted",
        "retention.set",
        "retention.applied",
    }


def test_a_hold_keeps_only_what_it_covers() -> None:
    """Somebody else's entry goes its way."""
    entry = past_entry(who="olive")
    set_hold("Case", reason="It.", narrowing=Narrowing(person=dana()), actor=actor_named("alma"))
    assert confirm_erasure(asked(entry).pk, actor=actor_named("hanna")).erased == 2


def test_a_hold_of_a_model_keeps_what_comes_afterwards() -> None:
    """Its versions and their cases, also those begun when the hold was in force already."""
    model = registered_model()
    typed = {"title": "Case 1", "reason": "A claim.", "model": model.name}
    assert signed_in("alma").post("/log/holds/set/", typed)["Location"] == "/log/retention/"
    later = create_version(model, VersionFacts(label="1.0.0"), actor=actor_named("dana"))
    entry, other = past_entry(subject=later.pk), past_entry()
    with pytest.raises(WrongState, match="must stay"):
        confirm_erasure(asked(entry).pk, actor=actor_named("hanna"))
    assert confirm_erasure(asked(other).pk, actor=actor_named("hanna")).erased == 2
    assert model.name in signed_in("alma").get("/log/retention/").text


def test_a_hold_of_a_model_that_is_none_is_refused() -> None:
    """It would seem to keep something and keep nothing."""
    typed = {"title": "X", "reason": "Y", "model": "gone"}
    answer = signed_in("alma").post("/log/holds/set/", typed)
    assert (answer.status_code, "no model gone" in answer.text) == (422, True)
    with pytest.raises(Invalid, match="no such model"):
        set_hold("X", reason="Y", narrowing=Narrowing(model="gone"), actor=actor_named("alma"))


def without_entry() -> list[str]:
    """What the replay of erasures objects to."""
    folds = [one for one in replays() if one.subject_type == "erasure"]
    return [problem.text for problem in verify_log(folds=folds).problems]


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        ({"salt": b"", "value": "", "erased_at": timezone.now}, "in the log nothing"),
        ({"salt": b"", "value": "", "erased_at": Max("erased_at")}, "or others"),
        ({"erased_at": lambda: None}, "erased are nothing at"),
    ],
)
def test_an_erasure_by_sql_is_found_by_the_replay(forged: dict[str, Any], said: str) -> None:
    """Whoever has the database can erase; but what may be gone stands in the log, by a digest."""
    entry, other = past_entry(), past_entry()
    past_entry(LATELY, Action.ACCOUNT_SIGNED_IN)
    confirm_erasure(asked(entry).pk, actor=actor_named("hanna"))
    set_retention(USE.name, days=USE.floor_days, actor=actor_named("alma"))
    assert apply_retention() == 2
    assert without_entry() == []
    at = forged["erased_at"]
    copied = isinstance(at, Max)
    erased = AuditPersonalValue.objects.exclude(erased_at=None)
    moment = erased.aggregate(at=at)["at"] if copied else at()
    raw = erased if moment is None else AuditPersonalValue.objects.filter(entry=other)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE governance_auditpersonalvalue DISABLE TRIGGER USER")
    raw.update(**forged | {"erased_at": moment})
    assert any(said in text for text in without_entry()), without_entry()
