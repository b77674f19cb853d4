"""Personal values beside the log: erased by two people, removed at the end of their time, held."""

from collections.abc import Callable
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from governance.access.models import Person
from governance.audit.actions import Action
from governance.audit.models import AuditEntry, AuditPersonalValue
from governance.audit.operations import erase_personal_values
from governance.audit.verify import verify_log
from governance.errors import Duplicate, FoureyesError, Invalid, NotAllowed, WrongState
from governance.trail.models import Erasure, LegalHold, RetentionPeriod
from governance.trail.operations import (
    apply_retention,
    confirm_erasure,
    decline_erasure,
    expire_exports,
    lift_hold,
    request_erasure,
    set_hold,
    set_retention,
    writing,
)
from governance.trail.queries.exports import export_row, file_of
from governance.trail.queries.log import Narrowing
from governance.trail.retention import RECORD, USE
from tests.governance.trail.erasing import (
    LATELY,
    WHY,
    asked,
    dana,
    past_entry,
    values_of,
)
from tests.governance.trail.exporting import exported, report_of
from tests.stories import signed_in
from workflows.delivery.operations import seal_log
from workflows.management.cast import actor_named

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def test_text_and_salt_are_gone_and_every_proof_holds() -> None:
    """The log verifies, an export verifies, the page says erased."""
    entry = past_entry()
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


def test_files_of_exports_that_hold_what_was_erased_end_at_once() -> None:
    """Nobody takes them any more, and the clock removes them; one about something else stays."""
    entry = past_entry()
    seal_log()
    whole, other = exported("csv"), exported("csv", action="account.")
    confirm_erasure(asked(entry).pk, actor=actor_named("hanna"))
    ada = actor_named("ada")
    assert [export_row(ada, one.pk).state for one in (whole, other)] == ["expired", "ready"]
    assert expire_exports() == 1
    assert [file_of(one).exists() for one in (whole, other)] == [False, True]


def test_an_export_that_was_under_way_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was erased meanwhile is not in it."""
    entry = past_entry()
    erasure = asked(entry)
    write = writing._write

    def interrupted(*told: Any) -> None:
        write(*told)
        monkeypatch.setattr(writing, "_write", write)
        confirm_erasure(erasure.pk, actor=actor_named("hanna"))

    monkeypatch.setattr(writing, "_write", interrupted)
    export = exported("csv")
    assert export.written_at
    assert "0170" not in file_of(export).read_text(encoding="utf-8")


def test_all_that_names_a_person_goes_at_once() -> None:
    """Their name in each entry of theirs; the comments stay, for they are about something else."""
    entries = [past_entry(), past_entry()]
    other = past_entry(who="olive")
    erasure = request_erasure(person_id=dana(), reason=WHY, actor=actor_named("alma"))
    done = confirm_erasure(erasure.pk, actor=actor_named("hanna"))
    assert done.erased == 2
    assert done.kept is not None
    assert done.kept >= 1  # what was noted when Dana was added lies within its time
    assert all(values_of(entry)["actor.name"] == "" for entry in entries)
    assert all(values_of(entry)["comment"] for entry in entries)
    assert values_of(other)["actor.name"] == "Olive Owner"


def test_nothing_goes_below_the_floor_of_its_class() -> None:
    """A record of a decision stays ten years, a sign-in half a year."""
    submitted, signed_on = past_entry(LATELY), past_entry(LATELY, Action.ACCOUNT_SIGNED_IN)
    with pytest.raises(WrongState, match="must stay"):
        confirm_erasure(asked(submitted).pk, actor=actor_named("hanna"))
    assert confirm_erasure(asked(signed_on).pk, actor=actor_named("hanna")).erased == 2
    assert values_of(submitted)["comment"]


@pytest.mark.parametrize("who", ["alma", "ada", "rita", "dana"])
def test_it_takes_another_administrator(who: str) -> None:
    """Not who asked, not who only reads, not who decides on models."""
    entry = past_entry()
    erasure = asked(entry)
    with pytest.raises(NotAllowed):
        confirm_erasure(erasure.pk, actor=actor_named(who))
    assert values_of(entry)["comment"]


def test_nobody_confirms_their_own_erasure() -> None:
    """Whoever is to be forgotten does not decide on it."""
    past_entry(who="hanna")
    hanna = Person.objects.get(accounts__username="hanna").pk
    erasure = request_erasure(person_id=hanna, reason=WHY, actor=actor_named("alma"))
    with pytest.raises(NotAllowed, match="two people"):
        confirm_erasure(erasure.pk, actor=actor_named("hanna"))


def test_an_erasure_is_decided_once() -> None:
    """Declined stays declined, and everything stays."""
    entry = past_entry()
    erasure = asked(entry)
    with pytest.raises(Duplicate):
        asked(entry)
    decline_erasure(erasure.pk, reason="A claim is open.", actor=actor_named("hanna"))
    with pytest.raises(WrongState):
        confirm_erasure(erasure.pk, actor=actor_named("hanna"))
    assert values_of(entry)["comment"]


def test_without_a_period_nothing_is_ever_removed() -> None:
    """The default keeps everything; with one, only what is older than it goes."""
    old, young = past_entry(), past_entry(LATELY)
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


def test_two_people_erase_on_the_screen() -> None:
    """From the entry to the list, from there to its end."""
    entry = past_entry()
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


def test_the_command_tells_what_would_go_and_removes_it() -> None:
    """For cron, and for whoever wants to look first."""
    entry = past_entry()
    set_retention(RECORD.name, days=3800, actor=actor_named("alma"))

    def said(*words: str) -> str:
        out = StringIO()
        call_command("apply_retention", *words, stdout=out)
        return out.getvalue()

    assert "record: 2 personal values would go" in said("--dry-run")
    assert values_of(entry)["comment"]
    assert "2 personal values are erased" in said()
    assert values_of(entry)["comment"] == ""


def test_the_command_erases_for_two_people() -> None:
    """Both are named, both must be allowed to; one alone is refused."""
    entry = past_entry()
    words = ("erase_personal_values", f"--entry={entry.pk}", f"--reason={WHY}", "--by=alma")
    with pytest.raises(CommandError, match="two people"):
        call_command(*words, "--confirmed-by=alma")
    assert values_of(entry)["comment"]
    assert not Erasure.objects.exists()
    out = StringIO()
    call_command(*words, "--confirmed-by=hanna", stdout=out)
    assert "2 personal values are erased, 0 had to stay." in out.getvalue()
    assert values_of(entry)["comment"] == ""
