import time
from datetime import date
from decimal import Decimal

import pytest

from governance.client import ChecksUnfinished, Client, Refused, Version
from tests.governance.client.fake_server import FakeServer, gate

MODEL = {"title": "Credit", "portfolio": "retail", "tier": 1, "purpose": "Refuse"}


def test_a_model_is_registered_and_read(client: Client) -> None:
    """What was entered comes back."""
    made = client.register_model(
        "credit", title="Credit", portfolio="retail", tier=1, purpose="Refuse"
    )
    assert client.model("credit") == made
    assert made.champion is None


def test_all_pages_of_models_are_read(client: Client, server: FakeServer) -> None:
    """Five models on pages of two need three requests."""
    server.models = {f"m{at}": {"name": f"m{at}", **MODEL} for at in range(5)}
    assert [one.name for one in client.models()] == ["m0", "m1", "m2", "m3", "m4"]
    assert [one.query["page"] for one in server.received] == ["1", "2", "3"]


def test_waiting_ends_with_the_last_gate(client: Client, server: FakeServer) -> None:
    """Neither no gates yet nor one that still runs is an end."""
    client.create_version("credit", label="1")
    client.submit("credit", 1)
    server.checks.extend([[], [gate(), gate("ks", "")], [gate(), gate("ks", "failed")]])
    version = client.wait_for_checks("credit", 1, timeout=5)
    assert [one.name for one in version.obstacles] == ["ks"]


def test_an_advisory_or_waived_gate_is_no_obstacle(client: Client, server: FakeServer) -> None:
    """Only required gates that were neither passed nor waived stand in the way."""
    client.create_version("credit", label="1")
    server.checks.append([gate(outcome="failed", required=False), gate("ks", "waived")])
    assert client.version("credit", 1).obstacles == ()


def test_waiting_stops_when_the_time_is_up(client: Client) -> None:
    """The checks go on; the caller hears that they have not ended."""
    client.create_version("credit", label="1")
    client.submit("credit", 1)
    with pytest.raises(ChecksUnfinished):
        client.wait_for_checks("credit", 1, timeout=0.03)


def test_waiting_notices_that_the_checks_were_cancelled(client: Client, server: FakeServer) -> None:
    """At once, with what to do; also where older gates stand there. Begun again, it goes on."""
    client.create_version("credit", label="1")
    client.submit("credit", 1)
    client.cancel_checks("credit", 1)
    server.checks.append([gate()])
    with pytest.raises(Refused, match="were cancelled") as refused:
        client.wait_for_checks("credit", 1, timeout=30)
    assert (refused.value.code, bool(refused.value.remedy)) == ("checks_cancelled", True)
    assert client.restart_checks("credit", 1).checks == "running"
    assert client.wait_for_checks("credit", 1, timeout=30).checks_ended


def test_waiting_notices_that_the_checks_gave_up(client: Client, server: FakeServer) -> None:
    """Nobody waits for what waits for a person."""
    client.create_version("credit", label="1")
    server.versions["credit", 1] |= {"state": "submitted", "checks": "parked"}
    with pytest.raises(Refused, match="gave up"):
        client.wait_for_checks("credit", 1, timeout=30)


def test_waiting_for_a_draft_is_refused_at_once(client: Client) -> None:
    """No checks run for a draft."""
    client.create_version("credit", label="1")
    start = time.monotonic()
    with pytest.raises(Refused, match="is draft"):
        client.wait_for_checks("credit", 1)
    assert time.monotonic() - start < 5


def test_a_kpi_value_keeps_its_digits(client: Client, server: FakeServer) -> None:
    """A decimal travels as text in plain notation, and its alert comes back."""
    server.alert = {"severity": "warning"}
    on = date(2026, 11, 1)
    alert = client.record_kpi("credit", 1, kpi="auc", value=Decimal("7.10E-1"), observed_on=on)
    assert alert == {"severity": "warning"}
    assert server.received[-1].body == {
        "version": 1,
        "kpi": "auc",
        "value": "0.710",
        "observed_on": "2026-11-01",
    }


@pytest.mark.parametrize("value", ["0,7", "NaN", "Infinity", ""])
def test_a_kpi_value_must_be_a_number(client: Client, server: FakeServer, value: str) -> None:
    """What is no finite decimal is not sent."""
    with pytest.raises(Refused, match="not a number"):
        client.record_kpi("credit", 1, kpi="auc", value=value, observed_on=date(2026, 11, 1))
    assert server.received == []


def test_a_notebook_card_escapes_what_the_server_sent() -> None:
    """Neither text nor address can bring markup or script into a notebook."""
    version = Version.from_json(
        {
            "id": "1",
            "model": "<b>",
            "number": 1,
            "label": "<script>",
            "state": "draft",
            "url": "javascript:alert(1)",
            "gates": [gate("<i>", reason='"><img>')],
            "comparison": {"verdict": "<u>", "reason": "&", "digest": ""},
        }
    )
    card = version._repr_html_()
    for raw in ("<b>", "<script", "<i>", "<img", "<u>", "javascript:"):
        assert raw not in card
