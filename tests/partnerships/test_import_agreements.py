"""Agreements from files: what is read, how two spellings mean one, and how much it asks of the database."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from honors.models import Source
from partnerships.import_words import Guard
from partnerships.models import Agreement, Counterpart, Partner, PartnerName
from partnerships.names import validate_public_name
from tests.honors.rolls import make_place, make_source
from tests.partnerships.agreement_tables import (
    SHIP,
    book,
    counts,
    given,
    imported,
    importer,
    make_places,
    new_words,
    text,
    wrong,
)
from tests.partnerships.pacts import make_partner

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places(db: None) -> None:
    make_places()


def test_a_new_row_becomes_a_draft_with_its_parties_and_its_history() -> None:
    report = imported(book(given(**{"金额": "约42.79万元", "到期日期": "2027-07-24"})))
    assert [(line.number, line.state) for line in report.lines] == [(2, "new")]
    one = Agreement.objects.get()
    assert (one.status, one.published_at, one.created_by, one.updated_by) == (
        "draft",
        None,
        importer(),
        importer(),
    )
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
    assert (line.history_type, line.history_user, line.history_change_reason) == (
        "+",
        importer(),
        "由表格导入",
    )
    assert [row.partner for row in line.partners.all()] == [partner]
    one.full_clean()


def test_the_same_file_again_changes_nothing_whoever_sends_it() -> None:
    data = book(SHIP, given(**{"共建单位": "东源科技、乌海市第一中学", "单位类别": "企业、学校"}))
    imported(data)
    before, held = counts(), list(Agreement.objects.order_by("pk").values())
    again = imported(data, by=importer("另一个人"))
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


# --- Two spellings mean one ----------------------------------------------------------------------------------


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


# --- How much it asks ----------------------------------------------------------------------------------------


def companies(number: int, **changed: Any) -> bytes:
    return book(*[given(**{"共建单位": f"演示{index:03}公司", **changed}) for index in range(number)])


def asked(data: bytes, **options: Any) -> int:
    """Queries of an import, without the savepoints that each row has."""
    by = importer()
    with CaptureQueriesContext(connection) as queries:
        assert not imported(data, by=by, **options).wrong
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows() -> None:
    imported(companies(1, **{"共建单位": "别的公司"}))  # the first look at content types is remembered
    assert asked(companies(10), dry_run=True) == asked(companies(500), dry_run=True) <= 12
    few = asked(companies(10))
    many = asked(companies(500, **{"类别": "其他"}))
    # One insert of SQLite takes 999 values: some twenty-five rows of agreements, and as many of their history.
    assert many - few <= 50
    again = companies(500, **{"类别": "其他"})
    assert asked(again, dry_run=True) == asked(companies(10), dry_run=True)
    # All known: nothing is written.
    assert asked(again) == asked(companies(10)) <= 14
