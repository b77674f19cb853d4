"""How a refusal comes back on the page of a case: in words, with what was typed."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from governance.errors import Conflict, FoureyesError, Invalid
from workflows.desk.forms import RefusableForm
from workflows.desk.views.dossier import dossier_page

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
