"""Attachments of the demonstration: tables made from the records in ``data/``."""

import csv
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from honors import partial_dates
from portal.demonstration.content import ContentError

NOTE = "演示数据，未经任何单位核验；引用请以出处为准。"
UNKNOWN = "未查到"
BASIS = {"list": "名单", "report": "报道", "notice": "公示", "application": "申报"}

Rows = list[list[str]]
Records = Iterable[dict[str, str]]


def make_table(source: str, kind: str, title: str, data: Path) -> bytes:
    """Return a document of a kind (see ``written_kind``) with a table of ``TABLES``. Raises ``ContentError``."""
    if source not in TABLES:
        raise ContentError(f"附件“{title}”：没有表“{source}”。")
    file_name, rows_of = TABLES[source]
    with (data / file_name).open(encoding="utf-8", newline="") as file:
        return WRITERS[kind](title, rows_of(csv.DictReader(file)))


def written_kind(kind: str) -> str:
    """The kind in which a table is written. Raises ``ContentError`` for one that no library here writes."""
    if kind not in WRITERS:
        raise ContentError(f"附件的类型“{kind}”应为 {'、'.join(WRITERS)}。")
    return kind


# --- what stands in them -----------------------------------------------------------------------------------


def _inner_mongolia(records: Records) -> Rows:
    named = [row for row in records if row["round_no"] == "12" and row["province"] == "内蒙古自治区"]
    rows = [["序号", "地方", "级别", "称号", "依据", "出处"]]
    for number, row in enumerate(named, start=1):
        basis = BASIS[row["basis"]]
        rows.append(
            [str(number), row["place"], row["level_of_place"], row["title"], basis, row["source_name"]]
        )
    return rows


def _rounds(records: Records) -> Rows:
    rows = [["届次", "时间", "公布的数目", "出处", "网址"]]
    for row in records:
        when = partial_dates.chinese(*partial_dates.parse(row["date"]))
        announced = row["announced_count"] or UNKNOWN
        rows.append([row["name"], when, announced, row["source_name"], row["source_url"]])
    return rows


def _wuhai_figures(records: Records) -> Rows:
    words = {"over": "余", "nearly": "近", "about": "约", "exact": ""}
    rows = [["项目", "数字", "单位", "说法", "时间", "出处", "原文"]]
    for row in (row for row in records if row["place"] == "乌海市"):
        told = [row["indicator"], row["value"], row["unit"], words[row["precision"]], row["period"]]
        rows.append([*told, row["source_name"], row["quote"]])
    return rows


TABLES: dict[str, tuple[str, Callable[[Records], Rows]]] = {
    "inner-mongolia-12": ("honors_national.csv", _inner_mongolia),
    "rounds-overview": ("honors_rounds.csv", _rounds),
    "wuhai-figures": ("figures.csv", _wuhai_figures),
}


# --- how they are written ----------------------------------------------------------------------------------


def _xlsx(title: str, rows: Rows) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    sheet.append([title])
    for row in rows:
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    sheet.append([NOTE])
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for number, column in enumerate(zip(*rows, strict=True), start=1):
        widest = max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in cell) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(widest + 3, 60)
    for line in sheet.iter_rows(min_row=3, max_row=len(rows) + 1):
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A3"
    return _saved(book.save)


def _docx(title: str, rows: Rows) -> bytes:
    document = Document()
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    # Word takes the face of Chinese text from its own attribute.
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.add_paragraph().add_run(title).bold = True
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for number, row in enumerate(rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.paragraphs[0].add_run(text).bold = number == 0
    document.add_paragraph(NOTE)
    document.core_properties.author, document.core_properties.title = "本站演示", title
    return _saved(document.save)


def _saved(save: Callable[[BytesIO], object]) -> bytes:
    target = BytesIO()
    save(target)
    return target.getvalue()


WRITERS: dict[str, Callable[[str, Rows], bytes]] = {"xlsx": _xlsx, "docx": _docx}
