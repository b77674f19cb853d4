"""Submitting, validating, signing, refusing: each a shell around its operation."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from governance.access.forms import RefusableForm
from governance.access.requests import actor_of
from governance.actors import Actor
from governance.inventory.queries import version_numbered
from governance.inventory.storage import kept_if_named
from workflows.desk.forms import (
    CommentForm,
    DecisionForm,
    DelegateForm,
    ReasonForm,
    ReportForm,
    SubmissionForm,
)
from workflows.desk.queries.asked import typed_answers
from workflows.desk.queries.dossier import dossier_of
from workflows.desk.queries.panel import takes_signature
from workflows.desk.queries.people import who_could_take_over
from workflows.desk.views.dossier import UNPROCESSABLE, dossier_page
from workflows.desk.views.files import stored
from workflows.desk.views.refusing import CORRECTABLE, Operation, attempt, refused
from workflows.desk.views.signing import Draft, begin, begin_signature, set_conditions, sign
from workflows.lifecycle import operations as lifecycle
from workflows.lifecycle.queries import all_files_named, case_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


@require_POST
def submit_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The developer submits a draft."""
    form = SubmissionForm(request.POST)
    told = _("Submitted. The checks run now, and validators are asked.")
    return _attempt(request, name, number, lifecycle.submit_version, form, "submit_form", told)


@require_POST
def withdraw_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The developer takes a version back."""
    form = ReasonForm(request.POST, auto_id="withdraw_%s")
    told = _("Withdrawn. Everything open about this version is closed.")
    return _attempt(request, name, number, lifecycle.withdraw_version, form, "withdraw_form", told)


@require_POST
def abandon_revision(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """No successor will come: nobody is asked for one any more."""
    form = ReasonForm(request.POST, auto_id="abandon_%s")
    told = _("It ends here. Nobody is asked for a successor any more.")
    return _attempt(request, name, number, lifecycle.abandon_revision, form, "abandon_form", told)


@require_POST
def write_validation_report(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The validator writes the report."""
    form = ReportForm(request.POST, request.FILES)
    told = _("The report is written. Decide on the right when you are ready.")
    return _attempt(request, name, number, _write_report, form, "report_form", told)


def _write_report(
    version_id: UUID,
    *,
    attachment: "UploadedFile[Any] | None",
    actor: Actor,
    **texts: Any,  # noqa: ANN401 - as they were typed
) -> None:
    if attachment is None:
        lifecycle.write_validation_report(version_id, **texts, actor=actor)
        return
    file = lifecycle.Attached(str(attachment.name), stored(attachment))
    with kept_if_named(file.stored, all_files_named):
        lifecycle.write_validation_report(version_id, **texts, attachment=file, actor=actor)


@require_POST
def decide_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The choice in the panel, handed to the decision of that name."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return dossier_page(request, name, number, status=UNPROCESSABLE, decision_form=form)
    return DECISIONS[form.cleaned_data["decision"]](request, name, number)


@require_POST
def validate_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The validator validates, or signs that."""
    if "nonce" in request.POST:
        return sign(request, name, number, _sign_validation)
    return _validate(request, name, number, "validate")


@require_POST
def validate_with_findings(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The validator validates although findings are open."""
    return _validate(request, name, number, "validate_with_findings")


VALIDATED = {
    "validate": gettext_lazy("Recorded: validated. Those who approve are asked now."),
    "validate_with_findings": gettext_lazy(
        "Recorded: validated with findings. Those who approve are asked now."
    ),
}


def _validate(request: HttpRequest, name: str, number: int, decision: str) -> HttpResponse:
    """At once, or by a signature where the policy's step takes one."""
    if takes_signature(actor_of(request), name, number):
        return begin(request, name, number, decision)
    operation = partial(
        lifecycle.validate_version,
        with_findings=decision == "validate_with_findings",
        answers=typed_answers(request.POST),
    )
    return _decision(request, name, number, operation, str(VALIDATED[decision]))


def _sign_validation(version_id: UUID, draft: Draft, proof: lifecycle.Proof, actor: Actor) -> str:
    lifecycle.validate_version(
        version_id,
        digest=draft.digest,
        comment=draft.comment,
        with_findings=draft.decision == "validate_with_findings",
        proof=proof,
        actor=actor,
    )
    return str(VALIDATED[draft.decision])


@require_POST
def request_changes(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Validator or risk officer asks for a successor with changes."""
    return _refuse(request, name, number, lifecycle.request_changes)


@require_POST
def reject_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Validator or risk officer rejects."""
    return _refuse(request, name, number, lifecycle.reject_version)


# By the outcome of the case, which is none while a no is a vote and others may still agree.
REFUSED = {
    "": gettext_lazy("Recorded. It is a vote; the others are still asked."),
    "changes_requested": gettext_lazy(
        "Recorded: changes requested. The developer is asked for the next version."
    ),
    "rejected": gettext_lazy("Recorded: rejected. The case is closed."),
}


def _refuse(request: HttpRequest, name: str, number: int, operation: Operation) -> HttpResponse:
    form = CommentForm(request.POST)
    if refusal := attempt(request, name, number, operation, form, "decision_form"):
        return refusal
    case = case_of(version_numbered(actor_of(request), name, number))
    messages.success(request, str(REFUSED[case.outcome if case else ""]))
    return redirect("version", name, number)


@require_POST
def abstain(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Says neither yes nor no."""
    told = _("Recorded: you abstained. The others are still asked.")
    return _decision(request, name, number, lifecycle.abstain, told)


@require_POST
def recuse(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Steps aside for this round."""
    told = _("Recorded: you stepped aside. The others are still asked.")
    return _decision(request, name, number, lifecycle.recuse, told)


@require_POST
def choose_delegate(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The second step of delegating: to whom, among those who could decide."""
    form = CommentForm(request.POST)
    form.is_valid()
    actor = actor_of(request)
    people = who_could_take_over(actor, dossier_of(actor, name, number))
    blank = DelegateForm(initial=form.cleaned_data, people=people, auto_id="delegate_%s")
    return dossier_page(request, name, number, delegate_form=blank, chosen="delegate")


@require_POST
def delegate_decision(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Hands the decision to somebody else."""
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    people = who_could_take_over(actor, dossier_of(actor, name, number))
    form = DelegateForm(request.POST, people=people, auto_id="delegate_%s")
    if not form.is_valid():
        return dossier_page(request, name, number, status=UNPROCESSABLE, delegate_form=form)
    try:
        lifecycle.delegate_decision(found.pk, **form.cleaned_data, actor=actor)
    except CORRECTABLE as refusal:
        return refused(request, name, number, CommentForm(request.POST), "decision_form", refusal)
    messages.success(request, _("Delegated. They are asked by name now."))
    return redirect("version", name, number)


DECISIONS: Mapping[str, Callable[[HttpRequest, str, int], HttpResponse]] = {
    "abstain": abstain,
    "approve": begin_signature,
    "approve_with_conditions": set_conditions,
    "delegate": choose_delegate,
    "recuse": recuse,
    "reject": reject_version,
    "request_changes": request_changes,
    "validate": validate_version,
    "validate_with_findings": validate_with_findings,
}


def _decision(
    request: HttpRequest, name: str, number: int, operation: Operation, told: str
) -> HttpResponse:
    form = CommentForm(request.POST)
    return _attempt(request, name, number, operation, form, "decision_form", told)


def _attempt(
    request: HttpRequest,
    name: str,
    number: int,
    operation: Operation,
    form: RefusableForm,
    form_name: str,
    told: str,
) -> HttpResponse:
    """Back to the page of the case, with a notice or a refusal."""
    if refusal := attempt(request, name, number, operation, form, form_name):
        return refusal
    messages.success(request, told)
    return redirect("version", name, number)
