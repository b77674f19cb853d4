"""What happens in a portfolio of the matrix: the same in the own and in the foreign one."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from governance.access.models import AccessReview, Person, Portfolio, User
from governance.access.operations import (
    Holder,
    add_service_account,
    break_glass,
    delegate,
    grant,
    issue_token,
    open_review,
    revoke,
)
from governance.access.permissions import Permission
from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.evaluation.operations import request_comparison
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.operations import (
    VersionFacts,
    create_version,
    raise_finding,
    register_model,
)
from governance.outbox.models import OutboxJob
from governance.trail.operations import request_export
from governance.trail.queries.log import Narrowing
from tests import stories
from tests.governance.monitoring.alarm import raised_alert
from tests.matrix.people import join, username
from workflows.cases.models import Revalidation
from workflows.gitops.models import PromotionAlarm, PullRequest
from workflows.lifecycle.models import Decision
from workflows.lifecycle.operations import suspend_version
from workflows.lifecycle.operations.moving import lock_for_system
from workflows.lifecycle.operations.validating_again import ask_again_for
from workflows.lifecycle.queries import Occasion
from workflows.management.cast import actor_named, give
from workflows.policies.definition import Move
from workflows.policies.operations import draft_policy, set_freeze
from workflows.policies.queries import digest_of_wording
from workflows.policies.shipped import SHIPPED
from workflows.policies.wording import parse
from workflows.policies.yaml_form import Head
from workflows.targets.models import Promotion, Target

WEEK = timedelta(days=7)


def told_in(portfolio: Portfolio, name: str, title: str) -> dict[str, Any]:
    """The whole story; returns what stands in addresses and forms, by the parameters' names."""
    live = stories.deployed_version(1, model=_model(portfolio, name, title))
    submitted = _model(portfolio, f"{name}-submitted", f"{title}, submitted")
    waiting = stories.submitted_version(1, model=submitted, checked=False)
    finding = {"severity": "low", "title": f"Inputs of {title} hang together", "required": False}
    return {
        "portfolio": portfolio.name,
        "name": name,
        "submitted": submitted.name,
        "draft": _draft(portfolio, f"{name}-draft", f"{title}, draft"),
        "alert_id": raised_alert(live).pk,
        "finding_id": raise_finding(waiting.pk, **finding, actor=actor_named("victor")).pk,
        **_draft_of_rules(portfolio),
        "evidence_id": live.evidence.get(kind="document").pk,
        "artifact_id": live.artifacts.get().pk,
        "entry_id": AuditEntry.objects.filter(subject_id=live.pk).latest("occurred_at").pk,
        "condition_id": _condition(live, title),
        **_pull_request(live),
        "case_id": _stopping(live, title),
        "revalidation_id": _due(live),
        "portfolio_id": portfolio.pk,
        "target_id": Target.objects.get(portfolio=portfolio).pk,
        "freeze_id": _frozen(portfolio, title),
        **_parked(live),
    }


def challenged(name: str) -> dict[str, Any]:
    """Version 2 of a live model waits for its signer; somebody asked to see it beside version 1."""
    model = RegisteredModel.objects.get(name=name)
    challenger = stories.validated_version(2, model=model)
    live = model.versions.get(number=1)
    asked = request_comparison(challenger.pk, live.pk, actor=actor_named("victor"))
    return {
        "number": 2,
        "digest": stories.digest(challenger, Move.APPROVE),
        "comparison_id": asked.pk,
    }


def exported(auditor: str) -> object:
    """An auditor asked for what they see of the log; no worker has written it yet."""
    asked = Narrowing(), {"file_format": "csv", "since_note": ""}
    return request_export(asked[0], **asked[1], actor=actor_named(auditor)).pk


def _draft_of_rules(portfolio: Portfolio) -> dict[str, Any]:
    """Rules of the portfolio's own, which another administrator may put in force."""
    head = Head(f"{portfolio.name}-1", f"Rules of {portfolio.title}", 1, portfolio=portfolio.name)
    draft = draft_policy(head, parse(SHIPPED[0][3]), actor=actor_named("admin1"))
    return {"draft_id": draft.pk, "policy_digest": digest_of_wording(draft.definition)}


def _condition(version: ModelVersion, title: str) -> object:
    """What an approval demands, as its signer sets it."""
    decision = Decision.objects.filter(round__version=version, kind="approve").latest("decided_at")
    return decision.conditions.create(
        version=version,
        number=1,
        text=f"Watch {title} monthly.",
        owner=Person.objects.get(accounts__username="olive"),
        due_on=timezone.localdate() + WEEK,
    ).pk


def _stopping(version: ModelVersion, title: str) -> object:
    """The kill switch was pressed; nobody has signed."""
    reason = f"The feed of {title} was late."
    return suspend_version(version.pk, reason=reason, actor=actor_named("mo")).case_id


def _due(version: ModelVersion) -> object:
    """Its time to be validated again has come; nobody has decided."""
    day = timezone.localdate() + WEEK
    occasion = Occasion(Revalidation.Trigger.TIME, f"time:{day}", day)
    with transaction.atomic():
        locked = lock_for_system(version.pk)
        asked = ask_again_for(locked, occasion, actor=Actor.system("schedule"))
    return asked.case_id if asked else None


def _frozen(portfolio: Portfolio, title: str) -> object:
    """The line was to be stopped from next week on."""
    begins, reason = timezone.now() + WEEK, f"The year of {title} is closed."
    hanna = actor_named("hanna")
    return set_freeze(reason=reason, place=portfolio, begins_at=begins, actor=hanna).pk


def _draft(portfolio: Portfolio, name: str, title: str) -> str:
    model = _model(portfolio, name, title)
    create_version(model, VersionFacts(label="1.0.0"), actor=actor_named("dana"))
    return name


def _pull_request(version: ModelVersion) -> dict[str, Any]:
    row = PullRequest.objects.get(promotion__version=version)
    alarm = PromotionAlarm.objects.create(
        promotion=row.promotion, kind="drifted", occasion="once", text="Somebody changed it."
    )
    return {
        "repository": row.repository,
        "pull": row.number,
        "seen_head": row.head_sha,
        "promotion_id": row.promotion_id,
        "content_digest": row.promotion.content_digest,
        "alarm_id": alarm.pk,
    }


def _model(portfolio: Portfolio, name: str, title: str) -> RegisteredModel:
    return register_model(
        name=name,
        title=title,
        portfolio=portfolio.name,
        tier=3,
        purpose=f"What {title} is for.",
        actor=actor_named("dana"),
    )


def _parked(version: ModelVersion) -> dict[str, Any]:
    """As if the forge had refused for as long as it was tried."""
    promotion = Promotion.objects.get(version=version)
    job = OutboxJob.objects.get(topic="promotion.open", key=str(promotion.pk))
    job.done_at, job.parked_at = None, timezone.now()
    job.attempts, job.last_error = 8, "The forge answers 403."
    job.save()
    return {"job_id": job.pk}


def rights_in(portfolio: Portfolio, breaker: str) -> dict[str, Any]:
    """Somebody new with a role, a bigger one proposed, a deputy, an emergency, a review."""
    alma, now = actor_named("alma"), timezone.now()
    newcomer = join("Nele New", f"new-{breaker}")
    given = give("model_developer", Holder(person=newcomer), portfolio=portfolio, reason="New")
    lent = delegate(
        newcomer,
        portfolio=portfolio,
        starts_at=now,
        ends_at=now + WEEK,
        reason="On leave",
        actor=actor_named("olive"),
    )
    broken = _emergency(portfolio, breaker)
    title = f"Autumn in {portfolio.title}"
    review = open_review(title=title, due_at=now + WEEK, portfolio=portfolio, actor=alma)
    return {
        "person_id": newcomer.pk,
        "assignment_id": given.pk,
        "proposal_id": _proposed(portfolio, newcomer),
        "delegation_id": lent.pk,
        "broken_id": broken,
        "review_id": review.pk,
        "item_id": _item_before(review, "administrator"),
        **_service(portfolio, newcomer, f"program-{breaker}"),
    }


def _proposed(portfolio: Portfolio, newcomer: Person) -> object:
    return grant(
        "portfolio_administrator",
        Holder(person=newcomer),
        portfolio=portfolio,
        reason="Knows the place",
        conflict_reason="Only for a while",
        actor=actor_named("admin1"),
    ).pk


def _emergency(portfolio: Portfolio, breaker: str) -> object:
    """Broken and over, so that somebody may review it."""
    broken = break_glass(
        "auditor", portfolio=portfolio, reason="On fire", hours=1, actor=actor_named(breaker)
    )
    revoke(broken.assignment_id, reason="Over", actor=actor_named("admin1"))
    return broken.pk


def _item_before(review: AccessReview, role: str) -> object:
    """A grant that the administrator of the matrix was asked about; the foreign story has none."""
    asked = review.items.filter(reviewer__accounts__username=username(role))
    return asked.values_list("pk", flat=True).first()


def _service(portfolio: Portfolio, owner: Person, name: str) -> dict[str, Any]:
    alma = actor_named("alma")
    account = add_service_account(username=name, owner=owner, actor=alma)
    give("service_account", Holder(account=account), portfolio=portfolio, reason="New")
    issue_token(account, name="program", permissions=[Permission.MODEL_VIEW], actor=alma)
    return {
        "account_id": account.pk,
        "token_id": User.objects.get(pk=account.pk).api_tokens.get().pk,
    }
