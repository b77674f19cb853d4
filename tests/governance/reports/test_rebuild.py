"""`manage.py report rebuild`: a report made again from the stored files is the same, bit by bit."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from governance.evaluation.models import ComparisonReport
from governance.evaluation.queries import comparison_of
from governance.inventory.models import ModelVersion
from governance.inventory.queries import scored_data_of
from governance.inventory.storage import path_of
from tests import stories

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    stories.deployed_version(1)
    return stories.submitted_version(2)


def rebuilt(named: str) -> tuple[int, str]:
    """The exit code, and all that was printed."""
    said = StringIO()
    try:
        call_command("report", "rebuild", named, stdout=said, stderr=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue()
    return 0, said.getvalue()


def test_the_same_files_give_the_same_bytes(version: ModelVersion) -> None:
    """Against a champion and without one; the digest is the one that people signed."""
    code, said = rebuilt("credit-default/1")
    assert (code, said.startswith("Equal, bit by bit")) == (0, True)
    code, said = rebuilt("credit-default/2")
    assert (code, said.startswith("Equal, bit by bit")) == (0, True)
    assert comparison_of(version.pk).digest in said


def test_a_changed_row_is_told_with_what_differs(version: ModelVersion) -> None:
    """Somebody made the challenger look better in the table of reports."""
    report = comparison_of(version.pk)
    payload = report.payload | {"verdict": report.payload["verdict"] | {"verdict": "better still"}}
    ComparisonReport.objects.filter(pk=report.pk).update(payload=payload)
    code, said = rebuilt("credit-default/2")
    assert code == 1
    assert "different: verdict" in said


def test_a_changed_digest_is_told(version: ModelVersion) -> None:
    """The payload is right, what was signed was another."""
    report = comparison_of(version.pk)
    ComparisonReport.objects.filter(pk=report.pk).update(digest="0" * 64)
    code, said = rebuilt("credit-default/2")
    assert code == 1
    assert "different: digest" in said


def test_a_lost_file_is_an_error_that_names_the_version(version: ModelVersion) -> None:
    """Nothing can be said without the bytes."""
    path = path_of(scored_data_of(version.pk).sha256)
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        with pytest.raises(CommandError, match=r"Credit default 2\.0\.0 is not where it was kept"):
            rebuilt("credit-default/2")
    finally:
        away.rename(path)


@pytest.mark.parametrize("named", ["credit-default", "credit-default/9", "nothing/1", "/"])
def test_an_unknown_version_is_an_error(version: ModelVersion, named: str) -> None:
    """With how it is to be written."""
    with pytest.raises(CommandError, match="write it as credit-default/2"):
        rebuilt(named)
