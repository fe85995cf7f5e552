"""Finding places: the one that a record means, and those that a visitor may mean."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoAssertNumQueries

from honors.models import Place, PlaceName
from honors.places import AmbiguousPlace, PlaceNotFound, resolve

RECORDS = Path(settings.BASE_DIR) / "portal" / "demonstration" / "data"


def column(file_name: str, place: str) -> Iterator[tuple[str, str]]:
    with (RECORDS / file_name).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row.get("province", ""), row[place]


def not_resolved(named: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    refused = {}
    for province, name in dict.fromkeys(named):
        try:
            resolve(province, name)
        except LookupError as error:
            refused[(province, name)] = str(error)
    return refused


@pytest.mark.parametrize(
    ("file_name", "place", "rows"),
    [
        ("honors_national.csv", "place", 334),
        ("honors_provincial.csv", "place", 29),
        ("honor_claims.csv", "place", 9),
        ("figures.csv", "place", 86),
        ("honors_units_people.csv", "region", 79),
        ("honors_coverage.csv", "province", 24),
    ],
)
def test_every_row_of_the_records_means_one_place(
    places: dict[str, int], file_name: str, place: str, rows: int
) -> None:
    named = list(column(file_name, place))
    assert len(named) == rows
    assert not_resolved(named) == {}


def test_every_city_of_the_partnerships_means_one_place_but_for_a_pair(places: dict[str, int]) -> None:
    named = list(column("partnerships.csv", "city"))
    assert len(named) == 50
    assert list(not_resolved(named)) == [("", "常州市/延安市")]


@pytest.mark.parametrize(
    ("arguments", "full_name"),
    [
        (("陕西省", "神木县"), "陕西省榆林市神木市"),
        (("福建省", "长乐市"), "福建省福州市长乐区"),
        (("湖北省", "监利县"), "湖北省荆州市监利市"),
        (("四川省", "雅安市雨城区"), "四川省雅安市雨城区"),
        (("湖北省", "武汉市武昌区"), "湖北省武汉市武昌区"),
        (("", "肇庆市鼎湖区"), "广东省肇庆市鼎湖区"),
        (("", "上海市徐汇区"), "上海市徐汇区"),
        (("", "洛阳市偃师市"), "河南省洛阳市偃师区"),
        (("", "江苏省南京市鼓楼区"), "江苏省南京市鼓楼区"),
        (("湖北省", "襄樊市襄阳区"), "湖北省襄阳市襄州区"),
        (("内蒙古自治区", "伊克昭盟"), "内蒙古自治区鄂尔多斯市"),
        (("江苏省", "鼓楼区", "徐州市"), "江苏省徐州市鼓楼区"),
        (("江苏省", "徐州市鼓楼区", "徐州市"), "江苏省徐州市鼓楼区"),
        (("河北省", "桥西区", "张家口市"), "河北省张家口市桥西区"),
        (("江苏省", "淮安区", "淮阴市"), "江苏省淮安市淮安区"),
        (("上海市", "闸北区"), "上海市闸北区"),
        (("吉林省", "吉林市"), "吉林省吉林市"),
        (("重庆市", "重庆市"), "重庆市"),
        (("广东省", "东莞市"), "广东省东莞市"),
        (("广东省", "中山市"), "广东省中山市"),
        ((" 江苏省 ", "南京市\u3000鼓楼区\n"), "江苏省南京市鼓楼区"),
    ],
)
def test_a_name_means_one_place(places: dict[str, int], arguments: tuple[str, ...], full_name: str) -> None:
    assert resolve(*arguments).full_name == full_name


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("江苏省", "鼓楼区"), ["320106", "320302"]),
        (("", "江苏省鼓楼区"), ["320106", "320302"]),
        (("河北省", "桥西区"), ["130104", "130503", "130703"]),
    ],
)
def test_several_places_of_one_name_are_refused_with_their_codes(
    places: dict[str, int], arguments: tuple[str, ...], codes: list[str]
) -> None:
    with pytest.raises(AmbiguousPlace) as refusal:
        resolve(*arguments)
    assert [place.code for place in refusal.value.candidates] == codes
    for place in refusal.value.candidates:
        assert f"{place.full_name}（{place.code}）" in str(refusal.value)


def test_the_refusal_of_a_namesake_says_what_to_do(places: dict[str, int]) -> None:
    with pytest.raises(AmbiguousPlace) as refusal:
        resolve("江苏省", "鼓楼区")
    assert str(refusal.value) == (
        "江苏省有 2 个地方叫或曾叫“鼓楼区”，请写明所在地级："
        "江苏省南京市鼓楼区（320106）、江苏省徐州市鼓楼区（320302）。"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("内蒙古自治区", "无此旗"), "内蒙古自治区没有名为“无此旗”的地方"),
        (("内蒙古", "乌海市"), "没有名为“内蒙古”的省级地方"),
        (("山西省", "神木县"), "山西省没有名为“神木县”"),
        (("江苏省", "鼓楼区", "苏州市"), "江苏省苏州市没有名为“鼓楼区”"),
        (("江苏省", "南京市鼓楼区", "徐州市"), "江苏省徐州市没有名为“南京市鼓楼区”"),
        (("江苏省", "南京市海勃湾区"), "江苏省没有名为“南京市海勃湾区”"),
        (("江苏省", "鼓楼"), "江苏省没有名为“鼓楼”"),
        (("", ""), "全国没有名为“”"),
        (("", "市" * 5000), "全国没有名为"),
    ],
)
def test_what_is_not_there_is_refused(
    places: dict[str, int], arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises(PlaceNotFound, match=message):
        resolve(*arguments)


def test_a_name_that_is_there_costs_one_query(
    places: dict[str, int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        resolve("陕西省", "神木县").full_name  # noqa: B018 -- reads the ancestors
    with django_assert_num_queries(4):
        resolve("四川省", "雅安市雨城区").full_name  # noqa: B018


@pytest.mark.parametrize(
    ("text", "full_name"),
    [
        ("乌海", "内蒙古自治区乌海市"),
        ("烏海市", "内蒙古自治区乌海市"),
        ("廈門", "福建省厦门市"),
        ("臺灣", "台湾省"),
        ("神木县", "陕西省榆林市神木市"),
        ("神木縣", "陕西省榆林市神木市"),
        ("wuhai", "内蒙古自治区乌海市"),
        ("Wū Hǎi", "内蒙古自治区乌海市"),
        ("whs", "内蒙古自治区乌海市"),
        ("dong'e", "山东省聊城市东阿县"),
        ("Lǚliáng", "山西省吕梁市"),
        ("lueyang", "陕西省汉中市略阳县"),
        ("１５０３００", "内蒙古自治区乌海市"),
        ("610821", "陕西省榆林市神木市"),
        ("150 303", "内蒙古自治区乌海市海南区"),
    ],
)
def test_a_visitor_finds_a_place(places: dict[str, int], text: str, full_name: str) -> None:
    assert full_name in [place.full_name for place in Place.objects.matching(text)]


@pytest.mark.parametrize("text", ["ehai", "hai乌", "6108219", "无此地", "%", "_", "'", "wuhai市"])
def test_a_visitor_finds_nothing(places: dict[str, int], text: str) -> None:
    assert not Place.objects.matching(text).exists()


def test_searching_names_no_place_twice(places: dict[str, int]) -> None:
    found = list(Place.objects.matching("长乐"))
    assert [place.code for place in found] == ["350112"]
    assert list(Place.objects.matching("3501")) == list(dict.fromkeys(Place.objects.matching("3501")))


def test_an_empty_search_narrows_nothing(places: dict[str, int]) -> None:
    assert Place.objects.matching(" \u3000").count() == Place.objects.count()


def test_a_whole_code_means_the_place_that_bears_it_today(places: dict[str, int]) -> None:
    """421024 is 江陵县 now and was 松滋市: an export by code must not hold the rows of both."""
    assert PlaceName.objects.filter(code="421024").exists()
    assert [place.name for place in Place.objects.matching("421024")] == ["江陵县"]
