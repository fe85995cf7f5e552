"""The rows of the roll to take away: CSV, XLSX and JSON, streamed, so that no number of rows fills the memory."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import IO, Any, NamedTuple

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from honors import partial_dates
from honors.lines import Mark
from honors.models import AwardState, Basis, Source, TitleLevel

AT_ONCE = 1000
# A spreadsheet runs a cell that begins so as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Record(NamedTuple):
    """A row of every export: codes in English, numbers as integers, dates cut to what is known."""

    place: str
    code: str
    province: str
    title: str
    level: str
    round: int | None
    cycle: int | None
    date: str
    basis: str
    status: str
    source_name: str
    source_url: str


HEADINGS = {
    "place": "地方",
    "code": "区划代码",
    "province": "省份",
    "title": "称号",
    "level": "级别",
    "round": "届次",
    "cycle": "命名周期",
    "date": "命名日期",
    "basis": "依据",
    "status": "状态",
    "source_name": "来源",
    "source_url": "来源网址",
}
WIDTHS = (16, 10, 18, 26, 8, 8, 10, 12, 8, 16, 32, 48)  # of the columns, in characters
LABELS: dict[str, dict[str, str]] = {
    "level": {code: str(label) for code, label in TitleLevel.choices},
    "basis": {code: str(label) for code, label in Basis.choices},
    "status": {
        AwardState.NAMED: str(Mark.NAMED.label),
        AwardState.PROPOSED: str(Mark.PROPOSED.label),
        AwardState.REVOKED: str(Mark.REVOKED.label),
    },
}

COLUMNS = (
    "place__name",
    "place__code",
    "place__province__name",
    "round__title__name",
    "round__title__level",
    "round__ordinal",
    "round__cycle",
    "round__date",
    "round__date_precision",
    "basis",
    "state",
    "shown__sheet__source__name",
    "shown__sheet__source__identified",
    "shown__sheet__source__url",
)


def records(awards: QuerySet[Any]) -> Iterator[Record]:
    """The rows of a query, read in portions."""
    for row in awards.values_list(*COLUMNS).iterator(chunk_size=AT_ONCE):
        name, code, province, title, level, ordinal, cycle, date, precision, basis, state, *source, url = row
        yield Record(
            place=name,
            code=code,
            province=province or name,  # a province lies in itself
            title=title,
            level=level,
            round=ordinal,
            cycle=cycle,
            date=partial_dates.iso(date, precision),
            basis=basis,
            status=state,
            source_name=public_name(*source),
            source_url=url,
        )


@lru_cache(maxsize=256)
def public_name(name: str, identified: bool) -> str:
    """The model's own rule; rows come by the thousand from a few sources."""
    return Source(name=name, identified=identified).public_name


def labelled(record: Record) -> list[Any]:
    """The record as a Chinese office reads it: labels for codes."""
    words = record._asdict()
    return [LABELS[name][value] if name in LABELS else value for name, value in words.items()]


def harmless(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula: an apostrophe before it, which an import takes off again."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def as_json(awards: QuerySet[Any]) -> Iterator[str]:
    """``{"count": n, "rows": [...]}``, row by row."""
    yield f'{{"count": {awards.count()}, "rows": ['
    mark = ""
    for portion in portions(records(awards)):
        yield mark + ",\n".join(json.dumps(row._asdict(), ensure_ascii=False) for row in portion)
        mark = ",\n"
    yield "]}\n"


class Passing:
    """A file for ``csv.writer`` that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def as_csv(awards: QuerySet[Any]) -> Iterator[str]:
    """With the mark by which Excel knows UTF-8, and Chinese headings."""
    write = csv.writer(Passing()).writerow
    yield "\ufeff" + write(HEADINGS.values())
    for portion in portions(records(awards)):
        yield "".join(write([harmless(cell) for cell in labelled(row)]) for row in portion)


def as_xlsx(awards: QuerySet[Any]) -> IO[bytes]:
    """A workbook in a temporary file, opened at its beginning; whoever closes it removes it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("荣誉榜")
    sheet.freeze_panes = "A2"
    for number, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    headings = [WriteOnlyCell(sheet, heading) for heading in HEADINGS.values()]
    for cell in headings:
        cell.font = Font(bold=True)
    sheet.append(headings)
    for row in records(awards):
        sheet.append([printable(harmless(cell)) for cell in labelled(row)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the answer closes it when it has been sent
    book.save(file)
    file.seek(0)
    return file


def printable(cell: Any) -> Any:
    """Without the control characters that a workbook may not hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell


def portions(rows: Iterable[Record]) -> Iterator[list[Record]]:
    """One write per portion: a write per row would cost more than the row."""
    rows = iter(rows)
    while portion := list(islice(rows, AT_ONCE)):
        yield portion
