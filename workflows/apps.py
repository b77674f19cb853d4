"""The hands: how a version moves, and what that sets in motion."""

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """Workflows imports governance, never the other way round."""

    name = "workflows"
    default_auto_field = "django.db.models.BigAutoField"
