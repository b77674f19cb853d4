"""The titles of roles and the reasons of rules that ship, marked for the catalogue.

The rows hold the English words, because roles and rules are data; they are translated when shown.
"MLOps engineer" is in the catalogue by `workflows.policies.labels`, with its plural.
"""

from django.utils.translation import gettext_noop

SHIPPED_TITLES = (
    gettext_noop("Administrator"),
    gettext_noop("Auditor"),
    gettext_noop("Head of model risk"),
    gettext_noop("Model developer"),
    gettext_noop("Model owner"),
    gettext_noop("Model validator"),
    gettext_noop("Portfolio administrator"),
    gettext_noop("Risk officer"),
    gettext_noop("Service account"),
)
SHIPPED_REASONS = (
    gettext_noop("Nobody judges, signs or puts live what they made, checked or signed themselves."),
    gettext_noop("Who holds both could prepare in one capacity what they agree to in the other."),
)
