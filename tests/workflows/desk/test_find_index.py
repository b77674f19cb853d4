"""On PostgreSQL a part of a model's title or name is found by an index, whatever stands around."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.stories import registered_model, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(module_db: None) -> None:
    """One model is enough: the plan is asked for as if there were many."""
    registered_model()


def test_finding_can_use_the_trigrams(house: None) -> None:
    """The very query of an auditor: without walking the table, both columns come by index."""
    client = signed_in("ada")
    with CaptureQueriesContext(connection) as asked:
        client.get("/find/", {"q": "zebra"}, headers={"HX-Request": "true"})
    sql = next(one["sql"] for one in asked if "governance_registeredmodel" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "registered_model_title_trgm" in plan, plan
    assert "registered_model_name_trgm" in plan, plan
