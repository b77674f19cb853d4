"""Every forge gives the same answers to the same questions, whatever it speaks itself."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dulwich.repo import Repo

from governance.errors import Duplicate, NotFound, Permanent, Temporary
from tests.faults.fakes.forge import TOKEN, Pull
from tests.workflows.gitops.places import (
    AT,
    BRANCH,
    REPOSITORY,
    SEED,
    Place,
    everywhere,
    with_api,
)
from workflows.gitops.forges.base import (
    APPROVED_CONTEXT,
    Connection,
    RemoteStatus,
)
from workflows.gitops.forges.gitea import Gitea
from workflows.gitops.forges.hosted import Hosted
from workflows.gitops.forges.ssh_signature import public_line


@everywhere
def test_a_branch_is_created_once_and_never_moved(place: Place) -> None:
    """Absent: made. There: left alone, whoever made it. Deleted only at the tip that was seen."""
    sha = place.branch(models__a="1\n")
    assert place.ours.ref(REPOSITORY, BRANCH) == sha
    assert place.ours.create_branch(REPOSITORY, BRANCH, sha) is False
    moved = place.fake.push(BRANCH, theirs="x")
    assert place.ours.create_branch(REPOSITORY, BRANCH, sha) is False
    assert place.ours.delete_branch(REPOSITORY, BRANCH, sha) is False
    assert place.ours.ref(REPOSITORY, BRANCH) == moved
    assert place.ours.delete_branch(REPOSITORY, BRANCH, moved) is True
    assert place.ours.ref(REPOSITORY, BRANCH) is None


@everywhere
def test_equal_commits_are_equal_wherever_they_are_made(place: Place) -> None:
    """The same base, files, message and time: a second worker pushes what is there already."""
    sha = place.branch(models__a="1\n", models__deep__b="2\n")
    assert place.fake.disk.file_at(sha, "models/deep/b") == "2\n"
    assert place.fake.disk.parents(sha) == (place.ours.ref(REPOSITORY, "main"),)


@everywhere
def test_a_pull_request_is_found_in_every_state(place: Place) -> None:
    """Open, closed, merged: by its branches, never by its title."""
    opened = place.opened()
    assert (opened.state, opened.title, opened.body) == ("open", "Deploy", "Why.")
    assert place.ours.find_pull_requests(REPOSITORY, head=BRANCH, base="main") == (opened,)
    assert place.ours.find_pull_requests(REPOSITORY, head="other", base="main") == ()
    closed = place.ours.close(REPOSITORY, opened.number, closed_by="Foureyes")
    assert closed.state == "closed"
    (found,) = place.ours.find_pull_requests(REPOSITORY, head=BRANCH, base="main")
    assert (found.number, found.state) == (opened.number, "closed")


@everywhere
def test_a_second_one_for_the_same_branch_is_a_look_up(place: Place) -> None:
    """409 here, 422 there: all say Duplicate."""
    place.opened()
    with pytest.raises(Duplicate):
        place.ours.open_pull_request(REPOSITORY, head=BRANCH, base="main", title="x", body="y")


@with_api
def test_who_merged_what_is_told(place: Place) -> None:
    """Closing it afterwards leaves it merged."""
    opened = place.opened()
    merge = place.fake.merge(opened.number, by="mo", squash=True)
    told = place.ours.pull_request(REPOSITORY, opened.number)
    assert (told.state, told.merge_sha, told.merged_by) == ("merged", merge, "mo")
    assert told.merged_at is not None
    assert place.ours.file_at(REPOSITORY, merge, "models/a") == "1\n"
    assert place.ours.close(REPOSITORY, opened.number, closed_by="x").state == "merged"


@with_api
def test_an_unknown_number_is_not_found(place: Place) -> None:
    """Not an error of the forge."""
    with pytest.raises(NotFound):
        place.ours.pull_request(REPOSITORY, 77)


@with_api
def test_the_last_status_of_a_commit_counts(place: Place) -> None:
    """Green, then red, then red again: the forge holds red."""
    sha = place.branch(models__a="1\n")
    for state in ("success", "failure", "failure"):
        place.ours.set_status(REPOSITORY, sha, RemoteStatus(APPROVED_CONTEXT, state, "Because"))
    assert place.fake.status(sha) == "failure"
    assert [s.state for s in place.ours.statuses(REPOSITORY, sha)] == ["failure"]


def test_a_forge_says_itself_where_its_repositories_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some put a folder before the name and no `.git` behind it: one method in their own file."""

    class Elsewhere(Hosted):
        def git_path(self, repository: str) -> str:
            project, _slash, name = repository.partition("/")
            return f"{project}/_git/{name}"

    forge = Elsewhere(Connection("risk", "https://x.example", "", TOKEN, tmp_path), "x")
    asked: list[bytes] = []

    def refs(path: bytes) -> Any:
        asked.append(path)
        return SimpleNamespace(refs={b"refs/heads/main": b"a" * 40})

    monkeypatch.setattr(forge.git.client, "get_refs", refs)
    assert forge.ref(REPOSITORY, "main") == "a" * 40
    assert asked == [b"risk-models/_git/prod"]


@with_api
def test_a_list_of_many_pages_is_read_to_its_end(place: Place) -> None:
    """Ours is the oldest of a hundred and sixty; by any author."""
    opened = place.opened()
    place.fake.pulls += [
        Pull(number, "Theirs", "", f"other/{number}", "main", AT, state="closed")
        for number in range(2, 162)
    ]
    assert place.ours.find_pull_requests(REPOSITORY, head=BRANCH, base="main") == (opened,)


@with_api
def test_a_branch_that_is_not_seen_yet_is_waited_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right after a push the API may not know the branch: a few seconds, no parking."""
    place.branch(models__a="1\n")
    real = place.fake.disk.ref
    monkeypatch.setattr(
        type(place.fake), "disk", property(lambda _self: Blind(place.fake.root, real))
    )
    with pytest.raises((Temporary, Permanent)) as refusal:
        place.ours.open_pull_request(REPOSITORY, head=BRANCH, base="main", title="x", body="y")
    if not isinstance(place.ours, Gitea):  # it answers 404, and Git itself is asked then
        assert isinstance(refusal.value, Temporary)


class Blind:
    """A disk whose new branches the API does not see."""

    def __init__(self, root: Path, ref: Any) -> None:
        self.root, self.real = root, ref

    def ref(self, branch: str) -> str | None:
        return None if branch.startswith("foureyes/") else self.real(branch)

    def opened(self) -> Repo:
        return Repo(str(self.root / f"{REPOSITORY}.git"))


@everywhere
def test_a_connection_that_works_says_so_line_by_line(place: Place) -> None:
    """And the first line that fails is the last."""
    assert all(one.ok for one in place.ours.checks(REPOSITORY, "main"))
    missing = place.ours.checks(REPOSITORY, "nowhere")
    assert (missing[-1].ok, "base branch" in missing[-1].text) == (False, True)


@with_api
def test_a_wrong_token_names_what_to_renew(place: Place) -> None:
    """And never stands in the words."""
    place.fake.token = "another"
    (line,) = place.ours.checks(REPOSITORY, "main")
    assert not line.ok
    assert "Renew the token" in line.text
    assert TOKEN not in line.text
    assert TOKEN not in repr(place.ours.connection)


@everywhere
def test_a_token_that_may_not_push_is_found_out_before_anything_is_approved(place: Place) -> None:
    """Whatever role its account has: Git itself is asked, and nothing is pushed."""
    before = place.ours.git.refs(REPOSITORY)
    place.fake.read_only = True
    found = place.ours.checks(REPOSITORY, "main")
    assert (found[-1].check, found[-1].ok) == ("push", False)
    assert "write access" in found[-1].text
    place.fake.read_only = False
    assert all(one.ok for one in place.ours.checks(REPOSITORY, "main"))
    assert place.ours.git.refs(REPOSITORY) == before


@pytest.mark.parametrize("place", ["github"], indirect=True)
def test_a_token_of_an_apps_installation_is_told_as_that(place: Place) -> None:
    """It is no account, and GitHub says nothing of its permissions: it is asked what it may."""
    place.fake.installed = True
    found = place.ours.checks(REPOSITORY, "main")
    assert [(one.check, one.ok) for one in found] == [
        ("token", True),
        ("repository", True),
        ("base branch", True),
        ("push", True),
    ]
    assert "3" in found[0].text


@pytest.mark.parametrize("place", ["github"], indirect=True)
@pytest.mark.parametrize("wrong", ["another token", "slowed down", "refused"])
def test_what_is_no_installations_token_is_told_as_what_it_is(
    place: Place, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong one is to be renewed, a limit waits, and another refusal asks for rights."""
    place.fake.installed = True
    limited = {"message": "You have exceeded a secondary rate limit."}
    forbidden = {"message": "Resource protected by organization SAML enforcement."}
    told = {
        "another token": (401, {}, {"message": "Bad credentials"}),
        "slowed down": (403, {"retry-after": "30"}, limited),
        "refused": (403, {}, forbidden),
    }[wrong]
    monkeypatch.setattr(place.fake, "dialect", lambda *_asked: told)
    (line,) = place.ours.checks(REPOSITORY, "main")
    words = {"another token": "Renew", "slowed down": "slow down", "refused": "write access"}
    assert (line.check, line.ok, words[wrong] in line.text) == ("token", False, True)


@pytest.mark.parametrize("place", ["plain_git"], indirect=True)
def test_the_tag_of_plain_git_is_signed_for_git_itself(place: Place, tmp_path: Path) -> None:
    """`git tag -v` accepts it with our public key, and refuses it with another."""
    place.opened()
    signers, stranger = tmp_path / "signers", tmp_path / "stranger"
    signers.write_text(f"foureyes@localhost {public_line(SEED)}\n", encoding="ascii")
    stranger.write_text(f"foureyes@localhost {public_line(bytes(32))}\n", encoding="ascii")
    verify = ["-c", "gpg.format=ssh", "-C", str(place.fake.disk.path), "tag", "-v", BRANCH]
    for file, accepted in ((signers, True), (stranger, False)):
        ended = subprocess.run(
            ["git", "-c", f"gpg.ssh.allowedSignersFile={file}", *verify],
            capture_output=True,
            check=False,
        )
        assert (ended.returncode == 0) == accepted, ended.stderr


@pytest.mark.parametrize("place", ["plain_git"], indirect=True)
def test_a_squash_on_a_plain_server_is_seen_by_its_content(place: Place) -> None:
    """There is no history to follow: the same bytes stand on the base branch."""
    opened = place.opened()
    squashed = place.fake.push("main", models__a="1\n")
    told = place.ours.pull_request(REPOSITORY, opened.number)
    assert (told.state, told.merge_sha, told.merged_by) == ("merged", squashed, "")


@everywhere
def test_a_branch_that_cannot_stand_beside_another_names_it(place: Place) -> None:
    """Somebody has a branch called foureyes: trying again would never help."""
    place.fake.push("foureyes", theirs="1")
    with pytest.raises(Permanent) as refusal:
        place.branch(models__a="1\n")
    assert "rename foureyes there" in refusal.value.remedy


@with_api
@pytest.mark.parametrize("body", [{}, {"number": 1}, [1], "yes", {"head": [], "state": "x"}])
def test_an_answer_of_another_form_is_told_as_that(
    place: Place, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON, but of another program: looked at again, with the setting to look at."""
    place.opened()
    monkeypatch.setattr(place.fake, "dialect", lambda *_asked: (200, {}, body))
    with pytest.raises(Temporary) as refusal:
        place.ours.pull_request(REPOSITORY, 1)
    assert "address and the kind" in refusal.value.remedy
    (check,) = place.ours.checks(REPOSITORY, "main")
    assert (check.check, check.ok) == ("token", False)
    assert "address" in check.text
