"""An entry writes the end of its subject's chain once, and one index less.

The index of entry and path finds the personal values of an entry; on SQLite a changed field would
copy the table and lose its triggers, so only the index goes.
"""

import django.db.models.deletion
from django.db import migrations, models

FUNCTION = """
    CREATE OR REPLACE FUNCTION governance_audit_append(
        head text, tail text, entry uuid, moment timestamptz, what text, who uuid,
        kind text, about uuid, portfolio uuid, personal text[],
        OUT number bigint, OUT raw bytea
    ) LANGUAGE plpgsql AS $$
    DECLARE
        last text;
        n int := cardinality(personal) / 3;  -- paths, then salts, then texts
    BEGIN
        LOOP
            SELECT next_seq, '"' || encode(last_hash, 'hex') || '"' INTO number, last
            FROM governance_auditsubject WHERE subject_type = kind AND subject_id = about
            FOR UPDATE;
            IF NOT FOUND THEN
                number := 1;
                last := 'null';
            END IF;
            raw := convert_to(head || '"prev":' || last || ',"seq":' || number || tail, 'UTF8');
            IF number > 1 THEN
                UPDATE governance_auditsubject
                SET next_seq = number + 1, last_hash = sha256('\\x00'::bytea || raw)
                WHERE subject_type = kind AND subject_id = about;
                EXIT;
            END IF;
            INSERT INTO governance_auditsubject (subject_type, subject_id, next_seq, last_hash)
            VALUES (kind, about, 2, sha256('\\x00'::bytea || raw)) ON CONFLICT DO NOTHING;
            EXIT WHEN FOUND;  -- else somebody began the chain in between: look again
        END LOOP;
        INSERT INTO governance_auditentry (
            id, line, occurred_at, action, actor_id, subject_type, subject_id, subject_seq,
            portfolio_id
        ) VALUES (entry, raw, moment, what, who, kind, about, number, portfolio);
        INSERT INTO governance_auditpending (entry_id) VALUES (entry);
        FOR at IN 1..n LOOP
            INSERT INTO governance_auditpersonalvalue (entry_id, path, salt, value)
            VALUES (entry, personal[at], decode(personal[n + at], 'hex'), personal[2 * n + at]);
        END LOOP;
    END $$
"""


def create_append_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)


class Migration(migrations.Migration):
    dependencies = [("governance", "0007_append_function")]
    operations = [
        migrations.RunPython(create_append_function, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX governance_auditpersonalvalue_entry_id_fc21f7c3",
                    "CREATE INDEX governance_auditpersonalvalue_entry_id_fc21f7c3"
                    " ON governance_auditpersonalvalue (entry_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="auditpersonalvalue",
                    name="entry",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="personal_values",
                        to="governance.auditentry",
                    ),
                )
            ],
        ),
    ]
