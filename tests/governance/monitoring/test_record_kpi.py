"""A program tells how a live version does."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance.access.models import User
from governance.access.operations import Holder, add_portfolio, grant
from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.errors import Duplicate, FoureyesError, Invalid, NotAllowed, WrongState
from governance.inventory.models import ModelVersion
from governance.monitoring.models import Alert, KpiReading
from governance.monitoring.operations import close_alert, record_kpi, set_threshold
from governance.outbox.models import OutboxJob
from tests import stories
from workflows.lifecycle.operations import deploy_version
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 2)


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Live, and its AUC must be at least 0.74."""
    found = stories.approved_version(opened=False)
    deploy_version(found.pk, promotion_id=found.pk, actor=Actor.system("gitops"))
    olive = actor_named("olive")
    set_threshold(found.model, kpi="auc", bound="at_least", value="0.74", actor=olive)
    return stories.again(found)


def tell(version: ModelVersion, value: str = "0.80", who: str = "mo", **parts: Any) -> list[Alert]:
    """Somebody records a figure."""
    facts = {"kpi": "auc", "observed_on": DAY} | parts
    return record_kpi(version, value=value, **facts, actor=actor_named(who))[1]


@pytest.mark.parametrize(("value", "raised"), [("0.74", 0), ("0.9", 0), ("0.7399", 1)])
def test_a_figure_below_its_bound_raises_an_alert(
    version: ModelVersion, value: str, raised: int
) -> None:
    """The bound itself holds."""
    assert len(tell(version, value)) == raised
    assert OutboxJob.objects.filter(topic="alert.raised").count() == raised
    assert AuditEntry.objects.filter(action="alert.raised").count() == raised


def test_an_upper_bound_is_broken_above(version: ModelVersion) -> None:
    """A drift index may not grow."""
    olive = actor_named("olive")
    set_threshold(version.model, kpi="psi", bound="at_most", value="0.25", actor=olive)
    assert not tell(version, "0.25", kpi="psi")
    (alert,) = tell(version, "0.26", kpi="psi", observed_on=DAY + timedelta(days=1))
    assert (alert.bound, str(alert.threshold)) == ("at_most", "0.25000000")


def test_a_figure_without_a_bound_is_only_kept(version: ModelVersion) -> None:
    """Nobody said what it must hold."""
    assert not tell(version, "-5", kpi="volume")
    assert KpiReading.objects.get().value == -5


def test_a_second_bad_day_raises_no_second_alert(version: ModelVersion) -> None:
    """One is open; after it was closed the next one is news again."""
    (alert,) = tell(version, "0.7")
    assert tell(version, "0.6", observed_on=DAY + timedelta(days=1)) == [alert]
    close_alert(alert.pk, reason="Known.", actor=actor_named("mo"))
    (later,) = tell(version, "0.5", observed_on=DAY + timedelta(days=2))
    assert later != alert


def test_the_same_figure_again_is_no_change(version: ModelVersion) -> None:
    """A pipeline that lost the answer gets it again, alert and all."""
    first = tell(version, "0.7")
    entries = AuditEntry.objects.count()
    assert tell(version, "0.70") == first
    assert AuditEntry.objects.count() == entries


def test_another_value_for_the_same_day_is_refused(version: ModelVersion) -> None:
    """What was observed is never replaced."""
    tell(version, "0.7")
    with pytest.raises(Duplicate, match="is recorded as"):
        tell(version, "0.8")


@pytest.mark.parametrize(
    "value", ["NaN", "sNaN", "Infinity", "-inf", "1e12", "1e9999999", "high", ""]
)
def test_what_is_no_number_is_refused(version: ModelVersion, value: str) -> None:
    """At its field; nothing is kept."""
    with pytest.raises(Invalid) as refused:
        tell(version, value)
    assert refused.value.field == "value"
    assert not KpiReading.objects.exists()


def test_a_day_to_come_is_refused(version: ModelVersion) -> None:
    """Nobody has observed it."""
    with pytest.raises(Invalid) as refused:
        tell(version, observed_on=timezone.localdate() + timedelta(days=2))
    assert refused.value.field == "observed_on"


def test_a_version_that_never_was_live_has_no_figures(version: ModelVersion) -> None:
    """The remedy says whose figures are wanted."""
    draft = stories.draft_version(model=version.model)
    with pytest.raises(WrongState, match="never been live"):
        tell(draft)


@pytest.mark.parametrize("who", ["victor", "rita", "ada", "alma", "sam"])
def test_others_record_nothing(version: ModelVersion, who: str) -> None:
    """A role that records figures is needed."""
    with pytest.raises(NotAllowed):
        tell(version, who=who)


def test_a_role_elsewhere_is_none_here(version: ModelVersion) -> None:
    """Scopes are portfolios."""
    admin = actor_named("admin1")
    other = add_portfolio(name="corporate", title="Corporate", actor=admin)
    sam = User.objects.get(username="sam").person
    grant("mlops_engineer", Holder(person=sam), portfolio=other, reason="x", actor=admin)
    with pytest.raises(FoureyesError):
        tell(version, who="sam")
