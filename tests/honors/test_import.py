"""Rolls from files: what is read, what is refused and with which words, and that nothing is half written."""

import os
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent, Event
from honors import records
from honors.exports import LAYOUT
from honors.exports import records as records_of
from honors.importers import Report, import_roll
from honors.models import Award, Evidence, Place, RollSheet, Source
from publishing.exports import as_csv, as_xlsx
from publishing.storage import private_storage
from publishing.workflow import Refused
from tests.desk import logged_in, person, told
from tests.honors.rolls import (
    clerk,
    make_place,
    make_province,
    make_round,
    make_sheet,
    make_source,
    make_title,
    verifier,
)
from tests.tables import csv_text, kept_files, workbook

pytestmark = pytest.mark.django_db

TITLE = "全国双拥模范城（县）"
HEADS = ["地方", "省份", "称号", "届次", "命名日期", "依据", "来源", "来源网址"]
WUHAI: list[Any] = [
    "乌海市",
    "内蒙古自治区",
    TITLE,
    12,
    "2025",
    "名单",
    "某省日报",
    "https://paper.example/1",
]
BAOTOU = ["包头市", *WUHAI[1:]]


@pytest.fixture(autouse=True)
def _record(db: None) -> None:
    make_place()
    make_place("150200", "包头市")
    make_round(12, 10, 2025, date=date(2025, 4, 23), date_precision="day")


def book(*rows: list[Any], heads: list[str] | None = None) -> bytes:
    return workbook(heads or HEADS, *rows)


def text(*rows: list[Any]) -> str:
    return csv_text(HEADS, *rows)


def given(**changed: Any) -> list[Any]:
    """The row of 乌海市 with other words under some heads."""
    return [changed.get(head, value) for head, value in zip(HEADS, WUHAI, strict=True)]


def imported(data: bytes, **options: Any) -> Report:
    return import_roll(data, by=clerk(), **options)


def wrong(data: bytes) -> list[tuple[int, str]]:
    """The row errors of a file, which must leave nothing behind."""
    report = imported(data)
    assert report.wrong and nothing_written() and not report.sheets
    return [(line.number, line.words) for line in report.wrong]


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        imported(data)
    assert nothing_written()
    return str(caught.value)


def nothing_written() -> bool:
    return not any(
        model.objects.exists() for model in (RollSheet, Evidence, Award)
    ) and not Source.objects.filter(name="某省日报")


# --- What is read ------------------------------------------------------------------------------------------


def test_new_rows_become_a_sheet_that_waits_for_another_person() -> None:
    report = imported(book(WUHAI, BAOTOU))
    assert [(line.number, line.state) for line in report.lines] == [(2, "new"), (3, "new")]
    sheet = RollSheet.objects.get()
    assert report.sheets == [sheet]
    assert (sheet.basis, sheet.source.name, sheet.source.url) == (
        "list",
        "某省日报",
        "https://paper.example/1",
    )
    assert (sheet.entered_by, sheet.scope, sheet.complete) == (clerk(), make_province(), False)
    assert [(row.name_printed, row.entered_by) for row in sheet.evidence.all()] == [
        ("乌海市", clerk()),
        ("包头市", clerk()),
    ]
    assert not Award.objects.public().exists()
    with pytest.raises(Refused, match="请由另一个人核验"):
        records.verify(sheet, by=User.objects.get(pk=clerk().pk))
    records.verify(sheet, by=verifier())
    assert Award.objects.public().count() == 2


def test_the_same_file_again_changes_nothing() -> None:
    data = book(WUHAI, BAOTOU)
    imported(data)
    before = snapshot()
    again = imported(data)
    assert (len(again.new), len(again.known), again.sheets) == (0, 2, [])
    assert snapshot() == before


def test_a_file_in_parts_fills_one_sheet_until_it_is_verified() -> None:
    imported(book(WUHAI))
    imported(book(WUHAI, BAOTOU))
    assert RollSheet.objects.get().evidence.count() == 2
    records.verify(RollSheet.objects.get(), by=verifier())
    make_place("150400", "赤峰市")
    imported(book(WUHAI, ["赤峰市", *WUHAI[1:]]))
    assert [sheet.evidence.count() for sheet in RollSheet.objects.order_by("pk")] == [2, 1]


def test_rows_of_several_sources_and_bases_become_sheets_of_their_own() -> None:
    report = imported(
        book(WUHAI, given(**{"依据": "公示", "来源": "某网", "来源网址": ""}), given(**{"依据": "report"}))
    )
    assert len(report.sheets) == 3
    assert sorted(sheet.basis for sheet in report.sheets) == ["list", "notice", "report"]
    assert Award.objects.count() == 1
    assert Source.objects.filter(name="某省日报").count() == 1


def test_a_list_of_several_provinces_has_no_scope() -> None:
    other = make_place("650100", "乌鲁木齐市", make_province("650000", "新疆维吾尔自治区"))
    imported(book(WUHAI, ["乌鲁木齐市", "新疆维吾尔自治区", *WUHAI[2:]]))
    assert RollSheet.objects.get().scope is None and Award.objects.filter(place=other).exists()


def test_csv_is_read_as_workbooks_are() -> None:
    assert len(imported(text(WUHAI, BAOTOU).encode("gbk")).new) == 2


@pytest.mark.parametrize("round_words", [12, "12", "第十二届", "第12届", "national-12"])
def test_a_round_is_known_by_every_way_to_write_it(round_words: Any) -> None:
    assert len(imported(book(given(**{"届次": round_words}))).new) == 1


@pytest.mark.parametrize(
    "words", [date(2025, 4, 23), datetime(2025, 4, 23), "2025-04-23", "2025-04", "2025", 2025, None]
)
def test_a_date_is_read_from_a_cell_of_dates_or_a_plain_text(words: Any) -> None:
    assert len(imported(book(given(**{"命名日期": words}))).new) == 1


def test_english_codes_and_the_code_of_a_place_are_enough() -> None:
    heads = ["place", "code", "title", "level", "round", "cycle", "basis", "status", "source_name"]
    row = ["乌海市", 150300, TITLE, "national", 12, 10, "list", "named", "某省日报"]
    assert len(imported(book(row, heads=heads)).new) == 1


def test_a_round_without_an_ordinal_is_known_by_its_year() -> None:
    title = make_title(
        "provincial", name="自治区双拥模范城", level="provincial", region=make_province(), rounds_known=False
    )
    make_round(None, None, 2020, title)  # type: ignore[arg-type]
    row = given(**{"称号": "自治区双拥模范城", "届次": "", "命名日期": "2020"})
    assert len(imported(book(row)).new) == 1


def test_a_default_source_stands_for_rows_that_name_none() -> None:
    default = make_source("某市政府网")
    imported(book(given(**{"来源": "", "来源网址": ""}), BAOTOU), source=default)
    assert RollSheet.objects.filter(source=default).get().evidence.get().award.place.name == "乌海市"


def test_a_dry_run_writes_nothing() -> None:
    assert len(imported(book(WUHAI), dry_run=True).new) == 1
    assert nothing_written()


def snapshot() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Award, Evidence, RollSheet, Source)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_exported_file_imported_again_changes_nothing(kind: str) -> None:
    named, proposed = make_place(), make_place("150200", "包头市")
    make_sheet(make_round(), named, source=make_source("=危险", url="https://paper.example/1"))
    make_sheet(make_round(), proposed, basis="notice", source=make_source("当地报道", identified=False))
    gone = make_place("150400", "赤峰市")
    make_sheet(make_round(), gone, basis="report", source=make_source("某报"))
    records.revoke(
        Award.objects.get(place=gone), on=date(2025, 6, 1), source=make_source("撤销决定"), by=verifier()
    )
    province = make_title(
        "provincial", name="自治区双拥模范城", level="provincial", region=make_province(), rounds_known=False
    )
    make_sheet(make_round(None, None, 2020, province), named, basis="report")  # type: ignore[arg-type]
    before, shown = snapshot(), Award.objects.public().order_by("pk")
    rows = records_of(shown)
    data = "".join(as_csv(rows, LAYOUT)).encode() if kind == "csv" else as_xlsx(rows, LAYOUT).read()
    report = imported(data)
    assert [line.words for line in report.wrong] == []
    assert (len(report.known), len(report.new), len(report.sheets)) == (4, 0, 0)
    assert snapshot() == before


def test_a_large_file_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    rows = []
    for number in range(300):
        make_place(f"15{number // 100 + 10}{number % 100:02}", f"测试{number}市")
        rows.append([f"测试{number}市", *WUHAI[1:]])
    data = book(*rows)
    # A savepoint for each row, and no query.
    with django_assert_max_num_queries(40 + 2 * len(rows)):
        assert len(imported(data).new) == 300


# --- Rows that are wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"地方": "无此市"}, "内蒙古自治区没有名为“无此市”的地方"),
        ({"地方": ""}, "没有填写地方"),
        ({"省份": "无此省"}, "没有名为“无此省”的省级地方"),
        ({"称号": "无此称号"}, "没有名为“无此称号”的荣誉称号"),
        ({"届次": 99}, "没有届次“99”"),
        ({"届次": "第九十九届"}, "没有届次“第九十九届”"),
        ({"命名日期": "二〇二五年四月"}, "命名日期“二〇二五年四月”读不出"),
        ({"命名日期": "2025.4.23"}, "命名日期“2025.4.23”读不出"),
        ({"命名日期": "去年春天"}, "读不出，请写作 2025、2025-04 或 2025-04-23"),
        ({"命名日期": 45770}, "命名日期“45770”读不出"),
        ({"命名日期": "2025-02-30"}, "读不出"),
        ({"命名日期": date(2020, 10, 20)}, "命名日期“2020-10-20”与第十二届（2025-04-23）不符"),
        ({"依据": "听说"}, "依据“听说”不认识，请填写：名单、报道、公示、拟申报"),
        ({"依据": ""}, "没有填写依据"),
        ({"来源": ""}, "没有填写来源"),
        ({"来源": "来源待补", "来源网址": ""}, "新的行须写明来源名称"),
        ({"来源": "长" * 121}, "来源："),
        ({"来源网址": "javascript:alert(1)"}, "来源："),
    ],
)
def test_a_wrong_row_is_told_with_its_number_and_nothing_is_written(
    changed: dict[str, Any], said: str
) -> None:
    ((number, words),) = wrong(book(BAOTOU, given(**changed)))
    assert number == 3 and said in words


@pytest.mark.parametrize(
    ("head", "value", "said"),
    [
        ("区划代码", "150200", "区划代码 150200 是内蒙古自治区包头市，不是“乌海市”"),
        ("区划代码", "999999", "没有区划代码为“999999”的地方"),
        ("级别", "省级", "级别“省级”与称号不符"),
        ("命名周期", 9, "命名周期“9”与第十二届不符"),
        ("状态", "也许", "状态“也许”不认识"),
        ("状态", "仅有公示或申报", "状态与依据不符"),
        ("状态", "命名已撤销", "撤销不能用表格登记"),
    ],
)
def test_what_contradicts_the_record_is_told(head: str, value: Any, said: str) -> None:
    ((_, words),) = wrong(book([*WUHAI, value], heads=[*HEADS, head]))
    assert said in words


def test_an_ambiguous_place_lists_the_candidates() -> None:
    province = make_province("320000", "江苏省")
    for code, name in (("320100", "南京市"), ("320300", "徐州市")):
        parent = make_place(code, name, province)
        make_place(f"{code[:4]}06", "鼓楼区", parent, level="county")
    ((_, words),) = wrong(book(["鼓楼区", "江苏省", *WUHAI[2:]]))
    assert "江苏省南京市鼓楼区（320106）" in words and "江苏省徐州市鼓楼区（320306）" in words
    assert len(imported(book(["南京市鼓楼区", "江苏省", *WUHAI[2:]])).new) == 1


def test_the_same_row_twice_in_a_file_is_told() -> None:
    assert wrong(book(WUHAI, BAOTOU, WUHAI)) == [(4, "与第 2 行重复。")]


def test_a_title_for_units_is_not_imported_as_places() -> None:
    make_round(
        11, None, 2020, make_title("units", name="模范单位", recipient_kind="unit", rounds_known=False)
    )
    ((_, words),) = wrong(book(given(**{"称号": "模范单位", "届次": 11, "命名日期": ""})))
    assert "“模范单位”授予单位，不能用这个表格导入" in words


def test_two_sources_that_cannot_be_told_apart_are_refused_for_new_rows() -> None:
    for _ in range(2):
        Source.objects.create(name="双名报", kind="media")
    ((_, words),) = wrong(book(given(**{"来源": "双名报", "来源网址": ""})))
    assert "分不清是哪一个" in words


# --- Files that are refused --------------------------------------------------------------------------------


def test_a_file_that_is_no_such_table_is_refused() -> None:
    said = refused(book(["乌海市", TITLE], heads=["地方", "称号"]))
    assert "表头缺少：届次、依据、来源" in said
    assert "有公式：D2" in refused(book(given(**{"届次": "=6+6"})))
    assert "文件是空的" in refused(b"")


# --- The command -------------------------------------------------------------------------------------------


def run(path: Path, *options: str, capsys: Any = None) -> str:
    out = StringIO()
    call_command("import_roll", str(path), *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "roll.xlsx"
    path.write_bytes(book(WUHAI, BAOTOU))
    return path


def test_the_command_imports_for_a_person(file: Path) -> None:
    person("importer", "add_rollsheet")
    assert "什么都没有写入" in run(file, "--by", "importer", "--dry-run") and nothing_written()
    assert "1 张名单等待核验" in run(file, "--by", "importer")
    assert RollSheet.objects.get().entered_by.username == "importer"
    assert "新的 0 条，已经在记录里的 2 条" in run(file, "--by", "importer")


def test_the_command_takes_a_default_source(tmp_path: Path) -> None:
    person("importer", "add_rollsheet")
    path = tmp_path / "roll.csv"
    path.write_bytes(text(given(**{"来源": "", "来源网址": ""})).encode("gbk"))
    with pytest.raises(CommandError, match="不存在"):
        run(path, "--by", "importer", "--source", "没有的来源")
    source = make_source("某市政府网")
    run(path, "--by", "importer", "--source", "某市政府网")
    assert RollSheet.objects.get().source == source


def test_the_command_refuses_in_words(file: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有用户“nobody”"):
        run(file, "--by", "nobody")
    person("reader", "view_rollsheet")
    with pytest.raises(CommandError, match="没有录入名单的权限"):
        run(file, "--by", "reader")
    person("importer", "add_rollsheet")
    with pytest.raises(CommandError, match="读不出文件"):
        run(tmp_path / "none.csv", "--by", "importer")
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(book(WUHAI, given(**{"地方": "无此市"})))
    with pytest.raises(CommandError, match="(?s)第 3 行：.*无此市.*1 行有错，什么都没有写入"):
        run(bad, "--by", "importer")
    bad.write_bytes(b"")
    with pytest.raises(CommandError, match="文件是空的"):
        run(bad, "--by", "importer")
    assert nothing_written()


# --- The admin ---------------------------------------------------------------------------------------------

UPLOAD, CONFIRM = "/admin/honors/rollsheet/import/", "/admin/honors/rollsheet/import/confirm/"


def upload(client: Client, data: bytes, **more: Any) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile("roll.xlsx", data), **more})


def importing() -> Client:
    return logged_in("importer", "view_rollsheet", "add_rollsheet")


def test_upload_preview_confirm() -> None:
    client, before = importing(), kept_files()
    assert "必填" in client.get(UPLOAD).content.decode()
    shown = upload(client, book(WUHAI, BAOTOU))
    page = shown.content.decode()
    assert "确认导入" in page and page.count("新的</span>") == 2 and nothing_written()
    (name,) = set(kept_files()) - set(before)
    assert name in page and name not in str(client.cookies)
    response = client.post(CONFIRM, {"name": name})
    assert response.url == f"{reverse('admin:honors_rollsheet_changelist')}?verification=mine"
    assert "等待另一个人核验" in told(client.get(response.url))[0]
    assert RollSheet.objects.get().entered_by.username == "importer"
    assert kept_files() == before
    # Once.
    assert client.post(CONFIRM, {"name": name}).url == UPLOAD
    assert Evidence.objects.count() == 2
    known = upload(client, book(WUHAI, BAOTOU)).content.decode()
    assert "没有新的条目" in known and "确认导入" not in known


def test_a_confirmed_import_stands_in_the_audit_trail_and_a_preview_does_not() -> None:
    client, events = importing(), AuditEvent.objects.filter(event=Event.IMPORT)
    before = kept_files()
    upload(client, book(WUHAI, BAOTOU))
    assert not events.exists()
    (name,) = set(kept_files()) - set(before)
    client.post(CONFIRM, {"name": name})
    assert list(events.values_list("person", "detail")) == [("importer", "新建 2 条")]
    client.post(CONFIRM, {"name": name})
    assert events.count() == 1


def test_wrong_rows_are_shown_first_and_cannot_be_confirmed() -> None:
    client, before = importing(), kept_files()
    page = upload(client, book(WUHAI, given(**{"地方": "无此市"}))).content.decode()
    assert "有 1 行有错，什么都没有写入" in page and "确认导入" not in page
    assert page.index("无此市") < page.index("乌海市")
    assert kept_files() == before and client.post(CONFIRM, {"name": "x"}).url == UPLOAD
    assert nothing_written()


def test_a_refused_file_comes_back_with_its_reasons() -> None:
    client = importing()
    assert "表头缺少" in upload(client, book(["x"], heads=["地方"])).content.decode()
    assert "文件是空的" in upload(client, b"").content.decode()
    assert client.post(UPLOAD, {}).status_code == 200
    assert nothing_written()


def test_a_second_upload_takes_the_place_of_the_first() -> None:
    client, before = importing(), kept_files()
    upload(client, book(WUHAI))
    (first,) = set(kept_files()) - set(before)
    upload(client, book(BAOTOU))
    (second,) = set(kept_files()) - set(before)
    assert client.post(CONFIRM, {"name": first}).url == UPLOAD and nothing_written()
    assert client.post(CONFIRM, {"name": second}).status_code == 302
    assert Award.objects.get().place.name == "包头市"


def test_a_file_waits_for_the_person_who_sent_it_only() -> None:
    before = kept_files()
    upload(importing(), book(WUHAI))
    (name,) = set(kept_files()) - set(before)
    other = logged_in("other", "view_rollsheet", "add_rollsheet")
    assert other.post(CONFIRM, {"name": name}).url == UPLOAD
    assert other.get(CONFIRM).url == UPLOAD
    assert nothing_written()


def test_what_changed_since_the_preview_is_told_and_nothing_written() -> None:
    client, before = importing(), kept_files()
    upload(client, book(WUHAI))
    (name,) = set(kept_files()) - set(before)
    Place.objects.filter(name="乌海市").update(name="别名市")
    page = client.post(CONFIRM, {"name": name}).content.decode()
    assert "什么都没有写入" in page and nothing_written()


def test_a_file_that_nobody_confirmed_is_removed_after_a_day() -> None:
    client, before = importing(), kept_files()
    upload(client, book(WUHAI))
    (name,) = set(kept_files()) - set(before)
    path = Path(private_storage().path(f"django-import-export/{name}"))
    long_ago = path.stat().st_mtime - 2 * 24 * 3600
    os.utime(path, (long_ago, long_ago))
    other = logged_in("other", "view_rollsheet", "add_rollsheet")
    upload(other, book(BAOTOU))
    assert name not in kept_files() and len(kept_files()) == len(before) + 1
    response = client.post(CONFIRM, {"name": name})
    assert response.url == UPLOAD and "请重新上传" in told(client.get(UPLOAD))[0]
    assert nothing_written()


def test_every_door_asks_for_the_right() -> None:
    client = logged_in("reader", "view_rollsheet", "change_rollsheet", "verify_rollsheet")
    for response in (client.get(UPLOAD), upload(client, book(WUHAI)), client.post(CONFIRM, {"name": "x"})):
        assert response.status_code == 403
    assert "导入表格" not in client.get(reverse("admin:honors_rollsheet_changelist")).content.decode()
    assert "导入表格" in importing().get(reverse("admin:honors_rollsheet_changelist")).content.decode()
    assert "/login/" in Client().get(UPLOAD).url
    assert nothing_written()
