"""Tables that offices send: CSV in UTF-8 or GBK and XLSX, read into rows of plain texts, or refused with every reason.

A table is refused where a program would have to guess: merged cells, formulas, unknown or missing columns.
"""

from __future__ import annotations

import csv
import datetime
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any

from django.core.exceptions import ValidationError
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from publishing.documents import DocumentRefused
from publishing.documents.archives import READ_ERRORS, kind_of_archive, open_archive
from publishing.exports import Layout, starts_formula
from publishing.workflow import Refused

MAX_ROWS = 5_000
MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
# Far beyond what the rows and columns of a record need: a stray cell at the edge of a sheet spans millions.
MAX_CELLS = 500_000
TOLD = 10
BROKEN = "文件打不开，可能已损坏。请用 Excel 或 WPS 另存为 .xlsx 后再上传。"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Cell = tuple[str, str]  # where it stands in the sheet (C2), and its text


@dataclass(frozen=True)
class Row:
    """A row by the codes of its columns; ``number`` is what the spreadsheet shows at its left."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Columns:
    """The columns that a table may have, code to heading, and those that it must have.

    ``also`` are headings to code that tables bear and no export writes any more.
    """

    headings: dict[str, str]
    required: Sequence[str]
    also: Mapping[str, str] = field(default_factory=dict)

    def codes(self, heads: Sequence[str]) -> list[str]:
        """The code of every column, by heading or code. Raises ``Refused``."""
        by_heading = {**self.also, **{heading: code for code, heading in self.headings.items()}}
        codes = [by_heading.get(head, head.lower()) for head in heads]
        reasons = []
        if missing := [self.headings[code] for code in self.required if code not in codes]:
            reasons.append(f"表头缺少：{'、'.join(missing)}。第一行须是表头。")
        if strange := [
            head or f"第 {place} 列（空）"
            for place, (head, code) in enumerate(zip(heads, codes, strict=True), 1)
            if code not in self.headings
        ]:
            reasons.append(
                f"表头有不认识的列：{'、'.join(strange[:TOLD])}。可以用的列：{'、'.join(self.headings.values())}。"
            )
        if twice := sorted(
            {self.headings[code] for code in codes if codes.count(code) > 1 and code in self.headings}
        ):
            reasons.append(f"表头有重复的列：{'、'.join(twice)}。")
        if reasons:
            raise Refused(reasons)
        return codes


class Codes:
    """Words for coded columns, brought back to the codes that are stored: what an export writes, and the codes.

    ``also`` adds words by column that people type and no export writes.
    """

    def __init__(self, layout: Layout, also: dict[str, dict[str, str]] | None = None) -> None:
        self.headings, self.labels = layout.headings, layout.labels
        self.by_word = {
            name: {label: code for code, label in words.items()} | {code: code for code in words}
            for name, words in self.labels.items()
        }
        for name, words in (also or {}).items():
            self.by_word[name] |= words

    def get(self, name: str, word: str) -> str | None:
        """The code that a word of a column stands for; None for a strange one."""
        return self.by_word[name].get(word)

    def code(self, name: str, word: str) -> str:
        """The code that a word stands for. Raises ``ValidationError`` for a strange word and for none."""
        code, heading = self.get(name, word), self.headings[name]
        if code is None and not word:
            raise ValidationError(f"没有填写{heading}。")
        if code is None:
            allowed = "、".join(self.labels[name].values())
            raise ValidationError(f"{heading}“{word}”不认识，请填写：{allowed}。")
        return code


def read_table(data: bytes, columns: Columns) -> list[Row]:
    """The rows of a file that are not empty. Raises ``Refused`` with everything that is wrong with it."""
    if not data:
        raise Refused(["文件是空的。"])
    if len(data) > MAX_BYTES:
        raise Refused(["文件超过 10 MB，请拆成几个文件。"])
    if data.startswith(OLD_EXCEL):
        raise Refused(["这是旧的 .xls 格式，请用 Excel 或 WPS 另存为 .xlsx 后再上传。"])
    lines = _xlsx_lines(data) if data.startswith(b"PK") else _csv_lines(data)
    return _rows(lines, columns)


def _rows(lines: Iterator[list[Cell]], columns: Columns) -> list[Row]:
    heads = _without_empty_end([text for _, text in next(lines, [])])
    if not heads:
        raise Refused(["第一行是空的，应是表头。"])
    codes = columns.codes(heads)
    rows, reasons = [], []
    for number, line in enumerate(lines, 2):
        if not any(text for _, text in line):
            continue
        if extra := [where for where, text in line[len(codes) :] if text]:
            reasons.append(f"第 {number} 行的列比表头多（{'、'.join(extra[:TOLD])}）。")
        rows.append(
            Row(number, dict(zip(codes, [text for _, text in line] + [""] * len(codes), strict=False)))
        )
    if len(rows) > MAX_ROWS:
        reasons = [f"文件有 {len(rows)} 行，一次最多 {MAX_ROWS} 行。请按省份或年份拆成几个文件。"]
    elif not rows:
        reasons = ["表头下面没有内容。"]
    if reasons:
        raise Refused(reasons[:TOLD])
    return rows


def _without_empty_end(texts: list[str]) -> list[str]:
    while texts and not texts[-1]:
        texts.pop()
    return texts


# --- CSV ---------------------------------------------------------------------------------------------------


def _csv_lines(data: bytes) -> Iterator[list[Cell]]:
    text = _decoded(data)
    first = text.partition("\n")[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    try:
        table = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Refused(["文件读不出：不是完整的 CSV 表格。"]) from error
    lines = [
        [(f"{get_column_letter(column)}{number}", cell.strip()) for column, cell in enumerate(line, 1)]
        for number, line in enumerate(table, 1)
    ]
    _refuse_formulas(where for line in lines for where, cell in line if cell.startswith("="))
    return iter([[(where, _plain(cell)) for where, cell in line] for line in lines])


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark; else GBK, in which Chinese Excel saves CSV."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(["文件读不出：不是 CSV 或 XLSX 表格。CSV 请存为 UTF-8 或 GBK 编码。"])


# --- XLSX --------------------------------------------------------------------------------------------------


def _xlsx_lines(data: bytes) -> Iterator[list[Cell]]:
    sheet = _only_sheet(data)
    if merged := [str(one) for one in sheet.merged_cells.ranges]:
        raise Refused([f"有合并的单元格：{_some(merged)}。请取消合并，并在每一行填写。"])
    cells = [list(line) for line in sheet.iter_rows()]
    _refuse_formulas(cell.coordinate for line in cells for cell in line if cell.data_type == "f")
    return iter([[(cell.coordinate, _text(cell.value)) for cell in line] for line in cells])


def _only_sheet(data: bytes) -> Worksheet:
    try:
        if kind_of_archive(data) != "xlsx":
            raise Refused(["这不是 Excel 表格。请上传 .xlsx 或 .csv 文件。"])
        with open_archive(data) as archive:
            _refuse_large(archive.infolist())
        book = load_workbook(BytesIO(data))
    except DocumentRefused as error:
        raise Refused([str(error)]) from error
    except (*READ_ERRORS, TypeError, AttributeError, IndexError, InvalidFileException) as error:
        raise Refused([BROKEN]) from error
    filled = [
        sheet for sheet in book.worksheets if sheet.max_row > 1 or sheet.max_column > 1 or sheet["A1"].value
    ]
    if len(filled) > 1:
        names = _some([sheet.title for sheet in filled])
        raise Refused([f"文件里有 {len(filled)} 张有内容的工作表：{names}。请只留一张。"])
    if not filled:
        raise Refused(["文件里没有内容。"])
    if filled[0].max_row * filled[0].max_column > MAX_CELLS:
        raise Refused(
            [f"表格范围有 {filled[0].max_row} 行 {filled[0].max_column} 列，请删去空行空列，或拆成几个文件。"]
        )
    return filled[0]


def _refuse_large(entries: Iterable[zipfile.ZipInfo]) -> None:
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Refused(["文件展开后太大，请删去图片和空行，或拆成几个文件。"])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _plain(str(value).strip())


def _plain(text: str) -> str:
    """The reverse of ``exports.harmless``."""
    return text[1:] if text.startswith("'") and starts_formula(text.lstrip("'")) else text


def _refuse_formulas(found: Iterable[str]) -> None:
    if places := list(found):
        raise Refused([f"有公式：{_some(places)}。请复制后“选择性粘贴”为数值，再上传。"])


def _some(names: list[str]) -> str:
    more = f" 等 {len(names)} 处" if len(names) > TOLD else ""
    return "、".join(names[:TOLD]) + more
