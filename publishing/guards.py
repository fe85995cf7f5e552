"""Guards in the database itself: what has been stated is never changed in place, by any door.

Triggers, because no constraint can compare a row with what it was. Installed after every migrate, since
SQLite loses triggers when a migration rebuilds a table.
"""

from django.db import connections, models


def forbid_changes(model: type[models.Model], message: str, *, using: str, when: str = "") -> None:
    """Refuse every UPDATE of the model's rows, or those that `when` (SQL on OLD and NEW) describes.

    The refusal is an ``IntegrityError`` with `message`, which is a constant of the code. A table that does not
    exist yet is left alone.
    """
    connection = connections[using]
    table = model._meta.db_table
    if table not in connection.introspection.table_names():
        return
    statements = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for statement in statements(table, when, message):
            cursor.execute(statement)


def _sqlite(table: str, when: str, message: str) -> list[str]:
    condition = f"WHEN {when} " if when else ""
    return [
        f'DROP TRIGGER IF EXISTS "{table}_append_only"',
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE ON "{table}" FOR EACH ROW {condition}'
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]


def _postgresql(table: str, when: str, message: str) -> list[str]:
    condition = f"WHEN ({when}) " if when else ""
    return [
        f'CREATE OR REPLACE FUNCTION "{table}_append_only"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'DROP TRIGGER IF EXISTS "{table}_append_only" ON "{table}"',
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE ON "{table}" FOR EACH ROW {condition}'
        f'EXECUTE FUNCTION "{table}_append_only"()',
    ]
