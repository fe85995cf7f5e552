import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from honors.models import Place
from honors.places import load_places


@pytest.fixture
def office(client: Client, db: None) -> Client:
    client.force_login(get_user_model().objects.create_superuser("office"))
    return client


def found(office: Client, term: str) -> list[str]:
    """What the autocomplete of a place's parent offers for a term."""
    query = {"term": term, "app_label": "honors", "model_name": "place", "field_name": "parent"}
    return [result["text"] for result in office.get(reverse("admin:autocomplete"), query).json()["results"]]


def test_places_are_found_by_name_former_name_and_code(office: Client, places: dict[str, int]) -> None:
    assert found(office, "乌海") == ["内蒙古自治区乌海市"]
    assert found(office, "神木县") == ["陕西省榆林市神木市"]
    assert found(office, "150303") == ["内蒙古自治区乌海市海南区"]
    assert found(office, "whs")[0] == "内蒙古自治区乌海市"
    assert found(office, "烏海") == found(office, "Wu Hai") == ["内蒙古自治区乌海市"]
    assert found(office, "无此地") == []
    assert found(office, "鼓楼区") == [place.full_name for place in Place.objects.filter(name="鼓楼区")]


def test_the_list_asks_the_same_number_of_queries_for_any_number_of_places(
    office: Client, places: dict[str, int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = reverse("admin:honors_place_changelist")
    office.get(url)
    for query in ({"q": "150300"}, {"level__exact": "prefecture"}):
        with django_assert_num_queries(7):
            response = office.get(url, query)
        assert response.status_code == 200


def test_a_place_and_its_former_name_are_entered(office: Client, db: None) -> None:
    province = Place.objects.create(
        code="150000", name="内蒙古自治区", kind="autonomous_region", level="province"
    )
    form = {
        "code": "150300",
        "name": "乌海市",
        "kind": "prefecture_city",
        "level": "prefecture",
        "parent": str(province.pk),
        "abolished_precision": "day",
        "former_names-TOTAL_FORMS": "1",
        "former_names-INITIAL_FORMS": "0",
        "former_names-0-name": "旧名",
        "former_names-0-until_precision": "day",
        "former_names-0-since": "2017-01-01",
        "former_names-0-until": "2016-01-01",
    }
    url = reverse("admin:honors_place_add")
    assert "停用日期不能早于启用日期。" in office.post(url, form).content.decode()
    assert "地级的上级是省级" in office.post(url, {**form, "parent": ""}).content.decode()
    assert not Place.objects.filter(code="150300").exists()

    assert office.post(url, {**form, "former_names-0-until": "2018-01-01"}).status_code == 302
    place = Place.objects.get(code="150300")
    assert (place.province, place.former_names.get().name) == (province, "旧名")


def test_pinyin_changed_by_an_editor_outlives_the_next_load(office: Client, places: dict[str, int]) -> None:
    wuhai = Place.objects.get(code="150300")
    url = reverse("admin:honors_place_change", args=[wuhai.pk])
    form = {
        **{name: getattr(wuhai, name) for name in ("code", "name", "kind", "level", "pinyin", "initials")},
        "parent": str(wuhai.parent_id),
        "abolished_precision": "day",
        "former_names-TOTAL_FORMS": "0",
        "former_names-INITIAL_FORMS": "0",
    }
    assert "拼音只用小写字母" in office.post(url, {**form, "pinyin": "Wu Hai"}).content.decode()
    assert office.post(url, form).status_code == 302
    assert not Place.objects.get(code="150300").pinyin_by_hand
    assert office.post(url, {**form, "pinyin": "wuhae"}).status_code == 302
    load_places()
    wuhai.refresh_from_db()
    assert (wuhai.pinyin, wuhai.pinyin_by_hand) == ("wuhae", True)
    assert office.post(url, {**form, "pinyin": "wuhae"}).status_code == 302  # the box is unticked
    load_places()
    wuhai.refresh_from_db()
    assert (wuhai.pinyin, wuhai.pinyin_by_hand) == ("wuhaishi", False)


def test_a_source_needs_its_precision(office: Client, db: None) -> None:
    url = reverse("admin:honors_source_add")
    form = {"name": "某报", "kind": "media", "date": "2025-04-23", "identified": "on"}
    assert "日期和日期精度须同时填写。" in office.post(url, form).content.decode()
    assert office.post(url, {**form, "date_precision": "day"}).status_code == 302
    assert "某报" in office.get(reverse("admin:honors_source_changelist")).content.decode()


def test_places_that_were_searched_for_can_be_deleted(office: Client, places: dict[str, int]) -> None:
    zhabei = Place.objects.get(name="闸北区")
    url = reverse("admin:honors_place_changelist") + "?q=闸北"
    act = {"action": "delete_selected", "_selected_action": [str(zhabei.pk)], "post": "yes"}
    assert office.post(url, act).status_code == 302
    assert not Place.objects.filter(name="闸北区").exists()
