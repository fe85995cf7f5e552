"""首页位置: where an article stands on the home page, set by an act and reviewed by nobody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from news.models import Article
from news.placement import place, place_obstacles
from publishing import workflow
from publishing.workflow import Refused
from tests.desk import director, logged_in, page, sent_by_browser
from tests.makers import (
    approve,
    chief,
    colleague,
    make_article,
    make_column,
    make_draft,
    release,
    revision,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
CLOSED = "只有已发布和等待定时的稿件在这里设首页位置"


def address(article: Article, name: str = "place") -> str:
    return reverse(f"admin:news_article_{name}", args=[article.pk])


def send(client: Client, article: Article, **given: str) -> Any:
    article.refresh_from_db()
    return client.post(address(article), {"opened_version": article.lock_version, **given}, follow=True)


def in_state(state: str) -> Article:
    if state in {"draft", "in_review", "approved", "scheduled"}:
        article = make_draft()
        if state == "in_review":
            workflow.submit(article, by=colleague("撰稿人"))
        elif state == "approved":
            approve(article)
        elif state == "scheduled":
            release(article, at=timezone.now() + DAY)
        return article
    article = make_article()
    if state == "archived":
        workflow.archive(article, by=chief())
    elif state == "withdrawn":
        workflow.withdraw(article, by=chief(), reason="有误")
    elif state == "expired":
        Article.objects.filter(pk=article.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
        article.refresh_from_db()
    return article


def test_a_live_article_becomes_headline_and_pinned_without_any_review(client: Client) -> None:
    make_article("别的头条", headline=True)
    article, until = make_article("要上头条的", at=timezone.now() - DAY), timezone.now() + DAY
    before = article.approved_hash
    place(article, by=chief(), headline=False, pinned_until=until)
    article.refresh_from_db()
    assert (article.headline, article.pinned_until, article.status) == (False, until, "published")
    assert article.approved_hash == before and workflow.approval_obstacles(article) == []
    home = client.get("/").context
    assert home["headline"].title == "别的头条" and home["lead_articles"][0] == article
    place(article, by=chief(), headline=True, pinned_until=None)
    assert Article.objects.headline() in {article, Article.objects.get(title="别的头条")}
    assert Article.objects.get(pk=article.pk).pinned_until is None


def test_it_is_told_in_the_history_the_log_and_the_audit_trail_once() -> None:
    article, client = make_article(), director()
    versions = article.history.count()
    heard, logged = AuditEvent.objects.count(), LogEntry.objects.count()
    answer = send(client, article, headline="on")
    assert "已设首页位置" in answer.content.decode() and "现在：头条。" in answer.content.decode()
    article.refresh_from_db()
    newest = article.history.first()
    assert article.headline and article.history.count() == versions + 1
    assert (newest.history_change_reason, newest.history_user.username) == ("首页位置：头条", "director")
    assert LogEntry.objects.count() == logged + 1
    told = [one.detail for one in AuditEvent.objects.order_by("pk")[heard:]]
    assert [one for one in told if "首页位置" in one] == ["首页位置：头条"]


@pytest.mark.parametrize(
    "state", ["draft", "in_review", "approved", "scheduled", "live", "archived", "expired", "withdrawn"]
)
def test_it_can_be_set_while_the_form_is_closed_and_visitors_will_read_it(state: str) -> None:
    article = in_state(state)
    possible = state in {"scheduled", "live"}
    form = page(director(), "news_article_change", article.pk)
    assert (address(article) in form.content.decode()) == possible
    if possible:
        place(article, by=chief(), headline=True, pinned_until=None)
    else:
        with pytest.raises(Refused, match=CLOSED):
            place(article, by=chief(), headline=True, pinned_until=None)
    assert Article.objects.get(pk=article.pk).headline == possible


def test_who_may_not_publish_may_not_place() -> None:
    article = make_article()
    writer = logged_in("writer", "view_article", "change_article", "review_1_article")
    assert address(article) not in page(writer, "news_article_change", article.pk).content.decode()
    assert writer.get(address(article)).status_code == 403
    assert send(writer, article, headline="on").status_code == 403
    writers = colleague("无权的人")
    writers.is_superuser = False
    writers.save()
    assert place_obstacles(article, by=writers) == ["您没有“首页位置”稿件的权限。"]
    with pytest.raises(Refused, match="没有说明由谁"):
        place(article, by=None, headline=True, pinned_until=None)
    publisher = logged_in("publisher", "view_article", "publish_article")
    assert send(publisher, article, headline="on").status_code == 200
    assert Article.objects.get(pk=article.pk).headline


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pinned_until": "2020-01-01T08:00"}, "年份"),
        ({"pinned_until": "9999-01-01T08:00"}, "年份"),
        ({"pinned_until": "明天"}, "请填写日期和时间"),
        ({"pinned_until": "PAST"}, "已经过了"),
        ({"opened_version": "0"}, "别人保存过"),
        ({"opened_version": "x"}, ""),
    ],
)
def test_wrong_input_is_told_and_nothing_is_saved(given: dict[str, str], said: str) -> None:
    article = make_article()
    if given.get("pinned_until") == "PAST":
        given = {"pinned_until": f"{timezone.localtime() - timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    answer = send(director(), article, headline="on", **given)
    assert answer.status_code == 200 and said in answer.content.decode()
    assert re.search(r'<input type="checkbox" name="headline"[^>]* checked', answer.content.decode())
    assert not Article.objects.get(pk=article.pk).headline


def test_a_moment_that_has_passed_may_stay_and_seconds_are_kept() -> None:
    article, past = make_article(), timezone.now() - DAY
    soon = (timezone.now() + DAY).replace(second=42, microsecond=7)
    for stored in (past, soon):
        Article.objects.filter(pk=article.pk).update(pinned_until=stored)
        client = Client()
        client.force_login(chief())
        shown = f"{timezone.localtime(stored):%Y-%m-%dT%H:%M}"
        assert f'name="pinned_until" value="{shown}"' in client.get(address(article)).content.decode()
        send(client, article, headline="on", pinned_until=shown)
        article.refresh_from_db()
        assert article.headline and article.pinned_until == stored


# --- Revisions ---------------------------------------------------------------------------------------------


def test_a_revision_neither_offers_nor_carries_a_place() -> None:
    article = make_article(headline=True, pinned_until=timezone.now() + DAY)
    draft = revision(article)
    assert (draft.headline, draft.pinned_until, draft.expires_at) == (False, None, None)
    client = director()
    form = sent_by_browser(page(client, "news_article_change", draft.pk))
    assert not {name for name in form if name.startswith(("headline", "pinned_until", "expires_at"))}
    forged = {
        **form,
        "headline": "on",
        "pinned_until_0": "2030-01-01",
        "pinned_until_1": "08:00",
        "title": "新题",
    }
    client.post(address(draft, "change"), forged)
    draft.refresh_from_db()
    assert (draft.title, draft.headline, draft.pinned_until) == ("新题", False, None)
    form = sent_by_browser(page(client, "news_article_change", make_draft("普通草稿").pk))
    assert {"pinned_until_0", "expires_at_0"} <= set(form)


def test_publishing_a_revision_leaves_the_place_as_it_is_by_then() -> None:
    article = make_article()
    draft = revision(article, title="新的标题")
    approve(draft)
    until = timezone.now() + DAY
    place(article, by=chief(), headline=True, pinned_until=until)
    live = workflow.publish(draft, by=chief())
    live.refresh_from_db()
    assert (live.title, live.headline, live.pinned_until) == ("新的标题", True, until)


# --- What is archived is no headline -------------------------------------------------------------------------


def test_an_archived_article_is_neither_headline_nor_pinned_nor_in_the_feed(client: Client) -> None:
    column = make_column(home_position="lead")
    now = timezone.now()
    old = make_article("很久以前的头条", at=now - DAY, column=column, headline=True, pinned_until=now + DAY)
    make_article("今天的稿件", column=column)
    feeds = ("/feeds/news.xml", "/feeds/news/yaowen.xml")
    home = client.get("/").context
    assert home["headline"] == old
    assert all("很久以前的头条" in client.get(feed).content.decode() for feed in feeds)
    workflow.archive(old, by=chief())
    home = client.get("/").context
    assert home["headline"].title == "今天的稿件"
    assert [(one.title, one.is_pinned) for one in home["lead_articles"]] == [("很久以前的头条", False)]
    assert not any("很久以前的头条" in client.get(feed).content.decode() for feed in feeds)
    workflow.reopen(old, by=chief())
    assert client.get("/").context["headline"] == old


def test_where_everything_is_archived_the_home_page_has_no_headline(client: Client) -> None:
    article = make_article("唯一的稿件", column=make_column(home_position="lead"))
    workflow.archive(article, by=chief())
    answer = client.get("/")
    assert answer.context["headline"] is None and answer.context["lead_articles"] == [article]
    assert "唯一的稿件" in answer.content.decode() and "已归档" in answer.content.decode()
