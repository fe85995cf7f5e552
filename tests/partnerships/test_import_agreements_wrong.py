"""Agreements from files: rows that are wrong, and with which words."""

from typing import Any

import pytest

from honors.models import Source
from publishing.workflow import Refused
from tests.partnerships.agreement_tables import (
    SHIP,
    book,
    counts,
    given,
    imported,
    make_places,
    text,
    wrong,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places(db: None) -> None:
    make_places()


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
