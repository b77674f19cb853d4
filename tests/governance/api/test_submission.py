"""A whole submission over a real connection, with the client that developers use."""

from datetime import date
from pathlib import Path

import pytest

from examples.credit.submit import submission
from governance.actors import Actor
from governance.client import Client, Refused, send
from governance.client.shapes import Version
from governance.inventory.models import ModelVersion
from governance.monitoring.operations import set_threshold
from tests import stories
from tests.servers import free_port
from workflows.delivery.operations import reconcile
from workflows.lifecycle.operations import deploy_version
from workflows.management.cast import PORTFOLIO, actor_named

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def client(live_site: str) -> Client:
    return Client(live_site, stories.pipeline_token(), timeout=30, pause=0.01)


def register(client: Client) -> None:
    client.register_model(
        stories.MODEL, title="Credit default", portfolio=PORTFOLIO, tier=1, purpose="Decides."
    )


def test_a_version_goes_from_nothing_to_checked(client: Client) -> None:
    """Server and client agree on every key."""
    register(client)
    sent = send(client, submission(1))
    assert sent.state == "submitted"
    assert not sent.checks_ended
    reconcile()
    version = client.wait_for_checks(stories.MODEL, 1, timeout=5)
    assert_whole(version)
    assert version.obstacles == ()
    model = client.model(stories.MODEL)
    assert (model.portfolio, model.tier, model.champion) == (PORTFOLIO, 1, None)
    assert [one.name for one in client.models()] == [stories.MODEL]


def assert_whole(version: Version) -> None:
    """Every part that a notebook shows is there, with words."""
    assert {(one.name, one.role, one.kind) for one in version.artifacts} == {
        ("model.onnx", "model", ""),
        ("train.py", "code", ""),
    }
    assert {(one.name, one.role, one.kind) for one in version.evidence} == {
        ("scored.csv", "", "scored_data"),
        ("model_card.md", "", "document"),
    }
    assert {gate.outcome for gate in version.gates if gate.required} == {"passed"}
    assert all(gate.reason and gate.name for gate in version.gates)
    assert version.comparison
    assert version.comparison.verdict == "no_champion"
    assert version.comparison.reason
    assert version.comparison.digest
    assert version.url.startswith("http")
    assert version.url.endswith(f"/models/{stories.MODEL}/versions/1/")
    assert "Open in Foureyes" in version._repr_html_()


def test_the_same_upload_again_is_no_change(client: Client, tmp_path: Path) -> None:
    """A pipeline that lost the answer may simply send it again."""
    register(client)
    client.create_version(stories.MODEL, label="1")
    file = tmp_path / "model.onnx"
    file.write_bytes(b"x" * 3_000_000)
    first = client.upload_artifact(stories.MODEL, 1, file)
    assert client.upload_artifact(stories.MODEL, 1, file) == first
    assert len(client.version(stories.MODEL, 1).artifacts) == 1


def test_a_withdrawn_version_stays_readable(client: Client) -> None:
    """And its words say so."""
    register(client)
    client.create_version(stories.MODEL, label="1")
    assert client.withdraw(stories.MODEL, 1, reason="Wrong data.").state == "withdrawn"
    with pytest.raises(Refused, match="is withdrawn"):
        client.wait_for_checks(stories.MODEL, 1, timeout=1)


def test_a_key_figure_below_its_threshold_raises_an_alert(client: Client) -> None:
    """The answer tells the pipeline at once; a lost answer may be asked for again."""
    version = stories.approved_version(opened=False)
    deploy_version(version.pk, promotion_id=version.pk, actor=Actor.system("gitops"))
    model = ModelVersion.objects.get().model
    set_threshold(model, kpi="auc", bound="at_least", value="0.74", actor=actor_named("olive"))
    figures = {"kpi": "auc", "value": "0.712", "observed_on": date(2026, 1, 2)}
    alert = client.record_kpi(stories.MODEL, 1, **figures)
    assert alert
    assert (alert["kpi"], alert["bound"]) == ("auc", "at_least")
    assert client.record_kpi(stories.MODEL, 1, **figures)
    with pytest.raises(Refused, match="recorded as"):
        client.record_kpi(stories.MODEL, 1, **figures | {"value": "0.8"})


def test_a_refusal_reaches_the_developer_in_words(client: Client) -> None:
    """Message, remedy and field of the server, not a status code."""
    register(client)
    with pytest.raises(Refused) as refused:
        register(client)
    assert (refused.value.status, refused.value.code) == (409, "duplicate")
    assert (refused.value.field, bool(refused.value.remedy)) == ("name", True)
    assert free_port()
