"""The promotion a job is about, its pull request, who merged, what is alarming."""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from pathlib import PurePosixPath
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.queries import (
    visible_to,
)
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.states import IN_WORDS, State
from governance.sentences import Words
from workflows.gitops.connections import forge_of
from workflows.gitops.forges.base import (
    Forge,
    RemotePullRequest,
)
from workflows.gitops.models import ForgeLogin, PromotionAlarm, PullRequest, SyncReport
from workflows.lifecycle.labels import FALLEN
from workflows.lifecycle.queries import approvals_stand
from workflows.lifecycle.transitions import EDGES
from workflows.targets.contents import stands
from workflows.targets.models import Promotion, PromotionKind, Target
from workflows.targets.progress import IN_FORGE, STANDS, UNDER_WAY
from workflows.targets.queries import application_of, content_of
from workflows.targets.rendered import RenderedFile


def promotion_in_hand(promotion_id: UUID) -> Promotion:
    """Return a promotion with all that a handler reads of it.

    Raises:
        NotFound: There is none.
    """
    rows = Promotion.objects.select_related(
        "target", "version__model__portfolio", "approval_round__case__policy_version"
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
        "promotion__approval_round__case__policy_version",
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
        state__in=IN_FORGE,
        pull_request__isnull=False,
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


def merger_of(remote: RemotePullRequest, forge: str) -> Person | None:
    """Return who of ours merged: by the account of our own screen, or by the log-in there."""
    if remote.merged_by_account is not None:
        return person_of_account(remote.merged_by_account)
    if not remote.merged_by:
        return None
    login = ForgeLogin.objects.filter(forge=forge, login__iexact=remote.merged_by)
    found = login.select_related("person").first()
    return found.person if found else None


def alarms(actor: Actor) -> QuerySet[PromotionAlarm]:
    """The alarms that an actor may see, open ones first, newest first."""
    rows = PromotionAlarm.objects.select_related(
        "promotion__target", "promotion__version__model__portfolio", "closed_by"
    )
    return visible_to(actor, rows).order_by(F("closed_at").desc(nulls_first=True), "-raised_at")


def alarm_by_id(actor: Actor, alarm_id: UUID) -> PromotionAlarm:
    """Return an alarm that the actor may know of.

    Raises:
        NotFound: There is none, or not for this actor.
    """
    found = alarms(actor).filter(pk=alarm_id).first()
    if found is None:
        raise NotFound(_("There is no such alarm, or not for you."))
    return found


def standing_at(target: Target) -> list[Promotion]:
    """Return what stands at a target by the last report, a promotion for each model."""
    rows = target.promotions.filter(state="deployed")
    return list(rows.select_related("target", "version__model__portfolio").order_by("pk"))


def vetoed_at(target: Target) -> list[Promotion]:
    """Return what was closed without merging, of models of which nothing stands or is to stand."""
    theirs = target.promotions.filter(state__in=[*UNDER_WAY, *STANDS])
    closed = target.promotions.filter(
        state="closed", kind=PromotionKind.DEPLOY, pull_request__isnull=False
    )
    rows = closed.exclude(version__model__in=theirs.values("version__model"))
    return list(rows.select_related("target", "version__model__portfolio").order_by("pk"))


def reports_about(promotion: Promotion) -> list[SyncReport]:
    """Return what each deployer said last about the promotion's application at its target."""
    application = application_of(promotion)
    if not application:
        return []
    rows = SyncReport.objects.filter(target=promotion.target_id, application=application)
    return list(rows.order_by("observed_at", "source"))


def newest_reports(promotions: Iterable[Promotion]) -> dict[UUID, SyncReport]:
    """Return what a deployer said last about each, where one says anything; one query for all."""
    named = {(one.target_id, application_of(one)): one.pk for one in promotions}
    wanted = {key: pk for key, pk in named.items() if key[1]}
    if not wanted:
        return {}
    targets, applications = zip(*wanted, strict=True)
    rows = SyncReport.objects.filter(target__in=set(targets), application__in=set(applications))
    found = {
        (row.target_id, row.application): row for row in rows.order_by("observed_at", "source")
    }
    return {pk: found[key] for key, pk in wanted.items() if key in found}


def why_void(promotion: Promotion) -> Words:
    """Say why the approval no longer holds; empty while it does.

    What ends something, or brings it back, was decided by itself: whether the approval of what
    returns held was asked at its last signature. It must only not have been overtaken.
    """
    return why_each_is_void([promotion])[promotion.pk]


def why_each_is_void(promotions: Collection[Promotion]) -> dict[UUID, Words]:
    """The same for many: the number of queries does not grow with them."""
    deploys = [one for one in promotions if one.kind == PromotionKind.DEPLOY]
    fallen = approvals_stand({one.approval_round_id for one in deploys})
    found = {one.pk: fallen[one.approval_round_id] for one in deploys}
    return found | {one.pk: _overtaken(one) for one in promotions if one.pk not in found}


def _overtaken(promotion: Promotion) -> Words:
    state = State(promotion.version.state)
    if state in {*EDGES[promotion.kind].sources, EDGES[promotion.kind].target}:
        return ""
    return FALLEN["moved"].filled(state=IN_WORDS[state])


def reader_of(target: Target) -> Callable[[str], str | None]:
    """Return what reads a file of the target's branch as it is now; asks the forge when it is used.

    Where there is no branch, no file stands.
    """
    forge = forge_of(target.forge)
    tip = cache(lambda: forge.ref(target.repository, target.base_branch))

    def read(path: str) -> str | None:
        sha = tip()
        return forge.file_at(target.repository, sha, path) if sha else None

    return read


def differing_files(promotion: Promotion, forge: Forge, sha: str | None) -> list[str]:
    """Return the paths whose bytes, or our values in them, are not the approved ones.

    Where there is no commit, no file stands.
    """
    repository = promotion.target.repository
    return [
        file.path for file in content_of(promotion) if not _is_right(file, forge, repository, sha)
    ]


def _is_right(file: RenderedFile, forge: Forge, repository: str, sha: str | None) -> bool:
    """Gone is only what no tree names: behind a link or other bytes it may still be followed."""
    present = forge.file_at(repository, sha, file.path) if sha else None
    if not stands(file, present):
        return False
    return present is not None or not (sha and _is_named(forge, repository, sha, file.path))


def _is_named(forge: Forge, repository: str, sha: str, path: str) -> bool:
    """Whether something that is no folder stands at a path, or for one of its folders."""
    named = {path, *(str(folder) for folder in PurePosixPath(path).parents)}
    return not named.isdisjoint(forge.tree_files(repository, sha))
