"""Files to take away: every kind holds the same rows, and harms nobody who opens it."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook

from publishing.exports import AT_ONCE, KINDS, Layout, download, harmless, printable, refusal


class Party(NamedTuple):
    name: str
    kind: str
    size: int | None


LAYOUT = Layout(
    headings={"name": "名称", "kind": "类别", "size": "数目"},
    labels={"kind": {"school": "学校"}},
    widths=(20, 8, 8),
    sheet="单位",
    file_name="共建单位",
)
PARTIES = [Party("第一中学", "school", None), Party("某,校", "school", 20)]


def never() -> int:
    raise AssertionError("only a file that tells the number of rows may ask for it")


def answer(kind: str, parties: list[Party]) -> tuple[Any, bytes]:
    response: Any = download(kind, iter(parties), LAYOUT, (lambda: len(parties)) if kind == "json" else never)
    return response, b"".join(response.streaming_content)


def test_json_has_codes_numbers_and_the_count() -> None:
    response, data = answer("json", PARTIES)
    assert response["Content-Type"] == "application/json" and "Content-Disposition" not in response
    assert json.loads(data) == {"count": 2, "rows": [party._asdict() for party in PARTIES]}


def test_csv_has_headings_and_labels_and_the_mark_for_excel() -> None:
    response, data = answer("csv", PARTIES)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%85%B1%E5%BB%BA%E5%8D%95%E4%BD%8D.csv"
    )
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").splitlines() == ["名称,类别,数目", "第一中学,学校,", '"某,校",学校,20']


def test_xlsx_has_headings_labels_widths_and_numbers() -> None:
    response, data = answer("xlsx", PARTIES)
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    assert response["Content-Disposition"].endswith("%E5%85%B1%E5%BB%BA%E5%8D%95%E4%BD%8D.xlsx")
    sheet = load_workbook(io.BytesIO(data)).active
    assert (sheet.title, sheet.freeze_panes, sheet.column_dimensions["A"].width) == ("单位", "A2", 20)
    assert sheet["A1"].font.bold and not sheet["A2"].font.bold
    assert list(sheet.values) == [
        ("名称", "类别", "数目"),
        ("第一中学", "学校", None),
        ("某,校", "学校", 20),
    ]


@pytest.mark.parametrize("number", [0, 1, AT_ONCE, 2 * AT_ONCE + 1])
@pytest.mark.parametrize("kind", KINDS)
def test_every_row_is_there_once_and_in_order(kind: str, number: int) -> None:
    _, data = answer(kind, [Party(f"第{index}校", "school", index) for index in range(number)])
    if kind == "json":
        sizes = [row["size"] for row in json.loads(data)["rows"]]
    elif kind == "csv":
        sizes = [int(row[2]) for row in list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:]]
    else:
        sizes = [row[2] for row in list(load_workbook(io.BytesIO(data)).active.values)[1:]]
    assert sizes == list(range(number))


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_rows_are_read_only_as_they_are_sent(kind: str) -> None:
    read = []

    def rows() -> Iterator[Party]:
        for index in range(3 * AT_ONCE):
            read.append(index)
            yield Party("校", "school", index)

    response: Any = download(kind, rows(), LAYOUT, lambda: 3 * AT_ONCE)
    pieces = iter(response.streaming_content)
    assert read == []
    next(pieces)
    next(pieces)
    assert len(read) == AT_ONCE


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_taken_for_a_formula(start: str) -> None:
    assert harmless(f"{start}1") == f"'{start}1"
    _, data = answer("csv", [Party(f"{start}1", "school", -5)])
    (row,) = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    assert row == [f"'{start}1", "学校", "-5"]
    _, data = answer("xlsx", [Party(f"{start}1", "school", -5)])
    assert load_workbook(io.BytesIO(data)).active["A2"].data_type == "s"


def test_other_cells_stay_what_they_are() -> None:
    # A text that itself begins as a mended one is mended too, so that it is read back whole.
    assert harmless("'=1") == "''=1"
    assert [harmless(cell) for cell in ("a=1", "'x", "", -5, None)] == ["a=1", "'x", "", -5, None]
    assert [printable(cell) for cell in ("某\x0b报", "某报", 5, None)] == ["某报", "某报", 5, None]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_refusal_is_a_text_with_reasons(kind: str) -> None:
    response = refusal(kind, ["年份：记录里没有“xx”。"])
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert response.content.decode() == "筛选条件有误，没有导出。\n年份：记录里没有“xx”。\n"


def test_a_refusal_of_json_is_json() -> None:
    response = refusal("json", ["年份：记录里没有“xx”。"])
    assert response.status_code == 400
    assert json.loads(response.content) == {"error": "筛选条件有误", "reasons": ["年份：记录里没有“xx”。"]}
    assert "年份" in response.content.decode()
