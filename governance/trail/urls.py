"""Addresses of the log."""

from django.urls import path

from governance.trail.views.exports import (
    cancel_export,
    download_export,
    export_state,
    exports,
    request_export,
)
from governance.trail.views.feeds import add_feed, feeds, renew_feed, switch_feed
from governance.trail.views.log import (
    checkpoints,
    entry,
    entry_proof,
    entry_receipt,
    log,
    time_stamp,
)
from governance.trail.views.retention import (
    confirm_erasure,
    decline_erasure,
    lift_hold,
    request_erasure,
    retention,
    set_hold,
    set_retention,
)
from governance.trail.views.verifying import (
    cancel_verification,
    verification,
    verification_state,
    verifier,
    verify,
    verify_log,
)

urlpatterns = [
    path("log/", log, name="log"),
    path("log/checkpoints/", checkpoints, name="checkpoints"),
    path("log/checkpoints/<int:size>/time-stamp/", time_stamp, name="time_stamp"),
    path("log/export/", request_export, name="request_export"),
    path("log/exports/", exports, name="exports"),
    path("log/exports/<uuid:export_id>/", export_state, name="export_state"),
    path("log/exports/<uuid:export_id>/cancel/", cancel_export, name="cancel_export"),
    path("log/exports/<uuid:export_id>/download/", download_export, name="download_export"),
    path("log/feeds/", feeds, name="feeds"),
    path("log/feeds/add/", add_feed, name="add_feed"),
    path("log/feeds/<uuid:feed_id>/renew/", renew_feed, name="renew_feed"),
    path("log/feeds/<uuid:feed_id>/switch/", switch_feed, name="switch_feed"),
    path("log/retention/", retention, name="retention"),
    path("log/retention/set/", set_retention, name="set_retention"),
    path("log/holds/set/", set_hold, name="set_hold"),
    path("log/holds/<uuid:hold_id>/lift/", lift_hold, name="lift_hold"),
    path("log/erasures/request/", request_erasure, name="request_erasure"),
    path("log/erasures/<uuid:erasure_id>/confirm/", confirm_erasure, name="confirm_erasure"),
    path("log/erasures/<uuid:erasure_id>/decline/", decline_erasure, name="decline_erasure"),
    path("log/verifications/<uuid:verification_id>/", verification, name="verification"),
    path(
        "log/verifications/<uuid:verification_id>/state/",
        verification_state,
        name="verification_state",
    ),
    path(
        "log/verifications/<uuid:verification_id>/cancel/",
        cancel_verification,
        name="cancel_verification",
    ),
    path("log/verify/", verify_log, name="verify_log"),
    path("log/verify.py", verifier, name="verifier"),
    path("verify/", verify, name="verify"),
    path("log/<uuid:entry_id>/", entry, name="entry"),
    path("log/<uuid:entry_id>/proof/", entry_proof, name="entry_proof"),
    path("log/<uuid:entry_id>/receipt/", entry_receipt, name="entry_receipt"),
]
