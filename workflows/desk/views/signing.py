"""Approving: conditions if there are any, then the signature over all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.requests import actor_of
from governance.access.sessions import asked_again
from governance.access.single_sign_on import ask_again, is_bound
from governance.errors import Conflict, Invalid, Stale
from governance.inventory.queries import version_numbered
from workflows.desk.forms import BaseConditions, CommentForm, ConditionFormSet, SignatureForm
from workflows.desk.queries.dossier import dossier_of
from workflows.desk.queries.people import People, who_could_meet
from workflows.desk.queries.signature import signature_of, ways_to_prove
from workflows.desk.views.dossier import UNPROCESSABLE, context_of, dossier_page
from workflows.desk.views.refusing import CORRECTABLE, refused
from workflows.lifecycle import operations as lifecycle
from workflows.lifecycle.conditions import ConditionFacts, to_text
from workflows.lifecycle.queries import passkey_options
from workflows.policies.definition import Move

PREFIX, DRAFT = "condition", "signature"


# Conditions ------------------------------------------------------------------------------------
@require_POST
def set_conditions(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The step between choosing and signing: what the approval demands, a row each."""
    people = who_could_meet(dossier_of(actor_of(request), name, number))
    rows = _rows(request, people)
    if rows.is_bound and "add" not in request.POST:
        if rows.is_valid():
            return _begin(request, name, number, rows.facts())
        return _conditions_page(request, name, number, rows, UNPROCESSABLE)
    return _conditions_page(request, name, number, rows)


def _rows(request: HttpRequest, people: People) -> BaseConditions | Any:  # noqa: ANN401 - Django makes the class
    """The rows as they were typed, with one more on request; one blank row to begin with."""
    data = request.POST.copy()
    total, typed = f"{PREFIX}-TOTAL_FORMS", data.get(f"{PREFIX}-TOTAL_FORMS", "")
    if not typed.isdecimal():
        return ConditionFormSet(
            initial=[{}], prefix=PREFIX, form_kwargs={"people": people, "empty_permitted": False}
        )
    if "add" in data:
        data[total] = str(int(typed) + 1)
    return ConditionFormSet(data, prefix=PREFIX, form_kwargs={"people": people})


def _conditions_page(
    request: HttpRequest, name: str, number: int, rows: object, status: int = 200
) -> HttpResponse:
    form = CommentForm(request.POST)
    form.is_valid()
    comment = form.cleaned_data["comment"]
    shown = {"condition_rows": rows, "decision_form": CommentForm(initial={"comment": comment})}
    return dossier_page(
        request, name, number, status=status, chosen="approve_with_conditions", **shown
    )


# The signature ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to be signed: from the form on the page, or kept on the way elsewhere."""

    nonce: UUID
    digest: str
    comment: str = ""
    conditions: tuple[ConditionFacts, ...] = ()

    def initial(self) -> dict[str, str]:
        """As a form, or a session, keeps it."""
        return {
            "nonce": str(self.nonce),
            "digest": self.digest,
            "comment": self.comment,
            "conditions": to_text(self.conditions),
        }


@require_POST
def begin_signature(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The risk officer wants to approve: what is signed, whole, above the password."""
    return _begin(request, name, number, ())


def _begin(
    request: HttpRequest, name: str, number: int, conditions: Sequence[ConditionFacts]
) -> HttpResponse:
    form = CommentForm(request.POST)
    form.is_valid()
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    digest, comment = form.cleaned_data["digest"], form.cleaned_data["comment"]
    try:
        leave = lifecycle.begin_signature(
            found.pk, move=Move.APPROVE, digest=digest, conditions=conditions, actor=actor
        )
    except CORRECTABLE as refusal:
        return refused(request, name, number, form, "decision_form", refusal)
    draft = Draft(leave.pk, digest, comment, tuple(conditions))
    return signature_page(request, name, number, draft)


@require_POST
def approve_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The risk officer signs."""
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    form = SignatureForm(request.POST, ways=_ways(request))
    if not form.is_valid():
        return _begin_again(request, name, number)
    draft = draft_of(form)
    try:
        signed = lifecycle.approve_version(
            found.pk,
            digest=draft.digest,
            comment=draft.comment,
            conditions=draft.conditions,
            proof=_proof(request, form),
            actor=actor,
        )
    except Invalid as refusal:
        form.refuse(refusal)
        return signature_page(request, name, number, draft, form, status=UNPROCESSABLE)
    except Conflict as refusal:
        return refused(request, name, number, CommentForm(request.POST), "decision_form", refusal)
    messages.success(request, _told_after_signing(signed.state))
    return redirect("version", name, number)


def draft_of(form: SignatureForm) -> Draft:
    """What a signature form is about."""
    typed = form.cleaned_data
    return Draft(typed["nonce"], typed["digest"], typed["comment"], tuple(typed["conditions"]))


def _proof(request: HttpRequest, form: SignatureForm) -> lifecycle.Proof:
    typed = form.cleaned_data
    at = asked_again(request.session, str(typed["nonce"]))
    elsewhere = None
    if at is not None:
        elsewhere = lifecycle.Elsewhere(typed["nonce"], datetime.fromtimestamp(at, tz=UTC))
    return lifecycle.Proof(
        typed["nonce"],
        password=typed.get("password", ""),
        code=typed.get("code", ""),
        assertion=typed["assertion"],
        elsewhere=elsewhere,
    )


def _ways(request: HttpRequest) -> frozenset[str]:
    actor = actor_of(request)
    return ways_to_prove(actor, bound=is_bound(actor.account_id))


def _told_after_signing(state: str) -> str:
    if state == "approved":
        return _("Signed. The version is approved; its pull request is being prepared.")
    return _("Signed. Others are asked for their signatures.")


# Elsewhere -------------------------------------------------------------------------------------
@require_POST
def sign_elsewhere(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Who has no password here is asked by their identity provider, afresh, for this signature."""
    form = SignatureForm(request.POST, ways=_ways(request))
    if not form.is_valid():
        return _begin_again(request, name, number)
    draft = draft_of(form)
    request.session[DRAFT] = draft.initial()
    back = reverse("finish_signature", args=[name, number])
    return ask_again(request, str(draft.nonce), back)


@require_GET
def finish_signature(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Back from the identity provider: what was about to be signed, and one button."""
    kept = request.session.pop(DRAFT, None)
    if kept is None:
        return redirect("version", name, number)
    form = SignatureForm(kept, ways=())
    if not form.is_valid():
        return redirect("version", name, number)
    return signature_page(request, name, number, draft_of(form), shown=True)


# The page --------------------------------------------------------------------------------------
def signature_page(
    request: HttpRequest,
    name: str,
    number: int,
    draft: Draft,
    form: SignatureForm | None = None,
    *,
    shown: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The case with the signature above it; `shown`: the provider has just asked the signer."""
    actor, ways = actor_of(request), _ways(request)
    dossier = dossier_of(actor, name, number)
    chosen = "approve_with_conditions" if draft.conditions else "approve"
    context = context_of(actor, dossier, chosen=chosen)
    context |= {
        "signature": signature_of(actor, dossier, context["panel"], draft.conditions),
        "signature_form": form or SignatureForm(initial=draft.initial(), ways=ways),
        "passkey_options": passkey_options(actor, draft.nonce),
        "ways": ways,
        "shown_elsewhere": shown,
        "provider": (settings.SINGLE_SIGN_ON or {}).get("name", ""),
        "comment": draft.comment,
        "decision_form": CommentForm(initial={"comment": draft.comment}),
    }
    return render(request, "workflows/desk/signature.html", context, status=status)


def _begin_again(request: HttpRequest, name: str, number: int) -> HttpResponse:
    refusal = Stale(
        _("This signature page is not whole."),
        remedy=_("Nothing was signed. Begin the signature again."),
    )
    form = CommentForm(request.POST)
    return refused(request, name, number, form, "decision_form", refusal)
