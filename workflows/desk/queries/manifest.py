"""What would stand at each target, and how that differs from what stands there now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from governance.errors import FoureyesError
from governance.inventory.models import ModelVersion
from workflows.desk.queries.deployments import ParkedJob
from workflows.desk.queries.dossier import Dossier
from workflows.gitops.connections import forge_of
from workflows.gitops.differences import FileDiff, file_diff
from workflows.gitops.models import PullRequest
from workflows.gitops.queries import reader_of
from workflows.targets.bases import check_base
from workflows.targets.contents import listed, texts_after
from workflows.targets.models import Promotion, Target
from workflows.targets.queries import approved_content, content_of, left_over
from workflows.targets.rendered import RenderedFile, content_digest

AHEAD = {"draft", "submitted", "validated", "approved"}


@dataclass(frozen=True, slots=True)
class TargetContent:
    """The files of one target: `diffs` against what is there, `same` the paths that stay.

    `refusal` says why no files can be given; `against` is "repository", "champion" or "".
    """

    target: Target
    digest: str
    count: int
    diffs: Sequence[FileDiff]
    same: Sequence[str]
    against: str
    promotion: Promotion | None = None
    pull_request: PullRequest | None = None
    parked: ParkedJob | None = None
    refusal: str = ""
    first: bool = False

    @property
    def state(self) -> str:
        """The promotion's state as people see it: the first of the route waits for nobody.

        Where its job gave up, nothing is on its way.
        """
        if self.parked:
            return "parked"
        state = self.promotion.state if self.promotion else ""
        return "preparing" if state == "waiting" and self.first else state


def manifest_of(dossier: Dossier) -> list[TargetContent]:
    """The route of a version; where it was approved, what was approved."""
    newest = {row.target_id: row for row in dossier.promotions}
    targets = [row.target for row in newest.values()] or dossier.route
    return [_content(dossier, target, newest.get(target.pk)) for target in targets]


def _content(dossier: Dossier, target: Target, promotion: Promotion | None) -> TargetContent:
    try:
        files = _files(dossier.version, target, promotion)
        left = left_over(dossier.version, target, files)
        against, before = _before(dossier, target, [*left, *files])
        if against == "repository":
            check_base(files, reader_of(target))
        after = _after(left, files, against, before)
    except FoureyesError as refusal:
        words = f"{refusal.message} {refusal.remedy}".strip()
        return TargetContent(target, "", 0, (), (), "", refusal=words)
    diffs = {path: file_diff(path, before.get(path), text) for path, text in after.items()}
    return TargetContent(
        target=target,
        digest=content_digest(files),
        count=len(files),
        diffs=[diff for diff in diffs.values() if diff is not None],
        same=[file.path for file in files if diffs[file.path] is None],
        against=against,
        promotion=promotion,
        pull_request=dossier.pull_requests.get(promotion.pk) if promotion else None,
        parked=dossier.gave_up.get(promotion.pk) if promotion else None,
        first=target.position == min(row.position for row in dossier.route or [target]),
    )


def _files(
    version: ModelVersion, target: Target, promotion: Promotion | None
) -> Sequence[RenderedFile]:
    if promotion is None:
        return approved_content(version, target)
    return content_of(promotion)


def _after(
    left: Sequence[RenderedFile],
    files: Sequence[RenderedFile],
    against: str,
    before: Mapping[str, str | None],
) -> Mapping[str, str | None]:
    """Each file as it will be; of what the version before left only a repository can tell."""
    if against == "repository":
        return texts_after([*left, *files], before.get)
    return {file.path: listed(file) for file in files}


def _before(
    dossier: Dossier, target: Target, files: Sequence[RenderedFile]
) -> tuple[str, dict[str, str | None]]:
    """What a reader compares with: the repository while it is ahead, later the champion's files."""
    if dossier.version.state in AHEAD:
        try:
            return "repository", dict(_standing(target, files))
        except FoureyesError:
            pass  # the forge is away: the champion's files tell nearly as much
    if dossier.champion is None:
        return "", {}
    champion = approved_content(dossier.champion, target)
    return "champion", {file.path: listed(file) for file in champion}


def _standing(target: Target, files: Sequence[RenderedFile]) -> Iterator[tuple[str, str]]:
    forge = forge_of(target.forge)
    base = forge.ref(target.repository, target.base_branch)
    for file in files if base else ():
        text = forge.file_at(target.repository, base or "", file.path)
        if text is not None:
            yield file.path, text
