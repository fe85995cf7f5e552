from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from honors.models import Award, Claim, Place, Recipient, RollSheet, Round, Standing
from honors.places import load_places
from tests.desk import logged_in, page, sent_by_browser, told
from tests.honors.rolls import make_place, make_province, make_round, make_sheet, make_source, make_title
from tests.makers import approve, revision


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


# --- The record --------------------------------------------------------------------------------------------

SHEETS = ("view_rollsheet", "add_rollsheet", "change_rollsheet", "delete_rollsheet")


def form_of_sheet(one: Round, **fields: Any) -> dict[str, Any]:
    return {"round": one.pk, "scope": "", "basis": "list", "source": make_source().pk, "note": "", **fields}


def lines(*filled: dict[str, Any], title: str = "全国双拥模范城（县）", total: int = 10) -> dict[str, Any]:
    """The empty lines below a sheet's form as a browser sends them back, some of them filled in."""
    data: dict[str, Any] = {"evidence-TOTAL_FORMS": str(total), "evidence-INITIAL_FORMS": "0"}
    for number in range(total):
        line = {"holder": "", "name_printed": "", "title_printed": title, "quote": ""}
        line |= filled[number] if number < len(filled) else {}
        data |= {f"evidence-{number}-{name}": value for name, value in line.items()}
    return data


def test_a_sheet_is_entered_in_two_steps_by_whoever_sends_it(db: None) -> None:
    one, wuhai, baotou = make_round(), make_place(), make_place("150200", "包头市")
    client = logged_in("clerk", *SHEETS)
    response = client.post(reverse("admin:honors_rollsheet_add"), form_of_sheet(one, entered_by="1"))
    sheet = RollSheet.objects.get()
    url = reverse("admin:honors_rollsheet_change", args=[sheet.pk])
    assert (response.url, sheet.entered_by.username) == (url, "clerk")
    shown = client.get(url).content.decode()
    assert 'value="全国双拥模范城（县）"' in shown and "admin-autocomplete" in shown
    typed = lines({"holder": wuhai.pk}, {"holder": baotou.pk, "name_printed": "包头", "quote": "原话"})
    assert client.post(url, {**form_of_sheet(one), **typed}).status_code == 302
    rows = [(row.name_printed, row.title_printed, row.quote) for row in sheet.evidence.all()]
    assert rows == [
        ("乌海市", "全国双拥模范城（县）", ""),
        ("包头", "全国双拥模范城（县）", "原话"),
    ]
    assert {row.entered_by.username for row in sheet.evidence.all()} == {"clerk"}
    assert not Award.objects.public().exists()


def test_who_only_enters_rows_leaves_the_head_unchanged(db: None) -> None:
    sheet = make_sheet(make_round(), make_place(), verified=False)
    before = sheet.history.count()
    client = logged_in("other", *SHEETS)
    url = reverse("admin:honors_rollsheet_change", args=[sheet.pk])
    typed = lines({"holder": make_place("150200", "包头市").pk})
    assert client.post(url, {**form_of_sheet(sheet.round), **typed}).status_code == 302
    assert sheet.history.count() == before
    assert sheet.evidence.last().entered_by.username == "other"
    assert page(client, "honors_rollsheet_history", sheet.pk).status_code == 200


def test_wrong_lines_come_back_with_their_reasons_and_nothing_is_entered(db: None) -> None:
    sheet, place = make_sheet(make_round(), make_place(), verified=False), make_place("150200", "包头市")
    client = logged_in("clerk", *SHEETS)
    url, form = reverse("admin:honors_rollsheet_change", args=[sheet.pk]), form_of_sheet(sheet.round)
    for typed, said in (
        (lines({"holder": make_place().pk}), "“内蒙古自治区乌海市”已经在这张名单上。"),
        (lines({"holder": place.pk}, {"holder": place.pk}), "“内蒙古自治区包头市”已经在这张名单上。"),
        (lines({"name_printed": "某市"}), "请选择。"),
        (lines({"holder": place.pk, "title_printed": ""}), "这个字段是必填项"),
        (lines({"holder": place.pk, "name_printed": "长" * 101}), "100"),
    ):
        assert said in client.post(url, {**form, **typed}).content.decode()
    assert sheet.evidence.count() == 1


def test_units_are_entered_under_a_title_for_units(db: None) -> None:
    title = make_title("units", name="爱国拥军模范单位", recipient_kind="unit", rounds_known=False)
    sheet = make_sheet(make_round(11, None, 2020, title), verified=False)
    unit = Recipient.objects.create(kind="unit", name="某图书馆")
    somebody = Recipient.objects.create(kind="person", name="某人")
    client = logged_in("clerk", *SHEETS)
    url, form = reverse("admin:honors_rollsheet_change", args=[sheet.pk]), form_of_sheet(sheet.round)
    refused = client.post(url, {**form, **lines({"holder": somebody.pk}, title=title.name)})
    assert refused.status_code == 200 and not sheet.evidence.exists()
    assert client.post(url, {**form, **lines({"holder": unit.pk}, title=title.name)}).status_code == 302
    assert sheet.evidence.get().award.recipient == unit


def test_a_complete_sheet_says_what_it_needs(db: None) -> None:
    client = logged_in("clerk", *SHEETS)
    url, form = reverse("admin:honors_rollsheet_add"), form_of_sheet(make_round(), complete="on")
    assert "完整名单须填写来源写明的个数" in client.post(url, form).content.decode()
    wrong = {**form, "basis": "report", "declared_count": "1"}
    assert "只有依据为“名单”的才能是完整名单" in client.post(url, wrong).content.decode()
    assert not RollSheet.objects.exists()


def test_the_round_of_a_sheet_with_rows_stays(db: None) -> None:
    sheet, other = make_sheet(make_round(), make_place(), verified=False), make_round(11, 9, 2020)
    client = logged_in("clerk", *SHEETS)
    url = reverse("admin:honors_rollsheet_change", args=[sheet.pk])
    assert client.post(url, {**form_of_sheet(other), **lines()}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.round != other


def test_what_nobody_verified_is_deleted_with_its_rows(db: None) -> None:
    kept = make_sheet(make_round(), make_place())
    sheet = make_sheet(make_round(), make_place(), make_place("150200", "包头市"), verified=False)
    client = logged_in("clerk", *SHEETS)
    assert "2 条" in page(client, "honors_rollsheet_delete", sheet.pk).content.decode()
    assert (
        logged_in("reader", "view_rollsheet")
        .post(reverse("admin:honors_rollsheet_delete", args=[sheet.pk]), {"post": "yes"})
        .status_code
        == 403
    )
    client.post(reverse("admin:honors_rollsheet_delete", args=[sheet.pk]), {"post": "yes"})
    assert list(RollSheet.objects.all()) == [kept] and Award.objects.count() == 1


def test_the_list_action_deletes_nothing_that_was_verified(db: None) -> None:
    verified = make_sheet(make_round(), make_place())
    sheet = make_sheet(make_round(), make_place("150200", "包头市"), verified=False)
    client, url = logged_in("clerk", *SHEETS), reverse("admin:honors_rollsheet_changelist")
    both = {"action": "delete_selected", "_selected_action": [verified.pk, sheet.pk], "post": "yes"}
    assert any("已经核验" in message for message in told(client.post(url, both, follow=True)))
    assert RollSheet.objects.count() == 2
    client.post(url, {**both, "_selected_action": [sheet.pk]})
    assert list(RollSheet.objects.all()) == [verified]


def test_awards_are_only_for_reading(db: None) -> None:
    make_sheet(make_round(), make_place())
    award = Award.objects.get()
    client = logged_in("reader", "view_award", "change_award", "add_award", "delete_award")
    shown = page(client, "honors_award_change", award.pk).content.decode()
    assert "乌海市" in shown and "已核验" in shown and "登记撤销" not in shown
    assert client.get(reverse("admin:honors_award_add")).status_code == 403
    url = reverse("admin:honors_award_change", args=[award.pk])
    assert client.post(url, {"state": "revoked"}).status_code == 403
    assert (
        client.post(reverse("admin:honors_award_delete", args=[award.pk]), {"post": "yes"}).status_code == 403
    )
    assert (
        "登记撤销"
        in page(
            logged_in("chief", "view_award", "verify_rollsheet"), "honors_award_change", award.pk
        ).content.decode()
    )
    assert page(client, "honors_award_history", award.pk).status_code == 200


@pytest.mark.parametrize("number", [1, 12])
def test_the_lists_of_the_record_cost_the_same_for_any_number(
    office: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for index in range(10, 10 + number):
        place = make_place(f"15{index}00", f"测试{index}市")
        make_sheet(make_round(), place)
        make_claim(place, 1)
    for name, queries in (("rollsheet", 10), ("award", 10), ("claim", 13), ("round", 9)):
        url = reverse(f"admin:honors_{name}_changelist")
        office.get(url)
        with django_assert_num_queries(queries, info=name):
            assert office.get(url).status_code == 200


def make_claim(place: Place, value: int, kind: str = "streak") -> Claim:
    return Claim.objects.create(
        place=place,
        title=make_title(),
        kind=kind,
        value=value,
        as_of=make_round(),
        quote=f"{value}连冠",
        source=make_source("某市报道"),
    )


def test_claims_show_their_verdict_with_its_reason(office: Client) -> None:
    place = make_place()
    make_sheet(make_round(11, 9, 2020), place)
    make_sheet(make_round(), place)
    claim = make_claim(place, 1)
    for shown in (page(office, "honors_claim_changelist"), page(office, "honors_claim_change", claim.pk)):
        assert "不符（不公开）：更早一届第十一届（2020年）也已命名" in shown.content.decode()
    assert "已证实" in page(office, "honors_claim_change", make_claim(place, 2).pk).content.decode()
    assert page(office, "honors_claim_add").status_code == 200


def test_rounds_and_titles_are_kept_and_standings_follow(office: Client) -> None:
    place = make_place()
    make_sheet(make_round(), place)
    title = make_title()
    shown = page(office, "honors_title_change", title.pk)
    assert "立即重新计算" in shown.content.decode()
    form = {**sent_by_browser(shown)}
    form.pop("rounds_known")
    assert office.post(reverse("admin:honors_title_change", args=[title.pk]), form).status_code == 302
    assert Standing.objects.get().line == ""
    draft = revision(make_round())
    form = sent_by_browser(page(office, "honors_round_change", draft.pk))
    answer = office.post(reverse("admin:honors_round_change", args=[draft.pk]), form)
    assert "请不填命名周期" in answer.content.decode()
    answer = office.post(reverse("admin:honors_round_change", args=[draft.pk]), {**form, "cycle": ""})
    assert answer.status_code == 302


def test_a_round_is_published_by_its_verb_and_never_by_the_clock(office: Client) -> None:
    one = make_round()
    Round.objects.update(status="draft", published_at=None)
    one.refresh_from_db()
    approve(one)
    shown = page(office, "honors_round_change", one.pk).content.decode()
    assert "定时" not in shown.replace("等待定时", "")
    act = reverse("admin:honors_round_publish", args=[one.pk])
    one.refresh_from_db()
    assert office.post(act, {"opened_version": one.lock_version}).status_code == 302
    one.refresh_from_db()
    assert one.is_published()
    assert one.get_absolute_url() in page(office, "honors_round_change", one.pk).content.decode()


def test_what_is_referred_to_is_not_deleted(office: Client) -> None:
    make_sheet(make_round(), make_place())
    recipient = Recipient.objects.create(kind="unit", name="某单位")
    Award.objects.create(round=make_round(), recipient=recipient)
    for name, obj in (("title", make_title()), ("round", make_round()), ("recipient", recipient)):
        url = reverse(f"admin:honors_{name}_delete", args=[obj.pk])
        office.post(url, {"post": "yes"})
        assert type(obj).objects.filter(pk=obj.pk).exists()


# --- Findings ----------------------------------------------------------------------------------------------


def everything_strange(index: int = 0) -> None:
    """One finding of every kind."""
    city = make_place(f"15{10 + index}00", f"甲{index}市")
    district = make_place(f"15{10 + index}02", f"乙{index}区", city, level="county")
    Place.objects.filter(pk=district.pk).update(kind="district")
    absent = make_place(f"15{50 + index}00", f"丙{index}市")
    make_sheet(make_round(), city, district, source=make_source(f"当地{index}", identified=False))
    make_sheet(make_round(), absent, basis="report", declared_count=7)
    make_claim(city, 1, "total").delete()
    make_sheet(make_round(11, 9, 2020), city)
    make_claim(city, 1)


def complete_list() -> None:
    named = make_place("150300", "乌海市")
    make_sheet(make_round(), named, complete=True, declared_count=1, scope=make_province())


def test_findings_tell_editors_what_is_strange(office: Client) -> None:
    everything_strange()
    Round.objects.filter(ordinal=12).update(announced_count=99)
    complete_list()
    shown = page(office, "honors_findings").content.decode()
    for words in (
        "内蒙古自治区丙0市 · 全国双拥模范城（县）",
        "第十二届（2025年）记载不一",
        "所在的甲0市也在这一届命名",
        "来源写明 7 个，录入了 1 个",
        "公布 99 个，本站已查得 4 个",
        "2 条来源待补",
    ):
        assert words in shown


def test_a_contradicted_claim_is_a_finding(office: Client) -> None:
    everything_strange()
    shown = page(office, "honors_findings").content.decode()
    assert "内蒙古自治区甲0市：1连冠" in shown and "更早一届第十一届（2020年）也已命名" in shown


def test_an_empty_record_has_no_findings(office: Client) -> None:
    assert page(office, "honors_findings").content.decode().count("没有发现。") == 6


def test_findings_are_for_editors(db: None) -> None:
    assert page(logged_in("nobody"), "honors_findings").status_code == 403
    assert page(logged_in("reader", "view_rollsheet"), "honors_findings").status_code == 200
    assert "/login/" in page(Client(), "honors_findings").url


@pytest.mark.parametrize("number", [1, 8])
def test_findings_cost_the_same_for_any_number(
    office: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for index in range(number):
        everything_strange(index)
    complete_list()
    url = reverse("admin:honors_findings")
    office.get(url)
    with django_assert_num_queries(18):
        assert office.get(url).status_code == 200
