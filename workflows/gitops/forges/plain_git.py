"""A Git server without pull requests: a branch and a signed tag ask for the merge.

For shops that carry repositories over a gap. The tag holds title and body; people merge with Git.
It is merged when the base branch holds the commit, or the same content by a squash; it is closed
when somebody deleted the branch and left the tag. What such a server does not have (remarks,
statuses, who merged) is not made up.
"""

from datetime import UTC, datetime

from dulwich.objects import Commit, ObjectID, Tag

from governance.errors import Duplicate, NotFound, Temporary
from governance.sentences import sentence as _
from workflows.gitops.forges.bare import IDENTITY, BareRepository
from workflows.gitops.forges.base import (
    Check,
    Connection,
    RemotePullRequest,
    RemoteStatus,
    Unfulfilled,
    Wishes,
    all_unfulfilled,
)
from workflows.gitops.forges.hosted import Hosted, base_there, pushes, tried
from workflows.gitops.forges.ssh_signature import signature

TAGS = "refs/tags/"
BASE = "Foureyes-Base: "


class PlainGit(Hosted):
    """One Git server over HTTPS."""

    kind = "plain_git"

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, connection.username or "foureyes")

    def find_pull_requests(
        self, repository: str, *, head: str, base: str
    ) -> tuple[RemotePullRequest, ...]:
        """Return the one request for this branch, if its tag is there."""
        found = self._told(repository, head)
        return (found,) if found and found.base_branch == base else ()

    def open_pull_request(
        self, repository: str, *, head: str, base: str, title: str, body: str, draft: bool = False
    ) -> RemotePullRequest:
        """Push the signed tag; its time is the commit's, so that it is the same on every try."""
        sha = self.git.ref(repository, head)
        if sha is None:
            raise Temporary(
                _("{repository} has no branch {head}.", repository=repository, head=head)
            )
        tag = self._tag(repository, head, sha, f"{title}\n\n{body.rstrip()}\n\n{BASE}{base}\n")
        if not self.git.create_ref(repository, TAGS + head, tag.id.decode(), (tag,)):
            raise Duplicate(_("The tag is there already."))
        found = self._told(repository, head)
        if found is None:
            raise Temporary(_("{repository} does not show the new tag yet.", repository=repository))
        return found

    def pull_request(self, repository: str, number: int) -> RemotePullRequest:
        """Return one by its number, which is made of the commit that its tag names."""
        for ref in self.git.refs(repository):
            branch = ref.decode().removeprefix(TAGS)
            if ref.startswith(TAGS.encode()) and not branch.endswith("^{}"):
                found = self._told(repository, branch)
                if found and found.number == number:
                    return found
        raise NotFound(
            _("{repository} has no request {number}.", repository=repository, number=number)
        )

    def comment(self, repository: str, number: int, text: str, *, author: str) -> None:
        """There is no place for remarks."""

    def close(self, repository: str, number: int, *, closed_by: str) -> RemotePullRequest:
        """Delete our branch and leave the tag; one that is merged is returned as it is."""
        found = self.pull_request(repository, number)
        if found.state == "open":
            self.git.delete_branch(repository, found.head_branch, found.head_sha)
        return self.pull_request(repository, number)

    def set_status(self, repository: str, sha: str, status: RemoteStatus) -> None:
        """There are no statuses; `verify-approval` in the pipeline says the same."""

    def statuses(self, repository: str, sha: str) -> tuple[RemoteStatus, ...]:
        """None."""
        return ()

    def fulfil(self, repository: str, number: int, wishes: Wishes) -> tuple[Unfulfilled, ...]:
        """None of them exists here."""
        return all_unfulfilled(wishes, "Plain Git has none.")

    def checks(self, repository: str, base: str) -> tuple[Check, ...]:
        """Host, token and repository at once, then the base branch and the right to push."""
        return tried(
            [
                ("repository", lambda: f"{len(self.git.refs(repository))} refs"),
                ("base branch", lambda: base_there(self.git, repository, base)),
                ("push", lambda: pushes(self.git, repository)),
            ]
        )

    def _tag(self, repository: str, name: str, sha: str, message: str) -> Tag:
        tag = Tag()
        copy = self.git.holding(repository, sha)
        tag.name, tag.tagger, tag.tag_timezone = name.encode(), IDENTITY, 0
        tag.object = (Commit, ObjectID(sha.encode()))
        tag.tag_time = int(_commit_time(copy, sha).timestamp())
        tag.message = message.encode()
        tag.signature = signature(tag.as_raw_string(), self.connection.signing_key)
        with copy.locked(), copy.opened() as repo:
            repo.object_store.add_object(tag)
        return tag

    def _told(self, repository: str, branch: str) -> RemotePullRequest | None:
        refs = self.git.refs(repository)
        tag_sha = refs.get(f"{TAGS}{branch}".encode())
        if tag_sha is None:
            return None
        copy = self._with_tags(repository, tag_sha)
        with copy.opened() as repo:
            tag = repo.object_store[ObjectID(tag_sha)]
        if not isinstance(tag, Tag):
            return None
        sha, text = tag.object[1].decode(), (tag.message or b"").decode(errors="replace")
        title, _gap, body = text.partition("\n\n")
        base = body.rpartition(BASE)[2].strip()
        tip = refs.get(f"refs/heads/{branch}".encode())
        head = tip.decode() if tip else sha
        merge = self._merged_as(repository, base, sha)
        return RemotePullRequest(
            number=int(sha[:7], 16),
            url=f"{self.connection.base_url.rstrip('/')}/{repository}.git#{branch}",
            state="merged" if merge else "open" if tip else "closed",
            title=title,
            body=body.rpartition(BASE)[0].rstrip(),
            head_branch=branch,
            head_sha=sha if merge else head,
            base_branch=base,
            opened_at=datetime.fromtimestamp(tag.tag_time or 0, UTC),
            merge_sha=merge,
        )

    def _with_tags(self, repository: str, sha: bytes) -> BareRepository:
        copy = self.git.copy(repository)
        if not copy.holds(sha.decode()):
            self.git.fetch_one(repository, copy, sha)
        return copy

    def _merged_as(self, repository: str, base: str, sha: str) -> str:
        """The commit on the base branch that holds the request, by history or by content."""
        copy = self.git.with_branch(repository, base)
        tip = copy.ref(base)
        if tip is None:
            return ""
        if copy.contains(base, sha):
            return copy.merged_in(base, sha)
        (parent,) = copy.parents(sha)
        wanted = copy.changed_paths(parent, sha)
        return tip if wanted and not copy.changed_paths(sha, tip) & wanted else ""


def _commit_time(copy: BareRepository, sha: str) -> datetime:
    with copy.opened() as repo:
        commit = repo.object_store[ObjectID(sha.encode())]
    assert isinstance(commit, Commit)
    return datetime.fromtimestamp(commit.commit_time, UTC)
