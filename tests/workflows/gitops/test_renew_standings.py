"""The list of what has fallen is a job: the clock only asks, queries come by the batch."""

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.audit.operations import sequence_pending
from governance.inventory.models import RegisteredModel
from governance.outbox.claims import LeaseLost
from governance.outbox.models import OutboxJob
from workflows.gitops.operations import ask_for_standings, renew_standings, standing
from workflows.gitops.queries import attestations, fallen_promotions, standings_file
from workflows.lifecycle.models import ApprovalRound
from workflows.targets.models import Promotion


@pytest.fixture
def site(bank: Any, tmp_path: Path, settings: Any) -> Any:
    """Three models, a version of each approved for one target."""
    settings.EXPORT_DIR = tmp_path / "exports"
    bank.target()
    for name in ("cards", "credit", "cure"):
        approved(bank, name)
    sequence_pending()
    return bank


def approved(bank: Any, name: str) -> Promotion:
    owner, portfolio = bank.model.owner, bank.portfolio
    model = RegisteredModel.objects.create(
        portfolio=portfolio, name=name, title=name.title(), tier=2, owner=owner
    )
    other = replace(bank, model=model)
    (promotion,) = other.approved.__wrapped__(other)  # told anew: memory knows one model only
    return promotion


def fallen() -> dict[str, dict[str, str]]:
    return {pk: row for _done, batch in fallen_promotions() for pk, row in batch.items()}


def listed() -> dict[str, Any]:
    """The fallen ones as the file on disk names them."""
    told = json.loads(standings_file().read_text())
    statement = json.loads(b64decode(told["payload"]))
    return dict(statement["predicate"]["fallen"])


def test_the_clock_only_asks(site: Any) -> None:
    """Its turn costs the same for a site of any size: it reads no promotion."""
    with CaptureQueriesContext(connection) as asked:
        assert ask_for_standings() == 1
    assert not [one for one in asked if "workflows_promotion" in one["sql"]]
    job = OutboxJob.objects.get(topic="standings.renew")
    assert (job.queue, standings_file().exists()) == ("slow", False)
    ask_for_standings()
    assert OutboxJob.objects.filter(topic="standings.renew").count() == 1


def test_queries_do_not_grow_with_the_promotions_of_a_batch(site: Any) -> None:
    """Three cost what one costs; only a further batch asks again."""
    with CaptureQueriesContext(connection) as three:
        fallen()
    Promotion.objects.exclude(version__model__name="cards").delete()
    with CaptureQueriesContext(connection) as one:
        fallen()
    assert len(three) <= len(one)


def test_every_batch_is_in_the_list(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever portions they are read, it is the same list."""
    ApprovalRound.objects.update(digest="0" * 64)
    whole = fallen()
    assert [row["standing"] for row in whole.values()] == ["stale"] * 3
    monkeypatch.setattr(attestations, "BATCH", 2)
    assert [done for done, _batch in fallen_promotions()] == [2, 3]
    assert fallen() == whole


def test_each_stands_as_it_stands_by_itself(site: Any) -> None:
    """One changed, one ended, one holds: read at once they are told apart."""
    changed, ended, _holds = Promotion.objects.order_by("created_at")
    ApprovalRound.objects.filter(pk=changed.approval_round_id).update(digest="0" * 64)
    ApprovalRound.objects.filter(pk=ended.approval_round_id).update(state="closed")
    alone = {
        str(one.pk): said[0]
        for one in Promotion.objects.select_related("version")
        if (said := attestations.standings_of([one])[one.pk])[0] != "valid"
    }
    assert alone == {str(changed.pk): "stale", str(ended.pk): "stale"}
    assert {pk: row["standing"] for pk, row in fallen().items()} == alone


def test_the_job_writes_the_list_and_says_how_far_it_is(site: Any) -> None:
    """A page can show it; nothing but the list lies in the folder after."""
    ApprovalRound.objects.update(digest="0" * 64)
    ask_for_standings()
    renew_standings(site.claim("standings.renew", "site"))
    assert listed() == fallen()
    job = OutboxJob.objects.get(topic="standings.renew")
    assert (job.progress_done, job.progress_total) == (3, 3)
    assert [file.name for file in standings_file().parent.iterdir()] == ["standings.dsse.json"]


def test_who_lost_the_job_meanwhile_lays_nothing_down(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that slept through its lease has read an older state: the newer list stays."""
    ask_for_standings()
    late = site.claim("standings.renew", "site")
    sign = standing.sign_standings

    def slept(pulse: Any) -> str:
        """It had read all when it fell asleep; another one worked meanwhile."""
        text = sign(pulse)
        ApprovalRound.objects.update(digest="0" * 64)
        monkeypatch.setattr(standing, "sign_standings", sign)
        renew_standings(site.claim("standings.renew", "site"))
        return text

    monkeypatch.setattr(standing, "sign_standings", slept)
    with pytest.raises(LeaseLost):
        renew_standings(late)
    assert len(listed()) == 3
    assert len(list(standings_file().parent.iterdir())) == 1
