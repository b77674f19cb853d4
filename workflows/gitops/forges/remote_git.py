"""A repository behind HTTPS: read through a copy on our disk, changed by pushing single refs.

The copy holds nothing that could not be fetched again and may be wiped at any time. Every answer of
the other side becomes one of our errors; a token never stands in one.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from dulwich.client import HTTPUnauthorized, Urllib3HttpGitClient
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository, SendPackError
from dulwich.objects import S_ISGITLINK, ZERO_SHA, Commit, ObjectID, ShaFile, Tree
from dulwich.pack import pack_objects_to_data
from dulwich.refs import Ref
from dulwich.repo import Repo
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from governance.addresses import PinnedPool, networks, within
from governance.errors import Permanent, Temporary
from governance.sentences import sentence as _
from workflows.gitops.forges.bare import BareRepository
from workflows.gitops.forges.base import Connection, NewCommit
from workflows.gitops.forges.branches import refuse_nested
from workflows.gitops.forges.limits import (
    IF_IT_STAYS,
    LIMITING,
    SECONDARY_S,
    TOO_MANY,
    asked_to_wait,
)
from workflows.gitops.forges.words import without

SILENT_S, CONVERSATION_S = 60.0, 240.0
LARGEST = 2**30  # bytes of an answer: whoever sends more means no good, or has no place for us
ANSWERED = 200  # dulwich takes everything else for a refusal
REFUSAL = 4096  # bytes of a refusal that are read for a word about a limit
HEADS = b"refs/heads/"
_T = TypeVar("_T")


class ListeningPool(PinnedPool):
    """Keeps what a refusal says about waiting: dulwich tells its status only."""

    wait_s: float | None = None

    def urlopen(self, method: str, url: str, redirect: bool = True, **more: Any) -> Any:  # type: ignore[override]  # noqa: FBT001, FBT002 - urllib3's own signature
        """Ask, and listen to a refusal; nobody reads more of it, so its line is given back."""
        self.wait_s = None
        response = super().urlopen(method, url, redirect, **more)
        if response.status in LIMITING:
            self.wait_s = _wait_of(response)
        if response.status != ANSWERED:
            response.close()
        response.read = _bounded(response.read)  # type: ignore[method-assign]
        return response


def _wait_of(response: BaseHTTPResponse) -> float | None:
    """Seconds that a refusal asks for; None where it does not."""
    headers = {name.lower(): text for name, text in response.headers.items()}
    says = response.read(REFUSAL).decode(errors="replace")
    wait_s = asked_to_wait(response.status, headers, says)
    return SECONDARY_S if wait_s is None and response.status == TOO_MANY else wait_s


def _bounded(read: Callable[..., bytes]) -> Callable[..., bytes]:
    """Read, but no more than LARGEST in all."""
    left = [LARGEST]

    def bounded(*words: Any, **more: Any) -> bytes:
        part = read(*words, **more)
        left[0] -= len(part)
        if left[0] < 0:
            raise Permanent(
                _("The answer to a question about Git has no end."),
                remedy=_("Look whether the address of the forge connection is right."),
            )
        return part

    return bounded


class RemoteGit:
    """The Git side of a forge; `username` is what its password check wants beside the token.

    `place` gives a repository's path below the connection's address.
    """

    def __init__(
        self,
        connection: Connection,
        username: str,
        place: Callable[[str], str] = "{}.git".format,
    ) -> None:
        self.connection, self.place = connection, place
        self._held = set[tuple[str, str]]()  # what was asked for already: one job looks often
        self.pool = ListeningPool(
            networks(connection.networks), connection.ca_certificate, num_pools=4
        )
        base = connection.base_url.rstrip("/") + "/"
        self.client = Urllib3HttpGitClient(
            base,
            pool_manager=self.pool,
            username=username if connection.token else None,
            password=connection.token or None,
            timeout=SILENT_S,
            quiet=True,
        )

    # Reading -----------------------------------------------------------------------------------
    def ref(self, repository: str, branch: str) -> str | None:
        """Return the branch's tip on the other side, None when there is no such branch."""
        tip = self.refs(repository).get(HEADS + branch.encode())
        return tip.decode() if tip else None

    def refs(self, repository: str) -> dict[bytes, bytes]:
        """Return every ref of the other side."""
        found = self._asked(repository, self.client.get_refs)
        return {bytes(ref): bytes(sha) for ref, sha in found.refs.items() if sha}

    def holding(self, repository: str, sha: str) -> BareRepository:
        """Return our copy, with that commit in it if the other side has it on any branch."""
        copy = self.copy(repository)
        if (repository, sha) not in self._held and not copy.holds(sha):
            self._fetch(repository, copy)
        self._held.add((repository, sha))
        return copy

    def with_branch(self, repository: str, branch: str) -> BareRepository:
        """Return our copy, with the branch as it is on the other side now."""
        copy, tip = self.copy(repository), self.ref(repository, branch)
        if tip is not None and not copy.holds(tip):
            self._fetch(repository, copy)
        if tip is not None:
            _set(copy, HEADS + branch.encode(), tip)
        return copy

    def copy(self, repository: str) -> BareRepository:
        """Return our copy as it is."""
        return BareRepository(self.connection.mirrors / self.connection.name, repository, copy=True)

    # Writing -----------------------------------------------------------------------------------
    def ask_to_push(self, repository: str) -> None:
        """Begin a push, and push nothing: whoever may not is refused at that question.

        Raises:
            Permanent: The token may not push.
        """

        def nothing(_refs: Mapping[Ref, ObjectID]) -> dict[Ref, ObjectID]:
            return {}

        self._asked(
            repository,
            lambda path: self.client.send_pack(path, nothing, generate_pack_data=_no_pack),
        )

    def write_commit(self, repository: str, commit: NewCommit) -> str:
        """Store the commit in our copy; nobody else sees it yet. Equal values give an equal id."""
        return self.holding(repository, commit.base).write_commit(commit)

    def create_branch(self, repository: str, branch: str, sha: str) -> bool:
        """Push the commit as a new branch, if there is none of that name; say whether it was."""
        return self.create_ref(repository, f"refs/heads/{branch}", sha, ())

    def create_ref(self, repository: str, ref: str, sha: str, extra: tuple[ShaFile, ...]) -> bool:
        """Push a new ref with the objects that only our copy has; `extra` are sent along."""
        copy = self.copy(repository)
        with copy.opened() as repo:
            commit = extra[0].object[1] if extra else ObjectID(sha.encode())  # type: ignore[attr-defined]
            objects = [*extra, *_new_objects(repo, commit)]
        return self._push(repository, ref, b"", sha.encode(), objects)

    def delete_branch(self, repository: str, branch: str, sha: str) -> bool:
        """Delete the branch while its tip is `sha`; say whether it was."""
        return self._push(repository, f"refs/heads/{branch}", sha.encode(), ZERO_SHA, [])

    def _push(
        self, repository: str, ref: str, before: bytes, after: bytes, objects: list[ShaFile]
    ) -> bool:
        """Move one ref from what we saw; the other side compares as well."""
        name, moved = Ref(ref.encode()), []

        def update(refs: Mapping[Ref, ObjectID]) -> dict[Ref, ObjectID]:
            if (refs.get(name) or b"") != before:
                return {}
            if not before:
                refuse_nested(_short(ref), (_short(os.fsdecode(one)) for one in refs), repository)
            moved.append(True)
            return {name: ObjectID(after)}

        def pack(*_args: Any, **_kwargs: Any) -> tuple[int, Iterator[Any]]:
            return pack_objects_to_data([(thing, None) for thing in objects])

        result = self._asked(
            repository, lambda path: self.client.send_pack(path, update, generate_pack_data=pack)
        )
        refused = (result.ref_status or {}).get(name)
        if refused:
            raise self._refused(repository, ref, str(refused))
        return bool(moved)

    def _fetch(self, repository: str, copy: BareRepository) -> None:
        def wanted(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001 - dulwich names them
            return [sha for ref, sha in refs.items() if ref.startswith(HEADS)]

        with copy.locked(), copy.opened() as repo:
            found = self._asked(
                repository, lambda path: self.client.fetch(path, repo, determine_wants=wanted)
            )
            for ref, sha in found.refs.items():
                if sha and ref.startswith(HEADS) and sha in repo.object_store:
                    repo.refs[ref] = sha

    def fetch_one(self, repository: str, copy: BareRepository, sha: bytes) -> None:
        """Fetch what one ref of the other side names, a tag for example."""

        def wanted(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001 - dulwich names them
            return [ObjectID(sha)]

        with copy.locked(), copy.opened() as repo:
            self._asked(
                repository, lambda path: self.client.fetch(path, repo, determine_wants=wanted)
            )

    # Errors ------------------------------------------------------------------------------------
    def _asked(self, repository: str, act: Callable[[bytes], _T]) -> _T:
        with self._in_our_words(repository), within(CONVERSATION_S):
            return act(self.place(repository).encode())

    @contextmanager
    def _in_our_words(self, repository: str) -> Iterator[None]:
        name = self.connection.name
        try:
            yield
        except NotGitRepository as error:
            raise Permanent(
                _(
                    "{name} has no repository {repository}, or hides it from the token.",
                    name=name,
                    repository=repository,
                ),
                remedy=_(
                    "Look at the target's setting “repository”, and at what the token may see."
                ),
            ) from error
        except HTTPUnauthorized as error:
            raise Permanent(
                _(
                    "{name} does not let the token read or push {repository}.",
                    name=name,
                    repository=repository,
                ),
                remedy=_(
                    "Renew the token of the forge connection {name}, with write access.", name=name
                ),
            ) from error
        except (GitProtocolError, HangupException, SendPackError, HTTPError, OSError) as error:
            raise self._failed(repository, str(error)) from error
        except (ValueError, KeyError, AssertionError, IndexError) as error:
            # What dulwich raises when an answer ends too early or is no Git at all.
            raise Temporary(_("{name} gave an answer that is no Git.", name=name)) from error

    def _failed(self, repository: str, text: str) -> Permanent | Temporary:
        name = self.connection.name
        if self.pool.wait_s is not None:
            words = _("{name} asks to slow down.", name=name)
            return Temporary(words, retry_after=self.pool.wait_s)
        if "resp 403" in text or "resp 30" in text:
            return Permanent(
                _(
                    "{name} does not let the token push to {repository}.",
                    name=name,
                    repository=repository,
                ),
                remedy=_(
                    "Give the token of {name} write access, or look whether the repository moved.",
                    name=name,
                ),
            )
        return Temporary(
            _(
                "{name} broke off while Git was spoken about {repository}.",
                name=name,
                repository=repository,
            ),
            remedy=IF_IT_STAYS.filled(name=name),
        )

    def _refused(self, repository: str, ref: str, why: str) -> Permanent | Temporary:
        """What somebody else moved at this moment is looked at again; a rule is for people."""
        words = why.lower()
        if any(word in words for word in ("lock", "exists", "stale", "fetch first", "changed")):
            return Temporary(
                _("{ref} in {repository} changed at this moment.", ref=ref, repository=repository),
                retry_after=1.0,
            )
        return Permanent(
            _(
                "{name} refused the push of {ref}: {why}",
                name=self.connection.name,
                ref=ref,
                why=without(why, self.connection.token)[:200],
            ),
            remedy=_("Let the token's account push branches below foureyes/ in that repository."),
        )


def _no_pack(*_args: Any, **_kwargs: Any) -> tuple[int, Iterator[Any]]:
    return pack_objects_to_data([])


def _new_objects(repo: Repo, commit: ObjectID) -> list[ShaFile]:
    """The commit and what its tree has that its parent's tree has not."""
    found = repo.object_store[commit]
    assert isinstance(found, Commit)
    known: set[ObjectID] = set()
    for parent in found.parents:
        above = repo.object_store[parent]
        assert isinstance(above, Commit)
        known |= {entry.id for entry in _walk(repo, above.tree, frozenset())}
    return [found, *_walk(repo, found.tree, frozenset(known))]


def _walk(repo: Repo, tree: ObjectID, known: frozenset[ObjectID]) -> Iterator[ShaFile]:
    """A tree and all below it, leaving out what is known already."""
    if tree in known:
        return
    found = repo.object_store[tree]
    yield found
    if not isinstance(found, Tree):
        return
    for entry in found.items():
        if not S_ISGITLINK(entry.mode or 0):
            yield from _walk(repo, entry.sha or ObjectID(b""), known)


def _short(ref: str) -> str:
    return ref.removeprefix(HEADS.decode())


def _set(copy: BareRepository, ref: bytes, sha: str) -> None:
    with copy.locked(), copy.opened() as repo:
        repo.refs[Ref(ref)] = ObjectID(sha.encode())
