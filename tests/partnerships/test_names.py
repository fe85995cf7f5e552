from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from honors.models import Place, PlaceName
from partnerships.names import (
    COVER_NUMBER,
    TRUE_DESIGNATION,
    may_be_refused,
    refusals,
    validate_public_name,
    with_short_names,
)

PLACES = with_short_names({"二连浩特市", "石河子市", "营口市", "大连市", "乌海市"})


@pytest.mark.parametrize(
    "name",
    [
        # The list of MODEL.
        "二连浩特市某边防连队",
        "百村百连",
        "第八师石河子市",
        "一连三天",
        "百团大战",
        "七连冠",
        # What the records hold.
        "海军乌海舰",
        "空军某部队",
        "驻军某部",
        "驻藏连队",
        "武警海警某部（某舰）",
        "新兵家庭",
        "958家企业",
        "百村百连结对共建",
        # What looks like a unit and is none.
        "二连浩特某边防连队",
        "十二连冠",
        "三连胜",
        "一连十几天",
        "一连几个月",
        "湖南第一师范学院",
        "银行第一营业部",
        "第一旅行社",
        "第一连锁店",
        "八一小学",
        "大连市某部",
        "营口市双拥办",
        "某旅",
        "某团",
        "慰问1234567部队官兵家庭",
    ],
)
def test_public_names_pass(name: str) -> None:
    assert refusals(name, PLACES) == []


@pytest.mark.parametrize(
    "name",
    [
        "12345部队",
        "驻乌海市12345部队",
        "１２３４５部队",
        "1 2 3 4 5 部队",
        "１ ２ ３ ４ ５　部队",
        "12\u200b345部队",
        "12-345部队",
        "1.2.3.4.5部队",
        "一二三四五部队",
        "壹贰叁肆伍部队",
        "一二三4５部队",
        "①②③④⑤部队",
        "12345\n部队",
        "12345部隊",
        "12345（部队）",
        "（１２３４５）“部隊”",
        "12345\u3164部队",
        "12345\u2800部队",
    ],
)
def test_cover_numbers_are_refused(name: str) -> None:
    assert refusals(name, PLACES) == [COVER_NUMBER]


@pytest.mark.parametrize(
    "name",
    [
        "第一集团军",
        "一集团军",
        "第1集团军",
        "第 １ 集团军",
        "第十二师",
        "一二师",
        "第1旅",
        "某师三团",
        "二〇团",
        "二百团",
        "一百零一团",
        "第三营",
        "第三营运输队",
        "二连",
        "第二连队",
        "三 连",
        "第1-2连",
        "第五支队",
        "三大队",
        "第\u200b三\u200b大\u200b队",
        "三团结对共建",
        "叁团",
        "第八十二集團軍",
        "第5師",
        "五營",
        "某部三連",
        # The corps' double names are its own: no other division, and no other city.
        "第八师",
        "第八师乌海市",
        "第一师石河子市",
        # A place name is taken out, not the unit behind it.
        "二连浩特市二连",
        "驻大连市一连",
    ],
)
def test_true_designations_are_refused(name: str) -> None:
    assert refusals(name, PLACES) == [TRUE_DESIGNATION]


def test_both_reasons_are_told_at_once() -> None:
    assert refusals("12345部队三营") == [COVER_NUMBER, TRUE_DESIGNATION]


def test_a_place_name_joins_no_neighbours() -> None:
    assert refusals("三乌海市团", PLACES) == []


def test_a_place_name_passes_only_where_the_place_is_known(db: None) -> None:
    with pytest.raises(ValidationError, match="番号"):
        validate_public_name("二连浩特市某边防连队")
    province = Place.objects.create(
        code="150000", name="内蒙古自治区", kind="autonomous_region", level="province"
    )
    place = Place.objects.create(
        code="152599", name="某市", kind="county_city", level="county", parent=province
    )
    PlaceName.objects.create(place=place, name="二连浩特市")
    validate_public_name("二连浩特市某边防连队")
    validate_public_name("二连浩特某边防连队")


# Numbers, units, and what begins both the excuses of the patterns and the names of counties: 师范 and 范县.
PIECES = st.sampled_from(
    [*"一三五百零15第部队集支大师旅团营连军", *"范冠馆店业县市陶天几续胜", "部队", "大队", "12345", "集团军"]
)
NAMES = st.lists(PIECES, max_size=12).map("".join)


@given(NAMES, st.lists(NAMES.filter(bool), max_size=4))
def test_what_is_refused_with_any_places_taken_out_is_looked_at(name: str, places: list[str]) -> None:
    if refusals(name, places):
        assert may_be_refused(name)


@pytest.mark.parametrize("name", ["第一师范县双拥办", "三连冠县", "第二旅馆陶县"])
def test_the_name_of_a_place_is_no_excuse_for_the_unit_before_it(name: str) -> None:
    assert refusals(name) == [] and may_be_refused(name)
    assert refusals(name, with_short_names({"范县", "冠县", "馆陶县"})) == [TRUE_DESIGNATION]


@pytest.mark.parametrize(
    ("name", "queries"),
    [("海军乌海舰", 0), ("958家企业", 0), ("八一小学", 0), ("空军某部队", 0), ("湖南第一师范学院", 2)],
)
def test_places_are_asked_for_only_where_a_unit_may_be_meant(
    db: None, django_assert_num_queries: Any, name: str, queries: int
) -> None:
    with django_assert_num_queries(queries):
        validate_public_name(name)
