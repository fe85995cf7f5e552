"""The generation number, raised by database triggers on every table that visitors can see.

Triggers are the provable form: an edit by bulk command, ``update()`` or SQL console counts as much as
one through a form, and it counts in the same transaction. Rows of a ``Publishable`` that are not public yet
before and after raise nothing.
"""

from collections.abc import Iterator

from django.db import connections

from publishing import registry
from publishing.models import Generation, Publishable
from publishing.querysets import OPEN

RAISE = (
    'INSERT INTO "publishing_generation" ("id", "number") VALUES (1, 1) '
    'ON CONFLICT ("id") DO UPDATE SET "number" = "publishing_generation"."number" + 1'
)
HIDDEN = ", ".join(f"'{status}'" for status in OPEN)
EVENTS = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}


def current() -> int:
    """The present number; 0 before anything public was ever written."""
    return Generation.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def watched_tables() -> Iterator[tuple[str, bool]]:
    """Every table to watch, and whether its rows have a draft state."""
    for model in registry.public_models:
        yield model._meta.db_table, issubclass(model, Publishable)
        for relation in model._meta.local_many_to_many:
            through = relation.remote_field.through
            if through is not None and through._meta.auto_created:
                yield through._meta.db_table, False


def install_triggers(using: str) -> None:
    """(Re)build the triggers of all watched tables that exist in this database."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    if Generation._meta.db_table not in existing:
        return
    statements = postgresql_statements if connection.vendor == "postgresql" else sqlite_statements
    with connection.cursor() as cursor:
        for table, has_drafts in watched_tables():
            if table in existing:
                for statement in statements(table, has_drafts):
                    cursor.execute(statement)


def sqlite_statements(table: str, has_drafts: bool) -> Iterator[str]:
    for event, rows in EVENTS.items():
        name = f"{table}_generation_{event}"
        when = " OR ".join(f'{row}."status" NOT IN ({HIDDEN})' for row in rows)
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" FOR EACH ROW '
            f"{f'WHEN {when} ' if has_drafts else ''}BEGIN {RAISE}; END"
        )


def postgresql_statements(table: str, has_drafts: bool) -> Iterator[str]:
    """One trigger per event and statement, with transition tables: a bulk edit of many rows raises it once."""
    for event, rows in EVENTS.items():
        name = f"{table}_generation_{event}"
        function = f"publishing_generation_{event}" if has_drafts else "publishing_generation_any"
        tests = " OR ".join(
            f"EXISTS (SELECT 1 FROM {row.lower()}_rows WHERE status NOT IN ({HIDDEN}))"  # noqa: S608 -- constants of this module
            for row in rows
        )
        body = f"IF {tests} THEN {RAISE}; END IF;" if has_drafts else f"{RAISE};"
        named = " ".join(f"{row} TABLE AS {row.lower()}_rows" for row in rows)
        yield (
            f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN {body} RETURN NULL; END $$"
        )
        yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
        yield (
            f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" '
            f"{f'REFERENCING {named} ' if has_drafts else ''}"
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{function}"()'
        )
