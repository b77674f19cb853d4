"""Pipeline runs of a version: as they were reported, by status and by label."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.stories import deployed_version, signed_in
from tests.workflows.desk.pages import address, case_page
from workflows.gitops.models import PipelineRun
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 8, tzinfo=UTC)


def reported(name: str, status: str, **labels: str) -> None:
    PipelineRun.objects.create(
        uid=name,
        promotion=Promotion.objects.get(),
        name=name,
        pipeline="verify-attestation",
        namespace="delivery",
        status=status,
        labels=labels,
        created_at=AT,
        started_at=AT,
        completed_at=AT.replace(minute=2) if status == "succeeded" else None,
    )


def test_the_runs_of_a_version_stand_on_a_page_of_it() -> None:
    """Status, name, pipeline, namespace, created, duration; the version leads there."""
    version = deployed_version()
    reported("verify-x7", "succeeded", team="risk")
    reported("verify-x8", "running", team="cards")
    assert address(version, "version_runs") in case_page("mo", version)
    page = signed_in("rita").get(address(version, "version_runs")).content.decode()
    for words in ("verify-x7", "verify-x8", "verify-attestation", "delivery", "2\xa0minutes"):
        assert words in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"status": "running"}, ["verify-x8"]),
        ({"label": "team:risk"}, ["verify-x7"]),
        ({"status": "running", "label": "team:risk"}, []),
        ({"label": "team"}, ["verify-x7", "verify-x8"]),
        ({"label": "x' OR '1'='1:y"}, []),
    ],
)
def test_they_are_narrowed_by_the_address(asked: dict[str, str], shown: list[str]) -> None:
    """A label is written `key:value`; without a colon it narrows nothing."""
    version = deployed_version()
    reported("verify-x7", "succeeded", team="risk")
    reported("verify-x8", "running", team="cards")
    page = signed_in("mo").get(address(version, "version_runs"), asked).content.decode()
    assert [name for name in ("verify-x7", "verify-x8") if name in page] == shown
    assert ("No run is like that." in page) == (not shown)


def test_more_than_a_page_of_runs_is_paged_and_keeps_its_filters() -> None:
    """Nothing stops at fifty without a word: not of the version, and not of one promotion."""
    version = deployed_version()
    for number in range(52):
        reported(f"verify-{number:03}", "running", team="risk")
    asked = {"status": "running", "label": "team:risk"}
    of_promotion = reverse("promotion", args=[Promotion.objects.get().pk])
    client = signed_in("mo")
    for place in (address(version, "version_runs"), of_promotion):
        first = client.get(place, asked).content.decode()
        assert first.count("verify-attestation") == 50
        assert "1 to 50 of 52" in first
        assert "?status=running&amp;label=team%3Arisk&amp;page=2" in first
        second = client.get(place, {**asked, "page": "2"}).content.decode()
        assert second.count("verify-attestation") == 2
