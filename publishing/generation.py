"""The generation number, raised by database triggers on every table that visitors can see.

Triggers are the provable form: an edit by bulk command, ``update()`` or SQL console counts as much as
one through a form, and it counts in the same transaction. Rows of a ``Publishable`` that are not public yet
before and after raise nothing, and neither do the rows that belong to one: its children and relations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class Watched:
    """A table to watch. `owner` is the table of the items that have a draft state, `column` what leads there."""

    table: str
    owner: str = ""
    column: str = ""

    def hides(self, row: str) -> str:
        """SQL that says whether a row belongs to an item that is not public yet; "" where no row does.

        A row whose item is gone is no secret of a draft: it counts as public.
        """
        if self.owner == self.table:
            return f"{row}.status IN ({HIDDEN})"
        return (
            f"EXISTS (SELECT 1 FROM {self.owner} AS owner WHERE owner.id = {row}.{self.column} "  # noqa: S608 -- names of our own models
            f"AND owner.status IN ({HIDDEN}))"
            if self.owner
            else ""
        )


def current() -> int:
    """The present number; 0 before anything public was ever written."""
    return Generation.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def watched_tables() -> Iterator[Watched]:
    """Every table to watch."""
    children = dict(_children())
    for model in registry.public_models:
        table = model._meta.db_table
        has_drafts = issubclass(model, Publishable)
        yield children.get(table, Watched(table, table if has_drafts else ""))
        for relation in model._meta.local_many_to_many:
            through = relation.remote_field.through
            if through is not None and through._meta.auto_created:
                owner = (table, relation.m2m_column_name()) if has_drafts else ("", "")
                yield Watched(through._meta.db_table, *owner)


def _children() -> Iterator[tuple[str, Watched]]:
    """What an item declares as belonging to its content, by table."""
    for model in registry.public_models:
        for child in getattr(model, "content_children", ()):
            rows: Any = model._meta.get_field(child.relation).related_model
            column = rows._meta.get_field(child.parent).column
            yield rows._meta.db_table, Watched(rows._meta.db_table, model._meta.db_table, column)


def install_triggers(using: str) -> None:
    """(Re)build the triggers of all watched tables that exist in this database."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    if Generation._meta.db_table not in existing:
        return
    statements = postgresql_statements if connection.vendor == "postgresql" else sqlite_statements
    with connection.cursor() as cursor:
        for watched in watched_tables():
            if {watched.table, watched.owner or watched.table} <= existing:
                for statement in statements(watched):
                    cursor.execute(statement)


def sqlite_statements(watched: Watched) -> Iterator[str]:
    for event, rows in EVENTS.items():
        name = f"{watched.table}_generation_{event}"
        when = " OR ".join(f"NOT ({hidden})" for row in rows if (hidden := watched.hides(row)))
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{watched.table}" FOR EACH ROW '
            f"{f'WHEN {when} ' if when else ''}BEGIN {RAISE}; END"
        )


def postgresql_statements(watched: Watched) -> Iterator[str]:
    """One trigger per event and statement, with transition tables: a bulk edit of many rows raises it once."""
    for event, rows in EVENTS.items():
        name = f"{watched.table}_generation_{event}"
        tests = " OR ".join(
            f"EXISTS (SELECT 1 FROM {row.lower()}_rows AS changed WHERE NOT ({hidden}))"  # noqa: S608 -- constants of this module
            for row in rows
            if (hidden := watched.hides("changed"))
        )
        named = " ".join(f"{row} TABLE AS {row.lower()}_rows" for row in rows)
        yield (
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN {f'IF {tests} THEN {RAISE}; END IF' if tests else RAISE}; RETURN NULL; END $$"
        )
        yield f'DROP TRIGGER IF EXISTS "{name}" ON "{watched.table}"'
        yield (
            f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{watched.table}" '
            f"{f'REFERENCING {named} ' if tests else ''}"
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
        )
