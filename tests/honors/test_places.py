from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from honors.models import Place, PlaceName
from honors.places import load_places
from honors.querysets import Level

HEADERS = {
    "places.csv": "code,name,kind,level,parent_code,pinyin,initials\n",
    "abolished_places.csv": "code,name,kind,level,parent_code,abolished,successor_code,pinyin,initials\n",
    "former_names.csv": "place_code,name,code,until,basis\n",
}
INNER_MONGOLIA = "150000,内蒙古自治区,autonomous_region,province,,neimengguzizhiqu,nmgzzq\n"
WUHAI = "150300,乌海市,prefecture_city,prefecture,150000,wuhaishi,whs\n"
HAIBOWAN = "150302,海勃湾区,district,county,150300,haibowanqu,hbwq\n"
# 3,209 places of today, 49 that went up in others, 645 former names.
ALL = 3209 + 49 + 645


def files(folder: Path, *places: str, abolished: str = "", former: str = "") -> Path:
    rows = {"places.csv": "".join(places), "abolished_places.csv": abolished, "former_names.csv": former}
    for name, header in HEADERS.items():
        (folder / name).write_text(header + rows[name], encoding="utf-8")
    return folder


def test_every_level_is_there(places: dict[str, int]) -> None:
    assert places == {"created": ALL, "updated": 0, "unchanged": 0}
    living = Place.objects.filter(abolished_on=None)
    assert living.provinces().count() == 34
    assert living.filter(level=Level.PREFECTURE).count() == 333
    assert living.filter(level=Level.COUNTY).count() == 2842
    assert Place.objects.exclude(abolished_on=None).count() == 49
    assert PlaceName.objects.count() == 645


def test_provincial_units_are_all_of_china(places: dict[str, int]) -> None:
    names = set(Place.objects.provinces().values_list("name", flat=True))
    assert {"台湾省", "香港特别行政区", "澳门特别行政区", "内蒙古自治区", "重庆市", "广东省"} <= names
    kinds = list(Place.objects.provinces().values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "province": 23,
        "autonomous_region": 5,
        "municipality": 4,
        "special_administrative_region": 2,
    }


def test_known_places(places: dict[str, int]) -> None:
    expected = {
        "150300": ("内蒙古自治区乌海市", "prefecture_city"),
        "150600": ("内蒙古自治区鄂尔多斯市", "prefecture_city"),
        "150622": ("内蒙古自治区鄂尔多斯市准格尔旗", "banner"),
        "150722": ("内蒙古自治区呼伦贝尔市莫力达瓦达斡尔族自治旗", "autonomous_banner"),
        "152500": ("内蒙古自治区锡林郭勒盟", "league"),
        "231202": ("黑龙江省绥化市北林区", "district"),
        "232700": ("黑龙江省大兴安岭地区", "prefecture"),
        "320106": ("江苏省南京市鼓楼区", "district"),
        "419001": ("河南省济源市", "county_city"),
        "429021": ("湖北省神农架林区", "forestry_district"),
        "441900": ("广东省东莞市", "prefecture_city"),
        "500229": ("重庆市城口县", "county"),
        "520203": ("贵州省六盘水市六枝特区", "special_district"),
        "659001": ("新疆维吾尔自治区石河子市", "county_city"),
    }
    found = Place.objects.filter(code__in=expected).select_related("province", "prefecture")
    assert {place.code: (place.full_name, place.kind) for place in found} == expected


def test_rows_that_only_hold_others_are_no_places(places: dict[str, int]) -> None:
    virtual = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"]
    assert not Place.objects.filter(name__in=virtual).exists()


def test_cities_without_counties_stand_once(places: dict[str, int]) -> None:
    cities = Place.objects.filter(name__in=["东莞市", "中山市", "儋州市", "嘉峪关市"])
    assert [(city.code, city.level) for city in cities] == [
        ("441900", "prefecture"),
        ("442000", "prefecture"),
        ("460400", "prefecture"),
        ("620200", "prefecture"),
    ]
    assert not Place.objects.filter(parent__in=cities).exists()


def test_named_finds_former_names(places: dict[str, int]) -> None:
    shenmu = Place.objects.named("陕西省", "神木市").get()
    PlaceName.objects.create(place=shenmu, name="神木县", code="612722")
    assert list(Place.objects.named("陕西省", "神木县")) == [shenmu]
    assert not Place.objects.named("山西省", "神木县").exists()


def test_named_returns_all_namesakes(places: dict[str, int]) -> None:
    assert [place.full_name for place in Place.objects.named("江苏省", "鼓楼区")] == [
        "江苏省南京市鼓楼区",
        "江苏省徐州市鼓楼区",
    ]


def test_named_finds_the_provincial_unit_itself(places: dict[str, int]) -> None:
    assert Place.objects.named("重庆市", "重庆市").get().code == "500000"


def test_all_names_hold_former_names_of_these_places_only(places: dict[str, int]) -> None:
    wuhai = Place.objects.get(code="150300")
    PlaceName.objects.create(place=wuhai, name="旧名甲市")
    assert Place.objects.filter(pk=wuhai.pk).all_names() == {"乌海市", "旧名甲市"}
    assert Place.objects.filter(code="150600").all_names() == {"鄂尔多斯市", "伊克昭盟"}


def test_loading_again_changes_nothing(places: dict[str, int]) -> None:
    before = list(Place.objects.values())
    assert load_places() == {"created": 0, "updated": 0, "unchanged": ALL}
    assert list(Place.objects.values()) == before


def test_loading_repairs_a_changed_row_and_keeps_what_the_file_does_not_say(places: dict[str, int]) -> None:
    Place.objects.filter(code="150300").update(name="写错的市", abolished_on="2030-01-01")
    assert load_places() == {"created": 0, "updated": 1, "unchanged": ALL - 1}
    wuhai = Place.objects.get(code="150300")
    assert wuhai.name == "乌海市"
    assert str(wuhai.abolished_on) == "2030-01-01"


def test_loading_moves_counties_with_their_prefecture(db: None, tmp_path: Path) -> None:
    ningxia = "640000,宁夏回族自治区,autonomous_region,province,,ningxiahuizuzizhiqu,nxhzzzq\n"
    load_places(files(tmp_path, INNER_MONGOLIA, ningxia, WUHAI, HAIBOWAN))
    moved = WUHAI.replace(",150000", ",640000")
    report = load_places(files(tmp_path, INNER_MONGOLIA, ningxia, moved, HAIBOWAN))
    assert report == {"created": 0, "updated": 2, "unchanged": 2}
    assert Place.objects.get(code="150302").full_name == "宁夏回族自治区乌海市海勃湾区"


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (HAIBOWAN.replace("county", "town"), ValueError),
        (HAIBOWAN.replace("150300", "159900"), KeyError),
        (HAIBOWAN.replace("county", "prefecture"), ValidationError),
        (HAIBOWAN.replace("150300", ""), ValidationError),
    ],
)
def test_a_bad_row_writes_nothing(db: None, tmp_path: Path, row: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        load_places(files(tmp_path, INNER_MONGOLIA, WUHAI, row))
    assert not Place.objects.exists()


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ({"former": "159999,某地,,2001,known\n"}, KeyError),
        ({"former": "150300,某地,,21世纪,known\n"}, ValueError),
        ({"abolished": "150399,某区,district,county,150300,2001,159999,mouqu,mq\n"}, KeyError),
        ({"abolished": "150399,某区,district,county,150300,,150302,mouqu,mq\n"}, ValueError),
    ],
)
def test_a_bad_row_of_the_past_writes_nothing(
    db: None, tmp_path: Path, rows: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        load_places(files(tmp_path, INNER_MONGOLIA, WUHAI, HAIBOWAN, **rows))
    assert not Place.objects.exists()
    assert not PlaceName.objects.exists()


def test_renamed_places_keep_their_old_names(places: dict[str, int]) -> None:
    shenmu = PlaceName.objects.get(place__code="610881", name="神木县")
    assert (shenmu.code, shenmu.until, shenmu.until_precision) == ("610821", date(2017, 1, 1), "year")
    names = PlaceName.objects.filter(place__code="350112").values_list("name", "code")
    assert set(names) == {("长乐县", "350126"), ("长乐市", "350182")}
    assert PlaceName.objects.get(name="楚州区").until is None


def test_abolished_places_lead_to_their_successors(places: dict[str, int]) -> None:
    zhabei = Place.objects.get(name="闸北区")
    assert zhabei.full_name == "上海市闸北区"
    assert (zhabei.abolished_on, zhabei.abolished_precision) == (date(2015, 1, 1), "year")
    assert str(zhabei.successor) == "上海市静安区"
    assert not Place.objects.exclude(abolished_on=None).filter(successor__abolished_on__isnull=False).exists()


def test_no_former_name_is_the_name_of_a_city_above(places: dict[str, int]) -> None:
    """Else 丽水市 of 浙江省 would mean two places, its prefecture and the county that once bore the name."""
    for former in PlaceName.objects.filter(place__level=Level.COUNTY).select_related("place__province"):
        upper = Place.objects.exclude(level=Level.COUNTY).named(str(former.place.province), former.name)
        assert not upper.exists(), former


def test_loading_keeps_pinyin_set_by_hand(places: dict[str, int]) -> None:
    wuhai = Place.objects.filter(code="150300")
    wuhai.update(pinyin="wuhae", initials="wh", pinyin_by_hand=True)
    assert load_places() == {"created": 0, "updated": 0, "unchanged": ALL}
    assert wuhai.get().pinyin == "wuhae"
    wuhai.update(pinyin_by_hand=False)
    assert load_places() == {"created": 0, "updated": 1, "unchanged": ALL - 1}
    assert (wuhai.get().pinyin, wuhai.get().initials) == ("wuhaishi", "whs")


def test_loading_keeps_what_an_editor_said_of_a_former_name(places: dict[str, int]) -> None:
    chuzhou = PlaceName.objects.filter(name="楚州区")
    chuzhou.update(until="2012-01-31")
    assert load_places()["unchanged"] == ALL
    assert chuzhou.get().until == date(2012, 1, 31)


def test_command_prints_its_report(db: None) -> None:
    output = StringIO()
    call_command("load_places", stdout=output)
    assert output.getvalue() == f"行政区划：新增 {ALL}，更新 0，未变 0。\n"
    call_command("load_places", stdout=output)
    assert output.getvalue().endswith(f"行政区划：新增 0，更新 0，未变 {ALL}。\n")
