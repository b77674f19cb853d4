"""Submitting, validating, signing, refusing: each a shell around its operation."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from governance.access.requests import actor_of
from governance.errors import Conflict, FoureyesError, Invalid, Stale
from governance.inventory.queries import version_numbered
from workflows.desk.forms import (
    CommentForm,
    DecisionForm,
    ReasonForm,
    RefusableForm,
    ReportForm,
    SignatureForm,
    SubmissionForm,
)
from workflows.desk.queries.dossier import dossier_of
from workflows.desk.queries.signature import has_one_time_codes, signature_of
from workflows.desk.views.dossier import UNPROCESSABLE, context_of, dossier_page
from workflows.lifecycle import operations as lifecycle
from workflows.policies.definition import Move

CORRECTABLE = (Conflict, Invalid)  # the page comes back with words; other refusals have their own
Operation = Callable[..., Any]


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
def retire_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The owner ends the life of a superseded version."""
    form = ReasonForm(request.POST, auto_id="retire_%s")
    told = _("Retired.")
    return _attempt(request, name, number, lifecycle.retire_version, form, "retire_form", told)


@require_POST
def write_validation_report(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The validator writes the report."""
    form = ReportForm(request.POST)
    told = _("The report is written. Decide on the right when you are ready.")
    operation = lifecycle.write_validation_report
    return _attempt(request, name, number, operation, form, "report_form", told)


@require_POST
def decide_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The choice in the panel, handed to the decision of that name."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return dossier_page(request, name, number, status=UNPROCESSABLE, decision_form=form)
    return DECISIONS[form.cleaned_data["decision"]](request, name, number)


@require_POST
def validate_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The validator validates."""
    told = _("Recorded: validated. Those who approve are asked now.")
    return _decision(request, name, number, lifecycle.validate_version, told)


@require_POST
def request_changes(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Validator or risk officer asks for a successor with changes."""
    told = _("Recorded: changes requested. The developer is asked for the next version.")
    return _decision(request, name, number, lifecycle.request_changes, told)


@require_POST
def reject_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Validator or risk officer rejects."""
    told = _("Recorded: rejected. The case is closed.")
    return _decision(request, name, number, lifecycle.reject_version, told)


@require_POST
def begin_signature(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The risk officer wants to approve: what is signed, whole, above the password."""
    form = CommentForm(request.POST)
    form.is_valid()
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    digest, comment = form.cleaned_data["digest"], form.cleaned_data["comment"]
    try:
        leave = lifecycle.begin_signature(found.pk, move=Move.APPROVE, digest=digest, actor=actor)
    except CORRECTABLE as refusal:
        return _refused(request, name, number, form, "decision_form", refusal)
    blank = SignatureForm(
        initial={"nonce": leave.pk, "digest": digest, "comment": comment},
        with_code=has_one_time_codes(actor),
    )
    return _signature_page(request, name, number, blank, comment)


@require_POST
def approve_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The risk officer signs."""
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    form = SignatureForm(request.POST, with_code=has_one_time_codes(actor))
    if not form.is_valid():
        return _begin_again(request, name, number)
    words = form.cleaned_data
    proof = lifecycle.Proof(words["nonce"], words["password"], words.get("code", ""))
    try:
        signed = lifecycle.approve_version(
            found.pk, digest=words["digest"], comment=words["comment"], proof=proof, actor=actor
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return _signature_page(request, name, number, form, words["comment"], UNPROCESSABLE)
    except Conflict as refusal:
        return _refused(request, name, number, CommentForm(request.POST), "decision_form", refusal)
    messages.success(request, _told_after_signing(signed.state))
    return redirect("version", name, number)


def _told_after_signing(state: str) -> str:
    if state == "approved":
        return _("Signed. The version is approved; its pull request is being prepared.")
    return _("Signed. Others are asked for their signatures.")


DECISIONS = {
    "approve": begin_signature,
    "reject": reject_version,
    "request_changes": request_changes,
    "validate": validate_version,
}


def _signature_page(
    request: HttpRequest,
    name: str,
    number: int,
    form: SignatureForm,
    comment: str,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    dossier = dossier_of(actor, name, number)
    context = context_of(actor, dossier, chosen="approve")
    context |= {
        "signature": signature_of(actor, dossier, context["panel"]),
        "signature_form": form,
        "comment": comment,
        "decision_form": CommentForm(initial={"comment": comment}),
    }
    return render(request, "workflows/desk/signature.html", context, status=status)


def _begin_again(request: HttpRequest, name: str, number: int) -> HttpResponse:
    refusal = Stale(
        _("This signature page is not whole."),
        remedy=_("Nothing was signed. Begin the signature again."),
    )
    form = CommentForm(request.POST)
    return _refused(request, name, number, form, "decision_form", refusal)


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
    """Calls an operation with what was typed; back to the page, with a notice or a refusal."""
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    if not form.is_valid():
        return dossier_page(request, name, number, status=UNPROCESSABLE, **{form_name: form})
    try:
        operation(found.pk, **form.cleaned_data, actor=actor)
    except CORRECTABLE as refusal:
        return _refused(request, name, number, form, form_name, refusal)
    messages.success(request, told)
    return redirect("version", name, number)


def _refused(
    request: HttpRequest,
    name: str,
    number: int,
    form: RefusableForm,
    form_name: str,
    refusal: FoureyesError,
) -> HttpResponse:
    form.is_valid()
    form.refuse(refusal)
    typed: dict[str, Any] = {form_name: form}
    if isinstance(refusal, Conflict) and form_name != "decision_form":
        typed["refusal"] = refusal  # its form may not be on the page any more
    return dossier_page(request, name, number, status=refusal.status, **typed)
