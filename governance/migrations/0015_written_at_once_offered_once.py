"""An entry's rows are one statement, which moves its chain on only from where it was read.

They are written together and the entry never leaves, so the foreign keys of queue and personal
values had nothing to find; `verify` does. On SQLite, where dropping them would copy the tables,
they stay.

How far the batch of a feed goes is kept before it leaves. And no trigger of the log has a
condition of its own any more, so that verification can compare each with what it must be.
"""

import django.db.models.deletion
from django.db import migrations, models

from governance.audit.triggers import create_sql

FUNCTION = """
    CREATE FUNCTION governance_audit_append(
        head text, tail text, entry uuid, moment timestamptz, what text, who uuid,
        kind text, about uuid, portfolio uuid, personal jsonb
    ) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        number bigint;
        raw bytea;
    BEGIN
        LOOP
            SELECT
                coalesce(next_seq, 1),
                convert_to(
                    head || '"prev":' || coalesce('"' || encode(last_hash, 'hex') || '"', 'null')
                    || ',"seq":' || coalesce(next_seq, 1) || tail, 'UTF8')
            INTO number, raw
            FROM (VALUES (1)) AS one
            LEFT JOIN governance_auditsubject ON subject_type = kind AND subject_id = about;
            WITH
                moved AS (
                    INSERT INTO governance_auditsubject AS chain
                        (subject_type, subject_id, next_seq, last_hash)
                    VALUES (kind, about, number + 1, sha256('\\x00'::bytea || raw))
                    ON CONFLICT (subject_type, subject_id)
                    DO UPDATE SET next_seq = excluded.next_seq, last_hash = excluded.last_hash
                    WHERE chain.next_seq = number
                    RETURNING subject_id
                ),
                written AS (
                    INSERT INTO governance_auditentry (
                        id, line, occurred_at, action, actor_id, subject_type, subject_id,
                        subject_seq, portfolio_id)
                    SELECT entry, raw, moment, what, who, kind, about, number, portfolio
                    FROM moved
                ),
                personally AS (
                    INSERT INTO governance_auditpersonalvalue (entry_id, path, salt, value)
                    SELECT entry, one->>0, decode(one->>1, 'hex'), one->>2
                    FROM moved, jsonb_array_elements(personal) AS one
                )
            INSERT INTO governance_auditpending (entry_id) SELECT entry FROM moved;
            EXIT WHEN FOUND;  -- else somebody wrote about the subject in between: look again
        END LOOP;
        RETURN number;
    END $$
"""
FORMER = (
    "DROP FUNCTION governance_audit_append("
    "text, text, uuid, timestamptz, text, uuid, text, uuid, uuid, text[])",
    "ALTER TABLE governance_auditpending"
    " DROP CONSTRAINT IF EXISTS governance_auditpend_entry_id_f1f1bd1c_fk_governanc",
    "ALTER TABLE governance_auditpersonalvalue"
    " DROP CONSTRAINT IF EXISTS governance_auditpers_entry_id_fc21f7c3_fk_governanc",
)


def write_at_once(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in (FUNCTION, *FORMER, *create_sql("postgresql")):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("governance", "0014_finding_seen_by_the_product")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(write_at_once, migrations.RunPython.noop),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="auditpending",
                    name="entry",
                    field=models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pending",
                        to="governance.auditentry",
                    ),
                ),
                migrations.AlterField(
                    model_name="auditpersonalvalue",
                    name="entry",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="personal_values",
                        to="governance.auditentry",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="logfeed",
            name="offered",
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
