"""The database itself refuses what the table of edges does not have, whoever writes to it."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from governance.access.models import Person, Portfolio
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.states import State
from workflows.lifecycle.models import LivingVersion
from workflows.lifecycle.transitions import EDGES, pairs
from workflows.lifecycle.triggers import create_sql

pytestmark = pytest.mark.both_databases
TABLE = ModelVersion._meta.db_table


@pytest.fixture
def version(database: object) -> ModelVersion:
    owner = Person.objects.create(full_name="Olive Owner", email="olive@example.org")
    portfolio = Portfolio.objects.create(name="retail", title="Retail")
    model = RegisteredModel.objects.create(
        name="m", title="M", tier=1, owner=owner, portfolio=portfolio
    )
    return ModelVersion.objects.create(model=model, number=1, created_by=owner)


def moved(version: ModelVersion, state: str, *, entries: int = 1) -> bool:
    """Whether raw SQL can move the version, with so many new entries in its log."""
    change = f"UPDATE {TABLE} SET state = %s, audit_seq = audit_seq + %s WHERE id = %s"  # noqa: S608
    key = version.pk.hex if connection.vendor == "sqlite" else version.pk
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change, [state, entries, key])
            return cursor.rowcount == 1
    except DatabaseError as error:
        if "no such move" not in str(error):
            raise
        return False


def walk_to(version: ModelVersion, goal: State) -> None:
    """Bring a version to a state along the edges of the table."""
    ways: dict[State, list[State]] = {State.DRAFT: []}
    while goal not in ways:
        for source, target in pairs():
            if source in ways and target not in ways:
                ways[target] = [*ways[source], target]
    for step in ways[goal]:
        assert moved(version, step)


@pytest.mark.parametrize("source", list(State))
def test_every_pair_that_is_no_edge_is_refused_and_every_edge_is_there(
    version: ModelVersion, source: State
) -> None:
    """Raw SQL, with an entry for it: all hundred pairs of states."""
    walk_to(version, source)
    legal = {target for start, target in pairs() if start == source}
    for target in set(State) - legal - {source}:
        assert not moved(version, target), f"{source} > {target}"
    for target in legal:
        with transaction.atomic():
            assert moved(version, target), f"{source} > {target}"
            transaction.set_rollback(True)
    assert ModelVersion.objects.get().state == source


def test_a_change_of_state_without_an_entry_is_refused(version: ModelVersion) -> None:
    """Also one that takes entries away."""
    assert not moved(version, State.SUBMITTED, entries=0)
    assert not moved(version, State.SUBMITTED, entries=-1)
    assert moved(version, State.SUBMITTED, entries=1)


def test_the_number_in_the_log_is_never_set_back(version: ModelVersion) -> None:
    """Or it could be made new again in two steps."""
    rows = ModelVersion.objects.filter(pk=version.pk)
    rows.update(audit_seq=7)
    with pytest.raises(DatabaseError, match="no entry"), transaction.atomic():
        rows.update(audit_seq=6)


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_no_version_is_born_elsewhere_than_as_a_draft(version: ModelVersion, state: State) -> None:
    """The constructor takes any state, and so does a bulk insert; the database does not."""
    born = ModelVersion(model=version.model, number=2, created_by=version.created_by, state=state)
    with pytest.raises(DatabaseError, match="born as a draft"), transaction.atomic():
        born.save()
    with pytest.raises(DatabaseError, match="born as a draft"), transaction.atomic():
        ModelVersion.objects.bulk_create([born])
    assert ModelVersion.objects.count() == 1


def test_a_query_cannot_move_a_version(version: ModelVersion) -> None:
    """`update()` and `bulk_update()` pass by the state machine, and stop here."""
    with pytest.raises(DatabaseError, match="no such move"), transaction.atomic():
        ModelVersion.objects.update(state=State.APPROVED, audit_seq=1)
    with pytest.raises(DatabaseError, match="no such move"), transaction.atomic():
        ModelVersion.objects.update(state=State.SUBMITTED)
    row = ModelVersion(pk=version.pk, state=State.DEPLOYED, audit_seq=9)
    with pytest.raises(DatabaseError, match="no such move"), transaction.atomic():
        ModelVersion.objects.bulk_update([row], ["state", "audit_seq"])
    assert ModelVersion.objects.get().state == State.DRAFT


def test_governance_can_read_a_state_but_not_set_it(version: ModelVersion) -> None:
    """The field is protected, and only the proxy of the lifecycle has the moves."""
    with pytest.raises(AttributeError, match="Direct state modification"):
        version.state = State.APPROVED
    assert not hasattr(version, "approve")


def test_all_other_columns_stay_writable(version: ModelVersion) -> None:
    """The trigger minds the state only."""
    ModelVersion.objects.update(deployed_at=timezone.now(), summary="As before.")
    assert ModelVersion.objects.get().summary == "As before."


def test_every_edge_of_the_table_has_its_method(version: ModelVersion) -> None:
    """The machine is made from the same table: same sources, same target."""
    known = {t.name: t for t in LivingVersion(pk=version.pk).get_all_state_transitions()}
    assert set(known) == set(EDGES)
    found = {(t.source, t.name, t.target) for t in LivingVersion().get_all_state_transitions()}
    written = {
        (source.value, verb, edge.target.value)
        for verb, edge in EDGES.items()
        for source in edge.sources
    }
    assert found == written


def test_the_trigger_is_made_again_in_its_own_place(version: ModelVersion) -> None:
    """As a migration does after an edge was added; and it still refuses."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in create_sql(connection.vendor):
            cursor.execute(statement, None)
    assert moved(version, State.SUBMITTED)
    assert not moved(version, State.DEPLOYED)
