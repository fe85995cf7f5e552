import csv
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command

from honors.models import Place, PlaceName
from honors.places import load_places
from honors.querysets import Level

RECORDS = Path(settings.BASE_DIR) / "portal" / "demonstration" / "data"
HEADER = "code,name,kind,level,parent_code\n"
INNER_MONGOLIA = "150000,内蒙古自治区,autonomous_region,province,\n"
WUHAI = "150300,乌海市,prefecture_city,prefecture,150000\n"


def rows_file(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "places.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def test_every_level_is_there(places: dict[str, int]) -> None:
    assert places == {"created": 3209, "updated": 0, "unchanged": 0}
    assert Place.objects.provinces().count() == 34
    assert Place.objects.filter(level=Level.PREFECTURE).count() == 333
    assert Place.objects.filter(level=Level.COUNTY).count() == 2842


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


def test_national_records_resolve_to_one_place(places: dict[str, int]) -> None:
    with (RECORDS / "honors_national.csv").open(encoding="utf-8-sig", newline="") as file:
        named = [(row["province"], row["place"]) for row in csv.DictReader(file)]
    hits = {key: Place.objects.named(*key).count() for key in set(named)}
    assert len(named) == 334
    # Two former names and one name with its prefecture; the honor rolls bring the former names.
    assert {key for key in named if hits[key] != 1} == {
        ("陕西省", "神木县"),
        ("福建省", "长乐市"),
        ("四川省", "雅安市雨城区"),
    }
    assert max(hits.values()) == 1


def test_named_finds_former_names(places: dict[str, int]) -> None:
    shenmu = Place.objects.named("陕西省", "神木市").get()
    PlaceName.objects.create(place=shenmu, name="神木县")
    PlaceName.objects.create(place=shenmu, name="神木县", code="610821")
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
    assert Place.objects.filter(code="150600").all_names() == {"鄂尔多斯市"}


def test_loading_again_changes_nothing(places: dict[str, int]) -> None:
    before = list(Place.objects.values())
    assert load_places() == {"created": 0, "updated": 0, "unchanged": 3209}
    assert list(Place.objects.values()) == before


def test_loading_repairs_a_changed_row_and_keeps_what_the_file_does_not_say(places: dict[str, int]) -> None:
    Place.objects.filter(code="150300").update(name="写错的市", abolished_on="2030-01-01")
    assert load_places() == {"created": 0, "updated": 1, "unchanged": 3208}
    wuhai = Place.objects.get(code="150300")
    assert wuhai.name == "乌海市"
    assert str(wuhai.abolished_on) == "2030-01-01"


def test_loading_moves_counties_with_their_prefecture(db: None, tmp_path: Path) -> None:
    ningxia = "640000,宁夏回族自治区,autonomous_region,province,\n"
    county = "150302,海勃湾区,district,county,150300\n"
    load_places(rows_file(tmp_path, INNER_MONGOLIA, ningxia, WUHAI, county))
    report = load_places(
        rows_file(tmp_path, INNER_MONGOLIA, ningxia, WUHAI.replace(",150000", ",640000"), county)
    )
    assert report == {"created": 0, "updated": 2, "unchanged": 2}
    assert Place.objects.get(code="150302").full_name == "宁夏回族自治区乌海市海勃湾区"


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("150302,海勃湾区,district,town,150300\n", ValueError),
        ("150302,海勃湾区,district,county,159900\n", KeyError),
        ("150302,海勃湾区,district,prefecture,150300\n", ValidationError),
        ("150302,海勃湾区,district,county,\n", ValidationError),
    ],
)
def test_a_bad_row_writes_nothing(db: None, tmp_path: Path, row: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        load_places(rows_file(tmp_path, INNER_MONGOLIA, WUHAI, row))
    assert not Place.objects.exists()


def test_command_prints_its_report(db: None) -> None:
    output = StringIO()
    call_command("load_places", stdout=output)
    assert output.getvalue() == "行政区划：新增 3209，更新 0，未变 0。\n"
    call_command("load_places", stdout=output)
    assert output.getvalue().endswith("行政区划：新增 0，更新 0，未变 3209。\n")
