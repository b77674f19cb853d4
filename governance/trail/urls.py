"""Addresses of the log."""

from django.urls import path

from governance.trail.views import checkpoints, entry, entry_proof, log, verify_log

urlpatterns = [
    path("log/", log, name="log"),
    path("log/verify/", verify_log, name="verify_log"),
    path("log/checkpoints/", checkpoints, name="checkpoints"),
    path("log/<uuid:entry_id>/", entry, name="entry"),
    path("log/<uuid:entry_id>/proof/", entry_proof, name="entry_proof"),
]
