import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from honors.models import Place, PlaceName, Source
from honors.querysets import Level


@pytest.fixture
def province(db: None) -> Place:
    return Place.objects.create(
        code="150000", name="内蒙古自治区", kind="autonomous_region", level=Level.PROVINCE
    )


@pytest.fixture
def prefecture(province: Place) -> Place:
    return Place.objects.create(
        code="150300", name="乌海市", kind="prefecture_city", level=Level.PREFECTURE, parent=province
    )


@pytest.fixture
def county(prefecture: Place) -> Place:
    return Place.objects.create(
        code="150302", name="海勃湾区", kind="district", level=Level.COUNTY, parent=prefecture
    )


def refused(constraint: str, place: Place, **values: Any) -> None:
    """The database itself refuses the values, whoever writes them."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Place.objects.filter(pk=place.pk).update(**values)


def test_ancestors_are_derived(province: Place, prefecture: Place, county: Place) -> None:
    assert (province.province, province.prefecture) == (None, None)
    assert (prefecture.province, prefecture.prefecture) == (province, None)
    assert (county.province, county.prefecture) == (province, prefecture)


def test_a_county_may_lie_directly_in_the_province(province: Place) -> None:
    county = Place.objects.create(
        code="150999", name="直辖县", kind="county", level=Level.COUNTY, parent=province
    )
    assert (county.province, county.prefecture) == (province, None)


def test_a_moved_prefecture_takes_its_counties_along(prefecture: Place, county: Place) -> None:
    other = Place.objects.create(
        code="640000", name="宁夏回族自治区", kind="autonomous_region", level=Level.PROVINCE
    )
    prefecture.parent = other
    prefecture.save(update_fields=["parent"])
    prefecture.refresh_from_db()
    county.refresh_from_db()
    assert prefecture.province == county.province == other
    assert county.prefecture == prefecture


@pytest.mark.parametrize(
    ("level", "parent_code"),
    [
        (Level.PROVINCE, "150000"),
        (Level.PREFECTURE, None),
        (Level.PREFECTURE, "150300"),
        (Level.COUNTY, None),
        (Level.COUNTY, "150302"),
        ("town", "150302"),
    ],
)
def test_no_place_lies_in_a_parent_of_the_wrong_level(
    county: Place, level: str, parent_code: str | None
) -> None:
    parent = Place.objects.get(code=parent_code) if parent_code else None
    place = Place(code="159999", name="某地", kind="county", level=level, parent=parent)
    with pytest.raises(ValidationError, match="省级没有上级"):
        place.full_clean()
    with pytest.raises(ValidationError, match="省级没有上级"):
        place.save()


@pytest.mark.parametrize("code", ["", "15030", "1503000", "050300", "15030x", "１５０３００", "150300\n"])
def test_codes_have_six_digits(prefecture: Place, code: str) -> None:
    with pytest.raises(ValidationError):
        Place(
            code=code, name="某市", kind="prefecture_city", level=Level.PREFECTURE, parent=prefecture.parent
        ).full_clean()
    # PostgreSQL refuses seven characters by the column's type already.
    constraint = "honors_place_code_has_six_digits"
    if connection.vendor == "postgresql" and len(code) > 6:
        with pytest.raises(Exception, match="character varying"), transaction.atomic():
            Place.objects.filter(pk=prefecture.pk).update(code=code)
    else:
        refused(constraint, prefecture, code=code)


def test_codes_are_unique(prefecture: Place, county: Place) -> None:
    refused("code", county, code=prefecture.code)


def test_a_place_without_its_ancestors_is_refused(province: Place, prefecture: Place, county: Place) -> None:
    refused("lies_in_its_parent", prefecture, parent=None)
    refused("lies_in_its_parent", county, province=None)
    refused("lies_in_its_parent", province, parent=prefecture)


def test_only_counties_belong_to_a_prefecture(prefecture: Place, county: Place) -> None:
    refused("prefecture_only_for_counties", prefecture, prefecture=prefecture)


def test_a_successor_follows_an_abolished_place_only(prefecture: Place, county: Place) -> None:
    refused("successor_of_abolished", county, successor=prefecture)
    refused("successor_of_abolished", county, successor=county, abolished_on="2020-01-01")
    county.successor = prefecture
    with pytest.raises(ValidationError, match="填写“并入”时须填写撤销日期"):
        county.full_clean()
    county.abolished_on = datetime.date(2020, 1, 1)
    county.full_clean()
    county.save()
    assert list(prefecture.predecessors.all()) == [county]


def test_two_living_places_of_one_name_in_one_parent_are_refused(prefecture: Place, county: Place) -> None:
    twin = Place(code="150399", name="海勃湾区", kind="district", level=Level.COUNTY, parent=prefecture)
    with pytest.raises(ValidationError, match="同一上级之下已有同名的地方"):
        twin.full_clean()
    Place.objects.filter(pk=county.pk).update(abolished_on="2020-01-01")
    twin.full_clean()
    twin.save()
    refused("parent_id|name_unique_in_parent", county, abolished_on=None)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"since": "2017-01-01", "until": "2016-12-31"}, "until_after_since"),
        ({"code": "12345"}, "code_has_six_digits"),
        ({"name": "旧名"}, "place_id|once_per_place"),
    ],
)
def test_former_names_are_kept_sane(county: Place, values: dict[str, str], constraint: str) -> None:
    PlaceName.objects.create(place=county, name="旧名")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PlaceName.objects.create(**{"place": county, "name": "更旧名", **values})


def test_a_former_name_may_last_a_day_and_come_with_another_code(county: Place) -> None:
    PlaceName.objects.create(place=county, name="旧名", since="2017-01-01", until="2017-01-01")
    PlaceName.objects.create(place=county, name="旧名", code="150399")
    assert county.former_names.count() == 2


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"date": datetime.date(2025, 4, 23)}, "date_has_precision"),
        ({"date_precision": "day"}, "date_has_precision"),
        ({"identified": False, "url": "https://example.gov.cn/a.html"}, "unidentified_has_no_address"),
        ({"identified": False, "document_no": "某发〔2025〕1号"}, "unidentified_has_no_address"),
    ],
)
def test_sources_are_kept_sane(db: None, values: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Source.objects.create(**{"name": "某报", "kind": "media", **values})
    with pytest.raises(ValidationError):
        Source(**{"name": "某报", "kind": "media", **values}).full_clean()


@pytest.mark.parametrize("url", ["www.example.gov.cn", "javascript:alert(1)", "ftp://example.gov.cn/a"])
def test_a_source_has_a_web_address_or_none(db: None, url: str) -> None:
    with pytest.raises(ValidationError, match="请填写以 http"):
        Source(name="某报", kind="media", url=url).full_clean()
    Source(name="某报", kind="media", url="http://example.gov.cn/a.html").full_clean()


def test_an_unidentified_source_reads_as_to_be_found(db: None) -> None:
    source = Source.objects.create(name="当地报道", kind="other", identified=False)
    assert source.public_name == "来源待补"
    source.identified = True
    assert source.public_name == "当地报道"


def test_a_source_shows_its_date_only_as_far_as_it_is_known(db: None) -> None:
    source = Source.objects.create(
        name="某报", kind="media", date=datetime.date(2025, 4, 23), date_precision="month"
    )
    source.refresh_from_db()
    assert source.date == datetime.date(2025, 4, 1)
    assert str(source) == "某报（2025年4月）"
