"""Every page of the site with something on it, and who looks at it."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from governance.access.models import Person
from governance.access.operations import add_team, open_review
from governance.audit.models import AuditEntry
from governance.evaluation.operations import request_comparison
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.inventory.operations import raise_finding
from governance.trail.operations import (
    add_feed,
    request_erasure,
    request_verification,
    set_hold,
)
from governance.trail.queries.log import Narrowing
from tests.governance.monitoring.alarm import raised_alert
from tests.memory import remembered
from tests.stories import (
    MODEL,
    approved_version,
    deployed_version,
    draft_version,
    pipeline_token,
    registered_model,
    sign,
    submitted_version,
    validated_version,
)
from workflows.cases.models import Revalidation
from workflows.cases.operations import comment_version, save_filter
from workflows.delivery.operations import reconcile
from workflows.gitops.models import PullRequest
from workflows.gitops.operations import add_connection
from workflows.lifecycle.operations import ask_due_validations, suspend_version
from workflows.management.cast import PORTFOLIO, actor_named
from workflows.policies.operations import draft_policy, set_freeze
from workflows.policies.shipped import SHIPPED
from workflows.policies.wording import parse
from workflows.policies.yaml_form import Head
from workflows.targets.models import Target

# What answers a GET and is no page of its own, or cannot be reached in the order of things.
NO_PAGES = {
    "account_confirm_email": "the address comes by mail",
    "account_reset_password_from_key": "the address comes by mail",
    "account_confirm_login_code": "codes by mail are off",
    "account_inactive": "only after a refused sign-in",
    "api-root": "for programs",
    "openapi-json": "for programs",
    "openapi-view": "drawn by django-ninja",
    "artifact_file": "a download",
    "asked_comparison_state": "a part of the page of a comparison",
    "download_asked_comparison": "a download",
    "download_comparison": "a download",
    "export_policy": "a download",
    "inventory_report": "a download",
    "validation_report": "a download",
    "report_file": "a download",
    "evidence_file": "a download",
    "entry_proof": "a part of the page of an entry",
    "entry_receipt": "a download",
    "export_state": "a part of the list of exports",
    "healthz": "for programs",
    "readyz": "for programs",
    "time_stamp": "a download",
    "verification_state": "a part of the page of a check",
    "verifier": "a download",
    "calendar": "for calendar programs",
    "open_notice": "leads to what a notice is about",
    "version_checks": "a part of the dossier",
    "version_panel": "a part of the dossier",
    "version_timeline": "a part of the dossier",
    "callable_people": "suggestions to a field",
    "mfa_authenticate": "only in the middle of a sign-in",
    "mfa_deactivate_totp": "only with a second factor",
    "mfa_download_recovery_codes": "a download",
    "mfa_generate_recovery_codes": "only with a second factor",
    "mfa_view_recovery_codes": "only with a second factor",
    "mfa_edit_webauthn": "only with a passkey",
    "mfa_remove_webauthn": "only with a passkey",
    "mfa_login_webauthn": "asked for by a script",
    "mfa_reauthenticate": "only with a second factor",
    "mfa_reauthenticate_webauthn": "only with a passkey",
}


@dataclass(frozen=True, slots=True)
class View:
    """One page as one person sees it; nobody is the one who has not signed in."""

    who: str
    name: str
    args: tuple[Any, ...] = ()
    query: str = ""
    status: int = 200

    @property
    def address(self) -> str:
        """Where it is."""
        return reverse(self.name, args=self.args) + self.query


# What an administrator reads and begins, each a page that stands by itself.
ADMINISTERED = (
    ("people", "matrix", "conflicts", "add_conflict_rule", "group_mappings"),
    ("history_of_grants", "preview_import", "tokens", "channels", "add_channel"),
    ("add_person", "add_portfolio", "roles", "add_role", "teams"),
    ("add_team", "proposals", "access_reviews", "open_review", "emergencies"),
    ("break_glass", "why"),
)
NOT_OURS = ("api/v1/", "admin/")  # the admin is looked at in test_django_admin.py
NOBODY = UUID(int=0)
SAMPLES = {"name": MODEL, "number": 1, "repository": "risk-models", "pk": 1, "report": 1, "size": 1}


def addresses() -> dict[str, str]:
    """An address for each name that the resolver knows, but for the API's and Django's admin."""
    found = {}
    for resolver in (get_resolver(), *get_resolver().url_patterns):
        if isinstance(resolver, URLResolver) and str(resolver.pattern) not in NOT_OURS:
            for name in filter(lambda key: isinstance(key, str), resolver.reverse_dict):
                parameters = resolver.reverse_dict[name][0][0][1]
                found[name] = reverse(
                    name, kwargs={key: SAMPLES.get(key, NOBODY) for key in parameters}
                )
    return found


def story() -> list[View]:
    """Tell one story that leaves something on every page; returns what there is to see."""
    return [View(**words) for words in _told()]


@remembered
def _told() -> list[dict[str, Any]]:
    return [asdict(view) | {"args": [str(one) for one in view.args]} for view in _views()]


def _views() -> list[View]:
    pipeline_token()
    champion = deployed_version(1)
    alert = raised_alert(champion)
    challenger = validated_version(2)
    finding = {"severity": "low", "title": "Two inputs hang together", "required": False}
    raise_finding(challenger.pk, **finding, actor=actor_named("victor"))
    sign(challenger, "rolf", "Better where it matters.")
    victor = actor_named("victor")
    said = comment_version(challenger.pk, text="@dana, is age meant to be in?", actor=victor)
    save_filter(name="Material ones", query="tier=1", actor=actor_named("rita"))
    waiting = approved_version(1, model=registered_model("cards", "Credit cards"))
    running = submitted_version(1, model=registered_model("loans", "Loans"), checked=False)
    draft = draft_version(1, model=registered_model("savings", "Savings"))
    dana = Person.objects.get(full_name="Dana Developer")
    alma = actor_named("alma")
    team = add_team(name="scoring", title="Scoring", actor=alma)
    a_month = timezone.now() + timedelta(days=30)
    review = open_review(title="Autumn", due_at=a_month, actor=alma)
    entry = AuditEntry.objects.filter(action="version.approved").latest("occurred_at")
    pull = PullRequest.objects.get(promotion__version=waiting)
    merged = PullRequest.objects.get(promotion__version=champion)
    return [
        *_again(challenger, champion),
        *_signing_in(),
        *_lists(),
        *_policies(),
        *_connections(),
        *_stopping(),
        *_log(),
        View("hanna", "set_tier", (MODEL,)),
        View("rita", "save_filter", query="?tier=1"),
        View("rita", "comment_version", (MODEL, 2)),
        View("victor", "change_comment", (MODEL, 2, said.pk)),
        View("rita", "comparison", (MODEL, 2)),
        View("rita", "compare_versions", (MODEL,), query="?v=2&v=1"),
        View("mo", "promotion", (pull.promotion_id,)),
        View("mo", "version_runs", (MODEL, 1)),
        View("alma", "person", (dana.pk,)),
        View("alma", "team", (team.pk,)),
        View("alma", "access_review", (review.pk,)),
        View("ada", "entry", (entry.pk,)),
        View("olive", "alert", (alert.pk,)),
        View("olive", "model", (MODEL,)),
        View("olive", "set_threshold", (MODEL,)),
        View("mo", "pull_request", (pull.repository, pull.number)),
        View("mo", "pull_request", (merged.repository, merged.number)),
        _case("rita", challenger),
        View("rita", "version", (MODEL, 2), query="?show=comments"),
        _case("victor", running),
        _case("olive", champion),
        _case("dana", waiting),
        _case("dana", draft),
        View("sam", "model", (MODEL,), status=404),
        View("sam", "inbox"),
    ]


def _again(challenger: ModelVersion, champion: ModelVersion) -> list[View]:
    """Two versions are compared once more, and the one that is live is to be validated again."""
    asked = request_comparison(challenger.pk, champion.pk, actor=actor_named("rita"))
    reconcile()
    ask_due_validations()
    case = Revalidation.objects.get().case
    return [
        View("rita", "asked_comparison", (MODEL, asked.pk)),
        View("victor", "revalidation", (case.pk,)),
        View("olive", "revalidation", (case.pk,)),
    ]


def _policies() -> list[View]:
    """A policy in force, its versions and cases, and a draft of rules for one portfolio."""
    head = Head("retail-1", "Rules of retail credit", 1, portfolio=PORTFOLIO)
    draft = draft_policy(head, parse(SHIPPED[2][3]), actor=actor_named("alma"))
    name = "tier-1"
    return [
        View("ada", "policy", (name,)),
        View("ada", "policy_versions", (name,)),
        View("ada", "policy_cases", (name,)),
        View("ada", "set_calendar", ("target",)),
        View("alma", "add_policy"),
        View("alma", "edit_policy", (name,)),
        View("alma", "edit_policy_text", (name,)),
        View("alma", "policy_draft", (draft.pk,)),
        View("alma", "policy_effect", (draft.pk,)),
    ]


def _connections() -> list[View]:
    """A way to a forge, and where changes go."""
    forge = add_connection(
        name="forge",
        kind="gitea",
        base_url="https://192.0.2.1",
        token="a-token-that-nobody-uses",
        actor=actor_named("alma"),
    )
    return [
        View("mo", "targets"),
        View("alma", "add_target"),
        View("mo", "target", (Target.objects.get(name="production").pk,)),
        View("alma", "change_target", (Target.objects.get(name="production").pk,)),
        View("alma", "add_connection"),
        View("alma", "renew_token", (forge.pk,)),
    ]


def _stopping() -> list[View]:
    """One model's promotions are held, and a live version shall be suspended."""
    savings = RegisteredModel.objects.get(name="savings")
    set_freeze(reason="The quarter ends.", place=savings, actor=actor_named("hanna"))
    live = deployed_version(1, model=registered_model("mortgages", "Mortgages"))
    change = suspend_version(live.pk, reason="It refuses everybody.", actor=actor_named("mo"))
    return [
        View("hanna", "freezes"),
        View("rita", "live_change", (change.case_id,)),
        View("dana", "live_change", (change.case_id,)),
        _case("olive", live),
    ]


def _log() -> list[View]:
    """A feed, a legal hold, an erasure that waits, and a check of the log that goes on."""
    alma, nothing = actor_named("alma"), Narrowing()
    # A public address, or it would be refused; no worker runs here, so nothing is sent.
    feed = add_feed(
        name="siem", address="https://1.1.1.1/", secret="s" * 40, narrowing=nothing, actor=alma
    )
    set_hold("Case 4711", reason="The regulator asks.", narrowing=nothing, actor=alma)
    dana = Person.objects.get(full_name="Dana Developer")
    request_erasure(person_id=dana.pk, reason="Asked for under Article 17.", actor=alma)
    check = request_verification(actor=actor_named("ada"))
    return [
        View("ada", "verification", (check.pk,)),
        View("alma", "feeds"),
        View("alma", "add_feed"),
        View("alma", "renew_feed", (feed.pk,)),
        View("alma", "retention"),
        View("alma", "set_hold"),
        View("alma", "request_erasure"),
    ]


def _case(who: str, version: ModelVersion) -> View:
    return View(who, "version", (version.model.name, version.number))


def _signing_in() -> list[View]:
    """What allauth brings, and what of it a person without a session sees."""
    alone = (
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "socialaccount_login_cancelled",
    )
    own = (
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_list_webauthn",
        "usersessions_list",
    )
    refused = View("", "socialaccount_login_error", status=401)
    return [*(View("", name) for name in alone), refused, *(View("dana", name) for name in own)]


def _lists() -> list[View]:
    """Pages that stand by themselves."""
    return [
        *(View("rita", "inbox", query=q) for q in ("", "?tab=team", "?tab=followed", "?later=1")),
        View("dana", "inbox", query="?tab=submitted"),
        View("victor", "inbox", query="?tab=done"),
        View("ada", "find", query="?q=credit"),
        View("rita", "inventory"),
        View("ada", "cases"),
        View("ada", "cases", query="?view=table"),
        View("hanna", "cycle_times"),
        View("rita", "notices"),
        View("rita", "notices", query="?show=all"),
        View("rita", "mail_preferences"),
        View("dana", "register_model"),
        View("ada", "deployments"),
        View("ada", "policies"),
        View("mo", "pull_requests"),
        View("mo", "pull_requests", query="?state=merged"),
        View("ada", "log"),
        View("ada", "checkpoints"),
        View("ada", "exports"),
        View("ada", "as_of"),
        View("ada", "verify"),
        *(View("alma", name) for names in ADMINISTERED for name in names),
        View("alma", "role", ("risk_officer",)),
        View("alma", "who", (MODEL, 2, "version:approve")),
        View("alma", "version_deciders", (MODEL, 2)),
        View("olive", "model_deciders", (MODEL,)),
        View("rita", "preferences"),
        View("rita", "delegations"),
    ]
