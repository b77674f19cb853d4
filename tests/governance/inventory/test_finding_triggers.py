"""The database itself keeps every finding, whoever writes to its table."""
# ruff: noqa: S608  the name of our own table

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from governance.access.models import Person, Portfolio
from governance.inventory.models import Finding, ModelVersion, RegisteredModel
from governance.inventory.triggers import MESSAGE, TABLE
from tests.databases import Database

pytestmark = pytest.mark.both_databases


@pytest.fixture
def finding(database: Database) -> Finding:
    """One finding of a version, and another version beside it."""
    victor = Person.objects.create(full_name="Victor Validator", email="victor@example.org")
    retail = Portfolio.objects.create(name="retail", title="Retail")
    model = RegisteredModel.objects.create(
        name="m", title="M", tier=1, owner=victor, portfolio=retail
    )
    first, _second = (
        ModelVersion.objects.create(model=model, number=number, created_by=victor)
        for number in (1, 2)
    )
    return first.findings.create(number=1, severity="high", title="Late", raised_by=victor)


def refuses(sql: str) -> bool:
    """Whether the database refuses a statement in its own words."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except IntegrityError as error:
        return MESSAGE in str(error)
    return False


def test_the_table_is_that_of_findings(finding: Finding) -> None:
    """A renamed table would lose its triggers."""
    assert Finding._meta.db_table == TABLE


def test_a_finding_is_not_deleted(finding: Finding, database: Database) -> None:
    """Neither by the product's own means nor by SQL, one or all of them."""
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        finding.delete()
    with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
        Finding.objects.all().delete()
    assert refuses(f"DELETE FROM {TABLE}")
    if database.vendor == "postgresql":
        assert refuses(f"TRUNCATE {TABLE} CASCADE")
    else:
        assert refuses(f"INSERT OR REPLACE INTO {TABLE} SELECT * FROM {TABLE}")
    assert Finding.objects.get().title == "Late"


def test_a_finding_is_not_put_elsewhere(finding: Finding) -> None:
    """Gone from its version would be deleted there; number and who raised it stay, too."""
    other, stranger = (
        ModelVersion.objects.get(number=2),
        Person.objects.create(full_name="Sam Stranger", email="sam@example.org"),
    )
    for change in (
        {"version": other},
        {"number": 7},
        {"raised_by": stranger},
        {"raised_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError, match=MESSAGE), transaction.atomic():
            Finding.objects.update(**change)


def test_a_finding_is_answered_and_closed_and_another_one_raised(finding: Finding) -> None:
    """What findings are for goes on."""
    Finding.objects.update(
        answer="Mended.", state="closed", closed_at=timezone.now(), closed_by=finding.raised_by
    )
    finding.version.findings.create(
        number=2, severity="low", title="Slow", raised_by=finding.raised_by
    )
    assert list(Finding.objects.values_list("number", "state")) == [(1, "closed"), (2, "open")]
