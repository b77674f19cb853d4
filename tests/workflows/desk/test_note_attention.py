"""How much attention a case gets before it is decided: measured, bounded, shown without names."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.utils import timezone

from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.desk.pages import case_page
from workflows.cases.models import Attention
from workflows.desk.queries.cycle_times import attention
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.validated_version()


def report(username: str, version: ModelVersion, seconds: object, *sections: str) -> HttpResponse:
    """What the page of the case sends."""
    address = f"/models/{version.model.name}/versions/{version.number}/attention/"
    typed = {"seconds": seconds, "section": sections}
    return stories.signed_in(username).post(address, typed)


def at(moment: datetime, version: ModelVersion, seconds: int, *sections: str) -> None:
    with time_machine.travel(moment, tick=False):
        assert report("rita", version, seconds, *sections).status_code == 204


def test_a_page_cannot_report_more_time_than_has_passed(version: ModelVersion) -> None:
    """Nor more than half a minute at once; a script gains nothing."""
    now = timezone.now()
    at(now, version, 9999, "s1")
    at(now + timedelta(seconds=10), version, 9999, "s1", "performance")
    at(now + timedelta(seconds=10), version, 9999)
    row = Attention.objects.get()
    assert (row.seconds, row.sections) == (40, ["performance", "s1"])
    at(now - timedelta(days=1), version, 20)
    assert Attention.objects.get().seconds == 40


def test_nonsense_is_refused(version: ModelVersion) -> None:
    """And writes nothing."""
    for seconds in ("", "-5", "1.5", "99999", "x"):
        assert report("rita", version, seconds).status_code == 422
    assert report("sam", version, 15).status_code == 404
    assert not Attention.objects.exists()
    report("rita", version, 15, "<script>", "s1", "x" * 99)
    assert Attention.objects.get().sections == ["s1"]


def test_whoever_decides_is_told_that_it_is_measured(version: ModelVersion) -> None:
    """And nobody else is measured."""
    assert "is measured" in case_page("rita", version)
    assert "data-attention" not in case_page("dana", version)


def test_quick_decisions_show_without_names(version: ModelVersion) -> None:
    """One of two took less than a minute; the validator's page was never measured."""
    now = timezone.now()
    for number in range(4):
        at(now + timedelta(seconds=30 * number), version, 30, f"s{number}")
    report("rolf", version, 15, "s1")
    stories.sign(version, "rita")
    stories.sign(version, "rolf")
    rows = {row.move: row for row in attention(actor_named("hanna"), 30)}
    approval = rows["Approval"]
    assert (approval.decisions, approval.spans.number) == (2, 2)
    assert (approval.spans.median, approval.sections, approval.quick) == (67.5, 2.5, 0.5)
    assert (rows["Validation"].decisions, rows["Validation"].spans) == (1, None)
    page = stories.signed_in("hanna").get("/cases/cycle-times/").content.decode()
    assert "Attention before decisions" in page
    assert "Rolf" not in page
