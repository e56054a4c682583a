"""The database itself refuses to change a booked line of the ledger."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER payments_ledger_is_append_only BEFORE UPDATE ON payments_ledgerentry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""
POSTGRES = """
CREATE FUNCTION payments_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
CREATE TRIGGER payments_ledger_is_append_only BEFORE UPDATE OR DELETE ON payments_ledgerentry
FOR EACH ROW EXECUTE FUNCTION payments_ledger_is_append_only();
"""


def protect(apps, schema_editor):
    schema_editor.execute(POSTGRES if schema_editor.connection.vendor == "postgresql" else SQLITE)


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER payments_ledger_is_append_only ON payments_ledgerentry")
        schema_editor.execute("DROP FUNCTION payments_ledger_is_append_only()")
    else:
        schema_editor.execute("DROP TRIGGER payments_ledger_is_append_only")


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    # SQLite has no TRUNCATE: there the invariants find a deleted line, and test databases can be emptied.
    operations = [migrations.RunPython(protect, release)]
