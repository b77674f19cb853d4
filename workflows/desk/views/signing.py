"""Approving: conditions if there are any, then the signature over all of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.requests import actor_of
from governance.access.sessions import asked_again
from governance.access.single_sign_on import ask_again, is_bound
from governance.actors import Actor
from governance.errors import Conflict, Invalid, Stale
from governance.inventory.queries import version_numbered
from workflows.desk.forms import BaseConditions, CommentForm, ConditionFormSet, SignatureForm
from workflows.desk.queries.asked import (
    answer_lines,
    step_named,
    typed_answers,
)
from workflows.desk.queries.dossier import dossier_of
from workflows.desk.queries.people import People, who_could_meet
from workflows.desk.queries.signature import proof_context, signature_of, ways_to_prove
from workflows.desk.views.dossier import UNPROCESSABLE, context_of, dossier_page
from workflows.desk.views.refusing import CORRECTABLE, refused
from workflows.lifecycle import operations as lifecycle
from workflows.lifecycle.answers import refuse_silence
from workflows.lifecycle.conditions import ConditionFacts, to_text
from workflows.lifecycle.queries import answers_given
from workflows.policies.definition import Move

PREFIX, DRAFT = "condition", "signature"


# Conditions ------------------------------------------------------------------------------------
@require_POST
def set_conditions(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The step between choosing and signing: what the approval demands, a row each."""
    if refusal := _silent(request, name, number):
        return refusal
    people = who_could_meet(dossier_of(actor_of(request), name, number))
    rows = _rows(request, people)
    if rows.is_bound and "add" not in request.POST:
        if rows.is_valid():
            return begin(request, name, number, "approve_with_conditions", rows.facts())
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
    decision: str = "approve"

    @property
    def move(self) -> Move:
        """What the decision is about."""
        return Move.VALIDATE if self.decision.startswith("validate") else Move.APPROVE

    def initial(self) -> dict[str, str]:
        """As a form, or a session, keeps it."""
        return {
            "nonce": str(self.nonce),
            "digest": self.digest,
            "comment": self.comment,
            "conditions": to_text(self.conditions),
            "decision": self.decision,
        }


@require_POST
def begin_signature(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The risk officer wants to approve: what is signed, whole, above the password."""
    return begin(request, name, number, "approve")


def begin(
    request: HttpRequest,
    name: str,
    number: int,
    decision: str,
    conditions: Sequence[ConditionFacts] = (),
) -> HttpResponse:
    """The signature page over what somebody is about to decide, or why there is none."""
    form = CommentForm(request.POST)
    form.is_valid()
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    digest, comment = form.cleaned_data["digest"], form.cleaned_data["comment"]
    about = Draft(found.pk, digest, comment, tuple(conditions), decision)
    try:
        leave = lifecycle.begin_signature(
            found.pk,
            move=about.move,
            digest=digest,
            conditions=conditions,
            answers=typed_answers(request.POST),
            kind=decision,
            comment=comment,
            actor=actor,
        )
    except CORRECTABLE as refusal:
        return refused(request, name, number, form, "decision_form", refusal)
    return signature_page(request, name, number, replace(about, nonce=leave.pk))


def _silent(request: HttpRequest, name: str, number: int) -> HttpResponse | None:
    """The page again where nothing says why there are conditions: before they are typed."""
    form = CommentForm(request.POST)
    form.is_valid()
    try:
        refuse_silence("approve_with_conditions", form.cleaned_data["comment"])
    except Invalid as refusal:
        return refused(request, name, number, form, "decision_form", refusal)
    return None


@require_POST
def approve_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The risk officer signs."""

    def approve(version_id: UUID, draft: Draft, proof: lifecycle.Proof, actor: Actor) -> str:
        signed = lifecycle.approve_version(
            version_id,
            digest=draft.digest,
            comment=draft.comment,
            conditions=draft.conditions,
            proof=proof,
            actor=actor,
        )
        return _told_after_signing(signed.state)

    return sign(request, name, number, approve)


def sign(
    request: HttpRequest,
    name: str,
    number: int,
    decide: Callable[[UUID, Draft, lifecycle.Proof, Actor], str],
) -> HttpResponse:
    """The signature page was sent: decides, and says what follows."""
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    form = SignatureForm(request.POST, ways=ways_of(request))
    if not form.is_valid():
        return _begin_again(request, name, number)
    draft = draft_of(form)
    try:
        told = decide(found.pk, draft, proof_of(request, form.cleaned_data), actor)
    except Invalid as refusal:
        form.refuse(refusal)
        return signature_page(request, name, number, draft, form, status=UNPROCESSABLE)
    except Conflict as refusal:
        return refused(request, name, number, CommentForm(request.POST), "decision_form", refusal)
    messages.success(request, told)
    return redirect("version", name, number)


def draft_of(form: SignatureForm) -> Draft:
    """What a signature form is about."""
    typed = form.cleaned_data
    return Draft(
        typed["nonce"],
        typed["digest"],
        typed["comment"],
        tuple(typed["conditions"]),
        typed["decision"] or "approve",
    )


def proof_of(request: HttpRequest, typed: Mapping[str, Any]) -> lifecycle.Proof:
    """What a signature form, or the identity provider, shows of the signer."""
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


def ways_of(request: HttpRequest) -> frozenset[str]:
    """How the reader can show to be there."""
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
    form = SignatureForm(request.POST, ways=ways_of(request))
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
    actor, ways = actor_of(request), ways_of(request)
    dossier = dossier_of(actor, name, number)
    context = context_of(actor, dossier, chosen=draft.decision)
    step = step_named(dossier.definition, dossier.move, context["panel"].step)
    answers = answers_given(actor, draft.nonce)
    place = "validate_version" if draft.move is Move.VALIDATE else "approve_version"
    context |= {
        "signature": signature_of(actor, dossier, context["panel"], draft.conditions),
        "sign_url": reverse(place, args=[name, number]),
        "answers": list(answer_lines(step, answers)) if step and answers else (),
        "signature_form": form or SignatureForm(initial=draft.initial(), ways=ways),
        **proof_context(actor, ways, draft.nonce),
        "shown_elsewhere": shown,
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
