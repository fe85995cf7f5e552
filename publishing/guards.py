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
    _forbid(model, "UPDATE", f"{model._meta.db_table}_append_only", message, using, when)


def forbid_deletion(model: type[models.Model], message: str, *, using: str) -> None:
    """Refuse every DELETE of the model's rows, in the same way."""
    _forbid(model, "DELETE", f"{model._meta.db_table}_kept", message, using)


def allow_deletion(model: type[models.Model], *, using: str) -> None:
    """Take the guard away: only a test that empties its own database does this."""
    with connections[using].cursor() as cursor:
        for statement in _dropped(using, model._meta.db_table, f"{model._meta.db_table}_kept"):
            cursor.execute(statement)


def _forbid(model: type[models.Model], act: str, name: str, message: str, using: str, when: str = "") -> None:
    table = model._meta.db_table
    if table not in connections[using].introspection.table_names():
        return
    statements = _postgresql if connections[using].vendor == "postgresql" else _sqlite
    condition = f"WHEN ({when}) " if when else ""
    with connections[using].cursor() as cursor:
        for statement in [
            *_dropped(using, table, name),
            *statements(table, act, name, message, condition),
        ]:
            cursor.execute(statement)


def _dropped(using: str, table: str, name: str) -> list[str]:
    on = f' ON "{table}"' if connections[using].vendor == "postgresql" else ""
    return [f'DROP TRIGGER IF EXISTS "{name}"{on}']


def _sqlite(table: str, act: str, name: str, message: str, condition: str) -> list[str]:
    return [
        f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" FOR EACH ROW {condition}'
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END",
    ]


def _postgresql(table: str, act: str, name: str, message: str, condition: str) -> list[str]:
    return [
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" FOR EACH ROW {condition}'
        f'EXECUTE FUNCTION "{name}"()',
    ]
