"""What the page of a case reports of the attention that it gets."""

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from governance.access.requests import actor_of
from governance.errors import Invalid
from governance.sentences import sentence as _
from workflows.cases import operations
from workflows.desk.queries.cases import open_submission

NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")


@require_POST
def note_attention(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Seconds and sections since the last report; what is no number is refused."""
    actor = actor_of(request)
    case = open_submission(actor, name, number)
    asked = request.POST.get("seconds", "")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 4:  # noqa: PLR2004 - digits
        raise Invalid(_("Seconds are a whole number."), field="seconds")
    sections = {one for one in request.POST.getlist("section") if NAME.fullmatch(one)}
    operations.note_attention(case, seconds=int(asked), sections=sections, actor=actor)
    return HttpResponse(status=204)
