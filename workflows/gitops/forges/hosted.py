"""What every forge with an API has in common: its Git side, its times, the test of a connection."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any

from governance.addresses import networks
from governance.errors import FoureyesError, JobError, Permanent, Temporary
from governance.sentences import sentence as _
from workflows.gitops.forges.base import (
    Check,
    Connection,
    NewCommit,
    RemotePullRequest,
    Unfulfilled,
)
from workflows.gitops.forges.remote_git import RemoteGit
from workflows.gitops.forges.wire import Answer, Wire

# What reading raises when an answer is JSON, but not what a forge of this kind would say.
MISSHAPEN = (KeyError, TypeError, ValueError, AttributeError, IndexError)
NO_FORGE = _("The answer is not what a forge of this kind would say.")
LOOK_AT_ADDRESS = _("Look at the address and the kind of the forge connection.")
COMMIT = re.compile(r"[0-9a-f]{40}\Z")
LARGEST_NUMBER, LONGEST_URL, LONGEST_NAME = 2**31 - 1, 500, 200
NOT_SEEN_YET_S = 3.0  # a branch that was just pushed is not always there for the API at once


class Hosted:
    """The Git side of a forge behind a connection; each forge adds what its API says."""

    kind = ""

    def __init__(self, connection: Connection, username: str) -> None:
        self.connection = connection
        self.git = RemoteGit(connection, username, self.git_path)

    def git_path(self, repository: str) -> str:
        """Return where Git finds a repository, below the connection's address."""
        return f"{repository}.git"

    def wire(self, base: str, headers: dict[str, str], pause_s: float = 0.0) -> Wire:
        """Return the line to the API."""
        return Wire(
            base,
            headers,
            name=self.connection.name,
            allowed=networks(self.connection.networks),
            authority=self.connection.ca_certificate,
            pause_s=pause_s,
            turn=self.connection.turn,
        )

    def ref(self, repository: str, branch: str) -> str | None:
        """Return the branch's tip, None when there is no such branch."""
        return self.git.ref(repository, branch)

    def write_commit(self, repository: str, commit: NewCommit) -> str:
        """Store the commit in our copy and return its id."""
        return self.git.write_commit(repository, commit)

    def create_branch(self, repository: str, branch: str, sha: str) -> bool:
        """Push the branch only if it does not exist; say whether it was."""
        return self.git.create_branch(repository, branch, sha)

    def delete_branch(self, repository: str, branch: str, sha: str) -> bool:
        """Delete the branch only while its tip is still `sha`; say whether it was."""
        return self.git.delete_branch(repository, branch, sha)

    def file_at(self, repository: str, sha: str, path: str) -> str | None:
        """Return a file's text at a commit, None when it is not there or is no text."""
        return self.git.holding(repository, sha).file_at(sha, path)

    def tree_files(self, repository: str, sha: str, folder: str = "") -> tuple[str, ...]:
        """Return the paths of all files below a folder at a commit, sorted."""
        return self.git.holding(repository, sha).tree_files(sha, folder)

    def commit_on(self, repository: str, branch: str, revision: str) -> str | None:
        """Return the branch's tip or the ancestor of it that a revision names."""
        return self.git.with_branch(repository, branch).commit_on(branch, revision)


def in_form(read: Callable[[Any], RemotePullRequest]) -> Callable[[Any], RemotePullRequest]:
    """Decorate a reader of answers: one of another form than a forge's is told as that."""

    @wraps(read)
    def told(row: Any) -> RemotePullRequest:
        try:
            found = read(row)
            sound = _is_sound(found)
        except MISSHAPEN as error:
            raise Temporary(NO_FORGE, remedy=LOOK_AT_ADDRESS) from error
        if not sound:
            raise Temporary(NO_FORGE, remedy=LOOK_AT_ADDRESS)
        return found

    return told


def _is_sound(found: RemotePullRequest) -> bool:
    """Whether it can be a row of ours and a link on a page; a merge names its commit."""
    words = (found.title, found.body, found.head_branch, found.base_branch)
    merge = COMMIT.match(found.merge_sha) if found.state == "merged" else not found.merge_sha
    return (
        type(found.number) is int
        and 0 < found.number <= LARGEST_NUMBER
        and found.url.startswith(("https://", "http://"))
        and len(found.url) <= LONGEST_URL
        and found.state in {"open", "merged", "closed"}
        and all(isinstance(one, str) for one in words)
        and bool(merge)
        and (not found.head_sha or COMMIT.match(found.head_sha) is not None)
    )


def is_of_one_place(row: Any, ends: Callable[[Any], tuple[object, object]]) -> bool:
    """Whether both ends of a pull request are in one repository, as ours always are.

    Anybody may copy a repository and call a branch of the copy as we do.
    """
    try:
        head, base = ends(row)
    except MISSHAPEN as error:
        raise Temporary(NO_FORGE, remedy=LOOK_AT_ADDRESS) from error
    return head == base


def time_of(text: object) -> datetime | None:
    """Read an RFC 3339 time; None for nothing, or for the year 1 that Gitea means by it."""
    if not isinstance(text, str) or not text or text.startswith("0001-"):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def opened_time(text: object) -> datetime:
    """As `time_of`, where a forge always tells one."""
    found = time_of(text)
    if found is None:
        raise Temporary(_("The forge told no time of opening."))
    return found


def name_of(person: object, key: str) -> str:
    """The log-in of a person object, empty where there is none."""
    return str(person.get(key) or "")[:LONGEST_NAME] if isinstance(person, dict) else ""


def matching(
    names: Iterable[str], found: Iterable[dict[str, Any]], name: str
) -> tuple[list[Any], list[str]]:
    """Resolve names to ids; returns the ids and the names that nothing has."""
    ids = {str(one.get(name, "")).lower(): one.get("id") for one in found}
    known = [ids[one.lower()] for one in names if one.lower() in ids]
    return known, [one for one in names if one.lower() not in ids]


def attempt(wish: str, act: Callable[[], Answer]) -> Iterator[Unfulfilled]:
    """Do one wish; a refusal is noted and no reason to stop. Silence is: look again later."""
    yield from _asked(wish, act)[1]


def each(
    wish: str, asked: Mapping[str, Any], act: Callable[[list[Any]], Answer], field: str = ""
) -> Iterator[Unfulfilled]:
    """Do a wish about several people, by name and what the forge knows them by.

    All at once; where that is refused one after the other, so that one wrong name costs nobody else
    their place. Each call names those who are there already, since some forges put a list in the
    place of the former one. `field` is what tells people apart in an answer that lists them.
    """
    answer, refused = _asked(wish, partial(act, list(asked.values())))
    if answer is not None or len(asked) == 1:
        yield from refused
        yield from _passed_over(wish, answer, asked, field)
        return
    there: list[Any] = []
    for name, value in asked.items():
        answer, refused = _asked(wish, partial(act, [*there, value]))
        there += [value] if answer is not None else []
        yield from (Unfulfilled(wish, f"“{name}”: {one.text}"[:500]) for one in refused)


def noted(wish: str, steps: Iterator[Unfulfilled]) -> Iterator[Unfulfilled]:
    """Do a wish that looks something up first; what is refused to the look is noted as well."""
    try:
        yield from steps
    except Permanent as refusal:
        yield _refused(wish, refusal)


def _refused(wish: str, refusal: Permanent) -> Unfulfilled:
    return Unfulfilled(wish, f"{refusal.message} {refusal.remedy}".strip())


def _asked(wish: str, act: Callable[[], Answer]) -> tuple[Answer | None, list[Unfulfilled]]:
    """The answer, or what is to be noted."""
    try:
        answer = act()
    except Permanent as refusal:
        return None, [_refused(wish, refusal)]
    if answer.ok:
        return answer, []
    return None, [Unfulfilled(wish, f"refused (status {answer.status}): {answer.says}"[:500])]


def _passed_over(
    wish: str, answer: Answer | None, asked: Mapping[str, Any], field: str
) -> Iterator[Unfulfilled]:
    """Whom a forge left out without a word, as its answer lists who is there now."""
    told = answer.body.get(wish) if answer and isinstance(answer.body, dict) else None
    if not field or not isinstance(told, list):
        return
    there = {str(one.get(field)).lower() for one in told if isinstance(one, dict)}
    for name, value in asked.items():
        if str(value).lower() not in there:
            yield Unfulfilled(wish, f"“{name}” was passed over.")


def unknown(wish: str, names: Iterable[str]) -> Iterator[Unfulfilled]:
    """Names that the forge does not have."""
    for name in names:
        yield Unfulfilled(wish, f"“{name}” is not there.")


def tried(checks: Iterable[tuple[str, Callable[[], str]]]) -> tuple[Check, ...]:
    """Run the lines of a test in their order, up to the first that fails."""
    found: list[Check] = []
    for check, act in checks:
        try:
            found.append(Check(check, ok=True, text=act()))
        except (FoureyesError, JobError) as refusal:
            text = f"{refusal.message} {refusal.remedy}".strip()
            found.append(Check(check, ok=False, text=text))
            break
        except MISSHAPEN:
            found.append(Check(check, ok=False, text=f"{NO_FORGE} {LOOK_AT_ADDRESS}"))
            break
    return tuple(found)


def base_there(git: RemoteGit, repository: str, base: str) -> str:
    """Say the tip of the base branch.

    Raises:
        Permanent: There is none.
    """
    tip = git.ref(repository, base)
    if tip is None:
        raise Permanent(
            _("{repository} has no branch {base}.", repository=repository, base=base),
            remedy=_("Create it, or change the target's setting “base branch”."),
        )
    return f"{base} stands at {tip[:10]}"


def pushes(git: RemoteGit, repository: str) -> str:
    """Say that Git lets the token push.

    Raises:
        Permanent: It does not.
    """
    git.ask_to_push(repository)
    return "Git lets the token push"
