"""Tables as offices send them, and the files that wait for a confirm."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook

from publishing.storage import private_storage


def workbook(*rows: list[Any], change: Callable[[Any], None] | None = None) -> bytes:
    """A real workbook; ``change`` gets its sheet before it is saved."""
    made = Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def csv_text(*rows: list[Any]) -> str:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def kept_files() -> list[str]:
    """Names of uploaded tables that wait for their confirm."""
    storage = private_storage()
    return storage.listdir("django-import-export")[1] if storage.exists("django-import-export") else []
