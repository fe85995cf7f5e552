"""The exports tell what is public about agreements and the dual list, exactly, and never the internal text."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from partnerships.exports import AGREEMENTS, DUAL_LIST, agreement_records, dual_list_records
from partnerships.models import Agreement, Counterpart, DualListItem, Partner, ProgressNote
from publishing.exports import Layout, as_csv, as_json, as_xlsx
from tests.honors.rolls import make_place, make_source

pytestmark = pytest.mark.django_db

TODAY = date(2025, 8, 1)
SECRET = "某年某月内部磋商的安排"


def csv_rows(records: Any, layout: Layout) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(as_csv(records, layout)).removeprefix("\ufeff"))))


def make_agreement(*partners: Partner, **fields: Any) -> Agreement:
    given = {"kind": "civil_military", "summary": "签订共建协议", "place": make_place(), **fields}
    one = Agreement.objects.create(**given)
    one.partners.set(partners)
    return one


def make_partner(name: str, kind: str = "enterprise", **fields: Any) -> Partner:
    return Partner.objects.create(name=name, kind=kind, **{"place": make_place(), **fields})


def test_an_agreement_in_words() -> None:
    ship = Counterpart.objects.create(public_name="海军乌海舰", kind="ship")
    make_agreement(
        make_partner("君正集团"),
        make_partner("乌海市第一中学", "school"),
        make_partner("958家企业", is_group=True, group_size=958),
        counterpart=ship,
        has_document=True,
        signed_on=date(2025, 7, 1),
        signed_on_precision="month",
        ends_on=date(2027, 6, 30),
        amount_text="约42.79万元",
        amount_yuan=427900,
        last_verified_on=date(2025, 7, 2),
        source=make_source("某报", url="https://paper.example/a"),
    )
    assert csv_rows(agreement_records(Agreement.objects.all(), TODAY), AGREEMENTS) == [
        {
            "共建单位": "958家企业、乌海市第一中学、君正集团",
            "单位类别": "企业、学校、企业",
            "单位数目": "958、、",
            "单位所在地": "内蒙古自治区乌海市",
            "军方对象": "海军乌海舰",
            "军方对象类别": "舰艇",
            "类别": "军民共建",
            "协议": "签有协议",
            "状态": "有效期内",
            "日期": "2025-07",
            "到期日期": "2027-06-30",
            "金额": "约42.79万元",
            "金额（元）": "427900",
            "金额确数": "否",
            "地方": "乌海市",
            "区划代码": "150300",
            "省份": "内蒙古自治区",
            "内容": "签订共建协议",
            "核实": "已核实",
            "最近核实日期": "2025-07-02",
            "来源": "某报",
            "来源网址": "https://paper.example/a",
        }
    ]


def test_what_is_not_known_is_empty() -> None:
    make_agreement(make_partner("一批企业", is_group=True), source=make_source("传闻", identified=False))
    make_agreement(make_partner("村、社区", "government", place=None))
    group, lone = csv_rows(agreement_records(Agreement.objects.order_by("pk"), TODAY), AGREEMENTS)
    assert (group["单位数目"], group["来源"], group["核实"]) == ("不详", "来源待补", "待核实")
    assert (lone["共建单位"], lone["单位类别"]) == ('"村、社区"', "城市、旗县（政府）")
    assert (lone["单位所在地"], lone["来源"]) == ("不详", "")
    blank = {
        "军方对象",
        "军方对象类别",
        "日期",
        "到期日期",
        "金额",
        "金额（元）",
        "金额确数",
        "最近核实日期",
    }
    assert {name for name, value in group.items() if not value} == blank | {"来源网址"}


def test_json_has_codes_numbers_and_lists() -> None:
    make_agreement(
        make_partner("甲公司"),
        make_partner("乙学校", "school", is_group=True),
        amount_text="4.45亿元",
        amount_yuan=445000000,
    )
    told = json.loads("".join(as_json(agreement_records(Agreement.objects.all(), TODAY), 1)))["rows"][0]
    assert (told["partners"], told["partner_kind"]) == (["乙学校", "甲公司"], ["school", "enterprise"])
    assert told["group_size"] == ["unknown", None]
    assert (told["amount_yuan"], told["amount_exact"], told["status"]) == (445000000, True, "reported")
    assert list(told) == list(AGREEMENTS.headings)


def make_item(number: int = 1, **fields: Any) -> DualListItem:
    given = {
        "year": 2025,
        "side": "military",
        "public_content": "改善训练场道路",
        "office": "乌海市交通运输局",
        "due_on": date(2025, 7, 31),
        "content": SECRET,
        **fields,
    }
    return DualListItem.objects.create(number=number, **given)


def all_words(records: list[Any], layout: Layout) -> str:
    """Everything that a file of each kind says."""
    with as_xlsx(records, layout) as file:
        cells = [str(cell) for row in load_workbook(file).active.iter_rows(values_only=True) for cell in row]
    return "".join([*as_csv(records, layout), *as_json(records, 0), *cells])


def test_items_of_the_dual_list_in_words() -> None:
    done = make_item(1, stage="done", done_on=date(2025, 7, 31), standard="通车")
    make_item(2, stage="running")
    make_item(3, due_on=None, side="locality")
    ProgressNote.objects.create(item=done, date=date(2025, 6, 1), text="完成招标", public=True)
    ProgressNote.objects.create(item=done, date=date(2025, 3, 1), text="已经勘察", public=True)
    ProgressNote.objects.create(item=done, date=date(2025, 4, 1), text=SECRET, public=False)
    records = list(
        dual_list_records(
            DualListItem.objects.order_by("number"),
            prints_numbers=lambda year, side: (year, side) == (2025, "military"),
            today=TODAY,
        )
    )
    assert [list(row.values()) for row in csv_rows(records, DUAL_LIST)] == [
        [
            *("2025", "部队需求", "1", "改善训练场道路", "乌海市交通运输局", "通车", "2025-07-31"),
            *("已办结", "2025-07-31", "否", "是", "2025-03-01 已经勘察\n2025-06-01 完成招标"),
        ],
        [
            *("2025", "部队需求", "2", "改善训练场道路", "乌海市交通运输局", "", "2025-07-31"),
            *("办理中", "", "是", "否", ""),
        ],
        [
            *("2025", "地方需求", "", "改善训练场道路", "乌海市交通运输局", "", ""),
            *("待启动", "", "否", "", ""),
        ],
    ]


def test_the_internal_text_is_in_no_export_and_not_even_read() -> None:
    item = make_item()
    ProgressNote.objects.create(item=item, date=date(2025, 4, 1), text=SECRET, public=False)
    whole = DualListItem.objects.prefetch_related("notes").only("content", "year")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        records = list(dual_list_records(whole, prints_numbers=lambda year, side: True, today=TODAY))
    assert "改善训练场道路" in all_words(records, DUAL_LIST)
    assert SECRET not in all_words(records, DUAL_LIST)
    assert '."content"' not in "".join(query["sql"] for query in asked)


@pytest.mark.parametrize("number", [3, 30])
def test_a_portion_costs_a_fixed_number_of_queries(number: int, django_assert_num_queries: Any) -> None:
    ship = Counterpart.objects.create(public_name="海军乌海舰", kind="ship")
    for index in range(number):
        make_agreement(make_partner(f"企业{index}"), counterpart=ship, source=make_source())
        ProgressNote.objects.create(
            item=make_item(index + 1), date=date(2025, 4, 1), text="进展", public=True
        )
    with django_assert_num_queries(2):
        assert len(list(agreement_records(Agreement.objects.latest_first(), TODAY))) == number
    items = DualListItem.objects.in_order()
    with django_assert_num_queries(2):
        told = list(dual_list_records(items, prints_numbers=lambda year, side: True, today=TODAY))
    assert len(told) == number
