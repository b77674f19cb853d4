"""The rules on conflicting duties that every site has, and what the shipped roles give by now."""

from django.db import migrations

from governance.access.permissions import SHIPPED_ROLES
from governance.access.shipped import MFA_ROLES, SENSITIVE_ROLES, SHIPPED_RULES


def add_shipped_rules(apps, schema_editor):
    rules = apps.get_model("governance", "ConflictRule")
    for rule in SHIPPED_RULES:
        rules.objects.update_or_create(
            name=rule.name,
            defaults={
                "kind": rule.kind,
                "first": str(rule.first),
                "second": str(rule.second),
                "reason": rule.reason,
                "shipped": True,
            },
        )


def bring_roles_up_to_date(apps, schema_editor):
    roles = apps.get_model("governance", "Role")
    permissions = apps.get_model("governance", "RolePermission")
    for shipped in SHIPPED_ROLES:
        role, _new = roles.objects.update_or_create(
            name=shipped.name,
            defaults={
                "title": shipped.title,
                "shipped": True,
                "sensitive": shipped.name in SENSITIVE_ROLES,
                "mfa_required": shipped.name in MFA_ROLES,
            },
        )
        given = permissions.objects.filter(role=role)
        given.exclude(permission__in=shipped.permissions).delete()
        for permission in sorted(shipped.permissions):
            permissions.objects.get_or_create(role=role, permission=str(permission))


class Migration(migrations.Migration):
    dependencies = [("governance", "0004_access_duties_and_reviews")]
    operations = [
        migrations.RunPython(add_shipped_rules, migrations.RunPython.noop),
        migrations.RunPython(bring_roles_up_to_date, migrations.RunPython.noop),
    ]
