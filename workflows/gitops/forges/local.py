"""The embedded forge: a bare repository on disk, with pull requests as rows of our database.

It plays the part that GitHub or GitLab play elsewhere, behind the same `Forge`. Nothing here may
run inside a transaction of the caller: a forge knows nothing of our transactions, and whoever
holds the database while waiting for the repository's lock would stop everybody else.
"""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from governance.errors import Conflict, NotFound, Stale
from governance.sentences import sentence as _
from workflows.gitops.forges.bare import BareRepository
from workflows.gitops.forges.base import (
    NewCommit,
    RemoteComment,
    RemotePullRequest,
    RemoteStatus,
    Unfulfilled,
    Wishes,
    all_unfulfilled,
)
from workflows.gitops.models import CommitStatus, LocalComment, LocalPullRequest

AUTHOR = "foureyes"


class LocalForge:
    """Repositories under one folder, `settings.FORGE_DIR` unless told."""

    kind = "local"

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or Path(settings.FORGE_DIR)

    def repository(self, name: str) -> BareRepository:
        """Return the repository on disk, made when first used."""
        return BareRepository(self.root, name)

    # Branches and files ------------------------------------------------------------------------
    def ref(self, repository: str, branch: str) -> str | None:
        """Return the branch's tip, None when there is no such branch."""
        return self.repository(repository).ref(branch)

    def write_commit(self, repository: str, commit: NewCommit) -> str:
        """Store the commit without any branch and return its id."""
        return self.repository(repository).write_commit(commit)

    def create_branch(self, repository: str, branch: str, sha: str) -> bool:
        """Create the branch only if it does not exist; say whether it did."""
        return self.repository(repository).create_branch(branch, sha)

    def delete_branch(self, repository: str, branch: str, sha: str) -> bool:
        """Delete the branch only while its tip is still `sha`; say whether it did."""
        return self.repository(repository).delete_branch(branch, sha)

    def file_at(self, repository: str, sha: str, path: str) -> str | None:
        """Return a file's text at a commit, None when it is not there."""
        return self.repository(repository).file_at(sha, path)

    def tree_files(self, repository: str, sha: str, folder: str = "") -> tuple[str, ...]:
        """Return the paths of all files below a folder at a commit, sorted."""
        return self.repository(repository).tree_files(sha, folder)

    def commit_on(self, repository: str, branch: str, revision: str) -> str | None:
        """Return the branch's tip or the ancestor of it that a revision names."""
        return self.repository(repository).commit_on(branch, revision)

    # Pull requests -----------------------------------------------------------------------------
    def find_pull_requests(
        self, repository: str, *, head: str, base: str
    ) -> tuple[RemotePullRequest, ...]:
        """Return all from branch to branch, in every state, lowest number first."""
        rows = LocalPullRequest.objects.filter(
            repository=repository, head_branch=head, base_branch=base
        ).order_by("number")
        return tuple(self.pull_request(repository, row.number) for row in rows)

    def open_pull_request(
        self, repository: str, *, head: str, base: str, title: str, body: str, draft: bool = False
    ) -> RemotePullRequest:
        """Open one; its number is the next in the repository. There are no drafts here."""
        disk = self.repository(repository)
        with disk.locked():
            head_sha = disk.ref(head)
            if head_sha is None or disk.ref(base) is None:
                raise NotFound(
                    _(
                        "{repository} has no branch {head} or no branch {base}.",
                        repository=repository,
                        head=head,
                        base=base,
                    )
                )
            rows = LocalPullRequest.objects.filter(repository=repository)
            number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
            row = LocalPullRequest.objects.create(
                repository=repository,
                number=number,
                title=title[:255],
                body=body,
                head_branch=head,
                head_sha=head_sha,
                base_branch=base,
            )
        return _told(row)

    def pull_request(self, repository: str, number: int) -> RemotePullRequest:
        """Return one by its number, with the branch's tip of the moment."""
        disk = self.repository(repository)
        with disk.locked():
            row = self._row(repository, number)
            if row.state == "open":
                _look_again(disk, row)
        return _told(row)

    def comment(self, repository: str, number: int, text: str, *, author: str) -> None:
        """Write a remark under it."""
        row = self._row(repository, number)
        LocalComment.objects.create(pull_request=row, author=author, text=text)

    def comments(self, repository: str, number: int) -> tuple[RemoteComment, ...]:
        """Return the remarks, oldest first."""
        rows = self._row(repository, number).comments.all()
        return tuple(RemoteComment(row.author, row.text, row.created_at) for row in rows)

    def close(self, repository: str, number: int, *, closed_by: str) -> RemotePullRequest:
        """Close it without merging; the branch stays."""
        disk = self.repository(repository)
        with disk.locked():
            row = self._row(repository, number)
            if row.state == "open":
                _look_again(disk, row)
            if row.state == "open":
                row.state, row.closed_by, row.closed_at = "closed", closed_by, timezone.now()
                row.save(update_fields=["state", "closed_by", "closed_at"])
        return _told(row)

    def merge(
        self, repository: str, number: int, *, seen_head: str, merged_by: str, account: UUID | None
    ) -> RemotePullRequest:
        """Merge by a merge commit on the base branch; merged already is answered as it is."""
        disk = self.repository(repository)
        with disk.locked():
            row = self._row(repository, number)
            if row.state == "open":
                _look_again(disk, row)
            if row.state != "merged":
                _refuse_merge(row, seen_head)
                row.merged_by_id = account
                _merge(disk, row, merged_by)
                _look_again(disk, row)
        return _told(self._row(repository, number))

    def merge_conflicts(self, repository: str, *, head: str, base: str) -> tuple[str, ...]:
        """Return the paths that both commits changed since they parted."""
        return self.repository(repository).conflicts(base, head)

    # Checks ------------------------------------------------------------------------------------
    def set_status(self, repository: str, sha: str, status: RemoteStatus) -> None:
        """Set the outcome of a check on exactly this commit."""
        CommitStatus.objects.update_or_create(
            repository=repository,
            sha=sha,
            context=status.context,
            defaults={"state": status.state, "description": status.description[:255]},
        )

    def fulfil(self, repository: str, number: int, wishes: Wishes) -> tuple[Unfulfilled, ...]:
        """There are no labels, reviewers and milestones here: who may merge follows from roles."""
        return all_unfulfilled(wishes, "The embedded forge has none.")

    def statuses(self, repository: str, sha: str) -> tuple[RemoteStatus, ...]:
        """Return the latest outcome of each check on this commit, by context."""
        rows = CommitStatus.objects.filter(repository=repository, sha=sha)
        return tuple(RemoteStatus(row.context, row.state, row.description) for row in rows)

    def _row(self, repository: str, number: int) -> LocalPullRequest:
        rows = LocalPullRequest.objects.select_related("merged_by")
        row = rows.filter(repository=repository, number=number).first()
        if row is None:
            raise NotFound(
                _(
                    "{repository} has no pull request !{number}.",
                    repository=repository,
                    number=number,
                )
            )
        return row


def _look_again(disk: BareRepository, row: LocalPullRequest) -> None:
    """Bring an open row up to the repository: a push moves its head, a push to main merges it."""
    before = row.head_sha, row.state
    row.head_sha = disk.ref(row.head_branch) or row.head_sha
    if disk.contains(row.base_branch, row.head_sha):
        _mark_merged(disk, row)
    if (row.head_sha, row.state) != before:
        row.save(update_fields=["head_sha", "state", "merge_commit", "merged_by", "merged_at"])


def _mark_merged(disk: BareRepository, row: LocalPullRequest) -> None:
    ours = row.merge_commit and disk.contains(row.base_branch, row.merge_commit)
    if not ours:  # somebody pushed to the base branch with Git; the repository cannot tell who
        row.merge_commit = disk.merged_in(row.base_branch, row.head_sha)
        row.merged_by, row.merged_at = None, timezone.now()
    row.state = "merged"


def _merge(disk: BareRepository, row: LocalPullRequest, merged_by: str) -> None:
    """Write who merges what before the branch moves, so that a crash between cannot lose it."""
    at, tip = timezone.now(), disk.ref(row.base_branch)
    message = f"Merge pull request !{row.number} from {row.head_branch}\n\nMerged-by: {merged_by}\n"
    row.merge_commit = disk.write_merge(row.base_branch, row.head_sha, message, at)
    row.merged_at = at
    row.save(update_fields=["merge_commit", "merged_by", "merged_at"])
    if tip is None or not disk.move_branch(row.base_branch, before=tip, after=row.merge_commit):
        raise Conflict(
            _("Somebody else changed {branch} at the same moment.", branch=row.base_branch),
            remedy=_("Look at the pull request again and merge once more."),
        )


def _refuse_merge(row: LocalPullRequest, seen_head: str) -> None:
    if row.state != "open":
        raise Conflict(
            _("This pull request is not open any more."),
            remedy=_("Look at the page again."),
        )
    if row.head_sha != seen_head:
        raise Stale(
            _("The branch has moved since you looked."),
            remedy=_("Look at the difference again before you merge."),
        )


def _told(row: LocalPullRequest) -> RemotePullRequest:
    merged = row.state == "merged"
    return RemotePullRequest(
        number=row.number,
        url=f"/forge/{row.repository}/{row.number}/",
        state=row.state,
        title=row.title,
        body=row.body,
        head_branch=row.head_branch,
        head_sha=row.head_sha,
        base_branch=row.base_branch,
        opened_at=row.created_at,
        merge_sha=row.merge_commit if merged else "",
        merged_by=row.merged_by.username if merged and row.merged_by else "",
        merged_by_account=row.merged_by_id if merged else None,
        merged_at=row.merged_at if merged else None,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
    )
