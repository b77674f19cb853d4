"""An operation leaves an entry."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.lines import EvidenceRef, Line, parse
from governance.audit.merkle import leaf_hash
from governance.audit.models import AuditEntry, AuditPending, AuditPersonalValue
from governance.audit.operations import record
from governance.audit.queries import entries_of, views_of
from governance.audit.writing import Recorded
from governance.errors import Invalid, TooLarge
from tests.governance.audit.story import DANA, write

VERSION = ("version", UUID(int=7))


def line_of(entry: Recorded) -> Line:
    """What was written."""
    return parse(bytes(AuditEntry.objects.get(pk=entry.id).line))


@pytest.mark.django_db
def test_an_entry_says_who_did_what_to_which_subject() -> None:
    """All of it stands in the line."""
    portfolio, evidence = uuid4(), EvidenceRef("model.onnx", "ab" * 32, 12)
    entry = record(
        Action.VERSION_SUBMITTED,
        actor=DANA,
        subject=VERSION,
        portfolio_id=portfolio,
        before={"state": "draft"},
        after={"state": "submitted"},
        details={"auc": Decimal("0.81"), "route": ("dev", "prod")},
        evidence=[evidence],
    )
    line = line_of(entry)
    assert (line.action, line.author.person_id, line.portfolio_id) == (
        "version.submitted",
        DANA.person_id,
        portfolio,
    )
    assert (line.before, line.after) == ({"state": "draft"}, {"state": "submitted"})
    assert line.details == {"auc": "0.81", "route": ["dev", "prod"]}
    assert line.evidence == (evidence,)
    assert (line.subject_type, line.subject_id, line.seq, line.prev) == (*VERSION, 1, None)
    assert line.author.amr == ("pwd", "otp")


@pytest.mark.django_db
def test_each_entry_of_a_subject_continues_the_one_before() -> None:
    """By number and by hash; another subject has its own chain."""
    first, second, other = write(VERSION[1]), write(VERSION[1]), write()
    lines = [parse(bytes(entry.line)) for entry in (first, second, other)]
    assert [line.seq for line in lines] == [1, 2, 1]
    assert lines[1].prev == leaf_hash(bytes(first.line)).hex()
    assert lines[2].prev is None


@pytest.mark.django_db
def test_no_name_and_no_free_text_stands_in_the_line() -> None:
    """They are committed to; the text lies beside the line, where it can be erased."""
    entry = write()
    line = bytes(entry.line)
    assert b"Dana" not in line
    assert b"please look" not in line
    assert DANA.session.encode() not in line
    (view,) = views_of(entries_of("version", entry.subject_id))
    assert (view.actor_name, view.personal["comment"]) == ("Dana Developer", "please look")


@pytest.mark.django_db
def test_the_same_text_is_never_committed_to_alike() -> None:
    """Else a reader could tell who wrote two entries, or find a text by trying."""
    lines = [parse(bytes(write().line)) for _ in range(2)]
    assert lines[0].personal["actor.name"] != lines[1].personal["actor.name"]
    salts = [bytes(value.salt) for value in AuditPersonalValue.objects.all()]
    assert len(set(salts)) == len(salts) == 4


@pytest.mark.django_db
def test_the_product_itself_is_named_in_the_line() -> None:
    """It is no person."""
    tick = Actor.system("tick")
    entry = record(Action.JOB_PARKED, actor=tick, subject=("job", uuid4()))
    assert line_of(entry).author.name == "tick"
    assert not AuditPersonalValue.objects.exists()


@pytest.mark.both_databases
def test_an_entry_outside_of_a_transaction_is_refused() -> None:
    """It could stay behind alone."""
    with pytest.raises(transaction.TransactionManagementError):
        record(Action.VERSION_SUBMITTED, actor=DANA, subject=VERSION)


@pytest.mark.both_databases
def test_an_entry_leaves_with_the_change_that_failed() -> None:
    """And its number is given to the next one."""
    with transaction.atomic():
        record(Action.VERSION_SUBMITTED, actor=DANA, subject=VERSION)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
    assert write(VERSION[1]).subject_seq == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"details": {"auc": 0.81}},
        {"after": {"number": 2**53}},
        {"details": {"text": "\ud800"}},
        {"personal": {"comment": "\ud800"}},
        {"personal": {"comment": "a\x00b"}},
        {"personal": {"actor.name": "Mallory"}},
        {"personal": {"no path": "x"}},
        {"subject": ("Version!", UUID(int=7))},
    ],
)
@pytest.mark.django_db
def test_what_the_log_cannot_hold_exactly_is_refused(broken: dict[str, Any]) -> None:
    """Rather no change than one with a doubtful entry."""
    with pytest.raises(Invalid):
        record(Action.VERSION_SUBMITTED, actor=DANA, **{"subject": VERSION, **broken})


@pytest.mark.django_db
def test_an_entry_over_64_kib_is_refused() -> None:
    """The long part belongs into evidence."""
    with pytest.raises(TooLarge):
        record(Action.KPI_RECORDED, actor=DANA, subject=VERSION, details={"x": "y" * 65_536})


@pytest.mark.django_db
def test_an_entry_costs_one_statement() -> None:
    """The hot path: the number and all its rows in one turn; nothing of the log's head."""
    write(VERSION[1])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        record(Action.VERSION_SUBMITTED, actor=DANA, subject=VERSION, personal={"a": "b"})
    assert len(queries) == 1
    assert "audithead" not in str(queries.captured_queries)
    assert AuditPending.objects.count() == 2
