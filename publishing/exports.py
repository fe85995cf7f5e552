"""Rows to take away: CSV, XLSX and JSON, streamed, so that no number of rows fills the memory.

What a row holds is up to the package that has it: it brings its rows as named tuples and says with a ``Layout``
how they are read. Which rows there are, and that only public ones are among them, is its own affair.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any, Protocol

from django.http import FileResponse, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

AT_ONCE = 1000
# A spreadsheet runs a cell that begins so as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
KINDS = ("csv", "xlsx", "json")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Named(Protocol):
    """A named tuple whose fields are the codes of the columns, in their order."""

    def _asdict(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Layout:
    """How rows are told to a Chinese office.

    ``headings`` go from the code of a column to its heading, ``labels`` from the code of a coded column to the words
    for its values; ``widths`` are in characters. ``file_name`` is without its ending.
    """

    headings: dict[str, str]
    labels: dict[str, dict[str, str]]
    widths: Sequence[int]
    sheet: str
    file_name: str

    def words(self, row: Named) -> list[Any]:
        """The cells of a row, labels for codes."""
        return [
            self.labels[name][value] if name in self.labels else value
            for name, value in row._asdict().items()
        ]


# --- The answers -------------------------------------------------------------------------------------------


def download(kind: str, rows: Iterable[Named], layout: Layout, count: Callable[[], int]) -> HttpResponseBase:
    """The answer with all ``rows`` as csv, xlsx or json; ``count`` is asked only where the file tells their number."""
    if kind == "json":
        return StreamingHttpResponse(as_json(rows, count()), content_type="application/json")
    name = f"{layout.file_name}.{kind}"
    if kind == "xlsx":
        return FileResponse(as_xlsx(rows, layout), as_attachment=True, filename=name, content_type=XLSX)
    return StreamingHttpResponse(
        as_csv(rows, layout),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


def refusal(kind: str, reasons: list[str]) -> HttpResponse:
    """A file with no rows would be taken for an answer: say instead what is wrong with the address."""
    if kind == "json":
        told = {"error": "筛选条件有误", "reasons": reasons}
        return JsonResponse(told, status=400, json_dumps_params={"ensure_ascii": False})
    text = "\n".join(["筛选条件有误，没有导出。", *reasons, ""])
    return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")


# --- The files ---------------------------------------------------------------------------------------------


def as_json(rows: Iterable[Named], count: int) -> Iterator[str]:
    """``{"count": n, "rows": [...]}``, row by row; values stay codes, numbers and plain dates."""
    yield f'{{"count": {count}, "rows": ['
    mark = ""
    for portion in portions(rows):
        yield mark + ",\n".join(json.dumps(row._asdict(), ensure_ascii=False) for row in portion)
        mark = ",\n"
    yield "]}\n"


class Passing:
    """A file for ``csv.writer`` that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def as_csv(rows: Iterable[Named], layout: Layout) -> Iterator[str]:
    """With the mark by which Excel knows UTF-8, and Chinese headings."""
    write = csv.writer(Passing()).writerow
    yield "\ufeff" + write(layout.headings.values())
    for portion in portions(rows):
        yield "".join(write([harmless(cell) for cell in layout.words(row)]) for row in portion)


def as_xlsx(rows: Iterable[Named], layout: Layout) -> IO[bytes]:
    """A workbook in a temporary file, opened at its beginning; whoever closes it removes it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(layout.sheet)
    sheet.freeze_panes = "A2"
    for number, width in enumerate(layout.widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    headings = [WriteOnlyCell(sheet, heading) for heading in layout.headings.values()]
    for cell in headings:
        cell.font = Font(bold=True)
    sheet.append(headings)
    for row in rows:
        sheet.append([printable(harmless(cell)) for cell in layout.words(row)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the answer closes it when it has been sent
    book.save(file)
    file.seek(0)
    return file


def harmless(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula: an apostrophe before it, which an import takes off again."""
    return f"'{cell}" if isinstance(cell, str) and starts_formula(cell.lstrip("'")) else cell


def starts_formula(text: str) -> bool:
    return text.startswith(FORMULA_STARTS)


def printable(cell: Any) -> Any:
    """Without the control characters that a workbook may not hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell


def portions(rows: Iterable[Named]) -> Iterator[list[Named]]:
    """One write per portion: a write per row would cost more than the row."""
    rows = iter(rows)
    while portion := list(islice(rows, AT_ONCE)):
        yield portion
