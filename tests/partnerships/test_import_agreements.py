"""Agreements from files: what is read, what is refused and with which words, and that known rows never change."""

from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from honors.models import Source
from partnerships import amounts
from partnerships.exports import AGREEMENTS, agreement_records
from partnerships.import_words import Guard
from partnerships.importers import import_agreements
from partnerships.models import Agreement, Counterpart, Partner, PartnerName, Verification
from partnerships.names import validate_public_name
from publishing.exports import as_csv, as_xlsx
from publishing.imports import Report
from publishing.workflow import Refused
from tests.desk import logged_in, person, told
from tests.honors.rolls import clerk, make_place, make_province, make_source
from tests.partnerships.pacts import make_counterpart, make_pact, make_partner
from tests.tables import csv_text, kept_files, workbook

pytestmark = pytest.mark.django_db

SHIP: dict[str, Any] = {
    "共建单位": "君正集团",
    "单位类别": "企业",
    "军方对象": "海军乌海舰",
    "军方对象类别": "舰艇",
    "类别": "舰企共建",
    "协议": "签有协议",
    "签订日期": "2025-07-25",
    "到期日期": "",
    "金额": "",
    "金额（元）": "",
    "地方": "乌海市",
    "内容": "签订《舰企共建协议书》",
    "来源": "某报",
    "来源网址": "https://paper.example/1",
}


@pytest.fixture(autouse=True)
def _places(db: None) -> None:
    make_place()
    make_place("150200", "包头市")


def given(**changed: Any) -> dict[str, Any]:
    return {**SHIP, **changed}


def book(*rows: dict[str, Any]) -> bytes:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    return workbook(heads, *[[row.get(head) for head in heads] for row in rows])


def text(*rows: dict[str, Any]) -> str:
    return csv_text(list(rows[0]), *[list(row.values()) for row in rows])


def imported(data: bytes, **options: Any) -> Report:
    return import_agreements(data, by=clerk(), **options)


def counts() -> list[int]:
    return [model.objects.count() for model in (Agreement, Partner, Counterpart, Source, Verification)]


def wrong(*rows: dict[str, Any]) -> list[tuple[int, str]]:
    """The row errors of a file, which must leave nothing behind."""
    before = counts()
    report = imported(book(*rows))
    assert report.wrong and counts() == before
    return [(line.number, line.words) for line in report.wrong]


def new_words(*rows: dict[str, Any]) -> str:
    """What the preview says of new rows."""
    report = imported(book(*rows), dry_run=True)
    assert [line.words for line in report.wrong] == [] and len(report.new) == len(rows)
    return " ".join(line.words for line in report.new)


# --- What is read ------------------------------------------------------------------------------------------


def test_a_new_row_becomes_a_draft_with_its_parties_and_its_history() -> None:
    report = imported(book(given(**{"金额": "约42.79万元", "到期日期": "2027-07-24"})))
    assert [(line.number, line.state) for line in report.lines] == [(2, "new")]
    one = Agreement.objects.get()
    assert (one.status, one.published_at, one.created_by, one.updated_by) == ("draft", None, clerk(), clerk())
    assert (one.kind, one.has_document, one.place) == ("enterprise_ship", True, make_place())
    assert (one.signed_on, one.signed_on_precision) == (date(2025, 7, 25), "day")
    assert (one.ends_on, one.amount_text, one.amount_yuan) == (date(2027, 7, 24), "约42.79万元", 427900)
    assert (one.source.name, one.source.url) == ("某报", "https://paper.example/1")
    partner = one.partners.get()
    assert (partner.name, partner.kind, partner.place) == ("君正集团", "enterprise", make_place())
    assert (partner.key, partner.pinyin, partner.initials) == ("君正集团", "junzhengjituan", "jzjt")
    assert (one.counterpart.public_name, one.counterpart.kind) == ("海军乌海舰", "ship")
    assert one.counterpart.pinyin == "haijunwuhaijian"
    line = one.history.get()
    assert (line.history_type, line.history_user, line.history_change_reason) == ("+", clerk(), "由表格导入")
    assert [row.partner for row in line.partners.all()] == [partner]
    one.full_clean()


def test_the_same_file_again_changes_nothing_whoever_sends_it() -> None:
    data = book(SHIP, given(**{"共建单位": "东源科技、乌海市第一中学", "单位类别": "企业、学校"}))
    imported(data)
    before, held = counts(), list(Agreement.objects.order_by("pk").values())
    again = import_agreements(data, by=clerk("另一个人"))
    assert [line.state for line in again.lines] == ["known", "known"]
    assert counts() == before and list(Agreement.objects.order_by("pk").values()) == held


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-8"])
def test_csv_is_read_as_workbooks_are(encoding: str) -> None:
    assert len(imported(text(SHIP).encode(encoding)).new) == 1
    assert Partner.objects.get().name == "君正集团"


@pytest.mark.parametrize(
    ("words", "on", "precision"),
    [
        ("2025", date(2025, 1, 1), "year"),
        (2025, date(2025, 1, 1), "year"),
        ("2025年", date(2025, 1, 1), "year"),
        ("2025-07", date(2025, 7, 1), "month"),
        ("2025年7月", date(2025, 7, 1), "month"),
        ("2025-07-25", date(2025, 7, 25), "day"),
        ("2025/7/25", date(2025, 7, 25), "day"),
        ("2025年7月25日", date(2025, 7, 25), "day"),
        ("２０２５年７月２５日", date(2025, 7, 25), "day"),
        (date(2025, 7, 25), date(2025, 7, 25), "day"),
        (datetime(2025, 7, 25), date(2025, 7, 25), "day"),
    ],
)
def test_a_day_is_read_as_it_is_known(words: Any, on: date, precision: str) -> None:
    imported(book(given(**{"签订日期": words})))
    one = Agreement.objects.get()
    assert (one.signed_on, one.signed_on_precision) == (on, precision)


@pytest.mark.parametrize(
    ("printed", "number", "held_text", "held"),
    [
        ("约42.79万元", "", "约42.79万元", Decimal(427900)),
        ("4.45亿元", "", "4.45亿元", Decimal(445000000)),
        ("4.45亿元", 445000000, "4.45亿元", Decimal(445000000)),
        ("42.79万元", "427,900.00", "42.79万元", Decimal(427900)),
        ("", 427900.5, "427900.5元", Decimal("427900.5")),
        ("一百万元", "", "一百万元", Decimal(1000000)),
        ("若干", "", "若干", None),
        ("", "", "", None),
    ],
)
def test_an_amount_is_read(printed: str, number: Any, held_text: str, held: Decimal | None) -> None:
    imported(book(given(**{"金额": printed, "金额（元）": number})))
    one = Agreement.objects.get()
    assert (one.amount_text, one.amount_yuan) == (held_text, held)


def test_several_partners_of_their_own_kinds_sizes_and_places() -> None:
    row = {
        "共建单位": '958家企业、一批商户、乌海市第一中学、"甲、乙公司"',
        "单位类别": '企业、企业、学校、"村、嘎查、社区"',
        "单位数目": "958、不详、、",
        "单位所在地": "内蒙古自治区乌海市、150200、包头市、不详",
    }
    imported(book(given(**row)))
    found = [
        (one.name, one.kind, one.is_group, one.group_size, one.place and one.place.name)
        for one in Partner.objects.order_by("pk")
    ]
    assert found == [
        ("958家企业", "enterprise", True, 958, "乌海市"),
        ("一批商户", "enterprise", True, None, "包头市"),
        ("乌海市第一中学", "school", False, None, "包头市"),
        ("甲、乙公司", "village", False, None, None),
    ]
    assert Agreement.objects.get().partners.count() == 4


def test_what_holds_for_all_partners_is_written_once() -> None:
    imported(book(given(**{"共建单位": "甲村、乙村", "单位类别": "村、嘎查、社区", "单位所在地": "包头市"})))
    assert set(Partner.objects.values_list("name", "kind", "place__name")) == {
        ("甲村", "village", "包头市"),
        ("乙村", "village", "包头市"),
    }


def test_a_row_without_counterpart_document_date_and_source_is_a_draft_with_words() -> None:
    row = {
        "共建单位": "君正集团",
        "单位类别": "企业",
        "类别": "崇军联盟",
        "地方": "乌海市",
        "内容": "成立联盟",
    }
    said = new_words(row)
    assert "按“未见协议”录入" in said and "没有写明来源，发布前须补上" in said
    imported(book(row))
    one = Agreement.objects.get()
    assert (one.counterpart, one.source, one.signed_on, one.has_document) == (None, None, None, False)
    assert [line.state for line in imported(book(row)).lines] == ["known"]


def test_an_unidentified_source_is_none_for_a_new_row() -> None:
    imported(book(given(**{"来源": "来源待补", "来源网址": ""})))
    assert Agreement.objects.get().source is None and not Source.objects.exists()


def test_a_default_source_stands_for_rows_that_name_none() -> None:
    default = make_source("某市政府网")
    imported(book(given(**{"来源": "", "来源网址": ""}), given(**{"类别": "其他"})), source=default)
    assert set(Agreement.objects.values_list("kind", "source__name")) == {
        ("enterprise_ship", "某市政府网"),
        ("other", "某报"),
    }


def test_english_codes_are_enough() -> None:
    row = {
        "partners": "甲公司",
        "partner_kind": "enterprise",
        "kind": "alliance",
        "document": "signed",
        "place": "乌海市",
        "code": 150300,
        "summary": "成立联盟",
    }
    imported(book(row))
    assert Agreement.objects.get().has_document


def test_a_dry_run_writes_nothing() -> None:
    before = counts()
    assert len(imported(book(SHIP), dry_run=True).new) == 1
    assert counts() == before


# --- Two spellings mean one ---------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["君正 集团", "君正·集团", "君正集團", "　君正集团", "“君正”集团"])
def test_two_spellings_in_one_file_are_one_partner(spelling: str) -> None:
    imported(book(SHIP, given(**{"共建单位": spelling, "类别": "其他", "军方对象": "海军 乌海舰"})))
    assert Partner.objects.get().name == "君正集团"
    assert Counterpart.objects.get().public_name == "海军乌海舰"
    assert Partner.objects.get().agreements.count() == 2


def test_a_spelling_of_the_record_is_found_and_the_row_known() -> None:
    imported(book(SHIP))
    (line,) = imported(book(given(**{"共建单位": "君正·集團", "军方对象": "海軍烏海艦"}))).lines
    assert line.state == "known"


def test_another_registered_name_is_found() -> None:
    partner = make_partner("内蒙古君正集团有限公司")
    PartnerName.objects.create(partner=partner, name="君正集团")
    assert "新单位" not in new_words(SHIP)
    imported(book(SHIP))
    assert Agreement.objects.get().partners.get() == partner and Partner.objects.count() == 1


def test_the_same_row_in_two_spellings_is_told_as_twice() -> None:
    assert wrong(SHIP, given(**{"共建单位": "君正 集团"})) == [(3, "与第 2 行重复。")]
    ((_, words),) = wrong(given(**{"共建单位": "君正集团、君正 集团"}))
    assert words == "共建单位“君正集团”写了两次，只留一个。"


def test_new_parties_are_told_once_and_namesakes_named() -> None:
    make_partner("内蒙古君正集团")
    make_partner("君正集团职业学校", kind="school")
    make_partner("包头君正集团", place=make_place("150200", "包头市"))
    said = new_words(SHIP, given(**{"类别": "其他"}))
    assert said.count("新单位“君正集团”") == 1 and said.count("新军方对象“海军乌海舰”") == 1
    assert said.count("“君正集团”与已有的“内蒙古君正集团”相近，如是同一个单位，请用它的名称。") == 1
    assert "职业学校" not in said and "包头君正" not in said


def test_a_partner_above_or_below_the_place_is_meant_where_it_is_the_only_one() -> None:
    district = make_place("150302", "海勃湾区", make_place(), level="county")
    partner = make_partner("君正集团", place=district)
    assert "用已有的（内蒙古自治区乌海市海勃湾区）" in new_words(SHIP)
    imported(book(SHIP))
    assert Agreement.objects.get().partners.get() == partner
    elsewhere = make_place("150400", "赤峰市")
    imported(book(given(**{"地方": elsewhere.name})))
    assert Partner.objects.filter(place=elsewhere).get().name == "君正集团"


def test_a_name_that_several_bear_needs_its_place() -> None:
    for code, name in (("150302", "海勃湾区"), ("150303", "海南区")):
        Partner.objects.create(
            name="第一中学", kind="school", place=make_place(code, name, make_place(), level="county")
        )
    row = given(**{"共建单位": "第一中学", "单位类别": "学校"})
    ((_, words),) = wrong(row)
    assert "有几个共建单位名为“第一中学”" in words and "请填写“单位所在地”" in words
    imported(book({**row, "单位所在地": "内蒙古自治区乌海市海南区"}))
    assert Agreement.objects.get().partners.get().place.name == "海南区"


def test_a_short_name_inside_many_names_three_of_them() -> None:
    for index in range(5):
        make_partner(f"君正集团{index}分公司")
    assert new_words(SHIP).count("相近，如是同一个单位") == 3


@pytest.mark.parametrize(
    "name",
    [
        *("二连浩特市某边防连队", "二连浩特某连队", "百村百连", "一连三天", "百团大战", "七连冠"),
        *(
            "第八师石河子市",
            "12345部队",
            "１２３４５ 部队",
            "第三团",
            "第 ３８ 集团军",
            "乌海市第一师",
            "第一师范学校",
        ),
        *("海军某部", "第五中学", "2025年团拜会", "三团结对共建", "第一支队"),
    ],
)
def test_the_guard_of_a_file_refuses_what_the_field_refuses(name: str) -> None:
    make_place("152501", "二连浩特市", level="county")
    refused_by_field = False
    try:
        validate_public_name(name)
    except ValidationError:
        refused_by_field = True
    try:
        Guard().check("名称", name, Partner._meta.get_field("name"))
    except ValidationError:
        assert refused_by_field
    else:
        assert not refused_by_field


# --- What the record knows ---------------------------------------------------------------------------------


def test_a_row_that_says_else_than_the_record_is_told_cell_by_cell_and_not_written() -> None:
    imported(book(SHIP))
    before = list(Agreement.objects.values())
    other = given(
        **{
            "单位类别": "学校",
            "单位数目": "958",
            "军方对象类别": "部队",
            "协议": "未见协议",
            "到期日期": "2027-01-01",
            "金额": "42.79万元",
            "内容": "另一句话",
            "来源网址": "https://paper.example/2",
        }
    )
    (line,) = imported(book(other)).lines
    assert line.state == "differs"
    for said in (
        "单位类别：“君正集团”表格是学校，记录是企业。",
        "单位数目：“君正集团”表格是一批，958，记录是单个的单位。",
        "军方对象类别：表格是“部队”，记录是“舰艇”。",
        "协议：表格是“未见协议”，记录是“签有协议”。",
        "到期日期：表格是“2027-01-01”，记录是空的。",
        "金额：表格是“42.79万元”，记录是空的。",
        "金额（元）：表格是“427900”，记录是空的。",
        "内容：表格是“另一句话”，记录是“签订《舰企共建协议书》”。",
        "来源：表格是“某报 https://paper.example/2”，记录是“某报 https://paper.example/1”。",
    ):
        assert said in line.words
    assert list(Agreement.objects.values()) == before
    assert (Source.objects.count(), Partner.objects.get().kind) == (1, "enterprise")


def test_columns_that_the_file_has_not_are_not_compared() -> None:
    imported(book(given(**{"金额": "4.45亿元"})))
    (line,) = imported(
        book({head: SHIP[head] for head in ("共建单位", "军方对象", "类别", "签订日期", "地方", "内容")})
    ).lines
    assert line.state == "known"


@pytest.mark.parametrize(
    "changed",
    [
        {"类别": "其他"},
        {"共建单位": "君正集团、东源科技"},
        {"军方对象": "海军包头舰"},
        {"地方": "包头市"},
        {"签订日期": "2024"},
    ],
)
def test_every_part_of_the_natural_key_makes_another_agreement(changed: dict[str, str]) -> None:
    imported(book(SHIP))
    assert len(imported(book(given(**changed))).new) == 1
    assert Agreement.objects.count() == 2


def test_a_row_that_only_knows_the_day_better_or_worse_is_told_as_near() -> None:
    imported(book(given(**{"签订日期": "2025-07"})))
    said = new_words(SHIP)
    assert "已有一份各方、类别和地方相同的，日期是2025-07；如是同一份，请不要再录。" in said


def test_agreements_that_share_a_key_are_known_each_by_its_text() -> None:
    make_pact(summary="第一份", published=False)
    make_pact(summary="第二份", published=False)
    report = imported(exported("xlsx"))
    assert [line.state for line in report.lines] == ["known", "known"]


def test_derived_columns_and_verifications_are_not_taken_over() -> None:
    row = given(
        **{
            "金额": "约5万元",
            "状态": "已到期",
            "金额确数": "是",
            "核实": "已核实",
            "最近核实日期": "2025-07-30",
        }
    )
    said = new_words(row)
    assert "核实不由表格带入，向当事各方核实后请在后台登记“再核实”。" in said
    assert "状态“已到期”不采用，由系统得出：未载期限。" in said
    assert "金额确数“是”不采用，由系统得出：否。" in said
    imported(book(row))
    one = Agreement.objects.get()
    assert (one.last_verified_on, one.last_verified_by) == (None, None) and not Verification.objects.exists()
    assert [line.state for line in imported(book(row)).lines] == ["known"]
    agreeing = {
        **row,
        "类别": "其他",
        "状态": "未载期限",
        "金额确数": "否",
        "核实": "待核实",
        "最近核实日期": "",
    }
    assert "不采用" not in new_words(agreeing) and "核实" not in new_words(agreeing)


def test_another_day_of_verification_than_the_record_has_is_told() -> None:
    imported(book(SHIP))
    Agreement.objects.update(last_verified_on=date(2025, 8, 1))
    (line,) = imported(book(given(**{"最近核实日期": "2025-07-30"}))).lines
    assert "最近核实日期：表格是“2025-07-30”，记录是“2025-08-01”。" in line.words


# --- Out and in again --------------------------------------------------------------------------------------


def exported(kind: str) -> bytes:
    rows = agreement_records(Agreement.objects.order_by("pk"))
    return "".join(as_csv(rows, AGREEMENTS)).encode() if kind == "csv" else as_xlsx(rows, AGREEMENTS).read()


@pytest.fixture
def odd_record() -> None:
    """Everything that a cell of a table could spoil."""
    baotou = make_place("150200", "包头市")
    make_pact(
        make_partner('甲、乙"丙"公司'),
        make_partner("=SUM(A1)", kind="school", place=baotou),
        make_partner("958家企业", is_group=True, group_size=958),
        make_partner("一批商户", is_group=True, kind="government", place=None),
        summary='=1+1，“引号”、"直引号"，\n换行, 逗号\t制表',
        signed_on=date(2025, 7, 1),
        signed_on_precision="month",
        amount_text="约42.79万元",
        amount_yuan=427900,
        source=make_source("@某报", url="https://paper.example/?a=1&b=2"),
    )
    make_pact(make_partner("村、社区"), summary="'=前面有撇号", published=False, counterpart=None)
    make_pact(
        make_partner('"引起来"的公司'),
        kind="namesake_ship",
        has_document=False,
        signed_on=date(2013, 1, 1),
        signed_on_precision="year",
        summary="+加号\r\n与回车",
        source=make_source("当地报道", identified=False),
        counterpart=make_counterpart("-海军某舰、某艇"),
    )
    make_pact(
        make_partner("第一中学", kind="school"),
        Partner.objects.create(name="第一中学", kind="school", place=baotou),
        kind="other",
        ends_on=date(2020, 1, 1),
        amount_text="若干",
        amount_yuan=amounts.MOST,
        last_verified_on=date(2019, 5, 1),
    )
    make_pact(
        published=False,
        kind="shop",
        source=None,
        amount_yuan=Decimal("0.1"),
        amount_text="一角",
        summary="_x0041_&amp;<b>",
    )
    make_pact(make_partner("省级单位", place=make_province()), kind="science", place=make_province())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.usefixtures("odd_record")
def test_an_exported_file_imported_again_changes_nothing(kind: str) -> None:
    tables = (Agreement, Partner, Counterpart, Source, Agreement.partners.through)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    report = imported(exported(kind))
    assert [line.words for line in [*report.wrong, *report.differs]] == []
    assert [line.state for line in report.lines] == ["known"] * 6
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.usefixtures("odd_record")
def test_an_exported_file_brings_the_same_rows_to_another_site(kind: str) -> None:
    told = [row._replace(verified_on="", verified="unverified") for row in agreement_records(ordered())]
    data = exported(kind)
    Agreement.objects.all().delete()
    Partner.objects.all().delete()
    Counterpart.objects.all().delete()
    assert len(imported(data).new) == 6
    # What is not known of a source cannot be brought along.
    expected = [row._replace(source_name="") if row.source_name == "来源待补" else row for row in told]
    assert list(agreement_records(ordered())) == [
        row._replace(summary=row.summary.replace("\r\n", "\n")) for row in expected
    ]


def ordered() -> Any:
    return Agreement.objects.order_by("kind", "pk")


# --- Rows that are wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        # Cover numbers and true designations, as they are hidden too.
        ({"共建单位": "12345部队家属院"}, "共建单位“12345部队家属院”：不得出现部队代号"),
        ({"共建单位": "１２３４５部队"}, "不得出现部队代号"),
        ({"共建单位": "1 2 3 4 5 部队"}, "不得出现部队代号"),
        ({"共建单位": "１ ２ ３ ４ ５部 队"}, "不得出现部队代号"),
        ({"军方对象": "12345部队"}, "军方对象“12345部队”：不得出现部队代号"),
        ({"军方对象": "１２３４５　部队"}, "不得出现部队代号"),
        ({"军方对象": "第３８集团军"}, "不得出现部队番号"),
        ({"军方对象": "第 三 团"}, "不得出现部队番号"),
        ({"内容": "与12345部队结对"}, "内容“与12345部队结对”：不得出现部队代号"),
        ({"内容": "与１２３ ４５部队结对"}, "不得出现部队代号"),
        ({"内容": "与第一二师结对"}, "不得出现部队番号"),
        # Days.
        ({"到期日期": "2025-07-24"}, "到期日期“2025-07-24”早于日期“2025-07-25”"),
        ({"签订日期": "2025", "到期日期": "2024-12-31"}, "早于日期“2025”"),
        ({"到期日期": "2027-06"}, "到期日期“2027-06”须写到日"),
        ({"签订日期": "去年春天"}, "日期“去年春天”读不出，请写作 2025、2025-07、2025-07-25"),
        ({"签订日期": "2025-02-30"}, "读不出"),
        ({"签订日期": "2099-01-01"}, "日期“2099-01-01”：这一天还没有到"),
        ({"签订日期": 45770}, "日期“45770”读不出"),
        ({"签订日期": "2025.7.25"}, "读不出"),
        ({"最近核实日期": "不久以前"}, "最近核实日期“不久以前”读不出"),
        # Parties.
        ({"共建单位": ""}, "没有填写共建单位，协议至少有一个共建单位。"),
        ({"共建单位": "、"}, "没有填写共建单位"),
        ({"共建单位": "……"}, "没有文字，请填写全称"),
        ({"共建单位": '"甲公司'}, "引号不成对"),
        ({"共建单位": "长" * 101}, "共建单位有 101 个字，最多 100 个"),
        ({"单位类别": ""}, "“君正集团”是新单位，请填写单位类别：城市、旗县（政府）"),
        ({"单位类别": "公司"}, "单位类别“公司”不认识，请填写：城市、旗县（政府）"),
        ({"单位类别": "企业、学校"}, "单位类别“企业、学校”有 2 个，共建单位有 1 个"),
        ({"单位数目": "1"}, "单位数目“1”读不出"),
        ({"单位数目": "许多"}, "单位数目“许多”读不出"),
        ({"单位所在地": "无此市"}, "单位所在地：全国没有名为“无此市”的地方"),
        ({"军方对象类别": ""}, "“海军乌海舰”是新的军方对象，请填写军方对象类别：部队、舰艇"),
        ({"军方对象": ""}, "填写了军方对象类别，没有填写军方对象"),
        # Amounts.
        ({"金额": "一百万"}, "金额“一百万”没有写单位，看不出是元还是万元。请写全，如“一百万元”"),
        ({"金额": 427900}, "没有写单位"),
        (
            {"金额": "42.79万元", "金额（元）": "42.79"},
            "金额（元）“42.79”与金额“42.79万元”不符：“42.79万元”是 427900 元",
        ),
        ({"金额（元）": "四十万"}, "金额（元）“四十万”不是数额，请只写数字"),
        ({"金额（元）": "-5"}, "不是数额"),
        ({"金额（元）": "0.001"}, "不是数额"),
        ({"金额（元）": "1e20"}, "太大了"),
        ({"金额（元）": "10000000000000"}, "太大了"),
        ({"金额": "十万亿元"}, "太大了"),
        ({"金额": "多" * 61}, "金额有 61 个字，最多 60 个"),
        ({"金额": "12345部队捐款若干"}, "金额“12345部队捐款若干”：不得出现部队代号"),
        # The rest.
        ({"类别": "联谊"}, "类别“联谊”不认识，请填写：城舰共建、舰企共建"),
        ({"类别": ""}, "没有填写类别"),
        ({"协议": "有"}, "协议“有”不认识，请填写：签有协议、未见协议"),
        ({"地方": "无此市"}, "没有名为“无此市”的地方"),
        ({"地方": ""}, "没有填写地方"),
        ({"内容": ""}, "没有填写内容"),
        ({"内容": "长" * 301}, "内容有 301 个字，最多 300 个"),
        ({"来源": ""}, "没有填写来源"),
        ({"来源": "来源待补"}, "有来源网址的不是“来源待补”"),
        ({"来源网址": "javascript:alert(1)"}, "来源："),
    ],
)
def test_a_wrong_row_is_told_with_its_number_and_nothing_is_written(
    changed: dict[str, Any], said: str
) -> None:
    good = given(**{"共建单位": "包头演示公司", "军方对象": "海军包头舰"})
    ((number, words),) = wrong(good, given(**changed))
    assert number == 3 and said in words


def test_everything_that_is_wrong_with_a_row_is_told_at_once() -> None:
    ((_, words),) = wrong(given(**{"地方": "无此市", "金额": "一百万", "类别": "联谊", "内容": ""}))
    for said in ("无此市", "一百万", "联谊", "没有填写内容"):
        assert said in words


def test_two_sources_that_cannot_be_told_apart_are_refused() -> None:
    for _ in range(2):
        Source.objects.create(name="双名报", kind="media")
    ((_, words),) = wrong(given(**{"来源": "双名报", "来源网址": ""}))
    assert "分不清是哪一个" in words


def refused(data: bytes) -> str:
    before = counts()
    with pytest.raises(Refused) as caught:
        imported(data)
    assert counts() == before
    return str(caught.value)


def test_a_file_that_is_no_such_table_is_refused() -> None:
    assert "表头缺少：类别、地方、内容" in refused(book({"共建单位": "甲公司"}))
    assert "有公式：N2" in refused(book(given(**{"来源网址": "=1+1"})))
    assert "表头有不认识的列：内部内容" in refused(book(given(**{"内部内容": "x"})))
    assert "文件有 5001 行，一次最多 5000 行" in refused(text(*[SHIP] * 5001).encode())
    assert "文件是空的" in refused(b"")


# --- How much it asks --------------------------------------------------------------------------------------


def companies(number: int, **changed: Any) -> bytes:
    return book(*[given(**{"共建单位": f"演示{index:03}公司", **changed}) for index in range(number)])


def asked(data: bytes, **options: Any) -> int:
    """Queries of an import, without the savepoints that each row has."""
    with CaptureQueriesContext(connection) as queries:
        assert not imported(data, **options).wrong
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows() -> None:
    imported(companies(1, **{"共建单位": "别的公司"}))  # the first look at content types is remembered
    assert asked(companies(10), dry_run=True) == asked(companies(500), dry_run=True) <= 12
    few = asked(companies(10))
    many = asked(companies(500, **{"类别": "其他"}))
    # One insert of SQLite takes 999 values: some forty rows of agreements, and as many of their history.
    assert many - few <= 40
    again = companies(500, **{"类别": "其他"})
    assert asked(again, dry_run=True) == asked(companies(10), dry_run=True)
    # All known: nothing is written.
    assert asked(again) == asked(companies(10)) <= 14


# --- The command -------------------------------------------------------------------------------------------


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_agreements", str(path), *options, stdout=out)
    return out.getvalue()


def test_the_command_imports_for_a_person(tmp_path: Path) -> None:
    path = tmp_path / "agreements.csv"
    path.write_bytes(text(given(**{"来源": "", "来源网址": ""})).encode("gbk"))
    person("importer", "add_agreement")
    said = run(path, "--as", "importer", "--dry-run")
    assert "新单位“君正集团”" in said and "什么都没有写入" in said and not Agreement.objects.exists()
    with pytest.raises(CommandError, match="不存在"):
        run(path, "--as", "importer", "--source", "没有的来源")
    make_source("某市政府网")
    assert "录入了 1 条草稿" in run(path, "--as", "importer", "--source", "某市政府网")
    one = Agreement.objects.get()
    assert (one.created_by.username, one.source.name) == ("importer", "某市政府网")
    assert "新的 0 条，已经在记录里的 1 条" in run(path, "--as", "importer", "--source", "某市政府网")
    path.write_bytes(text(given(**{"内容": "另一句话"})).encode())
    assert "第 2 行：与记录不同" in run(path, "--as", "importer")


def test_the_command_refuses_in_words(tmp_path: Path) -> None:
    path = tmp_path / "agreements.xlsx"
    path.write_bytes(book(SHIP, given(**{"地方": "无此市"})))
    with pytest.raises(CommandError, match="没有用户“nobody”"):
        run(path, "--as", "nobody")
    person("reader", "view_agreement", "change_agreement")
    with pytest.raises(CommandError, match="没有录入共建协议的权限"):
        run(path, "--as", "reader")
    person("importer", "add_agreement")
    with pytest.raises(CommandError, match="(?s)第 3 行：.*无此市.*1 行有错，什么都没有写入"):
        run(path, "--as", "importer")
    assert not Agreement.objects.exists()


# --- The admin ---------------------------------------------------------------------------------------------

UPLOAD, CONFIRM = "/admin/partnerships/agreement/import/", "/admin/partnerships/agreement/import/confirm/"


def upload(client: Client, data: bytes, **more: Any) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile("agreements.xlsx", data), **more})


def importing(name: str = "importer") -> Client:
    return logged_in(name, "view_agreement", "add_agreement")


def test_upload_preview_confirm() -> None:
    client, before, default = importing(), kept_files(), make_source("某市政府网")
    assert "名称里本来有顿号的加引号" in client.get(UPLOAD).content.decode()
    shown = upload(client, book(given(**{"来源": "", "来源网址": ""})), source=default.pk).content.decode()
    assert "新单位“君正集团”。" in shown and "确认导入" in shown and not Agreement.objects.exists()
    (name,) = set(kept_files()) - set(before)
    response = client.post(CONFIRM, {"name": name})
    assert response.url == reverse("admin:partnerships_agreement_changelist")
    assert told(client.get(response.url)) == ["已录入 1 条草稿，请逐条看过再发布。"]
    one = Agreement.objects.get()
    assert (one.status, one.source, one.created_by.username) == ("draft", default, "importer")
    assert kept_files() == before
    assert client.post(CONFIRM, {"name": name}).url == UPLOAD
    assert Agreement.objects.count() == 1


def test_wrong_and_differing_rows_are_shown_and_wrong_ones_cannot_be_confirmed() -> None:
    imported(book(SHIP))
    client, before = importing(), kept_files()
    page = upload(
        client, book(given(**{"内容": "另一句话"}), given(**{"金额": "一百万", "类别": "其他"}))
    ).content.decode()
    assert "与记录不同，不改动" in page and "没有写单位" in page and "确认导入" not in page
    assert kept_files() == before and Agreement.objects.count() == 1


def test_two_people_who_previewed_the_same_file_enter_it_once() -> None:
    first, second, before = importing(), importing("other"), kept_files()
    upload(first, book(SHIP))
    (one,) = set(kept_files()) - set(before)
    upload(second, book(SHIP))
    (two,) = set(kept_files()) - set(before) - {one}
    assert first.post(CONFIRM, {"name": one}).status_code == 302
    response = second.post(CONFIRM, {"name": two}, follow=True)
    assert "已录入 0 条草稿" in told(response)[0]
    assert (Agreement.objects.count(), Partner.objects.count()) == (1, 1)
    assert Agreement.objects.get().created_by.username == "importer"


def test_a_file_waits_for_the_person_who_sent_it_only() -> None:
    before = kept_files()
    upload(importing(), book(SHIP))
    (name,) = set(kept_files()) - set(before)
    other = importing("other")
    assert other.post(CONFIRM, {"name": name}).url == UPLOAD
    assert other.get(CONFIRM).url == UPLOAD
    assert not Agreement.objects.exists()


def test_every_door_asks_for_the_right() -> None:
    client = logged_in(
        "reader", "view_agreement", "change_agreement", "publish_agreement", "add_duallistitem"
    )
    for response in (client.get(UPLOAD), upload(client, book(SHIP)), client.post(CONFIRM, {"name": "x"})):
        assert response.status_code == 403
    listed = reverse("admin:partnerships_agreement_changelist")
    assert "导入表格" not in client.get(listed).content.decode()
    assert "导入表格" in importing().get(listed).content.decode()
    assert "/login/" in Client().get(UPLOAD).url
    assert "/login/" in Client().post(CONFIRM, {"name": "x"}).url
    assert not Agreement.objects.exists()
