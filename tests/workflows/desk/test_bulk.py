"""The same with several cases of the inbox: each by itself, each refusal told, never a decision."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.utils import timezone

from governance.inventory.models import ModelVersion
from tests.governance.access.people import person
from tests.matrix.people import join
from tests.stories import digest, registered_model, signed_in, three_officers, validated_version
from workflows.cases.models import Case, Snooze, Task
from workflows.lifecycle.models import Decision
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Two cases wait for the risk officers, of whom there are three."""
    validated_version(model=registered_model("cards", "Cards"))
    return three_officers()


def cases() -> list[Case]:
    return list(Case.objects.filter(closed_at=None).order_by("opened_at"))


def ids() -> list[str]:
    return [str(case.pk) for case in cases()]


def send(username: str, address: str, **typed: object) -> HttpResponse:
    return signed_in(username).post(f"/cases/{address}/", {"case": ids(), **typed})


def late(case: Case) -> None:
    Task.objects.filter(case=case).update(due_at=timezone.now() - timedelta(hours=1))


def hand_over(username: str, to: str, **changed: object) -> HttpResponse:
    digests = [digest(case.version, Move.APPROVE) for case in cases()]
    typed = {"delegate": str(person(to).pk), "comment": "Away.", "digest": digests, **changed}
    return send(username, "delegate", **typed)


def test_several_are_set_aside_at_once(version: ModelVersion) -> None:
    """For a week, for now, and back."""
    assert send("rita", "set-aside", later="7").status_code == 302
    assert "All that waits for you is put off" in signed_in("rita").get("/").content.decode()
    assert send("rita", "set-aside", later="0").status_code == 302
    assert send("rita", "set-aside", later="done").status_code == 302
    assert Snooze.objects.filter(person=person("rita"), until=None).count() == 2


def test_what_is_refused_is_told_and_the_rest_is_done(version: ModelVersion) -> None:
    """One is overdue and stays; one that nobody knows is told as such."""
    late(cases()[0])
    answer = send("rita", "set-aside", later="done", cases=str(uuid4()))
    assert answer.status_code == 200
    told = answer.content.decode()
    assert "It is overdue, so it stays in the inbox." in told
    assert "A case that is not open, or not yours to see" in told
    assert told.count("Refused") == 2
    assert Snooze.objects.get().case == cases()[1]


@pytest.mark.parametrize(
    "typed",
    [{"later": "365"}, {"later": "1", "case": "x"}, {"later": "1", "case": []}, {"case": ids}],
)
def test_what_is_not_offered_is_refused_before_anything_is_done(
    version: ModelVersion, typed: dict[str, object]
) -> None:
    """Another time, no case, something that is none."""
    typed = {key: value() if callable(value) else value for key, value in typed.items()}
    assert signed_in("rita").post("/cases/set-aside/", typed).status_code == 422
    many = {"later": "1", "case": [str(uuid4()) for _number in range(51)]}
    assert signed_in("rita").post("/cases/set-aside/", many).status_code == 422
    assert not Snooze.objects.exists()


def test_a_stranger_does_nothing(version: ModelVersion) -> None:
    """To them neither case is there, and nobody is named."""
    join("Otto Outside", "otto")
    answer = send("otto", "set-aside", later="done")
    assert answer.status_code == 409
    page = send("otto", "delegate").content.decode()
    for told in (answer.content.decode(), page):
        assert version.model.title not in told
        assert "Rolf Officer" not in told
    assert not Snooze.objects.exists()


def test_decisions_are_handed_over_together(version: ModelVersion) -> None:
    """The page asks to whom and why, then one person is asked by name in both cases."""
    page = send("rita", "delegate").content.decode()
    assert "2 cases" in page
    assert "Rolf Officer" in page
    assert "Rita Risk</option>" not in page
    assert hand_over("rita", "rolf").status_code == 302
    assert Decision.objects.filter(kind="delegate", person=person("rita")).count() == 2
    asked = Task.objects.filter(person=person("rolf"), state="open", verb="approve")
    assert asked.count() == 2
    assert version.model.title not in signed_in("rita").get("/").content.decode()


def test_handing_over_is_refused_case_by_case(version: ModelVersion) -> None:
    """Another digest than that of now is stale; the other case goes through."""
    digests = ["0" * 64, digest(cases()[1].version, Move.APPROVE)]
    answer = hand_over("rita", "rolf", digest=digests)
    assert answer.status_code == 200
    assert answer.content.decode().count("Refused") == 1
    assert Decision.objects.filter(kind="delegate").count() == 1


def test_without_reason_or_person_nothing_is_handed_over(version: ModelVersion) -> None:
    """What was typed is still there."""
    answer = hand_over("rita", "rolf", delegate="")
    assert answer.status_code == 422
    assert "Away." in answer.content.decode()
    assert hand_over("rita", "rolf", comment="").status_code == 422
    assert hand_over("rita", "victor").status_code == 422
    assert not Decision.objects.filter(kind="delegate").exists()


def test_who_may_not_decide_hands_nothing_over(version: ModelVersion) -> None:
    """Dana built it: every case is refused, and she is told why."""
    answer = hand_over("dana", "rolf")
    assert answer.status_code == 409
    assert answer.content.decode().count("Refused") == 2
    assert not Decision.objects.filter(kind="delegate").exists()
