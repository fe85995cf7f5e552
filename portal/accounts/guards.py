"""A trigger that keeps the administrator roles apart, against every door: forms, shells, SQL consoles.

No constraint can compare one row of a membership with the others of the same account.
"""

from collections.abc import Iterator

from django.contrib.auth.models import Group, User
from django.db import connections

from publishing.permissions import ADMINISTRATORS

MESSAGE = "the administrator roles exclude each other"
GROUP, USER, MEMBER = Group._meta.db_table, User._meta.db_table, User.groups.through._meta.db_table
NAME = f"{MEMBER}_roles_apart"

_NAMES = ", ".join(f"'{name}'" for name in ADMINISTRATORS)
# Whether the row that came, or was changed, gives its account a second one of these roles.
SECOND = (
    f'EXISTS (SELECT 1 FROM "{GROUP}" WHERE "id" = NEW."group_id" AND "name" IN ({_NAMES})) AND '  # noqa: S608 -- constants of this module
    f'EXISTS (SELECT 1 FROM "{MEMBER}" AS held JOIN "{GROUP}" AS roles ON roles."id" = held."group_id" '
    f'WHERE held."user_id" = NEW."user_id" AND held."id" <> NEW."id" AND roles."name" IN ({_NAMES}))'
)


def install(using: str) -> None:
    """(Re)build the trigger where the tables exist."""
    connection = connections[using]
    if not {GROUP, USER, MEMBER} <= set(connection.introspection.table_names()):
        return
    statements = _postgresql if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def _sqlite() -> Iterator[str]:
    for act in ("INSERT", "UPDATE"):
        name = f"{NAME}_{act.lower()}"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" AFTER {act} ON "{MEMBER}" FOR EACH ROW WHEN {SECOND} '
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def _postgresql() -> Iterator[str]:
    # Two roles given at the same moment wait for each other on the account's row.
    yield (
        f'CREATE OR REPLACE FUNCTION "{NAME}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f'PERFORM 1 FROM "{USER}" WHERE "id" = NEW."user_id" FOR NO KEY UPDATE; '
        f"IF {SECOND} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    yield f'DROP TRIGGER IF EXISTS "{NAME}" ON "{MEMBER}"'
    yield (
        f'CREATE TRIGGER "{NAME}" AFTER INSERT OR UPDATE ON "{MEMBER}" FOR EACH ROW EXECUTE FUNCTION "{NAME}"()'
    )
