"""The roles that every site starts with."""

from django.db import migrations

from governance.access.permissions import SHIPPED_ROLES


def add_shipped_roles(apps, schema_editor):
    role_model = apps.get_model("governance", "Role")
    permission_model = apps.get_model("governance", "RolePermission")
    for shipped in SHIPPED_ROLES:
        role = role_model.objects.create(name=shipped.name, title=shipped.title, shipped=True)
        for permission in sorted(shipped.permissions):
            permission_model.objects.create(role=role, permission=permission)


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [migrations.RunPython(add_shipped_roles, migrations.RunPython.noop)]
