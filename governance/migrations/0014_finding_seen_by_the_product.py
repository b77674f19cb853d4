"""A finding may have been raised by the product itself, which is nobody."""

import django.db.models.deletion
from django.db import migrations, models

from governance.inventory.triggers import create_sql


def create_triggers_again(apps, schema_editor):
    """SQLite has rebuilt the table, and the triggers went with the old one."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in create_sql("sqlite"):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("governance", "0013_log_export_pdf")]
    operations = [
        migrations.AlterField(
            model_name="finding",
            name="raised_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="governance.person",
            ),
        ),
        migrations.RunPython(create_triggers_again, migrations.RunPython.noop),
    ]
