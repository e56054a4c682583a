"""The database itself refuses a revision that was no draft, a line at one that is none any more, and other dates."""

from django.db import migrations, models

# What is refused, by table, act and condition; {is_not} compares so that nothing equals nothing.
STATUS_OF = "(SELECT status FROM documents_rulerevision WHERE id = {row}.revision_id) <> 'draft'"
FIXED = ("id", "label", "effective_at", "is_loaded", "proposed_by_id")
ENDED = "OLD.status IN ('in_force', 'rejected', 'withdrawn')"


def _changed(columns):
    return " OR ".join(f"NEW.{column} {{is_not}} OLD.{column}" for column in columns)


RULES = (
    ("documents_rulerevision", "INSERT", "NEW.status <> 'draft'"),
    ("documents_rulerevision", "UPDATE", f"({_changed(FIXED)})"),
    ("documents_rulerevision", "UPDATE", "OLD.status <> 'draft' AND NEW.status = 'draft'"),
    ("documents_rulerevision", "UPDATE", f"{ENDED} AND ({_changed(('status', 'decided_by_id'))})"),
    ("documents_rulerevision", "DELETE", "OLD.status <> 'draft'"),
    ("documents_scopeline", "INSERT", STATUS_OF.format(row="NEW")),
    ("documents_scopeline", "UPDATE", f"{STATUS_OF.format(row='OLD')} OR {STATUS_OF.format(row='NEW')}"),
    ("documents_scopeline", "DELETE", STATUS_OF.format(row="OLD")),
)
WORDS = "what was decided on the scope stands still"
# SQLite has no TRUNCATE and test databases are emptied by DELETE: there the invariants find a deleted revision.
NOT_ON_SQLITE = ("documents_rulerevision", "DELETE")


def protect(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    if is_postgres:
        schema_editor.execute(
            "CREATE FUNCTION documents_scope_stands_still() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for place, (table, act, condition) in enumerate(RULES):
        if not is_postgres and (table, act) == NOT_ON_SQLITE:
            continue
        name = f"documents_scope_stands_{place}"
        when = condition.format(is_not="IS DISTINCT FROM" if is_postgres else "IS NOT")
        if is_postgres and "SELECT" in when:
            _protect_lines(schema_editor, name, table, act, when)
        elif is_postgres:
            does = "EXECUTE FUNCTION documents_scope_stands_still()"
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW WHEN ({when}) {does}")
        else:
            does = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} {does}")


def _protect_lines(schema_editor, name, table, act, when):
    """Ask inside the function: PostgreSQL has no sub-select in the condition of a trigger."""
    given = "OLD" if act == "DELETE" else "NEW"
    schema_editor.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN "
        f"RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {given}; END $$"
    )
    schema_editor.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def release(apps, schema_editor):
    is_postgres = schema_editor.connection.vendor == "postgresql"
    for place, (table, _act, condition) in enumerate(RULES):
        name = f"documents_scope_stands_{place}"
        if is_postgres:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            if "SELECT" in condition:
                schema_editor.execute(f"DROP FUNCTION {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
    if is_postgres:
        schema_editor.execute("DROP FUNCTION documents_scope_stands_still()")


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_scope_as_dated_lines")]

    operations = [
        migrations.RemoveConstraint("rulerevision", "revision_has_a_proposer"),
        migrations.AddConstraint(
            "rulerevision",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by", None),
                        ("is_loaded", True),
                        ("proposed_by", None),
                        ("status__in", ("draft", "in_force")),
                    ),
                    models.Q(("is_loaded", False), ("proposed_by__isnull", False)),
                    _connector="OR",
                ),
                name="revision_has_a_proposer",
            ),
        ),
        migrations.RunPython(protect, release),
    ]
