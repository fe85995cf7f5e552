"""The desk of the dual list: what visitors read and what stays inside, numbers, days, withdrawal without a page."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partnerships.models import DualListItem, ProgressNote, ReportedTotal
from publishing import workflow
from publishing.workflow import Refused
from tests.desk import director, logged_in, page, sent_by_browser, told
from tests.honors.rolls import make_place, make_source
from tests.makers import approve, chief
from tests.partnerships.needs import make_need, make_needs, make_note, make_total, publish_need, withdraw_need
from tests.partnerships.test_desk_agreements import assert_nothing_inline

pytestmark = pytest.mark.django_db

LIST = "/admin/partnerships/duallistitem/"
SECRET = "内部：某库房的位置"
NOTES = ("view_progressnote", "add_progressnote", "change_progressnote", "delete_progressnote")
EDITOR = ("view_duallistitem", "add_duallistitem", "change_duallistitem", *NOTES)


def address(need: DualListItem, name: str = "change") -> str:
    return reverse(f"admin:partnerships_duallistitem_{name}", args=[need.pk])


def typed(**fields: Any) -> dict[str, Any]:
    notes = {f"notes-{key}": value for key, value in (("TOTAL_FORMS", 1), ("INITIAL_FORMS", 0))}
    return {"year": "2026", "side": "military", "stage": "planned", **notes, **fields}


# --- Entering ----------------------------------------------------------------------------------------------


def test_the_next_number_is_proposed_and_given() -> None:
    year = timezone.localdate().year
    make_need(7, year=year)
    withdraw_need(2, year=year, side="locality")
    client = logged_in("editor", *EDITOR)
    opened = client.get(f"{LIST}add/")
    assert f"{year}年：部队需求 8、地方需求 3" in opened.content.decode()
    assert sent_by_browser(opened)["year"] == str(year)
    assert sent_by_browser(client.get(f"{LIST}add/?year={year}&side=military"))["number"] == "8"
    data = typed(year=str(year), _addanother="1")
    response = client.post(f"{LIST}add/", data)
    assert response.url == f"{LIST}add/?year={year}&side=military"
    assert DualListItem.objects.latest("pk").number == 8
    assert sent_by_browser(client.get(response.url))["number"] == "9"
    client.post(f"{LIST}add/", typed(year="2031", side="locality"))
    assert DualListItem.objects.latest("pk").number == 1


@pytest.mark.parametrize(
    "query", ["year=x&side=military", "year=99999&side=military", "side=x", "year=٢٠٢٦&side=military"]
)
def test_strange_addresses_propose_nothing_and_break_nothing(query: str) -> None:
    assert director().get(f"{LIST}add/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"number": "3"}, "2026年部队需求已有第3项。下一个可用的编号是 4。"),
        ({"stage": "done"}, "已办结的请填写办结日期。"),
        ({"done_on": "2026-01-01"}, "没有办结的不能填写办结日期"),
        ({"stage": "done", "done_on": "2999-01-01"}, "办结日期不能在将来"),
        ({"number": "0"}, "1"),
        ({"year": "1999"}, "2000"),
        ({"public_content": "为12345部队修路"}, "不得出现部队代号"),
        ({"public_content": "为１２３４５ 部队修路"}, "不得出现部队代号"),
        ({"office": "第三团"}, "不得出现部队番号"),
        ({"due_on": "明天"}, "日期"),
        ({"notes-0-text": "到第三团走访", "notes-0-date": "2026-01-01", "notes-0-public": "on"}, "不得出现部队番号"),
        ({"notes-0-text": "已对接"}, "这个字段是必填项"),
        ({"notes-0-text": "已对接", "notes-0-date": "2999-01-01"}, "进展的日期不能在将来"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_chinese_and_nothing_typed_is_lost(
    fields: dict[str, str], reason: str
) -> None:
    make_need(3, year=2026)
    given = {"content": SECRET, "standard": "办好为止", **fields}
    response = logged_in("editor", *EDITOR).post(f"{LIST}add/", typed(**given))
    assert response.status_code == 200 and reason in response.content.decode()
    assert DualListItem.objects.count() == 1 and not ProgressNote.objects.exists()
    sent = sent_by_browser(response)
    for name, value in given.items():
        assert sent[name] == value, name


def test_a_number_is_changed_only_to_a_free_one() -> None:
    need, other = make_need(1, year=2026), make_need(2, year=2026)
    client = director()
    sent = sent_by_browser(client.get(address(need)))
    assert "已有第2项" in client.post(address(need), sent | {"number": "2"}).content.decode()
    assert client.post(address(need), sent | {"number": ""}).status_code == 200
    assert client.post(address(need), sent | {"number": "5"}).status_code == 302
    other.refresh_from_db()
    need.refresh_from_db()
    assert (need.number, other.number) == (5, 2)


# --- Inside and outside ------------------------------------------------------------------------------------


def test_what_visitors_read_and_what_stays_inside_stand_apart() -> None:
    need = make_need(1, content=SECRET)
    make_note(need, "已经对接"), make_note(need, "内部有待研究", public=False)
    content = page(director(), "partnerships_duallistitem_change", need.pk).content.decode()
    public, internal = content.index("公开内容 · 访客看到的"), content.index("内部内容 · 只在后台可见")
    assert public < content.index('name="public_content"') < internal < content.index('name="content"')
    assert content.index(SECRET) > internal
    assert content.count("访客看到的</span>") == 1 and content.count("内部：只在后台可见</span>") == 1


def test_lists_messages_and_logs_never_say_the_internal_text() -> None:
    need = make_need(1, content=SECRET)
    client = director()
    data = sent_by_browser(client.get(address(need))) | {"content": SECRET + "二"}
    saved = client.post(address(need), data, follow=True)
    need.refresh_from_db()
    approve(need)
    published = client.post(address(need, "publish"), {"opened_version": need.lock_version}, follow=True)
    assert "已公开" in told(published)[0] and SECRET not in "".join(told(published))
    for response in (saved, client.get("/admin/")):
        assert SECRET not in response.content.decode()
    for url in (
        address(need, "publish"),
        address(need, "withdraw"),
        address(need, "delete"),
        address(need, "history"),
    ):
        assert SECRET not in client.get(url, follow=True).content.decode()
    assert not LogEntry.objects.filter(change_message__contains="某库房").exists()
    assert not LogEntry.objects.filter(object_repr__contains="某库房").exists()
    # The search of the desk does not look into it either: what is typed there stands in addresses and logs.
    assert list(client.get(LIST, {"q": "某库房"}).context["cl"].result_list) == []


def test_the_history_shows_what_changed_to_those_who_may_view() -> None:
    need = make_need(1)
    client = logged_in("editor", *EDITOR)
    sent = sent_by_browser(client.get(address(need)))
    note = {"notes-0-date": "2024-05-01", "notes-0-text": "已对接"}
    assert client.post(address(need), sent | {"office": "演示单位乙", **note}).status_code == 302
    history = client.get(address(need, "history")).content.decode()
    assert "修改：责任单位；增加进展 2024-05-01 的进展" in history and "已对接" not in history
    assert logged_in("nobody").get(address(need, "history")).status_code == 403


# --- Publishing and withdrawing ----------------------------------------------------------------------------


def test_a_public_item_leads_to_its_place_in_the_list_and_a_draft_has_no_preview() -> None:
    need, draft = publish_need(1, year=2024), make_need(2, year=2024)
    client = director()
    content = client.get(LIST).content.decode()
    assert f'<a href="{need.get_absolute_url().replace("&", "&amp;")}">查看页面</a>' in content
    assert "预览" not in content and "预览" not in client.get(address(draft)).content.decode()
    assert client.get(f"{LIST}{draft.pk}/preview/").status_code != 200


def test_withdrawing_asks_for_the_reason_and_whether_it_is_shown() -> None:
    need = publish_need(1)
    client = director()
    opened = client.get(address(need, "withdraw"))
    content = opened.content.decode()
    assert list(opened.context["form"].fields) == ["opened_version", "reason", "mode"]
    assert "转到" not in content and "原来的网址" not in content and "列表上的位置" in content
    data = {"opened_version": need.lock_version, "reason": "内容有误"}
    for mode in ("redirect", "", "x"):
        refused = client.post(address(need, "withdraw"), {**data, "mode": mode, "target": "/news/"})
        assert refused.status_code == 200 and "内容有误" in refused.content.decode()
    need.refresh_from_db()
    assert need.is_published()
    assert client.post(address(need, "withdraw"), {**data, "mode": "notice"}).status_code == 302
    need.refresh_from_db()
    assert (need.status, need.withdrawal_mode, need.withdrawal_reason) == ("withdrawn", "notice", "内容有误")


def test_no_door_leads_a_row_without_a_page_elsewhere() -> None:
    need = publish_need(1)
    with pytest.raises(Refused, match="这类内容没有自己的网页"):
        workflow.withdraw(need, by=chief(), reason="合并", mode="redirect", target="/news/")
    need.refresh_from_db()
    assert need.is_published()
    workflow.withdraw(need, by=chief(), reason="合并", mode="gone")
    assert need.withdrawal_mode == "gone"


@pytest.mark.parametrize("name", ["publish", "schedule", "unschedule", "withdraw"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_right_to_publish_no_act_is_done(name: str, method: str) -> None:
    need = publish_need(1) if name == "withdraw" else make_need(1)
    before = DualListItem.objects.values().get()
    client = logged_in("editor", *EDITOR)
    data = {"opened_version": need.lock_version, "reason": "原因", "mode": "notice", "at": "2030-01-01T08:00"}
    assert getattr(client, method)(address(need, name), data).status_code == 403
    assert address(need, name) not in client.get(address(need)).content.decode()
    assert "publish_selected" not in client.get(LIST).content.decode()
    client.post(LIST, {"action": "publish_selected", "_selected_action": [need.pk]})
    assert DualListItem.objects.values().get() == before


def test_those_who_may_publish_do_so_at_the_form_and_in_the_list() -> None:
    one, other, thin, draft = (
        approve(make_need(1)),
        approve(make_need(2)),
        approve(make_need(3)),
        make_need(4),
    )
    # No form lets what was approved lose its office; what has none is refused all the same.
    DualListItem.objects.filter(pk=thin.pk).update(office="")
    client = logged_in("publisher", "view_duallistitem", "publish_duallistitem")
    assert client.post(address(one, "publish"), {"opened_version": one.lock_version}).status_code == 302
    words = told(
        client.post(
            LIST,
            {"action": "publish_selected", "_selected_action": [other.pk, thin.pk, draft.pk]},
            follow=True,
        )
    )
    assert any("还没有批准，不能发布。" in one for one in words)
    assert any("请填写责任单位" in one for one in words)
    assert set(DualListItem.objects.published()) == {one, other}


@pytest.mark.parametrize("rights", [(), ("view_duallistitem",)])
def test_those_without_rights_change_nothing(rights: tuple[str, ...]) -> None:
    need = make_need(1)
    client = logged_in("reader", *rights)
    expected = 200 if rights else 403
    assert client.get(address(need)).status_code == client.get(LIST).status_code == expected
    assert client.post(address(need), {"office": "改"}).status_code == 403
    assert client.post(f"{LIST}add/", typed()).status_code == 403
    assert client.post(address(need, "delete"), {"post": "yes"}).status_code == 403
    assert DualListItem.objects.get().office == "演示单位甲"


def test_notes_need_their_own_right() -> None:
    need = make_need(1)
    client = logged_in("editor", "view_duallistitem", "change_duallistitem")
    sent = sent_by_browser(client.get(address(need)))
    forged = {
        "notes-TOTAL_FORMS": "1",
        "notes-INITIAL_FORMS": "0",
        "notes-0-date": "2024-05-01",
        "notes-0-text": "进展",
    }
    assert client.post(address(need), sent | forged).status_code == 302
    assert not ProgressNote.objects.exists()


# --- Lists -------------------------------------------------------------------------------------------------


def listed(client: Client, url: str = LIST, **query: str) -> list[str]:
    response = client.get(url, query)
    assert response.status_code == 200
    return [str(one) for one in response.context["cl"].result_list]


def test_the_daily_questions_are_filters() -> None:
    today = timezone.localdate()
    year = today.year
    first = today.replace(day=1)
    make_need(1, year=year, due_on=first - timedelta(days=1))
    make_need(2, year=year, due_on=today, side="locality")
    make_need(3, year=year, due_on=first - timedelta(days=1), stage="done", done_on=today)
    make_need(4, year=year, due_on=first + timedelta(days=45), stage="running")
    make_need(5, year=year, due_on=None)
    withdraw_need(6, year=year, due_on=first - timedelta(days=1))
    client = director()
    assert listed(client, due="overdue") == [f"{year}年部队需求第1项"]
    assert listed(client, due="month") == [f"{year}年地方需求第2项"]
    assert listed(client, due="none") == [f"{year}年部队需求第5项"]
    assert listed(client, side="locality") == [f"{year}年地方需求第2项"]
    assert listed(client, stage="done") == [f"{year}年部队需求第3项"]
    assert listed(client, state="withdrawn") == [f"{year}年部队需求第6项"]
    assert listed(client, year=str(year - 1)) == []
    assert len(listed(client, due="x")) == 6
    content = client.get(LIST).content.decode()
    days = (today - (first - timedelta(days=1))).days
    assert f"逾期 {days} 天" in content and "今天到期" in content and "逾期未办结" in content


@pytest.mark.parametrize("number", [1, 60])
def test_the_lists_ask_the_same_queries_for_one_and_for_sixty(
    number: int, django_assert_num_queries: Any
) -> None:
    make_needs(number)
    for index in range(number):
        make_total(index + 1, place=make_place(f"1503{index % 5:02}", f"地方{index % 5}"))
    client = director()
    for url, queries in ((LIST, 9), ("/admin/partnerships/reportedtotal/", 12)):
        client.get(url)
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200


def test_the_pages_carry_nothing_inline() -> None:
    need = publish_need(1)
    make_note(need, "已经对接")
    client = director()
    for url in (
        LIST,
        f"{LIST}add/",
        address(need),
        address(need, "withdraw"),
        "/admin/partnerships/reportedtotal/add/",
    ):
        assert_nothing_inline(client.get(url).content.decode())


# --- Reported totals ---------------------------------------------------------------------------------------


def test_a_total_says_whether_its_page_tells_it() -> None:
    for number in range(1, 6):
        publish_need(number)
    hidden, told_one = make_total(6, is_own=True), make_total(9, is_own=True)
    other = make_total(7)
    client = director()
    shown = {
        one: client.get(f"/admin/partnerships/reportedtotal/{one.pk}/change/").content.decode()
        for one in (hidden, told_one, other)
    }
    assert ["不显示：" in content for content in shown.values()] == [True, False, False]
    assert client.get("/admin/partnerships/reportedtotal/").content.decode().count("不显示：") == 1


def test_totals_are_typed_with_what_their_source_says() -> None:
    data = {
        "place": make_place().pk,
        "measure": "done",
        "value": "65",
        "unit": "项",
        "quote": "办结65项",
        "source": make_source().pk,
    }
    client = director()
    url = "/admin/partnerships/reportedtotal/add/"
    for fields, reason in (
        ({"as_of": "2025-01-01"}, "截至日期和日期精度须同时填写"),
        ({"is_own": "on"}, "说的是本站清单的，须填写年度"),
        ({"value": "0"}, "1"),
        ({"quote": "为12345部队办结"}, "不得出现部队代号"),
    ):
        response = client.post(url, {**data, **fields})
        assert response.status_code == 200 and reason in response.content.decode()
    assert not ReportedTotal.objects.exists()
    assert client.post(url, data).status_code == 302
    assert listed(client, "/admin/partnerships/reportedtotal/", q="乌海") == [
        str(ReportedTotal.objects.get())
    ]
    assert listed(client, "/admin/partnerships/reportedtotal/", q="没有") == []
    assert logged_in("nobody").get(url).status_code == 403


def test_numbers_go_on_after_the_last_one() -> None:
    assert DualListItem.objects.next_number(2026, "military") == 1
    make_need(1, year=2026), make_need(9, year=2026), make_need(20, year=2026, side="locality")
    assert DualListItem.objects.next_number(2026, "military") == 10


def test_due_this_month_ends_with_the_month() -> None:
    (
        make_need(1, due_on=date(2024, 2, 29)),
        make_need(2, due_on=date(2024, 3, 1)),
        make_need(3, due_on=date(2024, 2, 1)),
    )
    found = DualListItem.objects.due_this_month(date(2024, 2, 15))
    assert sorted(one.number for one in found) == [1, 3]


def test_of_two_editors_with_the_same_new_number_the_second_reads_a_sentence() -> None:
    """Both forms are right when they are judged; the other one is saved in between."""

    def be_faster(instance: DualListItem, **kwargs: Any) -> None:
        others = DualListItem.objects.filter(year=instance.year, number=instance.number)
        if not others.exists():
            DualListItem.objects.bulk_create([DualListItem(year=instance.year, side=instance.side, number=5)])

    pre_save.connect(be_faster, sender=DualListItem)
    try:
        response = director().post(f"{LIST}add/", typed(number="5"))
    finally:
        pre_save.disconnect(be_faster, sender=DualListItem)
    assert response.status_code == 409
    assert "刚才有人保存了同样的编号或名称" in response.content.decode()


def test_a_number_of_too_many_digits_is_a_sentence() -> None:
    client = director()
    for number in ("20261", "99999999999"):
        response = client.post(f"{LIST}add/", typed(number=number))
        assert response.status_code == 200 and "编号太大了" in response.content.decode()
    assert not DualListItem.objects.exists()


def test_the_reason_of_a_withdrawal_names_no_unit() -> None:
    need = publish_need(1)
    with pytest.raises(Refused, match="撤回原因：不得出现部队代号"):
        workflow.withdraw(need, by=chief(), reason="１２３４５部队来函")
