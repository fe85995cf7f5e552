"""Pages that look across the whole site, and what every public page has in common."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlsplit
from wsgiref.util import setup_testing_defaults

import pytest
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import set_script_prefix
from django.utils import timezone

from news.models import HomePosition
from portal.models import FriendlyLink, NavigationItem, SiteIdentity
from portal.views import expiry
from tests.makers import make_article, make_articles, make_column, make_draft, make_identity, make_picture

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/news/",
    "/news/yaowen/",
    "/search/",
    "/search/?q=稿件",
    "/about/",
    "/accessibility/",
    "/sitemap/",
    "/nowhere",
]


@pytest.fixture
def filled() -> str:
    """A site with a little of everything; returns the address of an article."""
    make_identity()
    NavigationItem.objects.create(label="首页", url="/", order=1)
    NavigationItem.objects.create(label="新闻", url="/news/", order=2)
    make_articles(3, make_column(home_position=HomePosition.LEAD))
    return make_article("看这篇", cover=make_picture()).get_absolute_url()


def test_public_pages_know_nobody(client: Client, filled: str) -> None:
    """One HTML for every visitor: no cookie, nothing that varies with one, the same for a logged-in editor."""
    editor = Client()
    editor.force_login(User.objects.create_superuser("guanli", password="x"))
    for path in [*PUBLIC, filled, "/feeds/news.xml", "/sitemap.xml", "/robots.txt", "/healthz"]:
        mine, theirs = client.get(path), editor.get(path)
        assert not mine.cookies and "Cookie" not in mine.get("Vary", "")
        assert mine.content == theirs.content
        assert "csrf" not in mine.content.decode().lower() and "nonce" not in mine["Content-Security-Policy"]


def test_cookies_live_below_admin(client: Client) -> None:
    User.objects.create_superuser("guanli", password="long-enough-password")
    client.get("/admin/accounts/login/")
    response = client.post("/admin/accounts/login/", {"login": "guanli", "password": "long-enough-password"})
    assert response.status_code == 302
    assert {cookie["path"] for cookie in client.cookies.values()} == {"/admin/"}


def test_strict_policy_everywhere(client: Client, filled: str) -> None:
    for path in [*PUBLIC, filled, "/admin/accounts/login/", "/feeds/news.xml", "/healthz"]:
        policy = client.get(path)["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy


def test_no_inline_script_style_or_handler(client: Client, filled: str) -> None:
    for path in [*PUBLIC, filled, "/admin/accounts/login/"]:
        page = client.get(path).content.decode()
        assert not re.search(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", page), path


def test_one_heading_one_and_the_site_tags_on_every_page(client: Client, filled: str) -> None:
    for path in [*PUBLIC, filled]:
        page = client.get(path).content.decode()
        assert page.count("<h1") == 1, path
        for name, content in {
            "SiteName": "测试双拥网", "SiteDomain": "shuangyong.example", "SiteIDCode": "0000000001",
        }.items():  # fmt: skip
            assert f'<meta name="{name}" content="{content}">' in page, path


def test_home_and_the_list_of_all_news_are_tagged_as_columns(client: Client) -> None:
    for path in ("/", "/news/"):
        page = client.get(path).content.decode()
        for name in ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"):
            assert re.search(rf'<meta name="{name}" content="[^"]+">', page), (path, name)


def test_the_footer_has_all_marks_on_every_page_and_nothing_for_empty_ones(
    client: Client, filled: str
) -> None:
    marks = [
        "https://mark.example.gov.cn/", "https://report.example.gov.cn/", "0000000001", "测试市双拥办", "测试市退役军人事务局",
        "测试市大数据中心", "测ICP备00000000号", "测公网安备00000000000000号", "测试市测试路1号", "邮编：000000", "0000-0000000",
        "report@shuangyong.example", 'href="/sitemap/"',
    ]  # fmt: skip
    for path in [*PUBLIC, filled]:
        page = client.get(path).content.decode()
        footer = page[page.index('<footer class="site-footer') :]
        assert [mark for mark in marks if mark not in footer] == [], path
    SiteIdentity.objects.all().delete()
    SiteIdentity.objects.create(name="只有名字")
    footer = client.get("/").content.decode().split('<footer class="site-footer')[1]
    for label in ("主办", "备案", "标识码", "邮编", "电话", "党政机关", "找错"):
        assert label not in footer


def test_no_identity_yet_is_a_page_and_no_crash(client: Client) -> None:
    assert "尚未设置网站名称" in client.get("/").content.decode()


class TestHome:
    def test_each_block_has_its_articles(self, client: Client) -> None:
        lead = make_column(home_position=HomePosition.LEAD)
        notices = make_column("tongzhi", name="通知公告", home_position=HomePosition.NOTICES)
        block = make_column("zhinan", name="办事指南", home_position=HomePosition.BLOCK)
        child = make_column("youdai", name="优待", parent=block)
        now = timezone.now()
        make_article("普通要闻", column=lead)
        make_article("头条的稿件", column=lead, headline=True, at=now - timedelta(days=9))
        make_article(
            "置顶的指南", column=block, pinned_until=now + timedelta(days=1), at=now - timedelta(days=30)
        )
        make_article(
            "过了置顶期", column=block, pinned_until=now - timedelta(days=1), at=now - timedelta(days=31)
        )
        make_article("一条通知", column=notices)
        make_article("下级栏目的稿件", column=child)
        FriendlyLink.objects.create(label="退役军人事务部", url="https://www.mva.gov.cn/")
        context = client.get("/").context
        assert context["headline"].title == "头条的稿件"
        assert [one.title for one in context["lead_articles"]] == ["置顶的指南", "普通要闻"]
        assert [one.title for one in context["notices"]] == ["一条通知"]
        shown = {one["column"].name: [a.title for a in one["articles"]] for one in context["blocks"]}
        assert shown == {"办事指南": ["下级栏目的稿件", "置顶的指南", "过了置顶期"]}
        assert "退役军人事务部" in client.get("/").content.decode()

    def test_without_a_headline_the_newest_leads(self, client: Client) -> None:
        make_articles(3)
        context = client.get("/").context
        assert context["headline"].title == "稿件 00002"
        assert [one.title for one in context["lead_articles"]] == ["稿件 00001", "稿件 00000"]

    def test_drafts_show_nowhere(self, client: Client) -> None:
        make_draft("草稿不该出现", headline=True, column=make_column(home_position=HomePosition.LEAD))
        assert "草稿不该出现" not in client.get("/").content.decode()

    @pytest.mark.parametrize("rows", [1, 300])
    def test_ten_queries_whatever_the_number_of_rows(
        self, client: Client, django_assert_num_queries, rows: int
    ) -> None:
        make_identity()
        for index, position in enumerate(["lead", "notices", "block", "block", "block"]):
            make_articles(rows, make_column(f"c{index}", name=f"栏目{index}", home_position=position))
        make_article("头条", headline=True, cover=make_picture(), column=make_column("c0"))
        with django_assert_num_queries(10):
            assert client.get("/").status_code == 200


class TestSearch:
    def test_finds_a_known_title(self, client: Client) -> None:
        make_articles(25)
        make_article("光荣牌悬挂服务")
        page = client.get("/search/?q=光荣牌").content.decode()
        assert "光荣牌悬挂服务" in page and "稿件 00001" not in page
        assert client.get("/search/?q=稿件&page=2").context["page"].number == 2

    @pytest.mark.parametrize(
        ("query", "said"),
        [("q=" + "长" * 10_000, "关键词太长"), ("q=%00", "不能使用的字符"), ("q=没有", "没有")],
    )
    def test_wrong_words_get_an_answer(self, client: Client, query: str, said: str) -> None:
        make_articles(1)
        response = client.get(f"/search/?{query}")
        assert response.status_code == 200 and said in response.content.decode()

    def test_markup_is_text(self, client: Client) -> None:
        assert "<script>x" not in client.get("/search/?q=<script>x</script>").content.decode()


class TestMachines:
    def test_feeds(self, client: Client) -> None:
        make_identity()
        article = make_article("进订阅的稿件")
        make_article("别的栏目的", column=make_column("tongzhi", name="通知公告"))
        everything, column = client.get("/feeds/news.xml"), client.get("/feeds/news/yaowen.xml")
        assert everything["Content-Type"].startswith("application/rss+xml")
        assert f"http://testserver{article.get_absolute_url()}" in column.content.decode()
        assert "别的栏目的" in everything.content.decode() and "别的栏目的" not in column.content.decode()
        assert client.get("/feeds/news/nosuch.xml").status_code == 404

    def test_a_character_that_xml_cannot_hold_takes_no_feed_down(self, client: Client) -> None:
        make_article("两行\x0b标题", summary="摘要\x1f")
        page = client.get("/feeds/news/yaowen.xml")
        assert page.status_code == 200 and "<title>两行标题</title>" in page.content.decode()

    def test_sitemap_lists_every_public_page(self, client: Client) -> None:
        article = make_article()
        index = client.get("/sitemap.xml").content.decode()
        assert (
            "/sitemap-articles.xml" in index
            and "/sitemap-columns.xml" in index
            and "/sitemap-pages.xml" in index
        )
        assert article.get_absolute_url() in client.get("/sitemap-articles.xml").content.decode()
        assert "/news/yaowen/" in client.get("/sitemap-columns.xml").content.decode()
        assert client.get("/sitemap-nosuch.xml").status_code == 404

    def test_robots(self, client: Client) -> None:
        identity = make_identity()
        assert "Sitemap: http://shuangyong.example/sitemap.xml" in client.get("/robots.txt").content.decode()
        SiteIdentity.objects.filter(pk=identity.pk).update(is_demonstration=True)
        assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"

    def test_security_txt(self, client: Client) -> None:
        make_identity()
        lines = client.get("/.well-known/security.txt").content.decode().splitlines()
        assert "Contact: mailto:report@shuangyong.example" in lines
        SiteIdentity.objects.update(report_mailbox="")
        assert (
            "Contact: http://shuangyong.example/about/"
            in client.get("/.well-known/security.txt").content.decode()
        )

    @pytest.mark.parametrize(
        ("today", "expected"),
        [(date(2026, 1, 31), date(2026, 7, 1)), (date(2026, 6, 30), date(2026, 12, 1)), (date(2026, 7, 1), date(2027, 1, 1)),
         (date(2026, 12, 31), date(2027, 6, 1))],
    )  # fmt: skip
    def test_security_txt_expires_within_a_year(self, today: date, expected: date) -> None:
        assert expiry(today) == expected

    def test_healthz(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        response = client.get("/healthz")
        assert (response.status_code, json.loads(response.content)["status"]) == (200, "ok")
        assert "no-store" in response["Cache-Control"]

        def broken() -> None:
            raise ConnectionError("no database")

        monkeypatch.setattr("portal.views.connection.cursor", broken)
        response = client.get("/healthz")
        assert response.status_code == 503 and "no database" not in response.content.decode()


def test_a_demonstration_says_so_on_every_page(client: Client, filled: str) -> None:
    SiteIdentity.objects.update(is_demonstration=True)
    for path in [*PUBLIC, filled]:
        page = client.get(path).content.decode()
        assert "演示站点" in page and "演示数据未经任何单位核验" in page, path
        assert '<meta name="robots" content="noindex,nofollow">' in page, path
    offline = client.get(filled.replace(".html", ".offline.html")).content.decode()
    assert "演示数据未经任何单位核验" in offline


@pytest.mark.parametrize("path", ["/", "/news/", "/about/", "/healthz", "/search/"])
def test_pages_take_no_post(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.fixture
def prefixed(settings) -> Iterator[Callable[[str], str]]:
    """Pages as the WSGI server gives them when the portal is mounted under /shuangyong."""
    settings.PATH_PREFIX = settings.FORCE_SCRIPT_NAME = "/shuangyong"
    settings.STATIC_URL = "/shuangyong/static/"
    from portal.wsgi import application  # noqa: PLC0415 -- reads the settings when it is imported

    def page(path: str) -> str:
        environ: dict[str, Any] = {"PATH_INFO": quote(urlsplit(path).path).encode().decode("latin-1")}
        environ["QUERY_STRING"] = quote(urlsplit(path).query, safe="=&%")
        environ["HTTP_HOST"] = "testserver"
        setup_testing_defaults(environ)
        return b"".join(application(environ, lambda status, headers: None)).decode()

    # As Django's test client does: the answer's end must not close the test's own connection.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield page
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)
    set_script_prefix("/")


@pytest.mark.parametrize("proxy_strips", [True, False])
def test_everything_works_below_a_path_prefix(
    filled: str, prefixed: Callable[[str], str], proxy_strips: bool
) -> None:
    for path in [*PUBLIC, filled]:
        page = prefixed(path if proxy_strips else f"/shuangyong{path}")
        addresses = re.findall(r'(?:href|src|action|data-views-endpoint)="(/[^"]*)"', page)
        addresses += [
            one.split()[0] for found in re.findall(r'srcset="([^"]*)"', page) for one in found.split(", ")
        ]
        assert addresses and [one for one in addresses if not one.startswith("/shuangyong/")] == [], path
    assert "看这篇" in prefixed(filled)


def test_a_request_that_django_refuses_gets_a_chinese_page(client: Client) -> None:
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400 and "网站看不懂这个请求" in response.content.decode()
