"""Addresses of the log."""

from django.urls import path

from governance.trail.views.exports import (
    cancel_export,
    download_export,
    export_state,
    exports,
    request_export,
)
from governance.trail.views.log import checkpoints, entry, entry_proof, log, verify_log
from governance.trail.views.verifying import verifier, verify

urlpatterns = [
    path("log/", log, name="log"),
    path("log/checkpoints/", checkpoints, name="checkpoints"),
    path("log/export/", request_export, name="request_export"),
    path("log/exports/", exports, name="exports"),
    path("log/exports/<uuid:export_id>/", export_state, name="export_state"),
    path("log/exports/<uuid:export_id>/cancel/", cancel_export, name="cancel_export"),
    path("log/exports/<uuid:export_id>/download/", download_export, name="download_export"),
    path("log/verify/", verify_log, name="verify_log"),
    path("log/verify.py", verifier, name="verifier"),
    path("verify/", verify, name="verify"),
    path("log/<uuid:entry_id>/", entry, name="entry"),
    path("log/<uuid:entry_id>/proof/", entry_proof, name="entry_proof"),
]
