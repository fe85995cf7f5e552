"""The admin's first page: the work of the day, in a fixed number of queries."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from news.models import Article
from portal import dashboard
from publishing import workflow
from tests.desk import logged_in
from tests.honors.rolls import make_place, make_round, make_sheet, make_source
from tests.makers import (
    approve,
    chief,
    colleague,
    make_article,
    make_column,
    make_draft,
    make_identity,
    release,
)
from tests.partnerships.needs import make_need, publish_need, withdraw_need
from tests.partnerships.pacts import make_pact, make_pacts

pytestmark = pytest.mark.django_db

INDEX = "/admin/"


def work_of(name: str = "director") -> dashboard.Work:
    user = User.objects.filter(username=name).first() or User.objects.create_superuser(name)
    return dashboard.work(user)


def titles(heap: dashboard.Heap | None) -> list[str]:
    assert heap is not None
    return [entry["title"] for entry in heap["entries"]]


def test_all_drafts_are_listed_newest_first_and_mine_apart() -> None:
    me = User.objects.create_superuser("director")
    other = User.objects.create_user("other")
    make_draft("我建的", created_by=me)
    make_draft("别人的", created_by=other, updated_by=other)
    make_draft("我改的", created_by=other, updated_by=me)
    make_article("已公开的", created_by=me)
    work = work_of()
    assert titles(work["drafts"]) == ["我改的", "别人的", "我建的"]
    assert work["drafts"]["count"] == 3
    assert titles(work["published"]) == ["已公开的"]


def test_what_waits_is_listed_with_its_moment_next_first() -> None:
    moments = [timezone.now() + timedelta(days=days) for days in (3, 1)]
    for number, moment in enumerate(moments):
        release(make_draft(f"定时 {number}"), at=moment)
    scheduled = work_of()["scheduled"]
    assert titles(scheduled) == ["定时 1", "定时 0"]
    assert [entry["at"] for entry in scheduled["entries"]] == sorted(moments)
    assert titles(work_of()["published"]) == []


def test_only_the_newest_five_are_listed_and_all_are_counted() -> None:
    for number in range(7):
        make_draft(f"草稿 {number}")
    work = work_of()
    assert (work["drafts"]["count"], len(work["drafts"]["entries"])) == (7, 5)
    assert 'href="/admin/news/article/?state=draft">看全部 7 篇' in index_of().content.decode()


def index_of(name: str = "director") -> HttpResponse:
    client = Client()
    client.force_login(User.objects.get_or_create(username=name, is_staff=True, is_superuser=True)[0])
    return client.get(INDEX)


def test_columns_are_reminded_of_when_empty_or_late_and_not_before() -> None:
    make_column("empty", name="空栏目")
    make_article(
        column=make_column("late", name="迟的", update_days=7), at=timezone.now() - timedelta(days=9)
    )
    make_article(
        column=make_column("fresh", name="新的", update_days=7), at=timezone.now() - timedelta(days=6)
    )
    assert {mark["name"]: mark["words"] for mark in work_of()["columns"]} == {
        "空栏目": "还没有公开的稿件",
        "迟的": "已 9 天没有更新（期限 7 天）",
    }


def test_missing_marks_lead_to_the_form() -> None:
    make_identity(icp="")
    assert work_of()["missing_marks"] == ["ICP备案编号"]
    content = index_of().content.decode()
    assert "ICP备案编号" in content and 'href="/admin/portal/siteidentity/">去填写' in content


def test_the_work_stands_before_the_list_of_models() -> None:
    content = index_of().content.decode()
    places = [
        content.index(words)
        for words in ("到期复核", "全部草稿", "等待定时发布", "最近发布", "栏目提醒", "网站信息缺项")
    ]
    assert places == sorted(places)
    assert places[-1] < content.index('class="app-')


def test_everybody_sees_only_what_they_may() -> None:
    make_draft("内部草稿")
    make_identity(icp="")
    client = logged_in("columns", "view_column")
    content = client.get(INDEX).content.decode()
    assert "内部草稿" not in content and "全部草稿" not in content and "ICP备案编号" not in content
    assert "栏目提醒" in content and "写一篇新稿件" not in content


def queries() -> int:
    """Of a first page that is opened for the second time."""
    index_of()
    client = Client()
    client.force_login(User.objects.get(username="director"))
    with CaptureQueriesContext(connection) as caught:
        assert client.get(INDEX).status_code == 200
    return len(caught)


def rows(number: int) -> None:
    """As many rows in each heap: those that wait for the director, and those that are only listed."""
    director = User.objects.get_or_create(username="director", is_staff=True, is_superuser=True)[0]
    make_pacts(number)
    for index in range(number):
        # First, so that they are among the oldest, which are shown.
        workflow.submit(make_need(index + 1), by=colleague("撰稿人"))
    for index in range(number):
        column = make_column(f"column-{index}", name=f"栏目 {index}", review_level="A")
        make_draft(f"草稿 {index}", column=column, created_by=director)
        due = make_article(f"公开 {index}", column=column)
        Article.objects.filter(pk=due.pk).update(review_on=timezone.localdate())
        workflow.submit(make_draft(f"等审 {index}", column=column), by=colleague("撰稿人"))
        approve(make_draft(f"批准 {index}", column=column))
        back = make_draft(f"退回 {index}", column=column, created_by=director)
        workflow.submit(back, by=colleague("撰稿人"))
        workflow.send_back(back, by=colleague("审核人1"), reason="改标题")
        release(make_draft(f"定时 {index}", column=column), at=timezone.now() + timedelta(days=1))
        workflow.publish_in_emergency(make_draft(f"应急 {index}", column=column), by=chief(), reason="停水")
        publish_need(number + index + 100)


@pytest.mark.parametrize("number", [1, 6])
def test_the_first_page_asks_the_same_queries_for_one_and_for_many(number: int) -> None:
    make_identity()
    rows(number)
    names = [heap["name"] for heap in work_of()["waiting"]]
    assert names == [
        "to_review", "returned_to_me", "mine", "to_sign", "approved", "check", "to_look_at"
    ]  # fmt: skip
    assert queries() == 28


def test_sheets_that_wait_are_counted_for_those_who_see_the_record() -> None:
    make_sheet(make_round(), make_place())
    assert "没有等待核验的名单" in logged_in("reader", "view_rollsheet").get(INDEX).content.decode()
    make_sheet(make_round(), make_place(), verified=False)
    page = logged_in("verifier", "view_rollsheet").get(INDEX).content.decode()
    assert "1 张名单等待核验" in page and "核对发现" in page
    assert "核对发现" not in logged_in("writer", "view_article").get(INDEX).content.decode()


def test_drafts_do_not_bring_their_bodies() -> None:
    make_draft(body="<p>很长的正文。</p>")
    user = User.objects.create_superuser("director")
    with CaptureQueriesContext(connection) as caught:
        dashboard.work(user)
    assert [query["sql"] for query in caught if '"body"' in query["sql"]] == []


def test_work_on_partnerships_is_counted_for_those_who_may_view_it() -> None:
    make_pact(source=make_source("当地报道", identified=False))
    publish_need(1, year=2024)
    publish_need(2, year=2024, stage="done", done_on=date(2024, 5, 1))
    withdraw_need(3, year=2024)
    agreements = [
        ("1 条共建协议待再核实", "/admin/partnerships/agreement/?verified=due"),
        ("1 条共建协议无来源或来源待补", "/admin/partnerships/agreement/?sourced=without"),
    ]
    items = [("1 项双清单事项逾期未办结", "/admin/partnerships/duallistitem/?due=overdue")]
    both = ["view_agreement", "view_duallistitem"]
    for rights, expected in (
        (both, agreements + items),
        (both[:1], agreements),
        (both[1:], items),
        (["view_partner", "view_article"], []),
    ):
        client = logged_in("-".join(rights), *rights)
        content = client.get(INDEX).content.decode()
        for words, href in agreements + items:
            assert (f'<a href="{href}">{words}</a>' in content) is ((words, href) in expected)
        assert ("军地共建和双清单" in content) is bool(expected)
        for _, href in expected:  # each count is that of its list
            assert len(client.get(href).context["cl"].result_list) == 1


def test_nothing_that_waits_is_said_in_words() -> None:
    content = logged_in("reader", "view_agreement", "view_duallistitem").get(INDEX).content.decode()
    for words in ("没有待再核实的共建协议。", "共建协议都有来源。", "没有逾期的双清单事项。"):
        assert words in content


def test_the_first_page_never_reads_the_internal_text_of_the_dual_list() -> None:
    publish_need(1, year=2024, content="内部：不得外传")
    user = User.objects.create_superuser("director")
    with CaptureQueriesContext(connection) as caught:
        dashboard.work(user)
    assert [query["sql"] for query in caught if '"content"' in query["sql"]] == []
