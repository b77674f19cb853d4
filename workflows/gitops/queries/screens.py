"""What the screens of pull requests show."""

from dataclasses import dataclass

from governance.access.models import Person
from governance.access.permissions import Permission
from governance.access.queries import (
    can,
    excluded_by,
    holders_of,
    part_words,
    played,
    roles_giving,
)
from governance.access.separation import Excluded, Part, Played, conflict
from governance.actors import Actor
from governance.errors import FoureyesError
from workflows.gitops.connections import forge_of, merging_forge
from workflows.gitops.differences import FileDiff, file_diff
from workflows.gitops.forges.base import (
    Forge,
    RemoteComment,
    RemotePullRequest,
    RemoteStatus,
)
from workflows.gitops.models import ChangeSet, PullRequest
from workflows.gitops.queries.merging import why_not_merge


@dataclass(frozen=True, slots=True)
class MayMerge:
    """One person and whether they may merge; the reason when not."""

    person: Person
    may: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PullRequestView:
    """Everything that the page of a pull request shows, read from the forge at this moment.

    `refusal` is what stands against a merge by the reader, None when nothing does. `conflicts` are
    the files that the base branch changed as well; `behind` says whether it has moved at all.
    """

    row: PullRequest
    remote: RemotePullRequest
    change_set: ChangeSet
    diffs: tuple[FileDiff, ...]
    statuses: tuple[RemoteStatus, ...]
    comments: tuple[RemoteComment, ...]
    conflicts: tuple[str, ...]
    behind: bool
    mergers: tuple[MayMerge, ...]
    refusal: FoureyesError | None
    may_close: bool
    merged_here: bool


def pull_request_view(row: PullRequest, actor: Actor) -> PullRequestView:
    """Read a pull request from its forge for a screen; `row` comes from `pull_request_by_…`."""
    forge, here = forge_of(row.forge), merging_forge(row.forge)
    remote = forge.pull_request(row.repository, row.number)
    change_set = ChangeSet.objects.get(promotion=row.promotion_id)
    base = forge.ref(row.repository, row.base_branch) or ""
    is_open = remote.state == "open"
    return PullRequestView(
        row=row,
        remote=remote,
        change_set=change_set,
        diffs=diffs_of(forge, row, change_set, remote.head_sha),
        statuses=forge.statuses(row.repository, remote.head_sha),
        comments=here.comments(row.repository, row.number) if here else (),
        conflicts=(
            here.merge_conflicts(row.repository, head=remote.head_sha, base=base)
            if here and is_open
            else ()
        ),
        behind=is_open and base != change_set.base_commit,
        mergers=mergers_of(row),
        refusal=why_not_merge(row, here, remote.head_sha, actor) if here else None,
        may_close=is_open and can(actor, Permission.PROMOTION_CLOSE, row),
        merged_here=here is not None,
    )


def diffs_of(
    forge: Forge, row: PullRequest, change_set: ChangeSet, head: str
) -> tuple[FileDiff, ...]:
    """Return what the branch changes as it is now, foreign pushes included, by path."""
    repository, base = row.repository, change_set.base_commit
    paths = {file["path"] for file in change_set.files}
    if head != change_set.expected_head:
        paths |= set(forge.tree_files(repository, head)) | set(forge.tree_files(repository, base))
    found = (
        file_diff(
            path, forge.file_at(repository, base, path), forge.file_at(repository, head, path)
        )
        for path in sorted(paths, key=lambda path: (path.startswith(".foureyes/"), path))
    )
    return tuple(diff for diff in found if diff is not None)


def mergers_of(row: PullRequest) -> tuple[MayMerge, ...]:
    """Return who holds a role that merges here, and who of them took part in the version."""
    parts = played(row.promotion.version_id)
    people = {
        person.pk: person
        for role in roles_giving(Permission.PROMOTION_MERGE)
        for person in holders_of([role.name], row)
    }
    excluded = excluded_by()
    found = [_may_merge(person, parts, excluded) for person in people.values()]
    return tuple(sorted(found, key=lambda one: (not one.may, one.person.full_name)))


def _may_merge(person: Person, parts: list[Played], excluded: Excluded) -> MayMerge:
    earlier = conflict(person.pk, Part.MERGER, parts, excluded)
    return MayMerge(person, earlier is None, part_words(earlier) if earlier else "")
