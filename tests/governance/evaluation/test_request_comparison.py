"""A report of any two versions of a model: asked for, made by a worker, watched, cancelled."""

from typing import Any

import pytest

from governance.audit.models import AuditEntry
from governance.errors import Invalid, NotFound, WrongState
from governance.evaluation import comparison as comparing
from governance.evaluation.labels import counted_words, stage_words
from governance.evaluation.models import AskedComparison, ComparisonReport
from governance.evaluation.operations import (
    Pulse,
    asking,
    cancel_comparison,
    request_comparison,
    run_comparison,
)
from governance.evaluation.queries import COMPARE, comparison_of, progress_of_asked
from governance.inventory.models import ModelVersion
from governance.inventory.queries import scored_data_of
from governance.inventory.storage import path_of
from governance.outbox.claims import Cancelled, Claim
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim
from tests import stories
from workflows.delivery.operations import run_due
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def versions(module_db: None) -> list[ModelVersion]:
    """The champion, its challenger, and a third one with the champion's own table."""
    first = stories.deployed_version(1)
    second = stories.submitted_version(2, model=first.model)
    third = stories.submitted_version(1, model=first.model)
    return [first, second, third]


def asked(one: ModelVersion, other: ModelVersion, who: str = "victor") -> AskedComparison:
    return request_comparison(one.pk, other.pk, actor=actor_named(who))


def claimed(row: AskedComparison) -> Claim:
    found = claim(OutboxJob.objects.get(topic=COMPARE, key=str(row.pk)).pk)
    assert found
    return found


def told_of(row: AskedComparison) -> list[str]:
    rows = AuditEntry.objects.filter(subject_id=row.pk).order_by("subject_seq")
    return list(rows.values_list("action", flat=True))


def test_it_says_what_the_report_against_the_champion_says(versions: list[ModelVersion]) -> None:
    """The same two versions: the same payload, digest and verdict, case by case."""
    first, second, _third = versions
    row = asked(second, first)
    run_due("slow")
    row.refresh_from_db()
    case = comparison_of(second.pk)
    assert (row.digest, row.verdict, row.payload) == (case.digest, case.verdict, case.payload)
    assert row.payload
    assert row.payload["sample"]["paired"]
    assert told_of(row) == ["comparison.requested", "comparison.completed"]


def test_any_two_can_be_compared_either_way(versions: list[ModelVersion]) -> None:
    """The other way round the difference is turned; decisions still rest on the case's own."""
    first, second, _third = versions
    before = comparison_of(first.pk)
    row = asked(first, second)
    run_due("slow")
    row.refresh_from_db()
    assert row.payload
    turned, straight = row.payload["verdict"], comparison_of(second.pk).payload["verdict"]
    assert float(turned["difference"]) == pytest.approx(-float(straight["difference"]))
    assert turned["verdict"] == "worse"
    assert comparison_of(first.pk) == before
    assert not ComparisonReport.objects.filter(version=first, champion=second).exists()


def test_an_equal_one_is_given_at_once(versions: list[ModelVersion]) -> None:
    """By the digest of its inputs, to whoever asks; on its way or made."""
    first, second, _third = versions
    row = asked(second, first)
    assert asked(second, first, "rita") == row
    run_due("slow")
    assert asked(second, first, "dana") == row
    assert OutboxJob.objects.filter(topic=COMPARE).count() == 1


def test_what_it_is_at_stands_in_its_job(
    versions: list[ModelVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of both tables, then the statistics, each counted to its end."""
    heard: list[tuple[str, int, int]] = []
    monkeypatch.setattr(asking, "EVERY_S", 0.0)
    monkeypatch.setattr(Claim, "progress", lambda _self, *said: heard.append(said))
    first, second, _third = versions
    run_comparison(claimed(asked(second, first)))
    stages = list(dict.fromkeys(stage for stage, _done, _total in heard))
    assert stages == ["reading", "reading_champion", "measuring"]
    for stage in stages:
        _stage, done, total = [said for said in heard if said[0] == stage][-1]
        assert done == total > 0
    assert counted_words("reading", 1200, 3500) == "1,200 of 3,500 rows read"
    assert counted_words("reading", 1200, 0) == "1,200 rows read"
    assert str(stage_words("")) == "Waiting for a worker"


@pytest.mark.parametrize("kind", comparing.KINDS)
def test_parts_are_counted_rightly(kind: str) -> None:
    """Else the bar of the page would end too early or never."""
    from tests.governance.evaluation import test_compare_classes as classes  # noqa: PLC0415
    from tests.governance.evaluation import test_compare_numbers as numbers  # noqa: PLC0415
    from tests.governance.evaluation.samples import pair_of  # noqa: PLC0415

    made: dict[str, Any] = {
        "binary": pair_of,
        "regression": numbers.losses,
        "multiclass": classes.ratings,
    }
    heard: list[tuple[int, int]] = []
    comparing.compare(*made[kind](), margin=0.01, told=lambda *said: heard.append(said))
    assert heard == [(done, len(heard)) for done in range(1, len(heard) + 1)]


def test_one_that_was_cancelled_keeps_nothing(versions: list[ModelVersion]) -> None:
    """A worker that is at it stops at its next look; asked for again, it is a new one."""
    first, second, _third = versions
    row = asked(second, first)
    job = claimed(row)
    cancel_comparison(row.pk, actor=actor_named("rita"))
    with pytest.raises(Cancelled):
        Pulse(job)("reading", 1, 2)
    assert run_comparison(job) == {"skipped": "ended"}
    row.refresh_from_db()
    assert row.payload is None
    assert progress_of_asked(row) is None
    assert told_of(row) == ["comparison.requested", "comparison.cancelled"]
    with pytest.raises(WrongState):
        cancel_comparison(row.pk, actor=actor_named("victor"))
    assert asked(second, first) != row


def test_a_worker_at_it_ends_its_reader_when_it_is_cancelled(
    versions: list[ModelVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancelled between two looks: the job ends so, and no report is kept."""
    first, second, _third = versions
    row = asked(second, first)

    def cancelled(_self: Claim) -> bool:
        return True

    monkeypatch.setattr(Claim, "cancelled", cancelled)
    assert run_due("slow")["cancelled"] == 1
    row.refresh_from_db()
    assert row.payload is None


def test_what_cannot_be_compared_says_why_and_what_to_do(
    versions: list[ModelVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal of the reading process stands in the row; another try is a new one."""
    first, second, _third = versions
    row = asked(second, first)
    path = path_of(scored_data_of(first.pk).sha256)
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        run_due("slow")
    finally:
        away.rename(path)
    row.refresh_from_db()
    what, todo = row.why_not
    assert (what, bool(todo)) == ("The file could not be read.", True)
    assert row.ended
    assert asked(second, first) != row


def test_pairs_that_are_none_are_refused(versions: list[ModelVersion]) -> None:
    """Twice the same version, an unmeasured one, one of another model."""
    first, second, _third = versions
    with pytest.raises(Invalid, match="with itself"):
        asked(first, first)
    draft = stories.draft_version(2, model=first.model)
    with pytest.raises(Invalid, match="not been measured"):
        asked(draft, first)
    cards = stories.submitted_version(1, model=stories.registered_model("cards", "Cards"))
    with pytest.raises(Invalid, match="different models"):
        asked(second, cards)


def test_strangers_do_not_learn_of_it(versions: list[ModelVersion]) -> None:
    """Neither to ask for, nor to stop."""
    first, second, _third = versions
    row = asked(second, first)
    with pytest.raises(NotFound):
        asked(second, first, "sam")
    with pytest.raises(NotFound):
        cancel_comparison(row.pk, actor=actor_named("sam"))


def test_nobody_fills_the_queue(
    versions: list[ModelVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many at once for a person; those that have ended do not count."""
    first, second, third = versions
    monkeypatch.setattr(asking, "MOST_AT_ONCE", 2)
    rows = [asked(second, first), asked(first, second)]
    with pytest.raises(Invalid, match="2 comparisons"):
        asked(third, second)
    cancel_comparison(rows[0].pk, actor=actor_named("victor"))
    asked(third, second)
