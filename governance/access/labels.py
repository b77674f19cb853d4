"""The titles of the roles that ship, marked for the catalogue.

The rows hold the English titles, because a role is data; `str(role)` gives the reader's language.
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
