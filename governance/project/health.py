"""Whether the site is alive, and whether it can work; for supervisors and load balancers."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from governance.outbox.queries import oldest_due_age


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that a slow database restarts nobody."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers, and how long the oldest due job has been waiting, in seconds."""
    try:
        connection.ensure_connection()
        waiting = oldest_due_age()
    except DatabaseError:
        return JsonResponse({"database": "away"}, status=503)
    return JsonResponse({"database": "ok", "oldest_due_s": round(waiting.total_seconds(), 1)})
