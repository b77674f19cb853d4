"""What was measured, in the Django admin."""

from django.contrib import admin

from governance.evaluation.models import AskedComparison, ComparisonReport, GateResult

admin.site.register(ComparisonReport, list_display=("version", "champion", "verdict", "digest"))
admin.site.register(
    AskedComparison, list_display=("version", "champion", "verdict", "asked_at", "completed_at")
)
admin.site.register(
    GateResult,
    list_display=("version", "gate", "outcome", "value", "threshold"),
    list_filter=("outcome", "gate"),
)
