"""The dual list from files: drafts with the internal text for the office, and nothing known ever changed."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from partnerships.exports import DUAL_LIST, dual_list_records
from partnerships.importers import import_dual_list
from partnerships.models import DualListItem, ProgressNote
from publishing.exports import as_csv, as_json, as_xlsx
from publishing.imports import Report
from publishing.workflow import Refused
from tests.desk import logged_in, person, told
from tests.honors.rolls import make_place
from tests.partnerships.agreement_tables import importer
from tests.partnerships.needs import make_need, make_note
from tests.tables import csv_text, kept_files, workbook

pytestmark = pytest.mark.django_db

SECRET = "某处内部磋商记录"
ROAD: dict[str, Any] = {
    "年度": 2025,
    "清单": "部队需求",
    "编号": 1,
    "公开内容": "演示：改善训练场道路",
    "责任单位": "演示单位甲",
    "质量要求": "通车",
    "完成时限": "2025-10-31",
    "进度": "办理中",
    "办结日期": "",
}


@pytest.fixture(autouse=True)
def _places(db: None) -> None:
    make_place()


RIGHTS = ("add_duallistitem", "change_duallistitem")


def clerk(name: str = "录入员") -> User:
    return importer(name, *RIGHTS)


def given(**changed: Any) -> dict[str, Any]:
    return {**ROAD, **changed}


def book(*rows: dict[str, Any]) -> bytes:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return workbook(heads, *[[row.get(head) for head in heads] for row in rows])


def imported(data: bytes, **options: Any) -> Report:
    return import_dual_list(data, by=options.pop("by", None) or clerk(), **options)


# --- What is read ------------------------------------------------------------------------------------------


def test_a_new_row_becomes_a_draft_with_its_history() -> None:
    report = imported(book(given(**{"内部内容": SECRET})))
    assert [(line.number, line.state, line.words) for line in report.lines] == [(2, "new", "")]
    one = DualListItem.objects.get()
    assert (one.status, one.created_by, one.updated_by) == ("draft", clerk(), clerk())
    assert (one.year, one.side, one.number, one.stage) == (2025, "military", 1, "running")
    assert (one.public_content, one.office, one.standard) == ("演示：改善训练场道路", "演示单位甲", "通车")
    assert (one.due_on, one.done_on, one.content) == (date(2025, 10, 31), None, SECRET)
    line = one.history.get()
    assert (line.history_type, line.history_user, line.history_change_reason) == ("+", clerk(), "由表格导入")
    one.full_clean()


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
def test_csv_is_read_as_workbooks_are(encoding: str) -> None:
    data = csv_text(list(ROAD), list(given(**{"完成时限": "2025年10月31日"}).values())).encode(encoding)
    assert len(imported(data).new) == 1
    assert DualListItem.objects.get().due_on == date(2025, 10, 31)


def test_the_key_and_one_of_the_two_texts_are_enough() -> None:
    rows = [
        {"year": 2025, "side": "locality", "number": 1, "public_content": "演示：一件事"},
        {"year": 2025, "side": "locality", "number": 2, "content": "待定稿"},
    ]
    imported(book(*rows))
    assert set(
        DualListItem.objects.values_list("number", "stage", "public_content", "content", "due_on")
    ) == {
        (1, "planned", "演示：一件事", "", None),
        (2, "planned", "", "待定稿", None),
    }


def test_a_done_item_has_its_day() -> None:
    imported(book(given(**{"进度": "已办结", "办结日期": date(2025, 6, 1)})))
    one = DualListItem.objects.get()
    assert (one.stage, one.done_on) == ("done", date(2025, 6, 1))


def test_notes_and_derived_columns_are_not_taken_over() -> None:
    row = given(**{"逾期": "是", "按期": "否", "进展": "2025-05-01 完成招标"})
    (line,) = imported(book(row)).lines
    assert line.words == "进展不由表格带入，录入后请在后台逐条填写。"
    assert not ProgressNote.objects.exists()
    (line,) = imported(book(row)).lines
    assert line.state == "known"


def test_the_same_file_again_changes_nothing_whoever_sends_it() -> None:
    data = book(ROAD, given(**{"编号": 2, "内部内容": SECRET}))
    imported(data)
    before = list(DualListItem.objects.order_by("pk").values())
    again = import_dual_list(data, by=clerk("另一个人"))
    assert [line.state for line in again.lines] == ["known", "known"]
    assert list(DualListItem.objects.order_by("pk").values()) == before


def test_a_known_draft_is_told_cell_by_cell_and_changed() -> None:
    imported(book(given(**{"内部内容": SECRET})))
    other = given(
        **{
            "公开内容": "演示：另一件事",
            "责任单位": "",
            "完成时限": "2025-11-30",
            "进度": "已办结",
            "办结日期": "2025-06-01",
            "内部内容": "别的内部内容",
        }
    )
    (line,) = imported(book(other)).lines
    assert line.state == "updates"
    for said in (
        "公开内容：表格是“演示：另一件事”，记录是“演示：改善训练场道路”。",
        "责任单位：表格是空的，记录是“演示单位甲”。",
        "完成时限：表格是“2025-11-30”，记录是“2025-10-31”。",
        "进度：表格是“已办结”，记录是“办理中”。",
        "办结日期：表格是“2025-06-01”，记录是空的。",
        "内部内容：与记录里的不同。",
    ):
        assert said in line.words
    assert SECRET not in line.words and "别的内部内容" not in line.words
    one = DualListItem.objects.get()
    assert (one.public_content, one.office, one.content) == ("演示：另一件事", "", "别的内部内容")
    assert (one.due_on, one.stage, one.done_on) == (date(2025, 11, 30), "done", date(2025, 6, 1))
    assert one.status == "draft" and one.history.count() == 2


def test_year_side_and_number_make_the_key() -> None:
    imported(book(ROAD))
    others = [given(**{"年度": 2024}), given(**{"清单": "地方需求"}), given(**{"编号": 2})]
    assert len(imported(book(ROAD, *others)).new) == 3


# --- Out and in again --------------------------------------------------------------------------------------


def exported(kind: str) -> bytes:
    rows = dual_list_records(DualListItem.objects.in_order(), prints_numbers=lambda year, side: True)
    return "".join(as_csv(rows, DUAL_LIST)).encode() if kind == "csv" else as_xlsx(rows, DUAL_LIST).read()


@pytest.fixture
def odd_list() -> None:
    done = make_need(1, stage="done", done_on=date(2024, 6, 1), content=SECRET, standard='"直引号"、“引号”')
    make_note(done, "=完成\n招标")
    make_note(done, SECRET, public=False)
    make_need(2, public_content="=1+1\r\n第二行", office="-演示, 单位", due_on=None)
    make_need(3, side="locality", stage="dropped", public_content="'+第三件", content=SECRET)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.usefixtures("odd_list")
def test_an_exported_file_imported_again_changes_nothing(kind: str) -> None:
    before = [list(table.objects.order_by("pk").values()) for table in (DualListItem, ProgressNote)]
    report = imported(exported(kind))
    assert [line.words for line in [*report.wrong, *report.differs]] == []
    assert len(report.known) == 3
    assert [list(table.objects.order_by("pk").values()) for table in (DualListItem, ProgressNote)] == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.usefixtures("odd_list")
def test_an_exported_file_brings_the_same_rows_to_another_site_without_the_internal_text(kind: str) -> None:
    def rows() -> list[Any]:
        return list(
            dual_list_records(DualListItem.objects.in_order(), prints_numbers=lambda year, side: True)
        )

    held, data = rows(), exported(kind)
    DualListItem.objects.all().delete()
    assert len(imported(data).new) == 3
    assert rows() == [
        row._replace(notes=(), public_content=row.public_content.replace("\r\n", "\n")) for row in held
    ]
    assert not DualListItem.objects.exclude(content="").exists()


@pytest.mark.usefixtures("odd_list")
def test_the_internal_text_stands_in_no_export() -> None:
    rows = list(dual_list_records(DualListItem.objects.all(), prints_numbers=lambda year, side: True))
    assert DualListItem.objects.filter(content=SECRET).exists()
    book_of = load_workbook(as_xlsx(rows, DUAL_LIST)).active.iter_rows(values_only=True)
    said = "".join([*as_csv(rows, DUAL_LIST), *as_json(rows, 3), *(str(row) for row in book_of)])
    assert said.count("第二行") == 3 and SECRET not in said and "内部内容" not in said


# --- Rows that are wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"年度": ""}, "没有填写年度"),
        ({"年度": "今年"}, "年度“今年”不对，请写 2000 到 2100 之间的数字"),
        ({"年度": 1999}, "年度“1999”不对"),
        ({"清单": ""}, "没有填写清单"),
        ({"清单": "企业需求"}, "清单“企业需求”不认识，请填写：部队需求、地方需求"),
        ({"编号": ""}, "没有填写编号。编号没有印出的公开导出不能导回"),
        ({"编号": 0}, "编号“0”不对"),
        ({"编号": "一"}, "编号“一”不对"),
        ({"编号": 40000}, "编号“40000”不对"),
        ({"公开内容": ""}, "没有填写公开内容，也没有填写内部内容"),
        ({"公开内容": "长" * 301}, "公开内容有 301 个字，最多 300 个"),
        ({"公开内容": "为12345部队修路"}, "公开内容“为12345部队修路”：不得出现部队代号"),
        ({"公开内容": "为１２ ３４５ 部队修路"}, "不得出现部队代号"),
        ({"责任单位": "第 三 团"}, "责任单位“第 三 团”：不得出现部队番号"),
        ({"质量要求": "第３８集团军满意"}, "质量要求“第３８集团军满意”：不得出现部队番号"),
        ({"完成时限": "2025"}, "完成时限“2025”须写到日"),
        ({"完成时限": "年底"}, "完成时限“年底”读不出"),
        ({"进度": "快了"}, "进度“快了”不认识，请填写：待启动、办理中、已办结、已终止"),
        ({"进度": "已办结"}, "进度是“已办结”，请填写办结日期"),
        ({"办结日期": "2025-06-01"}, "进度是“办理中”，不能有办结日期"),
        ({"进度": "已办结", "办结日期": "2025-06"}, "办结日期“2025-06”须写到日"),
        ({"进度": "已办结", "办结日期": timezone.localdate() + timedelta(days=1)}, "在将来"),
    ],
)
def test_a_wrong_row_is_told_with_its_number_and_nothing_is_written(
    changed: dict[str, Any], said: str
) -> None:
    report = imported(book(given(**{"编号": 9}), given(**changed)))
    ((number, words),) = [(line.number, line.words) for line in report.wrong]
    assert number == 3 and said in words
    assert not DualListItem.objects.exists()


def test_the_same_item_twice_in_a_file_is_told() -> None:
    report = imported(book(ROAD, given(**{"公开内容": "演示：另一件事"})))
    assert [line.words for line in report.wrong] == ["与第 2 行重复。"]
    assert not DualListItem.objects.exists()


def test_a_file_that_is_no_such_table_is_refused() -> None:
    for data, said in (
        (book({"公开内容": "x"}), "表头缺少：年度、清单、编号"),
        (book(given(**{"质量要求": "=1+1"})), "有公式：F2"),
        (csv_text(list(ROAD), *[list(ROAD.values())] * 5001).encode(), "文件有 5001 行，一次最多 5000 行"),
        (b"", "文件是空的"),
    ):
        with pytest.raises(Refused, match=said):
            imported(data)
    assert not DualListItem.objects.exists()


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows() -> None:
    def asked(number: int, year: int = 2030, **options: Any) -> int:
        rows = [given(**{"编号": index + 1, "年度": year}) for index in range(number)]
        by = clerk()
        with CaptureQueriesContext(connection) as queries:
            assert not imported(book(*rows), by=by, **options).wrong
        return sum("SAVEPOINT" not in query["sql"] for query in queries)

    imported(book(ROAD))  # the first look at content types is remembered
    assert asked(10, dry_run=True) == asked(500, dry_run=True) <= 4
    # One insert of SQLite takes 999 values: some thirty rows, and as many of their history.
    assert asked(500, 2031) - asked(10, 2032) <= 40
    assert asked(500, 2031) == asked(10, 2032) <= 6  # all known: nothing is written


# --- The command -------------------------------------------------------------------------------------------


def test_the_command_imports_for_a_person_who_may(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(book(ROAD))

    def run(*options: str) -> str:
        out = StringIO()
        call_command("import_dual_list", str(path), *options, stdout=out)
        return out.getvalue()

    person("reader", "view_duallistitem", "add_agreement")
    with pytest.raises(CommandError, match="没有录入和修改双清单事项的权限"):
        run("--as", "reader")
    person("importer", *RIGHTS)
    assert "什么都没有写入" in run("--as", "importer", "--dry-run") and not DualListItem.objects.exists()
    assert "新建 1 项，请在后台逐项看过再送审。" in run("--as", "importer")
    assert DualListItem.objects.get().created_by.username == "importer"
    assert "新的 0 条，已经在记录里的 1 条" in run("--as", "importer")
    path.write_bytes(book(given(**{"编号": "", "内部内容": SECRET})))
    with pytest.raises(CommandError, match="没有填写编号") as caught:
        run("--as", "importer")
    assert SECRET not in str(caught.value)


# --- The admin ---------------------------------------------------------------------------------------------

UPLOAD = "/admin/partnerships/duallistitem/import/"
CONFIRM = f"{UPLOAD}confirm/"


def upload(client: Client, data: bytes) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile("list.xlsx", data)})


def importing(name: str = "importer") -> Client:
    return logged_in(name, "view_duallistitem", *RIGHTS)


def test_upload_preview_confirm() -> None:
    client, before = importing(), kept_files()
    assert "不得上传涉密内容" in client.get(UPLOAD).content.decode()
    page = upload(client, book(given(**{"内部内容": SECRET}))).content.decode()
    assert "演示：改善训练场道路" in page and "确认导入" in page and not DualListItem.objects.exists()
    assert SECRET not in page
    (name,) = set(kept_files()) - set(before)
    response = client.post(CONFIRM, {"name": name})
    assert response.url == reverse("admin:partnerships_duallistitem_changelist")
    assert told(client.get(response.url)) == ["已写入：新建 1 项，请逐项看过再送审。"]
    assert (DualListItem.objects.get().content, kept_files()) == (SECRET, before)
    assert client.post(CONFIRM, {"name": name}).url == UPLOAD


def test_an_import_is_seen_by_no_visitor() -> None:
    client, before = importing(), kept_files()
    upload(client, book(given(**{"内部内容": SECRET})))
    (name,) = set(kept_files()) - set(before)
    client.post(CONFIRM, {"name": name})
    page = Client().get(f"{reverse('partnerships:dual-list')}?year=2025").content.decode()
    assert "改善训练场道路" not in page and SECRET not in page


def test_two_people_who_previewed_the_same_file_enter_it_once() -> None:
    first, second, before = importing(), importing("other"), kept_files()
    upload(first, book(ROAD))
    (one,) = set(kept_files()) - set(before)
    upload(second, book(ROAD))
    (two,) = set(kept_files()) - set(before) - {one}
    assert first.post(CONFIRM, {"name": two}).url == UPLOAD  # another's file; and his own waits no longer
    upload(first, book(ROAD))
    (one,) = set(kept_files()) - set(before) - {one, two}
    first.post(CONFIRM, {"name": one})
    assert "没有新的内容" in told(second.post(CONFIRM, {"name": two}, follow=True))[0]
    assert DualListItem.objects.get().created_by.username == "importer"


def test_every_door_asks_for_the_right() -> None:
    client = logged_in("reader", "view_duallistitem", "change_duallistitem", "add_agreement")
    for response in (client.get(UPLOAD), upload(client, book(ROAD)), client.post(CONFIRM, {"name": "x"})):
        assert response.status_code == 403
    listed = reverse("admin:partnerships_duallistitem_changelist")
    assert "导入表格" not in client.get(listed).content.decode()
    assert "导入表格" in importing().get(listed).content.decode()
    assert "/login/" in Client().get(UPLOAD).url
    assert not DualListItem.objects.exists()
