"""Personal values beside the log: erased by two people, removed at the end of their time, held."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from governance.access.models import Person
from governance.access.operations import Holder
from governance.audit import operations as audit
from governance.audit.actions import Action
from governance.audit.models import AuditEntry, AuditPersonalValue
from governance.audit.operations import erase_personal_values, record
from governance.audit.verify import verify_log
from governance.errors import Duplicate, FoureyesError, Invalid, NotAllowed, WrongState
from governance.inventory.operations import VersionFacts, create_version
from governance.trail.models import Erasure, LegalHold, RetentionPeriod
from governance.trail.operations import (
    apply_retention,
    confirm_erasure,
    decline_erasure,
    lift_hold,
    request_erasure,
    set_hold,
    set_retention,
)
from governance.trail.queries.log import Narrowing
from governance.trail.retention import RECORD, USE
from tests.governance.trail.exporting import exported, report_of
from tests.stories import people, registered_model, signed_in
from workflows.delivery.operations import seal_log
from workflows.desk.replays import replays
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
LONG_AGO, LATELY = timedelta(days=4000), timedelta(days=400)
WHY = "Asked for under Article 17."


@pytest.fixture(scope="module", autouse=True)
def house(module_db: None) -> None:
    """People with their roles, and a second administrator."""
    people()
    hanna = Person.objects.get(accounts__username="hanna")
    give("administrator", Holder(person=hanna), reason="Second pair", conflict_reason="Small site")


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AuditEntry]]:
    """Records something of Dana's that lies in the past."""

    def told(
        ago: timedelta = LONG_AGO,
        action: Action = Action.VERSION_SUBMITTED,
        who: str = "dana",
        portfolio: UUID | None = None,
        subject: UUID | None = None,
    ) -> AuditEntry:
        past = timezone.now() - ago

        class Clock:
            @staticmethod
            def now() -> datetime:
                return past

        with monkeypatch.context() as patched, transaction.atomic():
            patched.setattr(audit, "timezone", Clock)
            return record(
                action,
                actor=actor_named(who),
                subject=("version", subject or uuid4()),
                portfolio_id=portfolio,
                personal={"comment": "Ask Dana at home, 0170 1234567."},
            )

    yield told


def values_of(entry: AuditEntry) -> dict[str, str]:
    rows = AuditPersonalValue.objects.filter(entry=entry)
    return dict(rows.values_list("path", "value"))


def asked(entry: AuditEntry) -> Erasure:
    return request_erasure(entry_id=entry.pk, reason=WHY, actor=actor_named("alma"))


def dana() -> UUID:
    return Person.objects.get(accounts__username="dana").pk


def test_text_and_salt_are_gone_and_every_proof_holds(long_ago: Callable[..., AuditEntry]) -> None:
    """The log verifies, an export verifies, the page says erased."""
    entry = long_ago()
    done = confirm_erasure(asked(entry).pk, actor=actor_named("hanna"))
    assert (done.erased, done.kept) == (2, 0)
    rows = list(AuditPersonalValue.objects.filter(entry=entry))
    assert all((row.value, bytes(row.salt)) == ("", b"") and row.erased_at for row in rows)
    seal_log()
    assert verify_log().ok
    export = exported()
    assert not report_of(export).problems
    page = signed_in("ada").get(f"/log/{entry.pk}/").text
    assert "erased; the proof still holds" in page
    assert "0170" not in page


def test_all_that_names_a_person_goes_at_once(long_ago: Callable[..., AuditEntry]) -> None:
    """Their name in each entry of theirs; the comments stay, for they are about something else."""
    entries = [long_ago(), long_ago()]
    other = long_ago(who="olive")
    erasure = request_erasure(person_id=dana(), reason=WHY, actor=actor_named("alma"))
    done = confirm_erasure(erasure.pk, actor=actor_named("hanna"))
    assert done.erased == 2
    assert done.kept is not None
    assert done.kept >= 1  # what was noted when Dana was added lies within its time
    assert all(values_of(entry)["actor.name"] == "" for entry in entries)
    assert all(values_of(entry)["comment"] for entry in entries)
    assert values_of(other)["actor.name"] == "Olive Owner"


def test_nothing_goes_below_the_floor_of_its_class(long_ago: Callable[..., AuditEntry]) -> None:
    """A record of a decision stays ten years, a sign-in half a year."""
    submitted, signed_on = long_ago(LATELY), long_ago(LATELY, Action.ACCOUNT_SIGNED_IN)
    with pytest.raises(WrongState, match="must stay"):
        confirm_erasure(asked(submitted).pk, actor=actor_named("hanna"))
    assert confirm_erasure(asked(signed_on).pk, actor=actor_named("hanna")).erased == 2
    assert values_of(submitted)["comment"]


@pytest.mark.parametrize("who", ["alma", "ada", "rita", "dana"])
def test_it_takes_another_administrator(who: str, long_ago: Callable[..., AuditEntry]) -> None:
    """Not who asked, not who only reads, not who decides on models."""
    entry = long_ago()
    erasure = asked(entry)
    with pytest.raises(NotAllowed):
        confirm_erasure(erasure.pk, actor=actor_named(who))
    assert values_of(entry)["comment"]


def test_nobody_confirms_their_own_erasure(long_ago: Callable[..., AuditEntry]) -> None:
    """Whoever is to be forgotten does not decide on it."""
    long_ago(who="hanna")
    hanna = Person.objects.get(accounts__username="hanna").pk
    erasure = request_erasure(person_id=hanna, reason=WHY, actor=actor_named("alma"))
    with pytest.raises(NotAllowed, match="two people"):
        confirm_erasure(erasure.pk, actor=actor_named("hanna"))


def test_an_erasure_is_decided_once(long_ago: Callable[..., AuditEntry]) -> None:
    """Declined stays declined, and everything stays."""
    entry = long_ago()
    erasure = asked(entry)
    with pytest.raises(Duplicate):
        asked(entry)
    decline_erasure(erasure.pk, reason="A claim is open.", actor=actor_named("hanna"))
    with pytest.raises(WrongState):
        confirm_erasure(erasure.pk, actor=actor_named("hanna"))
    assert values_of(entry)["comment"]


def test_a_hold_stops_erasure_and_removal_until_it_is_lifted(
    long_ago: Callable[..., AuditEntry],
) -> None:
    """Both ways, both in the log."""
    entry = long_ago()
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


def test_a_hold_keeps_only_what_it_covers(long_ago: Callable[..., AuditEntry]) -> None:
    """Somebody else's entry goes its way."""
    entry = long_ago(who="olive")
    set_hold("Case", reason="It.", narrowing=Narrowing(person=dana()), actor=actor_named("alma"))
    assert confirm_erasure(asked(entry).pk, actor=actor_named("hanna")).erased == 2


def test_a_hold_of_a_model_keeps_what_comes_afterwards(
    long_ago: Callable[..., AuditEntry],
) -> None:
    """Its versions and their cases, also those begun when the hold was in force already."""
    model = registered_model()
    typed = {"title": "Case 1", "reason": "A claim.", "model": model.name}
    assert signed_in("alma").post("/log/holds/set/", typed)["Location"] == "/log/retention/"
    later = create_version(model, VersionFacts(label="1.0.0"), actor=actor_named("dana"))
    entry, other = long_ago(subject=later.pk), long_ago()
    with pytest.raises(WrongState, match="must stay"):
        confirm_erasure(asked(entry).pk, actor=actor_named("hanna"))
    assert confirm_erasure(asked(other).pk, actor=actor_named("hanna")).erased == 2
    assert model.name in signed_in("alma").get("/log/retention/").text


def test_a_hold_of_a_model_that_is_none_is_refused() -> None:
    """It would seem to keep something and keep nothing."""
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
def test_an_erasure_by_sql_is_found_by_the_replay(
    forged: dict[str, Any], said: str, long_ago: Callable[..., AuditEntry]
) -> None:
    """Whoever has the database can erase; but what may be gone stands in the log, by a digest."""
    entry, other = long_ago(), long_ago()
    long_ago(LATELY, Action.ACCOUNT_SIGNED_IN)
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


def test_without_a_period_nothing_is_ever_removed(long_ago: Callable[..., AuditEntry]) -> None:
    """The default keeps everything; with one, only what is older than it goes."""
    old, young = long_ago(), long_ago(LATELY)
    assert apply_retention() == 0
    set_retention(RECORD.name, days=3800, actor=actor_named("alma"))
    assert apply_retention() == 2
    assert apply_retention() == 0
    assert values_of(old)["comment"] == ""
    assert values_of(young)["comment"]
    set_retention(RECORD.name, days=None, actor=actor_named("alma"))
    assert not RetentionPeriod.objects.exists()
    seal_log()
    assert verify_log().ok


@pytest.mark.parametrize("days", [0, 1, USE.floor_days - 1, 100_000])
def test_a_period_below_the_floor_is_refused(days: int) -> None:
    """In words that name the floor."""
    with pytest.raises(Invalid, match=str(USE.floor_days)):
        set_retention(USE.name, days=days, actor=actor_named("alma"))


@pytest.mark.parametrize("who", ["ada", "rita", "dana"])
def test_only_administrators_of_the_site_set_any_of_this(who: str) -> None:
    """Readers of the log and people of a portfolio do not."""
    hold = set_hold("Case", reason="It.", narrowing=Narrowing(), actor=actor_named("alma"))
    actor = actor_named(who)
    acts: tuple[Callable[[], object], ...] = (
        lambda: set_retention(USE.name, days=500, actor=actor),
        lambda: set_hold("X", reason="Y", narrowing=Narrowing(), actor=actor),
        lambda: lift_hold(hold.pk, reason="Y", actor=actor),
        lambda: request_erasure(person_id=dana(), reason="Y", actor=actor),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " ", "person_id": UUID(int=1)},
        {"reason": WHY},
        {"reason": WHY, "person_id": UUID(int=1), "entry_id": UUID(int=1)},
        {"reason": WHY, "entry_id": UUID(int=1)},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    """No reason, nobody, both, or what is not there."""
    with pytest.raises(FoureyesError):
        request_erasure(**wrong, actor=actor_named("alma"))
    assert not Erasure.objects.exists()


def test_an_entry_without_personal_values_has_nothing_to_erase() -> None:
    """What the system did names nobody."""
    entry = AuditEntry.objects.filter(personal_values=None).first()
    assert entry
    with pytest.raises(Invalid, match="nothing left"):
        asked(entry)


@pytest.mark.django_db(transaction=True)
def test_erasing_outside_of_a_transaction_is_refused() -> None:
    """The entry that tells of it would be missing after a crash."""
    with pytest.raises(transaction.TransactionManagementError):
        erase_personal_values(AuditPersonalValue.objects.all())


def test_two_people_erase_on_the_screen(long_ago: Callable[..., AuditEntry]) -> None:
    """From the entry to the list, from there to its end."""
    entry = long_ago()
    alma, hanna = signed_in("alma"), signed_in("hanna")
    assert f"/log/erasures/request/?entry={entry.pk}" in alma.get(f"/log/{entry.pk}/").text
    form = alma.get(f"/log/erasures/request/?entry={entry.pk}").text
    assert str(entry.pk) in form
    typed = {"entry": str(entry.pk), "reason": WHY}
    wrong = alma.post("/log/erasures/request/", typed | {"reason": ""})
    assert wrong.status_code == 422
    assert str(entry.pk) in wrong.text
    assert alma.post("/log/erasures/request/", typed)["Location"] == "/log/retention/"
    erasure = Erasure.objects.get()
    assert "2 can go now, 0 must stay" in alma.get("/log/retention/").text
    assert f"confirm-{erasure.pk}" not in alma.get("/log/retention/").text
    assert f"confirm-{erasure.pk}" in hanna.get("/log/retention/").text
    hanna.post(f"/log/erasures/{erasure.pk}/confirm/")
    assert "2 erased, 0 had to stay" in signed_in("ada").get("/log/retention/").text
    assert values_of(entry)["comment"] == ""


def test_holds_and_periods_are_set_on_the_screen() -> None:
    """And what is wrong comes back with what was typed."""
    alma = signed_in("alma")
    alma.post("/log/holds/set/", {"title": "Case 4711", "reason": "The regulator asks."})
    hold = LegalHold.objects.get()
    assert "Case 4711" in alma.get("/log/retention/").text
    alma.post(f"/log/holds/{hold.pk}/lift/", {"reason": "Closed."})
    assert LegalHold.objects.get().lifted_at
    wrong = alma.post("/log/retention/set/", {"name": "use", "days": "3"})
    assert wrong.status_code == 422
    assert str(USE.floor_days) in wrong.text
    alma.post("/log/retention/set/", {"name": "use", "days": "500"})
    assert RetentionPeriod.objects.get().days == 500


def test_the_command_tells_what_would_go_and_removes_it(
    long_ago: Callable[..., AuditEntry],
) -> None:
    """For cron, and for whoever wants to look first."""
    entry = long_ago()
    set_retention(RECORD.name, days=3800, actor=actor_named("alma"))

    def said(*words: str) -> str:
        out = StringIO()
        call_command("apply_retention", *words, stdout=out)
        return out.getvalue()

    assert "record: 2 personal values would go" in said("--dry-run")
    assert values_of(entry)["comment"]
    assert "2 personal values are erased" in said()
    assert values_of(entry)["comment"] == ""


def test_the_command_erases_for_two_people(long_ago: Callable[..., AuditEntry]) -> None:
    """Both are named, both must be allowed to; one alone is refused."""
    entry = long_ago()
    words = ("erase_personal_values", f"--entry={entry.pk}", f"--reason={WHY}", "--by=alma")
    with pytest.raises(CommandError, match="two people"):
        call_command(*words, "--confirmed-by=alma")
    assert values_of(entry)["comment"]
    assert not Erasure.objects.exists()
    out = StringIO()
    call_command(*words, "--confirmed-by=hanna", stdout=out)
    assert "2 personal values are erased, 0 had to stay." in out.getvalue()
    assert values_of(entry)["comment"] == ""
