"""The article's page: its furniture, its addresses, what happens when it is not there (any more)."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from honors.models import Place
from news.models import Article
from publishing import workflow
from publishing.models import Picture, Redirect
from tests.honors.rolls import make_place
from tests.makers import (
    chief,
    make_article,
    make_articles,
    make_column,
    make_draft,
    make_identity,
    make_picture,
    release,
)
from tests.partnerships.pacts import make_pact, make_pacts, make_partner

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_address_is_column_month_day_and_id_in_local_time(client: Client) -> None:
    article = make_article(at=datetime(2026, 3, 1, 0, 30, tzinfo=SHANGHAI))
    assert article.get_absolute_url() == f"/news/yaowen/202603/t20260301_{article.pk}.html"
    assert client.get(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "wrong", ["/news/other/202603/t20260301_{}.html", "/news/yaowen/199901/t19990101_{}.html"]
)
def test_the_id_finds_it_and_any_other_column_or_date_redirects(client: Client, wrong: str) -> None:
    article = make_article(at=datetime(2026, 3, 1, 9, tzinfo=SHANGHAI))
    response = client.get(wrong.format(article.pk))
    assert (response.status_code, response["Location"]) == (301, article.get_absolute_url())


def test_the_furniture_stands_in_the_order_of_the_sample(client: Client) -> None:
    column = make_column(name="双拥要闻")
    make_article("更早的一篇", at=timezone.now() - timedelta(days=3), column=column)
    article = make_article(
        "军地同心", lead_title="引题在上", subtitle="副题在下", author="甲", source_name="乙报", editor="丙",
        at=timezone.now() - timedelta(days=2), column=column, body="<p>正文在这里。</p>",
    )  # fmt: skip
    make_article("更新的一篇", at=timezone.now() - timedelta(days=1), column=column)
    page = client.get(article.get_absolute_url()).content.decode()
    order = [
        "滑开", "当前位置：", "引题在上", "<h1", "军地同心", "副题在下", "发布时间：", "作者：甲", "来源：乙报", "浏览次数：",
        "字号", "正文在这里。", "责任编辑：丙", "关闭", "保存", "打印", "分享",
        "上一条：</span>更新的一篇", "下一条：</span>更早的一篇",
        "网站地图", "设为首页", "加入收藏",
    ]  # fmt: skip
    main = page[page.index("<body>") :]
    positions = []
    for words in order:
        positions.append(main.index(words, positions[-1] if positions else 0))
    assert positions == sorted(positions)


def test_labels_stay_when_values_are_empty(client: Client) -> None:
    article = make_article(author="", editor="")
    page = client.get(article.get_absolute_url()).content.decode()
    for label in ("作者：</li>", "责任编辑：</p>", "上一条：</span>没有了", "下一条：</span>没有了"):
        assert label in page
    assert "data-views-endpoint" in page and "data-views></span>" not in page


def test_neighbours_are_of_the_same_column_and_public(client: Client) -> None:
    column, other = make_column(), make_column("tongzhi", name="通知公告")
    now = timezone.now()
    oldest = make_article("最早", at=now - timedelta(days=9), column=column)
    make_article("别的栏目", at=now - timedelta(days=8), column=other)
    hidden = make_article("已撤回", at=now - timedelta(days=7), column=column)
    workflow.withdraw(hidden, by=chief(), reason="数字有误")
    middle = make_article("中间", at=now - timedelta(days=6), column=column)
    make_article("已到期", at=now - timedelta(days=5), expires_at=now - timedelta(days=4), column=column)
    same_moment = make_article("同一时刻", at=middle.published_at, column=column)
    found = Article.objects.with_neighbours().get(pk=middle.pk)
    assert (found.newer_id, found.older_id) == (same_moment.pk, oldest.pk)
    page = client.get(oldest.get_absolute_url()).content.decode()
    assert "上一条：</span>中间" in page and "下一条：</span>没有了" in page


def test_related_articles_share_a_place_first(client: Client) -> None:
    place = Place.objects.create(code="150000", name="内蒙古自治区", kind="自治区", level="province")
    other = make_column("gongjian", name="军地共建")
    make_articles(10)
    there = make_article("同一个地方", at=timezone.now() - timedelta(days=40), column=other, places=[place])
    article = make_article("看这篇", places=[place])
    response = client.get(article.get_absolute_url())
    assert response.context["related"][-1].pk != article.pk
    assert there.pk in [one.pk for one in response.context["related"]]
    assert len(response.context["related"]) == 6


@pytest.mark.parametrize("rows", [1, 300])
def test_seven_queries_whatever_the_number_of_rows(
    client: Client, django_assert_num_queries, rows: int
) -> None:
    make_identity()
    make_articles(rows)
    picture = make_picture()
    article = make_article(
        "带图带附件",
        at=timezone.now() - timedelta(minutes=90),
        body=f'<img src="/files/p{picture.pk}/800.jpg">',
        cover=picture,
        places=[make_place(f"15{number:02}00", f"地{number}市") for number in range(1, min(rows, 8) + 1)],
    )
    with django_assert_num_queries(7):
        assert client.get(article.get_absolute_url()).status_code == 200


def test_an_article_leads_to_the_honors_of_its_places(client: Client) -> None:
    article = make_article(places=[make_place("150300", "乌海市")])
    assert '<a href="/honors/places/150300/">' in client.get(article.get_absolute_url()).content.decode()


def test_an_article_leads_to_its_published_agreements_latest_first(client: Client) -> None:
    article = make_article()
    # One signing of two companies: nothing but the party tells the one record from the other.
    older, newer = (
        make_pact(make_partner(name), summary="签约", signed_on=date(year, 1, 1), signed_on_precision="year")
        for name, year in (("甲公司", 2020), ("乙公司", 2024))
    )
    hidden = make_pact(summary="草稿的共建", published=False)
    gone = make_pact(summary="撤下的共建")
    article.agreements.set([older, newer, hidden, gone])
    workflow.withdraw(gone, by=chief(), reason="有误")
    page = client.get(article.get_absolute_url()).content.decode()
    links = re.findall(r'<a href="/partnerships/(\d+)/">([^<]+)</a>', page)
    assert links == [
        (str(newer.pk), "乙公司与海军演示舰：舰企共建"),
        (str(older.pk), "甲公司与海军演示舰：舰企共建"),
    ]
    assert "草稿的共建" not in page and "撤下的共建" not in page


def test_an_article_about_very_many_agreements_names_twenty(
    client: Client, django_assert_num_queries: Any
) -> None:
    article = make_article()
    article.agreements.set(make_pacts(60))
    with django_assert_num_queries(8):
        page = client.get(article.get_absolute_url()).content.decode()
    assert len(re.findall(r'href="/partnerships/\d+/"', page)) == 20


def test_an_article_without_public_agreements_says_nothing_of_them(client: Client) -> None:
    article = make_article()
    article.agreements.set([make_pact(published=False)])
    assert "相关共建" not in client.get(article.get_absolute_url()).content.decode()


def test_page_tags_and_open_graph(client: Client) -> None:
    make_identity()
    cover = make_picture()
    article = make_article(
        "标题 <b> & “引号”", at=datetime(2026, 3, 1, 9, 5, tzinfo=SHANGHAI), cover=cover, keywords="双拥,光荣牌",
        summary="一句话摘要。", author="甲", source_name="乙报",
    )  # fmt: skip
    page = client.get(article.get_absolute_url()).content.decode()
    for name, content in {
        "SiteName": "测试双拥网",
        "SiteDomain": "shuangyong.example",
        "SiteIDCode": "0000000001",
        "ColumnName": "双拥要闻",
        "ColumnDescription": "报道双拥工作。",
        "ColumnKeywords": "双拥,要闻",
        "ColumnType": "工作动态",
        "ArticleTitle": "标题 &lt;b&gt; &amp; “引号”",
        "PubDate": "2026-03-01 09:05",
        "ContentSource": "乙报",
        "Keywords": "双拥,光荣牌",
        "Author": "甲",
        "Description": "一句话摘要。",
        "Image": f"http://shuangyong.example/files/p{cover.pk}/900.jpg",
        "Url": f"http://shuangyong.example{article.get_absolute_url()}",
    }.items():
        assert f'<meta name="{name}" content="{content}">' in page
    assert f'<meta property="og:image" content="http://shuangyong.example/files/p{cover.pk}/900.jpg">' in page
    assert f'<link rel="canonical" href="http://shuangyong.example{article.get_absolute_url()}">' in page


def test_without_a_summary_the_description_is_how_the_body_begins(client: Client) -> None:
    make_identity(description="网站的说明。")
    article = make_article(body=f"<h2>办理 &lt;甲&gt;</h2><p>{'长' * 300}</p>")
    page = client.get(article.get_absolute_url()).content.decode()
    found = re.search(r'<meta name="Description" content="([^"]*)">', page)
    assert found and found[1].startswith("办理 &lt;甲&gt; 长长") and len(found[1]) < 140


def test_a_reprint_names_its_origin(client: Client) -> None:
    article = make_article(
        "转来的", is_reprint=True, original_title="原来的题目", original_author="原作者甲", source_name="乙报",
        source_url="https://example.com/1",
    )  # fmt: skip
    page = client.get(article.get_absolute_url()).content.decode()
    assert "原标题：原来的题目" in page and "原作者：原作者甲" in page and "来源：<a" in page


class TestNotPublic:
    def test_a_draft_and_a_scheduled_article_do_not_exist(self, client: Client) -> None:
        draft, scheduled = make_draft(), make_draft("定时")
        release(scheduled, at=timezone.now() + timedelta(days=1))
        for path in (f"/news/yaowen/202603/t20260301_{draft.pk}.html", scheduled.get_absolute_url()):
            assert client.get(path).status_code == 404
            assert client.get(path.replace(".html", ".offline.html")).status_code == 404

    def test_withdrawn_with_a_notice_says_when_and_why(self, client: Client) -> None:
        article = make_article("撤回的稿件", body="<p>机密的正文</p>")
        workflow.withdraw(article, by=chief(), reason="数字有误，正在核对")
        response = client.get(article.get_absolute_url())
        page = response.content.decode()
        assert response.status_code == 410
        assert "数字有误，正在核对" in page and f"{timezone.localdate():%Y-%m-%d}" in page
        assert "机密的正文" not in page

    def test_withdrawn_as_gone_says_nothing_of_it(self, client: Client) -> None:
        article = make_article("撤回的稿件")
        workflow.withdraw(article, by=chief(), reason="内部原因", mode="gone")
        response = client.get(article.get_absolute_url())
        assert response.status_code == 410
        assert "撤回的稿件" not in response.content.decode() and "内部原因" not in response.content.decode()

    def test_withdrawn_with_a_redirect_leads_on(self, client: Client) -> None:
        article = make_article()
        workflow.withdraw(article, by=chief(), reason="并入新稿", mode="redirect", target="/news/yaowen/")
        response = client.get(article.get_absolute_url())
        assert (response.status_code, response["Location"]) == (302, "/news/yaowen/")

    def test_expired_says_so(self, client: Client) -> None:
        article = make_article("到期的公告", at=timezone.now() - timedelta(days=2))
        Article.objects.filter(pk=article.pk).update(expires_at=timezone.now() - timedelta(days=1))
        response = client.get(article.get_absolute_url())
        assert response.status_code == 410 and "到期" in response.content.decode()

    def test_withdrawn_is_nowhere_else(self, client: Client) -> None:
        article = make_article("撤回的稿件XYZ", headline=True)
        pages = ["/", "/news/", "/news/yaowen/", "/search/?q=XYZ", "/feeds/news.xml", "/feeds/news/yaowen.xml",
                 "/sitemap-articles.xml"]  # fmt: skip
        needle = {"/sitemap-articles.xml": article.get_absolute_url()}
        assert all(needle.get(path, "撤回的稿件XYZ") in client.get(path).content.decode() for path in pages)
        workflow.withdraw(article, by=chief(), reason="数字有误")
        found = [
            path
            for path in pages
            if needle.get(path, f"_{article.pk}.html") in client.get(path).content.decode()
        ]
        assert found == []

    @pytest.mark.parametrize(
        "path",
        ["/news/yaowen/202603/t20260301_999999.html", "/news/yaowen/202603/t20260301_99999999999999999999.html",
         "/news/yaowen/2026/t1_1.html", "/news/yaowen/202603/t20260301_1.htm", "/news/nosuch/", "/nowhere", "/news/%00/"],
    )  # fmt: skip
    def test_unknown_addresses_get_a_404_that_helps(self, client: Client, path: str) -> None:
        make_articles(1)
        response = client.get(path, follow=True)
        page = response.content.decode()
        assert response.status_code == 404
        assert 'action="/search/"' in page and 'href="/news/yaowen/"' in page


class TestLinkOut:
    def test_lists_lead_to_government_pages_directly_and_to_others_through_the_notice(
        self, client: Client
    ) -> None:
        make_article("部里的名单", link_out="https://sy.mva.gov.cn/list.html", body="")
        other = make_article("报纸的报道", link_out="https://news.example.com/a?b=1", body="")
        page = client.get("/news/yaowen/").content.decode()
        assert 'href="https://sy.mva.gov.cn/list.html"' in page
        assert "https://news.example.com/a?b=1" not in page
        response = client.get(other.get_absolute_url())
        assert response.status_code == 302 and response["Location"].startswith(
            "/leave/?to=https%3A%2F%2Fnews.example.com"
        )
        notice = client.get(response["Location"])
        assert notice.status_code == 200 and "news.example.com" in notice.content.decode()

    def test_the_notice_vouches_for_no_address_of_somebody_else(self, client: Client) -> None:
        signed = make_article("甲", link_out="https://news.example.com/", body="").href
        key = signed.split("key=")[1]
        for query in (
            "to=https://evil.example/", "to=https://evil.example/&key=x", f"to=https://evil.example/&key={key}",
            f"to=javascript:alert(1)&key={key}", f"key={key}", "to=%00",
        ):  # fmt: skip
            response = client.get(f"/leave/?{query}")
            assert (
                response.status_code == 404
                and "evil.example" not in response.content.decode().split("canonical")[0]
            )


class TestOffline:
    def test_one_file_with_its_pictures(self, client: Client) -> None:
        make_identity()
        picture = make_picture("示意图：沙丘")
        article = make_article("可保存/的稿件", body=f'<p>甲</p><img src="/files/p{picture.pk}/800.jpg">')
        response = client.get(article.offline_href)
        page = response.content.decode()
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment;")
        assert 'src="data:image/jpeg;base64,/9j/' in page and 'alt="示意图：沙丘"' in page
        assert f"http://shuangyong.example{article.get_absolute_url()}" in page
        assert "<link" not in page and "<script" not in page and 'src="/' not in page

    def test_the_cover_is_in_it_and_links_lead_to_the_site(self, client: Client) -> None:
        make_identity()
        cover = make_picture("封面")
        Picture.objects.filter(pk=cover.pk).update(caption="沙丘 <图>", credit="程序绘制")
        article = make_article(cover=cover, body='<p><a href="/about/">关于</a></p>')
        page = client.get(article.offline_href).content.decode()
        assert 'src="data:image/jpeg;base64,/9j/' in page and 'alt="封面"' in page
        assert "<figcaption>沙丘 &lt;图&gt;（程序绘制）</figcaption>" in page
        assert '<base href="http://shuangyong.example">' in page and '<a href="/about/">' in page
        online = client.get(article.get_absolute_url()).content.decode()
        assert "<figcaption>沙丘 &lt;图&gt;（程序绘制）</figcaption>" in online


def test_redirects_of_the_office_are_followed_only_where_no_page_stands(client: Client) -> None:
    make_articles(1)
    Redirect.objects.create(old_path="/old/page.html", new_path="/news/")
    Redirect.objects.create(old_path="/old/gone.html", new_path="")
    Redirect.objects.create(old_path="/news/yaowen/", new_path="/about/")
    response = client.get("/old/page.html")
    assert (response.status_code, response["Location"]) == (301, "/news/")
    assert client.get("/old/gone.html").status_code == 410
    assert client.get("/news/yaowen/").status_code == 200
    assert client.post("/old/page.html").status_code == 404


def test_a_renamed_column_keeps_its_old_address(client: Client) -> None:
    column = make_column("old-name")
    article = make_article(column=column)
    column.slug = "new-name"
    column.save()
    assert client.get("/news/old-name/")["Location"] == "/news/new-name/"
    assert client.get(article.get_absolute_url().replace("new-name", "old-name")).status_code == 301
    column.slug = "old-name"
    column.save()
    assert client.get("/news/old-name/").status_code == 200
    assert client.get("/news/new-name/")["Location"] == "/news/old-name/"
