"""The page of one partner: everything that it does, and nothing that is not public."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partnerships.models import Partner, PartnerName
from publishing import workflow
from tests.honors.rolls import make_place, make_source
from tests.makers import chief, make_article, make_identity, release
from tests.partnerships.pacts import make_counterpart, make_pact, make_pacts, make_partner

pytestmark = pytest.mark.django_db


def html(client: Client, one: Partner, status: int = 200, query: str = "") -> str:
    response = client.get(f"/partnerships/partners/{one.pk}/{query}")
    assert response.status_code == status
    return response.content.decode()


def text(client: Client, one: Partner, query: str = "") -> str:
    main = re.search(r"<main.*</main>", html(client, one, query=query), re.S)
    assert main is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0]))


def twin(client: Client, one: Partner) -> list[list[str]]:
    """The rows of the table beside the picture."""
    body = re.search(r"<tbody>.*?</tbody>", html(client, one), re.S)
    assert body is not None
    rows = re.findall(r"<tr>(.*?)</tr>", body[0], re.S)
    return [re.findall(r"<t[hd][^>]*>([^<]*)<", row) for row in rows]


def test_who_it_is(client: Client) -> None:
    one = make_partner("君正演示集团")
    PartnerName.objects.create(partner=one, name="君正演示")
    make_pact(one)
    page = text(client, one)
    assert "君正演示集团 企业 · 内蒙古自治区乌海市 又称：君正演示" in page
    assert "1 条共建记录" in page


def test_a_group_says_that_it_is_one(client: Client) -> None:
    one = make_partner("958家企业", is_group=True, group_size=958)
    make_pact(one, has_document=False)
    page = text(client, one)
    assert "一批单位，来源所报 958 家" in page and "不计入共建单位数" in page


def test_its_records_newest_first_with_status_verified_and_source(client: Client) -> None:
    one, today = make_partner(), timezone.localdate()
    for year, fields in (
        (2021, {"summary": "最早的事", "ends_on": today - timedelta(days=1)}),
        (2024, {"summary": "最近的事", "last_verified_on": today, "amount_text": "约42万元"}),
        (2022, {"summary": "报道的事", "has_document": False}),
    ):
        make_pact(one, signed_on=date(year, 1, 1), signed_on_precision="year", **fields)
    make_pact(one, summary="无日期的事", source=make_source("晚报"))
    page = text(client, one)
    entries = page[page.index("共建记录 2024年") :]
    order = [entries.index(words) for words in ("最近的事", "报道的事", "最早的事", "无日期的事")]
    assert order == sorted(order)
    assert "共建协议，未载期限 · 约42万元 最近的事 来源：演示日报 已核实 " in entries
    assert "未见协议 报道的事 来源：演示日报 待核实" in entries
    assert "共建协议，已到期 最早的事" in entries
    assert "日期未载 海军演示舰" in entries and "来源：晚报" in entries


def test_to_be_verified_is_explained_where_it_stands(client: Client) -> None:
    one = make_partner()
    make_pact(one, last_verified_on=timezone.localdate())
    assert "待核实" not in text(client, one)
    make_pact(one)
    assert "“待核实”是说最近十二个月里本站编辑没有向各方核实过" in text(client, one)


def test_other_partners_of_a_record_are_linked(client: Client) -> None:
    one, other = make_partner("甲公司"), make_partner("乙公司")
    make_pact(one, other)
    content = html(client, one)
    assert f'href="/partnerships/partners/{other.pk}/">乙公司<' in content
    assert f'href="/partnerships/partners/{one.pk}/"' not in re.sub(
        r"<head>.*</head>", "", content, flags=re.S
    )


def test_of_very_many_other_partners_some_are_named(client: Client) -> None:
    one = make_partner("甲公司")
    make_pact(one, *(make_partner(f"单位{index:02}") for index in range(40)))
    assert re.findall(r"单位\d\d", text(client, one)) == [f"单位{index:02}" for index in range(5)]


def test_its_own_place_is_where_to_look_for_more(client: Client) -> None:
    one, other = make_partner(), make_place("150600", "鄂尔多斯市")
    make_pact(one, place=other, signed_on=date(2025, 1, 1), signed_on_precision="year")
    assert 'href="/partnerships/?place=150600"' in html(client, one)
    make_pact(one)
    assert 'href="/partnerships/?place=150300"' in html(client, one)
    assert client.get("/partnerships/?place=150300").status_code == 200


def test_what_is_not_public_is_not_told(client: Client) -> None:
    one = make_partner()
    make_pact(one, summary="公开的事")
    make_pact(one, summary="草稿的事", published=False, counterpart=make_counterpart("草稿舰"))
    later = make_pact(one, summary="以后的事", published=False, counterpart=make_counterpart("以后舰"))
    release(later, at=timezone.now() + timedelta(days=1))
    gone = make_pact(one, summary="撤下的事", counterpart=make_counterpart("撤下舰"))
    workflow.withdraw(gone, by=chief(), reason="有误")
    past = timezone.now() - timedelta(days=2)
    make_pact(one, summary="到期的事", at=past, expires_at=past + timedelta(days=1))
    article = make_article("撤下协议的报道")
    article.agreements.add(gone)
    page = text(client, one)
    assert "公开的事" in page and "1 条共建记录" in page
    assert not re.search("草稿|以后|撤下|到期的事", page)


def test_without_a_public_record_there_is_no_page(client: Client) -> None:
    one, never = make_partner("甲公司"), make_partner("乙公司")
    pact = make_pact(one)
    html(client, one)
    html(client, never, status=404)
    workflow.withdraw(pact, by=chief(), reason="有误")
    assert "甲公司" not in html(client, one, status=404)


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30, "-1", "x"])
def test_an_unknown_number_is_not_found(client: Client, pk: str) -> None:
    assert client.get(f"/partnerships/partners/{pk}/").status_code == 404


def test_names_are_escaped(client: Client) -> None:
    one = make_partner("<b>甲</b>")
    PartnerName.objects.create(partner=one, name="<i>乙</i>")
    for _ in range(2):
        make_pact(one, make_partner("<u>丙</u>"), counterpart=make_counterpart("<s>舰</s>"))
    content = html(client, one)
    assert not re.search("<b>甲|<i>乙|<u>丙|<s>舰", content)
    assert "&lt;b&gt;甲&lt;/b&gt;" in content and "&lt;s&gt;舰&lt;/s&gt;" in content


class TestPicture:
    def test_one_record_needs_no_picture(self, client: Client) -> None:
        one = make_partner()
        make_pact(one)
        assert "<svg" not in re.sub(r".*<main", "", html(client, one), flags=re.S)

    def test_the_table_says_what_the_picture_says(self, client: Client) -> None:
        one, first, second = make_partner(), make_counterpart("甲舰"), make_counterpart("乙舰")
        make_pact(one, counterpart=first)
        make_pact(one, counterpart=first, has_document=False)
        make_pact(one, counterpart=second, has_document=False)
        make_pact(one, counterpart=None)
        make_pact(make_partner("别的单位"), counterpart=make_counterpart("丙舰"))
        assert twin(client, one) == [
            ["甲舰", "2 条", "1 条"],
            ["乙舰", "1 条", "未见协议"],
            ["没有具体对象", "1 条", "1 条"],
        ]
        content = html(client, one)
        pictures = re.findall(r'<svg class="ties.*?</svg>', content, re.S)
        assert len(pictures) == 2
        for picture in pictures:
            drawn = re.sub(r"<[^>]+>", "", picture)
            assert all(name in drawn for name in ("演示企业", "甲舰", "乙舰", "没有具体对象"))
            assert "丙舰" not in drawn
            assert picture.count("ties__line--unsigned") == 1

    def test_very_many_counterparts_are_cut_in_both(self, client: Client) -> None:
        one = make_partner()
        for index in range(15):
            make_pact(one, counterpart=make_counterpart(f"第{index:02}舰"))
        assert len(twin(client, one)) == 12
        assert "另有 3 方见下面的记录" in text(client, one)


class TestArticles:
    def test_articles_of_its_records_each_once(self, client: Client) -> None:
        one = make_partner()
        both = [make_pact(one), make_pact(one)]
        make_article("两件事的报道").agreements.add(*both)
        make_article("别人的报道").agreements.add(make_pact(make_partner("乙公司")))
        page = text(client, one)
        assert page.count("两件事的报道") == 1 and "别人的报道" not in page


class TestPages:
    def test_records_are_paged(self, client: Client) -> None:
        one = make_partner()
        make_pacts(25, one)
        assert len(re.findall("第0\\d\\d件事", text(client, one))) == 20
        assert len(re.findall("第0\\d\\d件事", text(client, one, "?page=2"))) == 5
        assert "25 条共建记录" in text(client, one, "?page=2")

    @pytest.mark.parametrize("number", ["0", "3", "x", "", "9" * 20])
    def test_a_page_that_is_not_there(self, client: Client, number: str) -> None:
        one = make_partner()
        make_pacts(25, one)
        html(client, one, status=404, query=f"?page={number}")

    @pytest.mark.parametrize("number", [1, 300])
    def test_queries(self, client: Client, django_assert_num_queries: Any, number: int) -> None:
        make_identity()
        one = make_partner()
        PartnerName.objects.create(partner=one, name="又一个名称")
        pacts = make_pacts(number, one, make_partner("乙公司"), place=make_place())
        for index in range(min(number, 20)):
            make_article(f"报道{index}").agreements.set(pacts)
        with django_assert_num_queries(9):
            html(client, one)
