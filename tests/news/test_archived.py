"""What is archived stays where it is and says so, before anybody takes it for news."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F
from django.test import Client

from news.models import Article
from publishing import workflow
from tests.honors.rolls import make_place, make_round, make_sheet
from tests.makers import approve, chief, make_article, make_articles, make_identity, revision
from tests.partnerships.pacts import make_pact

pytestmark = pytest.mark.django_db

WORDS = "起不再更新，内容是当时的情况。"
MARK = '<span class="frame frame--archived">已归档</span>'


def archived(article: Any) -> Any:
    workflow.archive(article, by=chief())
    type(article).objects.filter(pk=article.pk).update(
        archived_at=datetime(2026, 3, 2, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    )
    return article


def test_the_page_says_since_when_above_the_body_and_keeps_its_tags(client: Client) -> None:
    make_identity()
    article = make_article("旧事", summary="一句话。", keywords="双拥")
    before = client.get(article.get_absolute_url()).content.decode()
    assert "已归档" not in before
    archived(article)
    shown = client.get(article.get_absolute_url()).content.decode()
    note = f'<time datetime="2026-03-02">2026年3月2日</time>{WORDS}'
    assert shown.index("<h1") < shown.index(note) < shown.index("正文第一段。")
    assert shown.count("已归档") == 1
    assert shown.partition("</head>")[0] == before.partition("</head>")[0]
    kept = client.get(article.offline_href).content.decode()
    assert note in kept and kept.index(note) < kept.index("正文第一段。")


@pytest.mark.parametrize(
    "address", ["/news/", "/news/yaowen/", "/search/?q=旧事", "/honors/places/150300/", "PACT", "BESIDE"]
)
def test_every_list_marks_it_and_nothing_else(client: Client, address: str) -> None:
    pact = make_pact()
    article = make_article("旧事", places=[make_place()])
    article.agreements.set([pact])
    beside = make_article("新事", places=[make_place()])
    beside.agreements.set([pact])
    make_articles(3)
    archived(article)
    there = {"PACT": pact.get_absolute_url(), "BESIDE": make_article("旁边的").get_absolute_url()}
    shown = client.get(there.get(address, address)).content.decode()
    assert re.findall(rf'article-list__title">([^<]*)[^\n]*?{re.escape(MARK)}', shown) == ["旧事 "]


def test_it_stays_in_the_sitemap_and_keeps_its_neighbours(client: Client) -> None:
    article, newer = make_article("旧事"), make_article("新事")
    archived(article)
    assert article.get_absolute_url() in client.get("/sitemap-articles.xml").content.decode()
    assert "旧事" in client.get(newer.get_absolute_url()).content.decode()


@pytest.mark.parametrize("rows", [1, 40])
def test_the_mark_costs_no_query(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    make_identity()
    make_articles(rows)
    client.get("/news/")
    with django_assert_num_queries(5):
        client.get("/news/")
    Article.objects.update(status="archived", archived_at=F("published_at"))
    with django_assert_num_queries(5):
        assert client.get("/news/").content.decode().count(MARK) == min(rows, 20)


def test_reopened_or_revised_it_says_nothing_any_more(client: Client) -> None:
    article = archived(make_article())
    workflow.reopen(article, by=chief())
    assert "已归档" not in client.get(article.get_absolute_url()).content.decode()
    archived(article)
    draft = revision(article, title="改后的")
    assert "已归档" in client.get(article.get_absolute_url()).content.decode()
    approve(draft)
    workflow.publish(draft, by=chief())
    shown = client.get(article.get_absolute_url()).content.decode()
    assert "改后的" in shown and "已归档" not in shown


def test_an_archived_round_says_so_and_its_awards_still_count(client: Client) -> None:
    place, one = make_place(), make_round()
    make_sheet(one, place)
    before = client.get("/honors/places/150300/").content
    archived(one)
    shown = client.get("/honors/rounds/national-12/").content.decode()
    assert f'<time datetime="2026-03-02">2026年3月2日</time>{WORDS}' in shown and "乌海市" in shown
    assert client.get("/honors/titles/national/").content.decode().count(MARK) == 1
    assert client.get("/honors/places/150300/").content == before
