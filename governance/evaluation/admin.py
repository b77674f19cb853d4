"""What was measured, in the Django admin."""

from django.contrib import admin

from governance.evaluation.models import ComparisonReport, GateResult

admin.site.register(ComparisonReport, list_display=("version", "champion", "verdict", "digest"))
admin.site.register(
    GateResult,
    list_display=("version", "gate", "outcome", "value", "threshold"),
    list_filter=("outcome", "gate"),
)
