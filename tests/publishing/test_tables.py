"""Tables of offices: what is read, and what is refused with which words."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from publishing.exports import Layout
from publishing.tables import Codes, Columns, Row, read_table
from publishing.workflow import Refused
from tests.tables import csv_text, workbook

COLUMNS = Columns({"name": "名称", "kind": "类别", "date": "日期"}, required=["name", "kind"])
HEADS = ["名称", "类别", "日期"]
SCHOOL = ["第一中学", "学校", "2025"]


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_table(data, COLUMNS)
    return str(caught.value)


def values(data: bytes) -> list[list[str]]:
    return [list(row.values.values()) for row in read_table(data, COLUMNS)]


class TestWhatIsRead:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
    def test_csv_in_the_encodings_of_offices(self, encoding: str) -> None:
        assert values(csv_text(HEADS, SCHOOL).encode(encoding)) == [SCHOOL]

    def test_a_csv_with_tabs(self) -> None:
        assert values("名称\t类别\n第一中学\t学校\n".encode()) == [["第一中学", "学校"]]

    def test_headings_or_codes_in_any_order(self) -> None:
        (row,) = read_table(workbook(["kind", "名称"], ["学校", "第一中学"]), COLUMNS)
        assert row == Row(2, {"kind": "学校", "name": "第一中学"})

    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            (date(2025, 4, 23), "2025-04-23"),
            (datetime(2025, 4, 23, 8), "2025-04-23"),
            (2025, "2025"),
            (2025.0, "2025"),
            (None, ""),
            (" 2025 ", "2025"),
            ("'=1", "=1"),
            ("''=1", "'=1"),  # an export sets the first before a text that has the second
            ("''x", "''x"),
        ],
    )
    def test_cells_become_plain_texts(self, cell: Any, text: str) -> None:
        assert values(workbook(HEADS, ["第一中学", "学校", cell])) == [["第一中学", "学校", text]]

    def test_empty_rows_are_passed_over_and_numbers_are_those_of_the_spreadsheet(self) -> None:
        rows = read_table(workbook(HEADS, SCHOOL, [None] * 3, SCHOOL), COLUMNS)
        assert [row.number for row in rows] == [2, 4]


class TestWhatIsRefused:
    def test_a_wrong_header_names_the_missing_and_the_strange_columns(self) -> None:
        assert "表头缺少：类别" in refused(workbook(["名称"], ["第一中学"]))
        said = refused(workbook(["名称", "类型", "名称"], SCHOOL))
        assert (
            "不认识的列：类型" in said and "重复的列：名称" in said and "可以用的列：名称、类别、日期" in said
        )

    def test_merged_cells_are_named(self) -> None:
        data = workbook(HEADS, SCHOOL, SCHOOL, change=lambda sheet: sheet.merge_cells("B2:B3"))
        assert "有合并的单元格：B2:B3" in refused(data)

    def test_formulas_are_named(self) -> None:
        assert "有公式：C2" in refused(workbook(HEADS, ["第一中学", "学校", "=6+6"]))
        assert "有公式：A2" in refused(csv_text(HEADS, ["=HYPERLINK(1)", "学校", ""]).encode())

    def test_too_many_rows_are_refused_with_a_hint(self) -> None:
        said = refused(workbook(HEADS, *([SCHOOL] * 6000)))
        assert "文件有 6000 行，一次最多 5000 行" in said and "拆成几个文件" in said
        assert "文件有 5001 行" in refused(csv_text(HEADS, *([SCHOOL] * 5001)).encode())
        assert len(read_table(csv_text(HEADS, *([SCHOOL] * 5000)).encode(), COLUMNS)) == 5000

    def test_more_cells_than_heads_are_told(self) -> None:
        assert "第 2 行的列比表头多（D2）" in refused(csv_text(HEADS, [*SCHOOL, "多余"]).encode())

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "文件是空的"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "另存为 .xlsx"),
            (b"PK\x03\x04broken", "文件已损坏或没有传完"),
            (b"\xff\xfe\x00\x01\x02\xff", "不是 CSV 或 XLSX"),
            (csv_text(HEADS).encode(), "表头下面没有内容"),
            (b"\n\n", "第一行是空的"),
            (b"a" * (10 * 1024 * 1024 + 1), "超过 10 MB"),
        ],
    )
    def test_what_is_no_table(self, data: bytes, said: str) -> None:
        assert said in refused(data)

    def test_a_second_sheet_with_content(self) -> None:
        made = load_workbook(BytesIO(workbook(HEADS, SCHOOL)))
        made.create_sheet("另一张").append(["x", "y"])
        out = BytesIO()
        made.save(out)
        assert "2 张有内容的工作表" in refused(out.getvalue())

    def test_a_stray_cell_at_the_edge(self) -> None:
        def stray(sheet: Any) -> None:
            sheet["XFD200000"] = "x"

        assert "请删去空行空列" in refused(workbook(HEADS, SCHOOL, change=stray))


class TestCodes:
    layout = Layout(
        headings=COLUMNS.headings,
        labels={"kind": {"school": "学校", "shop": "门店"}},
        widths=(10, 10, 10),
        sheet="单位",
        file_name="单位",
    )
    codes = Codes(layout, also={"kind": {"商店": "shop"}})

    @pytest.mark.parametrize("word", ["门店", "shop", "商店"])
    def test_labels_codes_and_further_words(self, word: str) -> None:
        assert self.codes.code("kind", word) == self.codes.get("kind", word) == "shop"

    def test_a_strange_word_is_told_with_the_labels_that_are_written(self) -> None:
        assert self.codes.get("kind", "医院") is None
        with pytest.raises(ValidationError) as caught:
            self.codes.code("kind", "医院")
        assert caught.value.messages == ["类别“医院”不认识，请填写：学校、门店。"]

    def test_no_word_is_told_as_such(self) -> None:
        with pytest.raises(ValidationError) as caught:
            self.codes.code("kind", "")
        assert caught.value.messages == ["没有填写类别。"]
