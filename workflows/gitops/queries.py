"""Reads of gitops: the promotion a job is about, what stands against a merge, the screens."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.permissions import Permission
from governance.access.queries import (
    can,
    excluded_by,
    holders_of,
    part_words,
    played,
    require,
    require_separate,
    roles_giving,
    visible_to,
)
from governance.access.separation import Excluded, Part, Played, conflict
from governance.actors import Actor
from governance.errors import Conflict, FoureyesError, NotFound, Stale, WrongState
from governance.inventory.models import RegisteredModel
from governance.sentences import Words
from workflows.gitops.connections import forge_of, merging_forge
from workflows.gitops.differences import FileDiff, file_diff
from workflows.gitops.forges.base import (
    APPROVED_CONTEXT,
    Forge,
    MergingForge,
    RemoteComment,
    RemotePullRequest,
    RemoteStatus,
)
from workflows.gitops.models import ChangeSet, PullRequest
from workflows.lifecycle.queries import approval_stands
from workflows.targets.contents import stands
from workflows.targets.models import Promotion, Target
from workflows.targets.queries import content_of


def promotion_in_hand(promotion_id: UUID) -> Promotion:
    """Return a promotion with all that a handler reads of it.

    Raises:
        NotFound: There is none.
    """
    rows = Promotion.objects.select_related(
        "target", "version__model__portfolio", "approval_round__case"
    )
    found = rows.filter(pk=promotion_id).first()
    if found is None:
        raise NotFound(_("There is no such promotion."))
    return found


def pull_request_of(promotion: Promotion) -> PullRequest | None:
    """Return the pull request that was opened for a promotion, if one was."""
    return PullRequest.objects.filter(promotion=promotion).first()


def pull_request_by_id(actor: Actor, pull_request_id: UUID) -> PullRequest:
    """Return a pull request that the actor may know of.

    Raises:
        NotFound: There is none, or not for this actor.
    """
    found = pull_requests(actor).filter(pk=pull_request_id).first()
    if found is None:
        raise NotFound(_("There is no such pull request, or not for you."))
    return found


def pull_request_by_number(actor: Actor, repository: str, number: int) -> PullRequest:
    """Return a pull request of the embedded forge by the words of its address.

    Raises:
        NotFound: There is none, or not for this actor.
    """
    rows = pull_requests(actor).filter(forge="local", repository=repository, number=number)
    found = rows.first()
    if found is None:
        raise NotFound(_("There is no such pull request, or not for you."))
    return found


def pull_requests(actor: Actor) -> QuerySet[PullRequest]:
    """The pull requests that an actor may see, newest first."""
    rows = PullRequest.objects.select_related(
        "promotion__target",
        "promotion__approval_round__case",
        "promotion__version__model__portfolio",
        "merged_by_person",
    )
    return visible_to(actor, rows)


def pull_requests_in(actor: Actor, state: str) -> QuerySet[PullRequest]:
    """Those of one state that an actor may see, newest first, with what a list shows of them."""
    rows = pull_requests(actor).select_related("promotion__change_set")
    return rows.filter(state=state).order_by("-opened_at", "-number")


def pull_request_counts(actor: Actor) -> dict[str, int]:
    """How many an actor may see in each state."""
    rows = visible_to(actor, PullRequest.objects.order_by())
    return dict(rows.values_list("state").annotate(number=Count("pk")))


def older_open(promotion: Promotion) -> list[UUID]:
    """Earlier promotions of the model to the same target whose pull request is still open."""
    older = Promotion.objects.filter(
        target=promotion.target_id,
        version__model=promotion.version.model_id,
        state="open",
        created_at__lt=promotion.created_at,
    )
    return list(older.values_list("pk", flat=True))


def unmerged_of_round(promotion: Promotion) -> bool:
    """Whether a target of the same approval still waits for a merge."""
    rows = Promotion.objects.filter(approval_round=promotion.approval_round_id)
    return rows.filter(state__in=["waiting", "preparing", "open", "held"]).exists()


def person_of_account(account_id: UUID | None) -> Person | None:
    """Return whose account it is; a stranger's merge has nobody of ours behind it."""
    return Person.objects.filter(accounts=account_id).first() if account_id else None


def why_void(promotion: Promotion) -> Words:
    """Say why the approval no longer holds; empty while it does."""
    return approval_stands(promotion.approval_round_id)


def differing_files(promotion: Promotion, forge: Forge, sha: str) -> list[str]:
    """Return the paths whose bytes, or our values in them, are not the approved ones."""
    repository = promotion.target.repository
    return [
        file.path
        for file in content_of(promotion)
        if not stands(file, forge.file_at(repository, sha, file.path))
    ]


def refuse_merge(row: PullRequest, forge: MergingForge, *, actor: Actor, seen_head: str) -> None:
    """Say what stands against this merge by this person, or let it pass.

    Raises:
        NotAllowed: The permission is missing, or the person took part in the version.
        Stale: The branch has moved since.
        Conflict: It is not open, not approved any more, or the base branch changed the same file.
    """
    require(actor, Permission.PROMOTION_MERGE, row)
    require_separate(actor, Part.MERGER, row.promotion.version_id)
    remote = forge.pull_request(row.repository, row.number)
    if remote.state != "open":
        raise WrongState(
            _("This pull request is not open any more."),
            remedy=_("Look at the page again."),
        )
    if remote.head_sha != seen_head:
        raise Stale(
            _("The branch has moved since you looked."),
            remedy=_("Look at the difference again before you merge."),
        )
    _refuse_unapproved(row, forge, seen_head)


def _refuse_unapproved(row: PullRequest, forge: MergingForge, head: str) -> None:
    if head != row.promotion.expected_head:
        raise Conflict(
            _("This commit is not the one that was approved."),
            remedy=_("Close it; a new approval opens a new one."),
        )
    if reason := why_void(row.promotion):
        raise Conflict(_("The approval no longer holds. {reason}").format(reason=reason))
    states = {status.context: status.state for status in forge.statuses(row.repository, head)}
    if states.get(APPROVED_CONTEXT) != "success":
        raise Conflict(
            _("The check {check} has not passed on this commit.").format(check=APPROVED_CONTEXT),
            remedy=_("Wait a moment, then look again."),
        )
    base = forge.ref(row.repository, row.base_branch) or ""
    if files := forge.merge_conflicts(row.repository, head=head, base=base):
        raise Conflict(
            _("{branch} changed the same files meanwhile: {files}.").format(
                branch=row.base_branch, files=", ".join(files)
            ),
            remedy=_("Close this pull request and ask for a new one on today's files."),
        )


def why_not_merge(
    row: PullRequest, forge: MergingForge, head: str, actor: Actor
) -> FoureyesError | None:
    """Return what would refuse the merge of what is there now; None when nothing does."""
    try:
        refuse_merge(row, forge, actor=actor, seen_head=head)
    except FoureyesError as refusal:
        return refusal
    return None


# Screens ---------------------------------------------------------------------------------------
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


@dataclass(frozen=True, slots=True)
class DeploymentLine:
    """One model at one target: what shall stand there, what stands there, and how they differ.

    `desired` is the newest promotion that was not closed, `live` the one last reported deployed.
    """

    model: RegisteredModel
    target: Target
    desired: Promotion | None
    live: Promotion | None
    pull_request: PullRequest | None

    @property
    def settled(self) -> bool:
        """Whether what stands there is what shall stand there."""
        return self.desired == self.live


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


def deployments(actor: Actor) -> list[DeploymentLine]:
    """Return every model and target that a promotion was ever asked for, by model and route."""
    lines: dict[tuple[UUID, UUID], list[Promotion]] = {}
    rows = Promotion.objects.select_related(
        "target", "version__model__portfolio", "pull_request"
    ).order_by("-created_at")
    for promotion in visible_to(actor, rows):
        key = promotion.version.model_id, promotion.target_id
        lines.setdefault(key, []).append(promotion)
    found = [_line(promotions) for promotions in lines.values()]
    return sorted(
        found, key=lambda line: (line.model.title, line.target.position, line.target.name)
    )


def _line(promotions: list[Promotion]) -> DeploymentLine:
    newest = promotions[0]
    live = next((row for row in promotions if row.state == "deployed"), None)
    wanted = (row for row in promotions if row.state not in {"closed", "superseded"})
    desired = next(wanted, None)
    return DeploymentLine(
        model=newest.version.model,
        target=newest.target,
        desired=desired,
        live=live,
        pull_request=getattr(desired, "pull_request", None),
    )


def _may_merge(person: Person, parts: list[Played], excluded: Excluded) -> MayMerge:
    earlier = conflict(person.pk, Part.MERGER, parts, excluded)
    return MayMerge(person, earlier is None, part_words(earlier) if earlier else "")
