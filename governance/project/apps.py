"""How the Django admin is set up here."""

from django.contrib.admin.apps import AdminConfig


class ReadingAdminConfig(AdminConfig):
    """Django's admin with a site of our own: it shows rows, and writes none."""

    default_site = "governance.project.admin.ReadingSite"
