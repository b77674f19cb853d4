"""What a pull request shall carry: done as far as the forge has it, and the rest is noted."""

from typing import Any

import pytest

from tests.faults.fakes.forge import REFUSED, TOKEN, FakeForge
from tests.workflows.gitops.places import REPOSITORY, Place, with_api
from workflows.gitops.forges.base import Wishes


@with_api
def test_wishes_are_done_as_far_as_the_forge_has_them(place: Place) -> None:
    """What it does not have is noted; the rest is there."""
    opened = place.opened()
    wishes = Wishes(("foureyes",), ("rita", "ghost"), ("mo",), "Q4")
    left = place.ours.fulfil(REPOSITORY, opened.number, wishes)
    assert [one.wish for one in left] == ["reviewers"]
    assert place.fake.pulls[0].labels in ([3], ["foureyes"])
    assert [
        one.wish for one in place.ours.fulfil(REPOSITORY, opened.number, Wishes(milestone="Q9"))
    ] == ["milestone"]


@with_api
def test_a_wrong_name_costs_nobody_else_their_place(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ghost is unknown: Rita and Mo are asked all the same, and only Ghost is noted."""
    opened, dialect = place.opened(), place.fake.dialect
    accepted: dict[str, int] = {}

    def listening(fake: FakeForge, request: Any) -> Any:
        answer = dialect(fake, request)
        for key in ("reviewers", "assignees", "reviewer_ids", "assignee_ids"):
            if answer[0] < REFUSED and key in request.body:
                accepted[key.partition("_")[0].rstrip("s")] = len(request.body[key])
        return answer

    monkeypatch.setattr(place.fake, "dialect", listening)
    names = ("rita", "ghost", "mo")
    left = place.ours.fulfil(REPOSITORY, opened.number, Wishes((), names, names))
    assert sorted(one.wish for one in left) == ["assignees", "reviewers"]
    assert all("ghost" in one.text for one in left)
    assert accepted == {"reviewer": 2, "assignee": 2}


@with_api
def test_whom_a_forge_passes_over_is_noted(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub leaves out whom it cannot assign, some editions of GitLab take one person alone."""
    opened, dialect = place.opened(), place.fake.dialect
    there = {"id": place.fake.people["rita"], "login": "Rita"}

    def silent(fake: FakeForge, request: Any) -> Any:
        if {"assignees", "assignee_ids"} & {*request.body}:
            return 200, {}, {"assignees": [there]}
        return dialect(fake, request)

    monkeypatch.setattr(place.fake, "dialect", silent)
    left = place.ours.fulfil(REPOSITORY, opened.number, Wishes(assignees=("rita", "mo")))
    assert [(one.wish, "mo" in one.text) for one in left] == [("assignees", True)]


@with_api
def test_a_look_up_that_is_refused_is_noted_like_the_wish(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token may not see milestones and people: the pull request is there, and nothing waits."""
    opened, dialect = place.opened(), place.fake.dialect
    hidden = ("/milestones", "/users", "/labels")

    def closed(fake: FakeForge, request: Any) -> Any:
        if request.path.endswith(hidden):
            return 403, {}, {"message": "Resource not accessible"}
        return dialect(fake, request)

    monkeypatch.setattr(place.fake, "dialect", closed)
    wishes = Wishes(("foureyes",), ("rita",), milestone="Q4")
    left = {one.wish: one.text for one in place.ours.fulfil(REPOSITORY, opened.number, wishes)}
    assert "write access" in left["milestone"]
    assert TOKEN not in str(left)


@pytest.mark.parametrize("place", ["gitea"], indirect=True)
def test_a_label_of_the_organisation_is_found_beside_those_of_the_repository(place: Place) -> None:
    """Gitea lists each kind at a place of its own, and gives both to a pull request by id."""
    opened = place.opened()
    place.fake.lent_labels = {"Risk": 8}
    wishes = Wishes(("foureyes", "risk", "nowhere"))
    left = place.ours.fulfil(REPOSITORY, opened.number, wishes)
    assert place.fake.pulls[0].labels == [3, 8]
    assert [one.text for one in left] == ["“nowhere” is not there."]


@pytest.mark.parametrize("place", ["gitea"], indirect=True)
@pytest.mark.parametrize(("status", "said"), [(404, "is not there"), (403, "status 403")])
def test_without_an_organisation_the_labels_of_the_repository_are_set(
    place: Place, monkeypatch: pytest.MonkeyPatch, status: int, said: str
) -> None:
    """The repository is a person's, or the token may not read the organisation."""
    opened, dialect = place.opened(), place.fake.dialect

    def closed(fake: FakeForge, request: Any) -> Any:
        if request.path.startswith("/orgs/"):
            return status, {}, {"message": "No"}
        return dialect(fake, request)

    monkeypatch.setattr(place.fake, "dialect", closed)
    left = place.ours.fulfil(REPOSITORY, opened.number, Wishes(("foureyes", "risk")))
    assert place.fake.pulls[0].labels == [3]
    assert [(one.wish, said in one.text) for one in left] == [("labels", True)]


@pytest.mark.parametrize("place", ["github"], indirect=True)
def test_a_github_without_drafts_opens_it_as_it_is(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Private repositories of some plans have none: no reason to keep an approval waiting."""
    dialect = place.fake.dialect
    words = {"message": "Draft pull requests are not supported in this repository."}

    def plain(fake: FakeForge, request: Any) -> Any:
        return (422, {}, words) if request.body.get("draft") else dialect(fake, request)

    monkeypatch.setattr(place.fake, "dialect", plain)
    assert place.opened(draft=True).state == "open"
    assert not place.fake.pulls[0].draft
