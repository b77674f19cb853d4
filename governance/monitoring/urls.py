"""Addresses of monitoring."""

from django.urls import path

from governance.monitoring.views import alert, close_alert, set_threshold

urlpatterns = [
    path("alerts/<uuid:alert_id>/", alert, name="alert"),
    path("alerts/<uuid:alert_id>/close/", close_alert, name="close_alert"),
    path("models/<slug:name>/threshold/", set_threshold, name="set_threshold"),
]
