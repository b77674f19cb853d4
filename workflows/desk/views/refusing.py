"""How a refusal comes back on the page of a case: in words, with what was typed."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from governance.access.forms import RefusableForm
from governance.access.requests import actor_of
from governance.errors import Conflict, FoureyesError, Invalid
from governance.inventory.queries import version_numbered
from workflows.desk.views.dossier import UNPROCESSABLE, dossier_page

Operation = Callable[..., Any]

CORRECTABLE = (Conflict, Invalid)  # the page comes back with words; other refusals have their own


def refused(
    request: HttpRequest,
    name: str,
    number: int,
    form: RefusableForm,
    form_name: str,
    refusal: FoureyesError,
) -> HttpResponse:
    """The page again, the refusal at the form that it is about."""
    form.is_valid()
    form.refuse(refusal)
    typed: dict[str, Any] = {form_name: form}
    if isinstance(refusal, Conflict) and form_name != "decision_form":
        typed["refusal"] = refusal  # its form may not be on the page any more
    return dossier_page(request, name, number, status=refusal.status, **typed)


def attempt(
    request: HttpRequest,
    name: str,
    number: int,
    operation: Operation,
    form: RefusableForm,
    form_name: str,
) -> HttpResponse | None:
    """Calls an operation with what was typed; the page again with what was wrong, or None: done."""
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    if not form.is_valid():
        typed: dict[str, Any] = {form_name: form}
        return dossier_page(request, name, number, status=UNPROCESSABLE, **typed)
    try:
        operation(found.pk, **form.cleaned_data, actor=actor)
    except CORRECTABLE as refusal:
        return refused(request, name, number, form, form_name, refusal)
    return None
