"""A draft of the next version."""

import threading

import pytest
from django.db import connections

from governance.access.models import Involvement
from governance.audit.lines import parse
from governance.audit.models import AuditEntry
from governance.audit.queries import line_of
from governance.errors import Invalid, NotAllowed
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.operations import VersionFacts, create_version
from tests import stories
from workflows.management.cast import actor_named


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    return stories.registered_model()


@pytest.mark.django_db
def test_versions_are_numbered_by_model(model: RegisteredModel) -> None:
    """Each model counts for itself, and the author is noted."""
    dana = actor_named("dana")
    other = stories.registered_model("other", "Other")
    numbers = [create_version(m, VersionFacts(), actor=dana).number for m in (model, model, other)]
    assert numbers == [1, 2, 1]
    assert set(Involvement.objects.values_list("part", flat=True)) == {"author"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parameters", [{"seed": 2**60}, {"cutoff": float("nan")}, {"deep": [{"x": float("inf")}]}]
)
def test_what_could_not_be_signed_later_is_refused_now(
    model: RegisteredModel, parameters: dict[str, object]
) -> None:
    """The digest is over RFC 8785, which has no place for such numbers."""
    with pytest.raises(Invalid) as refused:
        create_version(model, VersionFacts(parameters=parameters), actor=actor_named("dana"))
    assert refused.value.field == "parameters"
    assert not ModelVersion.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["victor", "rita", "mo", "ada", "alma"])
def test_others_create_no_versions(model: RegisteredModel, who: str) -> None:
    """It is the developers' and owners'."""
    with pytest.raises(NotAllowed):
        create_version(model, VersionFacts(), actor=actor_named(who))


@pytest.mark.django_db
def test_its_author_says_which_version_was_retrained(model: RegisteredModel) -> None:
    """By its number; the version and its entry in the log name it."""
    dana = actor_named("dana")
    first = create_version(model, VersionFacts(), actor=dana)
    second = create_version(model, VersionFacts(retrained_from=first.number), actor=dana)
    assert stories.again(second).retrained_from == first
    entry = AuditEntry.objects.get(action="version.created", subject_id=second.pk)
    assert parse(line_of(entry.pk)).after["retrained_from"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 2, 2**31 - 1])
def test_what_was_retrained_is_a_version_of_the_same_model(
    model: RegisteredModel, number: int
) -> None:
    """Neither itself nor another model's; the refusal says what to do, and nothing is made."""
    dana = actor_named("dana")
    other = stories.registered_model("other", "Other")
    for _draft in range(2):
        create_version(other, VersionFacts(), actor=dana)
    with pytest.raises(Invalid, match="no version") as refused:
        create_version(model, VersionFacts(retrained_from=number), actor=dana)
    assert (refused.value.field, bool(refused.value.remedy)) == ("retrained_from", True)
    assert not model.versions.exists()


@pytest.mark.both_databases
def test_two_pipelines_at_once_get_two_numbers(database: object) -> None:
    """The model's row is locked while a number is chosen."""
    model, dana = stories.registered_model(), actor_named("dana")
    gate, numbers = threading.Barrier(4), []

    def create() -> None:
        gate.wait(timeout=30)
        numbers.append(create_version(model, VersionFacts(), actor=dana).number)
        connections.close_all()

    threads = [threading.Thread(target=create) for _pipeline in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(numbers) == [1, 2, 3, 4]
