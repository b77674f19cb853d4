"""The book: what exists, who may do what, what was measured, what happened."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Governance never imports workflows; the wiring in `governance.project` may."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"
