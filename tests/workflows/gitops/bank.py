"""A small bank: people in their roles, a model with approved versions, a repository on disk."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from governance.access.models import Person, Portfolio, Role, User
from governance.access.operations import Holder, involve
from governance.access.operations.assigning import Grant, Place, write
from governance.access.queries import person_actor
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.models import AuditEntry
from governance.evaluation.models import GateResult
from governance.inventory.models import Artifact, ModelVersion, RegisteredModel
from governance.outbox import operations as outbox
from governance.outbox.claims import Again, Claim
from governance.outbox.models import OutboxJob
from tests.memory import remembered
from workflows.cases.models import Case
from workflows.cases.operations import open_case
from workflows.delivery.handlers import HANDLERS
from workflows.gitops.forges.bare import BareRepository
from workflows.gitops.forges.base import FileChange, NewCommit
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.models import LocalPullRequest, PullRequest
from workflows.lifecycle.models import ApprovalRound, LivingVersion
from workflows.lifecycle.operations.moving import lock_for_system, move
from workflows.lifecycle.queries import digest_of
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of, policy_for
from workflows.targets.models import Promotion, Target
from workflows.targets.operations import create_promotions

SYSTEM = Actor.system("test")
DIGEST = "ab" * 32


@dataclass
class Bank:
    """The world of these tests; each method is something that happens in it."""

    folder: Path
    portfolio: Portfolio
    model: RegisteredModel
    people: dict[str, Actor] = field(default_factory=dict)

    def person(self, name: str, role: str) -> Actor:
        """Somebody with an account and a role in the portfolio."""
        person = Person.objects.create(full_name=f"{name.title()} Person", email=f"{name}@x.test")
        account = User.objects.create(username=name, person=person)
        write(Grant(role, Holder(person=person), Place(self.portfolio), "test"), None)
        self.people[name] = person_actor(account)
        return self.people[name]

    def __repr__(self) -> str:
        """The same for every bank: what is told of one is remembered for the next."""
        return "a small bank"

    @remembered
    def target(self, name: str = "production", **settings: Any) -> Target:
        """A place where versions go."""
        facts = {"environment": "production", "repository": "risk-models/prod"}
        return Target.objects.create(name=name, **facts | settings)

    @remembered
    @transaction.atomic
    def approved(self, label: str = "", image: str = "") -> list[Promotion]:
        """Another version, submitted, validated and approved; returns its promotions."""
        version = self._draft(label, image)
        case = open_case(version, Case.Kind.SUBMISSION, policy_for(self.model), actor=SYSTEM)
        for name, part in (
            ("dana", Part.AUTHOR),
            ("victor", Part.VALIDATOR),
            ("rita", Part.APPROVER),
        ):
            involve(self.people[name].person_id, part, version.pk)
        for verb, action in (
            ("submit", Action.VERSION_SUBMITTED),
            ("validate", Action.VERSION_VALIDATED),
            ("approve", Action.VERSION_APPROVED),
        ):
            move(lock_for_system(version.pk), verb, action, actor=SYSTEM)
        approval = self._round(LivingVersion.objects.get(pk=version.pk), case)
        return create_promotions(approval, approval.version, actor=SYSTEM)

    def _draft(self, label: str, image: str) -> ModelVersion:
        number = self.model.versions.count() + 1
        version = ModelVersion.objects.create(
            model=self.model,
            number=number,
            label=label or f"{number}.0.0",
            image=image,
            change_note="Reads salary from instant payments as well.",
            created_by_id=self.people["dana"].person_id,
        )
        Artifact.objects.create(
            version=version, name="model.onnx", role="model", sha256=f"{number:064x}", size=1
        )
        rules = definition_of(policy_for(self.model)).moves[Move.VALIDATE]
        for position, gate in enumerate(rules.gates):
            GateResult.objects.create(
                version=version,
                gate=gate.name,
                position=position,
                required=gate.required,
                outcome="passed",
                tool_version="test",
            )
        return version

    def _round(self, version: ModelVersion, case: Case) -> ApprovalRound:
        digest = digest_of(version, case, Move.APPROVE) or ""
        approval = ApprovalRound.objects.create(
            case=case,
            version=version,
            move="approve",
            number=1,
            state="passed",
            digest=digest,
            closed_at=timezone.now(),
        )
        rita = self.people["rita"]
        approval.decisions.create(
            person_id=rita.person_id,
            account_id=rita.account_id,
            role=Role.objects.get(pk="risk_officer"),
            kind="approve",
            digest=digest,
        )
        return approval

    # The forge
    @property
    def disk(self) -> BareRepository:
        return LocalForge().repository("risk-models/prod")

    def push(self, branch: str, **files: str | None) -> str:
        """Somebody pushes a commit to a branch with Git; `__` in a name is a slash."""
        changes = tuple(FileChange(name.replace("__", "/"), text) for name, text in files.items())
        before = self.disk.ref(branch) or str(self.disk.ref("main"))
        after = self.disk.write_commit(NewCommit(before, changes, "By hand\n", timezone.now()))
        if not self.disk.create_branch(branch, after):
            assert self.disk.move_branch(branch, before=before, after=after)
        return after

    def remote(self) -> list[tuple[int, str]]:
        """Number and state of every pull request in the forge."""
        rows = LocalPullRequest.objects.order_by("number")
        return list(rows.values_list("number", "state"))

    # Jobs
    def claim(self, topic: str, key: str) -> Claim:
        OutboxJob.objects.filter(topic=topic, key=key).update(
            next_attempt_at=Now(), lease_until=None
        )
        claim = outbox.claim(OutboxJob.objects.get(topic=topic, key=key).pk)
        assert claim is not None
        return claim

    def work(self) -> None:
        """A worker runs what is due until nothing is; a refusal leaves the job where it was."""
        while claim := outbox.claim_next("fast"):
            try:
                ending = HANDLERS[claim.topic](claim)
            except BaseException:
                outbox.release(claim)
                raise
            if isinstance(ending, Again):
                outbox.postpone(claim, ending.seconds)
            elif not claim.finished():
                outbox.complete(claim, ending)

    def look_again(self) -> None:
        """The clock asks for a look at every open pull request."""
        OutboxJob.objects.filter(topic="promotion.observe").update(next_attempt_at=Now())
        self.work()

    @remembered
    def open(self, label: str = "", image: str = "") -> PullRequest:
        """A version is approved and its pull request opened."""
        promotion = self.approved(label, image)[0]
        self.work()
        return PullRequest.objects.get(promotion=promotion)

    def entries(self, promotion_id: UUID) -> list[str]:
        """The actions that the log holds about a promotion, in order."""
        rows = AuditEntry.objects.filter(subject_type="promotion", subject_id=promotion_id)
        return list(rows.order_by("subject_seq").values_list("action", flat=True))


def found(folder: Path) -> Bank:
    """A bank with its people; no target, and nothing approved yet."""
    _founded()
    model = RegisteredModel.objects.select_related("portfolio").get()
    accounts = User.objects.select_related("person")
    people = {account.username: person_actor(account) for account in accounts}
    return Bank(folder, model.portfolio, model, people)


@remembered
def _founded() -> None:
    portfolio = Portfolio.objects.create(name="retail", title="Retail credit")
    owner = Person.objects.create(full_name="Olga Owner", email="olga@x.test")
    model = RegisteredModel.objects.create(
        portfolio=portfolio, name="credit-default", title="Credit default", tier=2, owner=owner
    )
    bank = Bank(Path(), portfolio, model)
    for name, role in (
        ("dana", "model_developer"),
        ("victor", "model_validator"),
        ("rita", "risk_officer"),
        ("mo", "mlops_engineer"),
        ("sam", "auditor"),
    ):
        bank.person(name, role)
