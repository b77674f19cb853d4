"""The lists of the embedded site: what SQLite keeps in other words is read as on PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from governance.actors import Actor
from governance.evaluation.models import ComparisonReport
from tests import stories
from tests.databases import SQLITE
from workflows.cases.models import Case, Revalidation
from workflows.lifecycle.operations.moving import lock_for_system
from workflows.lifecycle.operations.validating_again import ask_again_for
from workflows.lifecycle.queries import Occasion
from workflows.lifecycle.queries.blocks import _outrun_and_ended

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("module_db", [SQLITE], indirect=True, scope="module"),
]


@pytest.fixture(scope="module", autouse=True)
def _challenged(module_db: None) -> None:
    """Version 1 is live, and due to be validated again; version 2 was compared with it."""
    live = stories.deployed_version(1)
    stories.validated_version(2, model=live.model)
    day = timezone.localdate() + timedelta(days=7)
    with transaction.atomic():
        occasion = Occasion(Revalidation.Trigger.TIME, f"time:{day}", day)
        ask_again_for(lock_for_system(live.pk), occasion, actor=Actor.system("schedule"))


def test_the_list_of_models_leads_to_a_validation_that_is_due() -> None:
    """It once had no address for it, and no page came."""
    page = stories.signed_in("ada").get("/models/").content.decode()
    assert f"/revalidations/{Revalidation.objects.get().case_id}/" in page


def test_a_comparison_with_the_champion_of_today_has_not_been_outrun() -> None:
    """The champion of the report and the live version are the same one."""
    report = ComparisonReport.objects.filter(champion__isnull=False).get()
    case = Case.objects.get(version=report.version)
    assert _outrun_and_ended([case]) == (set(), set())


def test_changes_of_rights_are_listed_from_the_first_day_of_the_calendar() -> None:
    """Which began before the calendar did, where clocks are ahead."""
    answer = stories.signed_in("ada").get("/access/history/?since=0001-01-01")
    assert answer.status_code == 200
