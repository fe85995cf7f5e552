"""The page of one agreement: what it says, what it must not say, and when it is not there."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from honors.models import Source
from partnerships.agreements import reverify
from partnerships.models import Agreement, Partner, Verification
from publishing import workflow
from tests.honors.rolls import make_place, make_round, make_sheet
from tests.makers import chief, make_article, make_identity, release
from tests.partnerships.pacts import make_counterpart, make_pact, make_partner

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
NOT_VERIFIED = "最近十二个月里，本站编辑没有向各方核实过；这不表示共建已经停止。"


def html(client: Client, one: Agreement, status: int = 200) -> str:
    response = client.get(f"/partnerships/{one.pk}/")
    assert response.status_code == status
    return response.content.decode()


def text(client: Client, one: Agreement, status: int = 200) -> str:
    """The visible text of the page's main part, with spaces folded."""
    main = re.search(r"<main.*</main>", html(client, one, status), re.S)
    assert main is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0]))


def fact(client: Client, one: Agreement, name: str) -> str:
    """What stands beside one of the names in the list of facts; empty where it is not listed."""
    found = re.search(rf"<dt>{name}</dt>\s*<dd>(.*?)</dd>", html(client, one), re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip() if found else ""


class TestParties:
    def test_partners_and_counterpart_with_their_kinds(self, client: Client) -> None:
        first, second = make_partner("甲公司"), make_partner("乙中学", kind="school", place=None)
        one = make_pact(first, second)
        page, content = text(client, one), html(client, one)
        heading = re.search(r"<h1.*?</h1>", content, re.S)
        assert heading is not None
        assert f'<a class="pact__name" href="/partnerships/partners/{first.pk}/">甲公司</a>' in heading[0]
        assert f'<a class="pact__name" href="/partnerships/partners/{second.pk}/">乙中学</a>' in heading[0]
        assert "甲公司 企业 · 内蒙古自治区乌海市" in page and "乙中学 学校 " in page
        assert "海军演示舰 舰艇" in page
        assert content.count("<title>乙中学、甲公司与海军演示舰：舰企共建 - ") == 1

    def test_a_city_is_not_said_to_lie_in_itself(self, client: Client) -> None:
        one = make_pact(make_partner("乌海市", kind="government"), kind="city_ship")
        assert "乌海市 地级市 · 内蒙古自治区 " in text(client, one)

    def test_a_group_tells_its_number_as_reported_and_counts_as_none(self, client: Client) -> None:
        one = make_pact(make_partner("958家企业", is_group=True, group_size=958), has_document=False)
        page = text(client, one)
        assert "一批单位，来源所报 958 家" in page and "这个数目不计入共建单位数" in page
        assert "959" not in page

    def test_a_group_beside_a_body_does_not_make_the_record_one_of_groups(self, client: Client) -> None:
        group = make_partner("一批商户", is_group=True)
        assert "没有逐一列出单位" in text(client, make_pact(group))
        assert "没有逐一列出单位" not in text(client, make_pact(group, make_partner("甲公司")))

    def test_without_a_counterpart_nothing_stands_in_its_place(self, client: Client) -> None:
        one = make_pact(counterpart=None, kind="alliance")
        content = html(client, one)
        assert "pact__side--military" not in content and "共建对象" not in content
        assert "<title>演示企业：崇军联盟 - " in content

    def test_the_counterpart_leads_to_all_its_records(self, client: Client) -> None:
        one = make_pact(counterpart=make_counterpart("驻军&某部", "unit"))
        assert 'href="/partnerships/?q=%E9%A9%BB%E5%86%9B%26%E6%9F%90%E9%83%A8"' in html(client, one)

    def test_a_name_longer_than_a_search_word_is_cut_and_still_found(self, client: Client) -> None:
        one = make_pact(counterpart=make_counterpart("海军演示舰" * 12), summary="合办长名学习室")
        found = re.search(r'href="(/partnerships/\?q=[^"]*)"', html(client, one))
        assert found is not None
        assert "合办长名学习室" in client.get(found[1]).content.decode()

    def test_many_partners_are_all_named(self, client: Client) -> None:
        partners = [make_partner(f"单位{index:02}") for index in range(30)]
        one = make_pact(*partners)
        content, page = html(client, one), text(client, one)
        assert "还有 24 个共建单位" in page
        assert all(content.count(f'href="{partner.get_absolute_url()}"') == 1 for partner in partners)
        assert "<title>单位00、单位01、单位02等与海军演示舰：舰企共建 - " in content

    def test_names_and_texts_are_escaped(self, client: Client) -> None:
        evil = "<b>甲</b>&amp;"
        one = make_pact(
            make_partner(evil),
            counterpart=make_counterpart("<i>舰</i>"),
            summary="<script>x</script>",
            amount_text="<u>若干</u>",
        )
        content = html(client, one)
        assert not re.search("<b>甲|<i>舰|<script>x|<u>若干", content)
        assert "&lt;b&gt;甲&lt;/b&gt;&amp;amp;" in content and "&lt;script&gt;x&lt;/script&gt;" in content


class TestWhatItIs:
    @pytest.mark.parametrize(
        ("fields", "word"),
        [
            ({"has_document": True}, "共建协议"),
            ({"has_document": False}, "未见协议"),
            ({"has_document": False, "kind": "namesake_ship"}, "同名关系"),
            ({"has_document": True, "kind": "namesake_ship"}, "共建协议"),
        ],
    )
    def test_only_a_signed_document_is_called_an_agreement(
        self, client: Client, fields: dict[str, Any], word: str
    ) -> None:
        head = html(client, make_pact(**fields)).split('<h1 class="pact', 1)[0]
        frames = re.findall(r'<span class="frame[^"]*">([^<]+)</span>', head)
        assert frames == [word]

    def test_without_a_document_the_page_says_so_in_a_sentence(self, client: Client) -> None:
        assert "没有见到签订的协议" in text(client, make_pact(has_document=False))
        assert "没有见到" not in text(client, make_pact())

    @pytest.mark.parametrize(
        ("precision", "told"), [("day", "2024年3月5日"), ("month", "2024年3月"), ("year", "2024年")]
    )
    def test_the_date_is_cut_to_what_is_known(self, client: Client, precision: str, told: str) -> None:
        one = make_pact(signed_on=date(2024, 3, 5), signed_on_precision=precision)
        assert fact(client, one, "签订日期") == told

    def test_a_date_that_no_source_tells_is_said_to_be_missing(self, client: Client) -> None:
        assert fact(client, make_pact(), "签订日期") == "来源未载"
        reported = make_pact(has_document=False)
        assert (fact(client, reported, "签订日期"), fact(client, reported, "日期")) == ("", "来源未载")

    @pytest.mark.parametrize(("days", "status"), [(-1, "已到期"), (0, "有效期内"), (1, "有效期内")])
    def test_the_status_is_that_of_today(self, client: Client, days: int, status: str) -> None:
        ends = TODAY() + timedelta(days=days)
        one = make_pact(ends_on=ends)
        assert fact(client, one, "状态") == status
        assert fact(client, one, "到期日期") == f"{ends.year}年{ends.month}月{ends.day}日"

    def test_without_an_end_the_term_is_open(self, client: Client) -> None:
        one = make_pact()
        assert (fact(client, one, "状态"), fact(client, one, "到期日期")) == ("未载期限", "")

    @pytest.mark.parametrize(
        ("amount", "told"),
        [
            ("42.79万元", "42.79万元"),
            ("约42.79万元", "约42.79万元 约数，照来源所载"),
            ("280多万元", "280多万元 约数，照来源所载"),
            ("42万元和30万元", "42万元和30万元 照来源所载"),
            ("", ""),
        ],
    )
    def test_the_amount_is_told_as_printed(self, client: Client, amount: str, told: str) -> None:
        one = make_pact(amount_text=amount)
        one.derive_amount()
        one.save()
        assert fact(client, one, "金额") == told

    def test_the_source_is_visible_and_an_unknown_one_is_to_be_found(self, client: Client) -> None:
        assert fact(client, make_pact(), "来源") == "演示日报"
        unknown = Source.objects.create(name="某地当地报道", kind="media", identified=False)
        one = make_pact(source=unknown)
        assert fact(client, one, "来源") == "来源待补" and "某地当地报道" not in html(client, one)

    def test_description_and_canonical_address(self, client: Client) -> None:
        make_identity()
        one = make_pact(summary="合办学习室")
        content = html(client, one)
        assert '<meta name="Description" content="舰企共建：合办学习室">' in content
        assert f'rel="canonical" href="http://shuangyong.example/partnerships/{one.pk}/"' in content


class TestVerified:
    def test_verified_today_with_the_days_before(self, client: Client) -> None:
        one, clerk = make_pact(), User.objects.create_user("核实员某")
        days = [TODAY() - timedelta(days=days) for days in (800, 400, 0)]
        for day in days:
            reverify(one, by=clerk, how="致电双方联络员", on=day)
        told = fact(client, one, "核实")
        assert told.startswith("已核实 最近核实于 ") and NOT_VERIFIED not in told
        at = [told.index(f"{day.year}年{day.month}月{day.day}日") for day in reversed(days)]
        assert at == sorted(at) and told.count("年") == 3

    def test_who_and_how_are_internal(self, client: Client) -> None:
        one, clerk = make_pact(), User.objects.create_user("核实员某", first_name="名甲", last_name="姓乙")
        reverify(one, by=clerk, how="致电双方联络员", on=TODAY() - timedelta(days=3))
        reverify(one, by=clerk, how="看过回函", on=TODAY())
        assert Verification.objects.count() == 2
        content = html(client, one)
        assert not re.search("核实员某|名甲|姓乙|致电|联络员|回函", content)

    def test_verified_by_nobody(self, client: Client) -> None:
        assert fact(client, make_pact(), "核实") == f"待核实 {NOT_VERIFIED}"

    def test_older_than_a_year_is_to_be_verified_again(self, client: Client) -> None:
        fresh = make_pact(last_verified_on=TODAY() - timedelta(days=364))
        stale = make_pact(last_verified_on=TODAY() - timedelta(days=367))
        assert fact(client, fresh, "核实").startswith("已核实")
        told = fact(client, stale, "核实")
        assert told.startswith("待核实 最近核实于") and told.endswith(NOT_VERIFIED)


class TestLinks:
    def test_published_articles_newest_first_up_to_eight(self, client: Client) -> None:
        one, now = make_pact(), timezone.now()
        for index in range(10):
            make_article(f"报道{index}", at=now - timedelta(days=index + 1)).agreements.add(one)
        hidden = make_article("撤下的报道")
        hidden.agreements.add(one)
        workflow.withdraw(hidden, by=chief(), reason="数字有误")
        make_article("别的报道")
        found = re.findall(r"报道\d", text(client, one))
        assert found == [f"报道{index}" for index in range(8)]
        assert not re.search("撤下的报道|别的报道", text(client, one))

    def test_the_place_with_its_honors(self, client: Client) -> None:
        place = make_place()
        make_sheet(make_round(11, 1, 2020), place)
        make_sheet(make_round(12, 2, 2025), place)
        one = make_pact(place=place)
        assert "全国双拥模范城（县） 截至第十二届（2025年）二连冠" in text(client, one)
        assert 'href="/honors/places/150300/"' in html(client, one)

    def test_the_honors_say_what_the_page_of_the_place_says(self, client: Client) -> None:
        place = make_place()
        make_round(10, 1, 2016)
        make_sheet(make_round(11, 2, 2020), place)
        make_round(12, 3, 2025)
        one = make_pact(place=place)
        said = re.search(r"截至[^<]+", re.sub(r".*agreement__honors", "", html(client, one), flags=re.S))
        assert said is not None
        assert said[0] in client.get("/honors/places/150300/").content.decode()

    def test_a_place_without_honors_has_no_section_of_them(self, client: Client) -> None:
        make_round()
        assert "双拥荣誉" not in text(client, make_pact())


class TestNotThere:
    def test_a_draft_or_scheduled_agreement_is_not_found(self, client: Client) -> None:
        draft, scheduled = make_pact(published=False), make_pact(published=False)
        release(scheduled, at=timezone.now() + timedelta(hours=1))
        for one in (draft, scheduled):
            content = client.get(f"/partnerships/{one.pk}/")
            assert content.status_code == 404 and "演示企业" not in content.content.decode()

    @pytest.mark.parametrize("pk", ["0", "999999", "9" * 30, "-1", "1x", "%00"])
    def test_an_unknown_number_is_not_found(self, client: Client, pk: str) -> None:
        assert client.get(f"/partnerships/{pk}/").status_code == 404

    def test_what_was_withdrawn_says_why_and_names_nobody(self, client: Client) -> None:
        one = make_pact(summary="内容已撤的一句", amount_text="42万元")
        workflow.withdraw(one, by=chief(), reason="一方来函更正")
        content = html(client, one, status=410)
        assert "一方来函更正" in content and "乌海市舰企共建" in content
        assert not re.search("演示企业|海军演示舰|内容已撤的一句|42万元", content)

    def test_withdrawn_may_lead_on_or_be_gone(self, client: Client) -> None:
        moved, gone = make_pact(), make_pact()
        workflow.withdraw(moved, by=chief(), reason="合并", mode="redirect", target="/partnerships/")
        workflow.withdraw(gone, by=chief(), reason="内部原因", mode="gone")
        assert client.get(f"/partnerships/{moved.pk}/")["Location"] == "/partnerships/"
        assert "内部原因" not in html(client, gone, status=410)

    def test_what_expired_says_when(self, client: Client) -> None:
        past = timezone.now() - timedelta(days=2)
        one = make_pact(at=past, expires_at=past + timedelta(days=1))
        content = html(client, one, status=410)
        assert "已到期，不再展示" in content and "演示企业" not in content

    def test_only_reading_is_answered(self, client: Client) -> None:
        assert client.post(f"/partnerships/{make_pact().pk}/").status_code == 405


@pytest.mark.parametrize("number", [1, 300])
def test_eight_queries_whatever_the_number_of_children(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    make_identity()
    place, clerk = make_place(), User.objects.create_user("核实员")
    make_sheet(make_round(), place)
    Partner.objects.bulk_create(
        Partner(name=f"单位{index}", key=f"单位{index}", kind="shop", place=place) for index in range(number)
    )
    one = make_pact(*Partner.objects.all(), place=place)
    for index in range(min(number, 30)):
        make_article(f"报道{index}").agreements.add(one)
    Verification.objects.bulk_create(
        Verification(agreement=one, verified_on=date(2020, 1, 1) + timedelta(days=index), by=clerk, how="函")
        for index in range(number)
    )
    with django_assert_num_queries(8):
        assert client.get(f"/partnerships/{one.pk}/").status_code == 200


def test_an_archived_agreement_says_so_and_stays_readable(client: Client) -> None:
    pact = make_pact()
    assert "已归档" not in client.get(pact.get_absolute_url()).content.decode()
    workflow.archive(pact, by=chief())
    page = client.get(pact.get_absolute_url())
    assert page.status_code == 200 and "内容是当时的情况" in page.content.decode()
    assert pact.summary in client.get("/partnerships/").content.decode()
