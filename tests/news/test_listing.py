"""The dated list of a column: pages, filters, wrong input, and its price in queries."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.makers import make_article, make_articles, make_column, make_identity

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


def titles(client: Client, path: str) -> list[str]:
    return [article.title for article in client.get(path).context["page"].object_list]


def test_twenty_a_page_newest_first_without_repeating_or_losing_one(client: Client) -> None:
    make_articles(45)
    pages = [titles(client, f"/news/yaowen/?page={number}") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert sum(pages, []) == [f"稿件 {index:05}" for index in reversed(range(45))]


def test_the_pager_has_all_its_parts(client: Client) -> None:
    make_articles(45)
    page = client.get("/news/yaowen/?page=2").content.decode()
    for words in ("首页", "上一页", "下一页", "尾页", "跳转", "共 45 条"):
        assert words in page
    assert 'href="?"' in page and 'href="?page=3"' in page


@pytest.mark.parametrize("number", ["0", "abc", "99999", "-1", "1.5", "", "٣", "1" * 400, "2%00"])
def test_a_page_that_is_not_there_is_404_with_a_link_to_page_one(client: Client, number: str) -> None:
    make_articles(3)
    response = client.get(f"/news/yaowen/?q=%E7%A8%BF&page={number}")
    assert response.status_code == 404
    assert 'href="/news/yaowen/?q=%E7%A8%BF"' in response.content.decode()


def test_a_first_level_column_lists_those_below_it(client: Client) -> None:
    top = make_column("news-top", name="新闻")
    make_articles(1, make_column("child", name="子栏目", parent=top))
    make_articles(1, make_column("elsewhere", name="别处"))
    assert len(titles(client, "/news/news-top/")) == 1
    assert len(titles(client, "/news/child/")) == 1
    assert len(titles(client, "/news/")) == 2


def test_filter_by_keyword_and_local_dates(client: Client) -> None:
    make_article("光荣牌悬挂", at=datetime(2026, 3, 1, 0, 10, tzinfo=SHANGHAI))
    make_article("优待证办理", at=datetime(2026, 3, 2, 23, 50, tzinfo=SHANGHAI), summary="说说光荣牌")
    make_article("双清单进展", at=datetime(2026, 3, 3, 9, tzinfo=SHANGHAI))
    assert titles(client, "/news/yaowen/?q=光荣牌") == ["优待证办理", "光荣牌悬挂"]
    assert titles(client, "/news/yaowen/?from=2026-03-02") == ["双清单进展", "优待证办理"]
    assert titles(client, "/news/yaowen/?to=2026-03-01") == ["光荣牌悬挂"]
    assert titles(client, "/news/yaowen/?from=2026-03-02&to=2026-03-02&q=证") == ["优待证办理"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=notadate", "请写成 2025-04-23 这样"),
        ("from=2026-02-30", "请写成 2025-04-23 这样"),
        ("to=99999-01-01", "请写成 2025-04-23 这样"),
        ("from=2026-03-02&to=2026-03-01", "截止日期早于起始日期"),
        ("q=" + "长" * 10_000, "关键词太长"),
        ("q=%00", "不能使用的字符"),
        ("q=没有这个词", "没有符合这些条件的稿件"),
        ("q=%25%25", "没有符合这些条件的稿件"),
    ],
)
def test_wrong_filters_give_an_empty_list_that_says_why(client: Client, query: str, said: str) -> None:
    make_articles(2)
    response = client.get(f"/news/yaowen/?{query}")
    assert response.status_code == 200
    assert list(response.context["page"].object_list) == []
    assert said in response.content.decode()
    assert "\0" not in response.content.decode() and "长" * 101 not in response.content.decode()


def test_an_empty_column_says_so_and_is_not_offered_elsewhere(client: Client) -> None:
    make_column("empty", name="空栏目")
    make_articles(1)
    assert "还没有发布稿件" in client.get("/news/empty/").content.decode()
    assert "空栏目" not in client.get("/news/yaowen/").content.decode()


@pytest.mark.parametrize("rows", [1, 300])
@pytest.mark.parametrize("path", ["/news/", "/news/yaowen/", "/news/yaowen/?q=稿件&from=2020-01-01"])
def test_five_queries_whatever_the_number_of_rows(
    client: Client, django_assert_num_queries, rows: int, path: str
) -> None:
    make_identity()
    make_articles(rows)
    with django_assert_num_queries(5):
        assert client.get(path).status_code == 200
