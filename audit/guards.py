"""Triggers that keep the trail append-only on both databases, against every door: forms, shells, SQL consoles.

An event may be deleted only where a stub stands for it and it is older than six months (``audit.retention``).
"""

from collections.abc import Iterator

from django.db import connections

from audit.models import AuditEvent, AuditHead, AuditStub

# No six months are longer. The setting AUDIT_DAYS may keep events longer, never shorter.
LEAST_DAYS = 184
MESSAGE = "the audit trail is append-only"
EVENT, HEAD, STUB = (model._meta.db_table for model in (AuditEvent, AuditHead, AuditStub))

# Conditions under which an act is refused; {days_ago} is written by each database in its own way.
KEPT = f'OLD."at" > {{days_ago}} OR NOT EXISTS (SELECT 1 FROM "{STUB}" WHERE OLD."number" BETWEEN "first" AND "last")'  # noqa: S608 -- constants of this module
GUARDS = [
    (EVENT, "UPDATE", ""),
    (EVENT, "DELETE", KEPT),
    (HEAD, "UPDATE", 'NEW."number" <> OLD."number" + 1'),
    (HEAD, "DELETE", ""),
    (STUB, "UPDATE", ""),
    (STUB, "DELETE", ""),
]


def install(using: str) -> None:
    """(Re)build the triggers where the tables exist."""
    _run(using, removed=False)


def lift(using: str) -> None:
    """Take the triggers away: only a test that empties its own database does this."""
    _run(using, removed=True)


def _run(using: str, *, removed: bool) -> None:
    connection = connections[using]
    if not {EVENT, HEAD, STUB} <= set(connection.introspection.table_names()):
        return
    statements = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for statement in statements(removed):
            cursor.execute(statement)


def _sqlite(removed: bool) -> Iterator[str]:
    for table, act, condition in GUARDS:
        when = condition.format(days_ago=f"datetime('now', '-{LEAST_DAYS} days')")
        yield from _sqlite_trigger(table, act, when, removed)
    # INSERT OR REPLACE deletes a row without asking the trigger on DELETE.
    taken = f'EXISTS (SELECT 1 FROM "{EVENT}" WHERE "number" = NEW."number" OR "previous" = NEW."previous" OR "hash" = NEW."hash")'  # noqa: E501,S608
    yield from _sqlite_trigger(EVENT, "INSERT", taken, removed)
    yield from _sqlite_trigger(HEAD, "INSERT", f'EXISTS (SELECT 1 FROM "{HEAD}")', removed)  # noqa: S608
    overlaps = f'EXISTS (SELECT 1 FROM "{STUB}" WHERE "id" = NEW."id" OR "last" >= NEW."first" OR "hash" = NEW."hash")'  # noqa: S608
    yield from _sqlite_trigger(STUB, "INSERT", overlaps, removed)


def _sqlite_trigger(table: str, act: str, when: str, removed: bool) -> Iterator[str]:
    name = f"{table}_no_{act.lower()}"
    yield f'DROP TRIGGER IF EXISTS "{name}"'
    if not removed:
        condition = f"WHEN {when} " if when else ""
        yield (
            f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" FOR EACH ROW {condition}'
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def _postgresql(removed: bool) -> Iterator[str]:
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'"
    for table, act, condition in GUARDS:
        name = f"{table}_no_{act.lower()}"
        yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
        if removed:
            continue
        # A trigger's WHEN may not ask other tables, so the function does.
        test = condition.format(days_ago=f"now() - interval '{LEAST_DAYS} days'") or "TRUE"
        goes_on = "OLD" if act == "DELETE" else "NEW"
        yield (
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN IF {test} THEN {refuse}; END IF; RETURN {goes_on}; END $$"
        )
        yield (f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}"()')
    for table in (EVENT, HEAD, STUB):
        name = f"{table}_no_truncate"
        yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
        if not removed:
            yield (
                f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
                f"$$ BEGIN {refuse}; END $$"
            )
            yield (
                f'CREATE TRIGGER "{name}" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT '
                f'EXECUTE FUNCTION "{name}"()'
            )
