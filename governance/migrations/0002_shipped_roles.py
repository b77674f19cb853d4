"""The roles that every site starts with, and the rules on conflicting duties."""

from django.db import migrations

from governance.access.permissions import SHIPPED_ROLES
from governance.access.shipped import MFA_ROLES, SENSITIVE_ROLES, SHIPPED_RULES


def add_shipped_rules(apps, schema_editor):
    rules = apps.get_model("governance", "ConflictRule")
    for rule in SHIPPED_RULES:
        rules.objects.create(
            name=rule.name,
            kind=rule.kind,
            first=str(rule.first),
            second=str(rule.second),
            reason=rule.reason,
            shipped=True,
        )


def add_shipped_roles(apps, schema_editor):
    roles = apps.get_model("governance", "Role")
    permissions = apps.get_model("governance", "RolePermission")
    for shipped in SHIPPED_ROLES:
        role = roles.objects.create(
            name=shipped.name,
            title=shipped.title,
            shipped=True,
            sensitive=shipped.name in SENSITIVE_ROLES,
            mfa_required=shipped.name in MFA_ROLES,
        )
        for permission in sorted(shipped.permissions):
            permissions.objects.create(role=role, permission=str(permission))


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [
        migrations.RunPython(add_shipped_rules, migrations.RunPython.noop),
        migrations.RunPython(add_shipped_roles, migrations.RunPython.noop),
    ]
