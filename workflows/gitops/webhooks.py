"""The one door for hints from outside: `POST /hooks/<sender>/`. It stores and answers at once."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from governance.errors import Invalid, NotFound
from workflows.gitops import operations
from workflows.gitops.signatures import Refused

LARGEST = 5 * 1024 * 1024

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def hear(request: HttpRequest, source: str) -> HttpResponse:
    """202 for a delivery that proved its sender, heard before or not; senders are told no more."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        return HttpResponse(status=413)
    headers = {name.lower(): text for name, text in request.headers.items()}
    try:
        operations.hear(source, headers, request.body)
    except Refused as refusal:
        logger.warning("A delivery as %s was refused: %s.", source, refusal)
        return HttpResponse(status=401)
    except NotFound:
        return HttpResponse(status=404)
    except Invalid:
        return HttpResponse(status=400)
    return HttpResponse(status=202)
