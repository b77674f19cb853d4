"""The inventory and the page of a model."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.inventory.models import ModelVersion
from governance.monitoring.models import Alert, KpiReading
from tests.governance.monitoring.alarm import raised_alert
from tests.stories import (
    deployed_version,
    draft_version,
    registered_model,
    signed_in,
    validated_version,
)
from workflows.gitops.models import PromotionAlarm
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """The first version, validated."""
    return validated_version()


def page(username: str, address: str, status: int = 200) -> str:
    answer = signed_in(username).get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_line_names_owner_newest_version_and_open_alerts(version: ModelVersion) -> None:
    """What a reader decides on before opening a model."""
    raised_alert(deployed_version(model=registered_model("cards", "Cards", 3)))
    inventory = page("rita", "/models/")
    assert "2 models that you can see. 1 is live. 1 has an open alert." in inventory
    for words in ("Credit default", "Dana Developer", "1.0.0", "Validated", "1 alert", "not live"):
        assert words in inventory


def test_only_who_may_register_sees_the_button(version: ModelVersion) -> None:
    """Dana may; Rita, who signs, may not."""
    assert "Register a model" in page("dana", "/models/")
    assert "Register a model" not in page("rita", "/models/")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("q=default", True),
        ("q=nothing", False),
        ("tier=1", True),
        ("tier=2", False),
        ("state=validated", True),
        ("state=deployed", False),
        ("portfolio=retail-credit", True),
        ("portfolio=elsewhere", False),
    ],
)
def test_filters_live_in_the_address(version: ModelVersion, filters: str, found: bool) -> None:
    """Words, tier, portfolio and state of the newest version, each by itself."""
    inventory = page("rita", f"/models/?{filters}")
    assert ("Credit default" in inventory) is found
    assert ("No model matches these filters" in inventory) is not found


def test_strangers_see_no_model_and_get_no_page(version: ModelVersion) -> None:
    """A model that is not theirs to see sounds like one that does not exist."""
    assert "No model that you can see" in page("sam", "/models/")
    hidden = page("sam", "/models/credit-default/", 404).replace("credit-default", "NAME")
    absent = page("sam", "/models/no-such-model/", 404).replace("no-such-model", "NAME")
    assert "There is no model NAME that you can see." in hidden
    assert "There is no model NAME that you can see." in absent


def test_the_page_of_a_model_tells_all_that_is_known(version: ModelVersion) -> None:
    """Versions with what was measured, history, and how to submit."""
    model = page("olive", "/models/credit-default/")
    for words in (
        "Decides whether an application is refused.",
        "No version is live.",
        "0.7537",
        "first version",
        "No threshold is set, so nothing can raise an alert.",
        "Version validated: 1.0.0",
        "python -m governance.client submit credit-default",
        "Set a threshold",
    ):
        assert words in model


def test_the_page_names_champion_and_where_it_stands(version: ModelVersion) -> None:
    """Live since when, who agreed, at which target, by which pull request, and how it does."""
    champion = deployed_version(model=registered_model("cards", "Cards", 3))
    raised_alert(champion)
    model = page("ada", "/models/cards/")
    assert "AUC is 0.71, below the threshold 0.74" in model
    assert "It must be at least 0.74. 1 of 1 reading does not hold it." in model
    assert f"{champion.label} has been live since" in model
    assert "<dt>Validated by</dt><dd>Victor Validator, " in model
    assert "<dt>Approved by</dt><dd>Rita Risk, " in model
    assert 'href="/forge/risk-models/1/"' in model
    assert "Set a threshold" not in model


def test_the_page_tells_of_an_alarm_where_its_champion_stands(version: ModelVersion) -> None:
    """Until somebody answers it."""
    told = "The repository was changed without an approval"
    champion = deployed_version(model=registered_model("cards", "Cards", 3))
    assert told not in page("ada", "/models/cards/")
    promotion = Promotion.objects.get(version=champion)
    PromotionAlarm.objects.create(promotion=promotion, kind="drifted", occasion="by hand")
    model = page("ada", "/models/cards/")
    assert told in model
    assert f'href="/deployments/{promotion.pk}/"' in model


def test_what_waits_for_the_reader_stands_on_the_page(version: ModelVersion) -> None:
    """Rita is asked to sign; Victor, who has validated, is not."""
    assert "Approve, 0 of 2" in page("rita", "/models/credit-default/")
    assert "Nothing about this model." in page("victor", "/models/credit-default/")


@pytest.mark.parametrize("address", ["/models/", "/models/credit-default/"])
def test_queries_do_not_grow(version: ModelVersion, address: str) -> None:
    """With more models, versions and alerts a page costs what it cost."""
    browser = signed_in("rita")
    browser.get(address)
    with CaptureQueriesContext(connection) as before:
        browser.get(address)
    draft_version(2, model=version.model)
    draft_version(model=registered_model("cards", "Cards"))
    registered_model("cure", "Cure")
    with CaptureQueriesContext(connection) as after:
        browser.get(address)
    assert len(after) <= len(before)


def test_alerts_come_a_page_at_a_time_and_readings_the_newest(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The open one first, however old; what is left out of a figure is told."""
    monkeypatch.setattr("workflows.desk.views.lists.PAGE", 1)
    monkeypatch.setattr("governance.monitoring.queries.DRAWN", 1)
    live = deployed_version(model=registered_model("cards", "Cards", 3))
    raised_alert(live, "0.70")
    alert = Alert.objects.get()
    day = alert.raised_at - timedelta(days=1)
    reading = KpiReading.objects.create(
        version=live, kpi="auc", value="0.73", observed_on=day.date()
    )
    facts = {"version": live, "reading": reading, "kpi": "auc", "bound": "at_least"}
    Alert.objects.create(
        **facts, value="0.73", threshold="0.74", closed_at=timezone.now(), closed_reason="Seen."
    )
    told = page("rita", "/models/cards/")
    assert f'href="/alerts/{alert.pk}/"' in told
    assert "1 open alert" in told
    assert "1 to 1 of 2" in told
    assert "1 older reading is not drawn." in told
    second = page("rita", "/models/cards/?page=2")
    assert f'href="/alerts/{alert.pk}/"' not in second
    assert "Closed " in second
