"""Preparing a promotion: everything that a pull request will be, gathered and stored once.

Every later try reads the stored change set, so branch, commit and body are the same each time,
whatever has happened to the log, the repository or the names of people in between.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from governance.audit.actions import Action
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.queries import Receipt, entries_of, line_of, log_signer, receipt_of
from governance.errors import Invalid, Permanent, Temporary
from governance.evaluation.models import ComparisonReport
from governance.inventory.models import ModelVersion
from governance.outbox.claims import Claim
from governance.sentences import sentence as _
from workflows.gitops.attestation import SigningKey, Subject, envelope, proof, statement
from workflows.gitops.forges.base import FileChange, Forge, NewCommit
from workflows.gitops.models import ChangeSet
from workflows.gitops.wording import (
    GateLine,
    PromotionFacts,
    Signer,
    body_of,
    branch_of,
    commit_message_of,
    folder_of,
    predicate_of,
    title_of,
)
from workflows.targets.bases import check_base
from workflows.targets.contents import texts_after
from workflows.targets.models import Promotion, PromotionKind
from workflows.targets.operations import locked
from workflows.targets.queries import content_of, left_over
from workflows.targets.rendered import ABSENT, RenderedFile

CHECKPOINT = "checkpoint.txt"


def prepared(claim: Claim, promotion: Promotion, forge: Forge) -> ChangeSet:
    """Return the promotion's change set; the first call makes it.

    Raises:
        LeaseLost: Another worker has the job; nothing was stored.
        Temporary: The log has no checkpoint over the approval yet.
        Permanent: The base branch is not there, or something stands in the files' way.
    """
    there = ChangeSet.objects.filter(promotion=promotion).first()
    draft = there or _draft(promotion, forge)
    with transaction.atomic():
        claim.heartbeat()
        row = locked(promotion.pk)
        stored, _new = ChangeSet.objects.get_or_create(
            promotion=row, defaults={column: getattr(draft, column) for column in COLUMNS}
        )
        row.branch, row.base_commit = stored.branch, stored.base_commit
        row.expected_head = stored.expected_head
        row.save(update_fields=["branch", "base_commit", "expected_head"])
    return stored


def new_commit(change_set: ChangeSet) -> NewCommit:
    """Return the commit that a change set stands for."""
    files = tuple(FileChange(file["path"], file["text"]) for file in change_set.files)
    return NewCommit(
        change_set.base_commit, files, change_set.commit_message, change_set.author_time
    )


COLUMNS = (
    "base_commit",
    "branch",
    "title",
    "body",
    "commit_message",
    "author_time",
    "files",
    "expected_head",
)


def _draft(promotion: Promotion, forge: Forge) -> ChangeSet:
    target = promotion.target
    base = forge.ref(target.repository, target.base_branch)
    if base is None:
        raise Permanent(
            _(
                "The repository {repository} has no branch {branch}.",
                repository=target.repository,
                branch=target.base_branch,
            ),
            remedy=_(
                "Create it, or change the setting “base branch” of the target {target}.",
                target=target.name,
            ),
        )
    receipt = _receipt(promotion.version)
    facts = facts_of(promotion, receipt)
    left = _left_there(promotion, forge, base)
    approved = {file.path for file in content_of(promotion)}
    removed = [file.path for file in left if file.path not in approved]
    companions = _companions(promotion, facts, receipt, removed)
    draft = ChangeSet(
        base_commit=base,
        branch=branch_of(facts),
        title=title_of(facts),
        body=body_of(facts),
        commit_message=commit_message_of(facts),
        author_time=_author_time(promotion),
        files=_files(promotion, companions, left, forge, base),
    )
    draft.expected_head = forge.write_commit(target.repository, new_commit(draft))
    return draft


def _author_time(promotion: Promotion) -> datetime:
    """When it was decided: the approval's time, or of another kind when it was asked for."""
    if promotion.kind != PromotionKind.DEPLOY:
        return promotion.asked_at
    return promotion.approval_round.closed_at or promotion.created_at


def facts_of(promotion: Promotion, receipt: Receipt | None = None) -> PromotionFacts:
    """Gather what the words of a pull request are made of; `receipt` shows the approval's place."""
    version, approval = promotion.version, promotion.approval_round
    comparison = _comparison(version)
    return PromotionFacts(
        promotion_id=str(promotion.pk),
        approval_round=str(approval.pk),
        case_digest=approval.digest,
        content_digest=promotion.content_digest,
        model=version.model.name,
        title=version.model.title,
        number=version.number,
        label=version.label,
        version_id=str(version.pk),
        target=promotion.target.name,
        environment=promotion.target.environment,
        summary=version.summary,
        change_note=version.change_note,
        champion=str(comparison.champion) if comparison and comparison.champion else "",
        verdict=comparison.verdict.replace("_", " ") if comparison else "",
        signers=_signers(promotion),
        gates=_gates(version),
        log_index=receipt.index if receipt else None,
        checkpoint=receipt.note if receipt else "",
        kind=promotion.kind,
        policy=str(approval.case.policy_version),
        approved_at=approval.closed_at,
        valid_until=approval.expires_at,
        files=tuple((f.path, f.sha256, f.fields) for f in content_of(promotion)),
        links=(("The case in Foureyes", _case_url(version)),),
    )


def _case_url(version: ModelVersion) -> str:
    path = reverse("version", args=[version.model.name, version.number])
    return f"{settings.SITE_URL}{path}"


def _companions(
    promotion: Promotion, facts: PromotionFacts, receipt: Receipt | None, removed: Sequence[str]
) -> dict[str, str]:
    """What travels with the approved content and proves it: attestation, checkpoint, proof."""
    if receipt is None:
        return {}
    payload = statement(_subjects(promotion), predicate_of(facts, removed))
    files = {
        "attestation.dsse.json": envelope(payload, log_key()),
        CHECKPOINT: receipt.note,
        "proof.json": proof(receipt.index, receipt.size, line_of(receipt.entry_id), receipt.proof),
    }
    return {f"{folder_of(facts)}/{name}": text for name, text in files.items()}


def log_key() -> SigningKey:
    """The log's own key, in the form that signs statements; only a worker can read it.

    Raises:
        Unavailable: There is none yet, or this process may not read it.
    """
    signer = log_signer()
    return SigningKey(signer.verifier.key_id.hex(), signer.key.private_bytes_raw())


def _subjects(promotion: Promotion) -> list[Subject]:
    artifacts = promotion.version.artifacts.order_by("name")
    return [
        *(Subject(artifact.name, artifact.sha256) for artifact in artifacts),
        *(Subject(f.path, f.sha256) for f in content_of(promotion) if f.sha256 != ABSENT),
    ]


def _files(
    promotion: Promotion,
    companions: dict[str, str],
    left: Sequence[RenderedFile],
    forge: Forge,
    base: str,
) -> list[dict[str, str | None]]:
    """The approved files, their companions, and the removal of what the one before left."""

    def present(path: str) -> str | None:
        return forge.file_at(promotion.target.repository, base, path)

    try:
        check_base(content_of(promotion), present)
        approved = texts_after([*left, *content_of(promotion)], present)
    except Invalid as refusal:
        raise Permanent(refusal.message, remedy=refusal.remedy) from refusal
    files: dict[str, str | None] = {**approved, **companions}
    return [{"path": path, "text": files[path]} for path in sorted(files)]


def _left_there(promotion: Promotion, forge: Forge, base: str) -> list[RenderedFile]:
    """What the promotion before left and is still there, by path."""
    found = left_over(promotion.version, promotion.target, content_of(promotion))
    repository = promotion.target.repository
    there = [file for file in found if forge.file_at(repository, base, file.path) is not None]
    return sorted(there, key=lambda file: file.path)


def _receipt(version: ModelVersion) -> Receipt | None:
    """Proof that the approval is in the log; this worker seals the log if nobody has yet."""
    approvals = entries_of("version", version.pk).filter(action=Action.VERSION_APPROVED)
    entry = approvals.last()
    if entry is None:
        return None
    if there := receipt_of(entry.pk):
        return there
    sequence_pending()
    publish_checkpoint()
    found = receipt_of(entry.pk)
    if found is None:
        message = _("The log has no checkpoint over the approval yet.")
        raise Temporary(message, retry_after=1.0)
    return found


def _comparison(version: ModelVersion) -> ComparisonReport | None:
    rows = ComparisonReport.objects.filter(version=version)
    return rows.select_related("champion__model").order_by("-completed_at").first()


def _signers(promotion: Promotion) -> tuple[Signer, ...]:
    approval = promotion.approval_round
    rows = approval.decisions.filter(digest=approval.digest).select_related("person", "role")
    return tuple(
        Signer(str(row.person_id), row.person.full_name, row.role.title, row.kind, row.decided_at)
        for row in rows.order_by("decided_at", "pk")
    )


def _gates(version: ModelVersion) -> tuple[GateLine, ...]:
    return tuple(
        GateLine(row.gate, row.outcome, row.value, row.threshold, row.required)
        for row in version.gates.order_by("position", "gate")
    )
