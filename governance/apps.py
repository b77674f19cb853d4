"""The book: what exists, who may do what, what was measured, what happened."""

from django.apps import AppConfig
from django.utils.translation import gettext

from governance.sentences import Sentence


class GovernanceConfig(AppConfig):
    """Governance never imports workflows; the wiring in `governance.project` may."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What pure modules say is read in the language of the request."""
        Sentence.translate = gettext
