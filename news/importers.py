"""Bringing columns in from a file; the command that calls it only prints the report."""

import csv
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model

from news.models import Column

TAKEN = [
    "name", "column_type", "description", "keywords", "order", "update_days", "review_level", "home_position",
]  # fmt: skip
# A file need not say it: a new column then has two reviews, and one that stands keeps what it has.
OPTIONAL = {"review_level"}


@transaction.atomic
def load_columns(path: Path) -> dict[str, int]:
    """Create and update columns by slug from a CSV file in which parents stand before their children.

    Returns how many were ``created``, ``updated`` and ``unchanged``; columns that the file does not name
    are left alone. Raises ``ValidationError`` for values that the column refuses and ``ValueError`` for an
    unknown parent; nothing is written then.
    """
    known = {column.slug: column for column in Column.objects.select_related("parent")}
    report = {"created": 0, "updated": 0, "unchanged": 0}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            column = known.setdefault(row["slug"], Column(slug=row["slug"]))
            report[save_changed(column, _values(row, known))] += 1
    return report


def _values(row: dict[str, str], known: dict[str, Column]) -> dict[str, Any]:
    parent = row["parent_slug"]
    if parent and (parent not in known or parent == row["slug"]):
        raise ValueError(f"栏目“{row['slug']}”的上级“{parent}”不在它的前面。")
    fields = {
        field.name: field.to_python(row[field.name])
        for field in Column._meta.fields
        if field.name in TAKEN and (row.get(field.name) or field.name not in OPTIONAL)
    }
    return fields | {"parent": known.get(parent)}


def save_changed(row: Model, values: dict[str, Any]) -> str:
    """Save a row when one of the values differs; say whether it was created, updated or unchanged.

    Raises ``ValidationError`` for values that the row refuses.
    """
    is_new = row._state.adding
    if not is_new and all(getattr(row, name) == value for name, value in values.items()):
        return "unchanged"
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return "created" if is_new else "updated"
