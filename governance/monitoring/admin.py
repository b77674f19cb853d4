"""Key figures in the Django admin."""

from django.contrib import admin

from governance.monitoring.models import Alert, KpiReading, Threshold

admin.site.register(Threshold, list_display=("model", "kpi", "bound", "value"))
admin.site.register(KpiReading, list_display=("version", "kpi", "value", "observed_on"))
admin.site.register(Alert, list_display=("version", "kpi", "value", "raised_at", "closed_at"))
