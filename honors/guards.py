"""Guards in the database itself: what was verified is never changed in place, by any door.

Triggers, because no constraint can compare a row with what it was. Installed after every migrate, since
SQLite loses triggers when a migration rebuilds a table.
"""

from django.db import connections

from honors.models import Evidence

# What a verified row says. Its voiding and its verification are steps, not statements.
STATEMENT = ["award_id", "sheet_id", "name_printed", "title_printed", "quote", "entered_by_id", "entered_at"]
MESSAGE = "verified evidence is append-only: add a correction"


def install(using: str) -> None:
    connection = connections[using]
    table = Evidence._meta.db_table
    if table not in connection.introspection.table_names():
        return
    changed = " OR ".join(f'NEW."{name}" <> OLD."{name}"' for name in STATEMENT)
    when = f'OLD."verified_by_id" IS NOT NULL AND ({changed})'
    with connection.cursor() as cursor:
        for statement in (postgresql if connection.vendor == "postgresql" else sqlite)(table, when):
            cursor.execute(statement)


def sqlite(table: str, when: str) -> list[str]:
    return [
        f'DROP TRIGGER IF EXISTS "{table}_append_only"',
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN {when} '
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    ]


def postgresql(table: str, when: str) -> list[str]:
    return [
        f'CREATE OR REPLACE FUNCTION "{table}_append_only"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'DROP TRIGGER IF EXISTS "{table}_append_only" ON "{table}"',
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE ON "{table}" FOR EACH ROW WHEN ({when}) '
        f'EXECUTE FUNCTION "{table}_append_only"()',
    ]
