"""Starting a parked job anew, from the page of the deployments."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from governance.access.requests import actor_of
from workflows.delivery.operations import retry_job as retry
from workflows.desk.queries.deployments import parked_job


@require_POST
def retry_job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """A person who may has seen to the cause and starts the job anew."""
    actor = actor_of(request)
    found = parked_job(actor, job_id)
    retry(job_id, actor=actor)
    messages.success(request, _("{what} is tried again.").format(what=found.what))
    return redirect("deployments")
