"""Addresses of the embedded forge's screens."""

from django.urls import path

from workflows.gitops.views import (
    close_pull_request,
    merge_pull_request,
    pull_request,
    pull_requests,
)
from workflows.gitops.webhooks import hear

urlpatterns = [
    path("hooks/<slug:source>/", hear, name="hear"),
    path("forge/", pull_requests, name="pull_requests"),
    path("forge/<path:repository>/<int:number>/", pull_request, name="pull_request"),
    path(
        "forge/<path:repository>/<int:number>/merge/",
        merge_pull_request,
        name="merge_pull_request",
    ),
    path(
        "forge/<path:repository>/<int:number>/close/",
        close_pull_request,
        name="close_pull_request",
    ),
]
