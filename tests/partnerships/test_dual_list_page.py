"""The ledger of the dual list: its numbers, items, filters and refusals; overdue from the office's midnight; its price."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partnerships.models import DualListItem
from publishing import workflow
from publishing.models import WithdrawalMode
from tests.makers import chief, make_identity, release
from tests.partnerships.needs import make_need, make_needs, make_note, make_total, publish_need, withdraw_need

pytestmark = pytest.mark.django_db

PAGE = "/partnerships/dual-list/"
QUERIES = 8  # of which the site's identity and navigation are two


def html(client: Client, query: str = "") -> str:
    response = client.get(f"{PAGE}{query}")
    assert response.status_code == 200
    return str(response.content.decode().split("<main", 1)[1].split("</main>")[0])


def text(client: Client, query: str = "") -> str:
    return unescape(re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", html(client, query))))


def shown(client: Client, query: str = "") -> list[str]:
    """The public texts on the page, in its order."""
    return [row.item.public_content for row in client.get(f"{PAGE}{query}").context["rows"]]


def counts(client: Client, query: str = "") -> dict[str, dict[str, int]]:
    facets = client.get(f"{PAGE}{query}").context["facets"]
    return {facet.name: {choice.word: choice.count for choice in facet.choices} for facet in facets}


@pytest.fixture
def ledger(db: None) -> None:
    """2024: four items of the military, two of the locality; 2023: one. All due dates have long passed."""
    publish_need(1, public_content="演示：修路", stage="done", done_on=date(2024, 10, 31))
    publish_need(
        2, public_content="演示：开设优先窗口", office="演示单位乙", stage="done", done_on=date(2024, 11, 1)
    )
    publish_need(3, public_content="演示：办招聘会", stage="running", standard="岗位公开")
    publish_need(4, public_content="演示：送喜报", stage="dropped")
    publish_need(1, side="locality", public_content="演示：植树", stage="planned")
    publish_need(2, side="locality", public_content="演示：巡堤", due_on=date(2100, 1, 1), stage="planned")
    publish_need(1, year=2023, public_content="演示：旧事", stage="done", done_on=date(2023, 1, 1))


@pytest.mark.usefixtures("ledger")
class TestYear:
    def test_the_newest_year_with_a_public_item_unless_another_is_asked_for(self, client: Client) -> None:
        make_need(1, year=2025)
        assert shown(client) == shown(client, "?year=2024") == shown(client, "?year=") != []
        assert shown(client, "?year=2023") == ["演示：旧事"]
        page = html(client)
        assert re.findall(r'class="years__link" href="([^"]*)"( aria-current="page")?', page) == [
            ("?year=2024", ' aria-current="page"'),
            ("?year=2023", ""),
        ]

    def test_each_side_says_its_numbers_and_rates_with_what_they_are_computed_from(
        self, client: Client
    ) -> None:
        page = text(client)
        assert "部队需求公开4项已办结2办理中1待启动0已终止1逾期1" in page
        assert "办结率50%4项里办结2项按期率25%已有结果的4项里按期1项" in page
        assert "地方需求公开2项已办结0办理中0待启动2已终止0逾期1" in page
        assert "办结率0%2项里办结0项按期率0%已有结果的1项里按期0项" in page
        assert "办结率是已办结的项数除以公开事项的总项数" in page

    def test_the_bar_is_as_long_as_the_numbers_beside_it(self, client: Client) -> None:
        first, second = re.findall(r'<svg class="bar" viewBox="0 0 (\d+) 1"(.*?)</svg>', html(client))
        assert first[0] == "4" and second[0] == "2"
        assert re.findall(r'bar__part--(\w+)" x="(\d+)" width="(\d+)"', first[1]) == [
            ("done", "0", "2"), ("running", "2", "1"), ("dropped", "3", "1"),
        ]  # fmt: skip

    def test_no_rate_where_nothing_could_be_late_yet(self, client: Client) -> None:
        DualListItem.objects.filter(side="locality").update(due_on=date(2100, 1, 1))
        assert "按期率—还没有办结或到期的事项" in text(client)

    def test_a_side_without_items_says_so(self, client: Client) -> None:
        assert "地方需求这一年没有公开的事项" in text(client, "?year=2023")

    def test_the_military_first_and_then_by_number(self, client: Client) -> None:
        assert shown(client) == [
            "演示：修路", "演示：开设优先窗口", "演示：办招聘会", "演示：送喜报", "演示：植树", "演示：巡堤",
        ]  # fmt: skip

    def test_an_item_tells_all_that_is_public(self, client: Client) -> None:
        page = text(client)
        assert (
            "第1项已办结演示：修路责任单位演示单位甲完成时限2024年10月31日办结日期2024年10月31日，按期办结"
            in page
        )
        assert (
            "第2项已办结演示：开设优先窗口责任单位演示单位乙完成时限2024年10月31日办结日期2024年11月1日，逾期办结"
            in page
        )
        assert "第3项办理中逾期演示：办招聘会责任单位演示单位甲完成时限2024年10月31日质量要求岗位公开" in page
        assert "第4项已终止演示：送喜报" in page

    def test_public_notes_newest_first_and_no_others(self, client: Client) -> None:
        need = DualListItem.objects.get(public_content="演示：修路")
        make_note(need, "开工", date(2024, 5, 1))
        make_note(need, "验收", date(2024, 9, 1))
        make_note(need, "内部纪要", date(2024, 7, 1), public=False)
        page = text(client)
        assert "2024-09-01验收2024-05-01开工" in page and "内部纪要" not in page

    def test_an_empty_list_is_a_page(self, client: Client) -> None:
        DualListItem.objects.all().delete()
        assert "还没有公开的事项。" in text(client)


@pytest.mark.usefixtures("ledger")
class TestFilters:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("side=locality", ["演示：植树", "演示：巡堤"]),
            ("stage=done", ["演示：修路", "演示：开设优先窗口"]),
            ("stage=overdue", ["演示：办招聘会", "演示：植树"]),
            ("office=演示单位乙", ["演示：开设优先窗口"]),
            ("q=招聘", ["演示：办招聘会"]),
            ("q=岗位公开", ["演示：办招聘会"]),
            ("q=單位乙", ["演示：开设优先窗口"]),
            ("q=修 路", ["演示：修路"]),
            ("q=演示：修路", ["演示：修路"]),
            ("q=无此事", []),
            ("q=1", []),
            ("year=2023&q=修路", []),
            ("side=military&stage=overdue&page=1", ["演示：办招聘会"]),
        ],
    )
    def test_each_filter(self, client: Client, query: str, expected: list[str]) -> None:
        assert shown(client, f"?{query}") == expected

    def test_what_is_counted_stays_the_whole_year(self, client: Client) -> None:
        assert "部队需求公开4项" in text(client, "?stage=planned&side=locality")

    def test_facets_count_what_is_shown_and_overdue_beside_its_stage(self, client: Client) -> None:
        make_need(9, office="演示单位丙")
        assert counts(client) == {
            "side": {"部队需求": 4, "地方需求": 2},
            "stage": {"待启动": 2, "办理中": 1, "已办结": 2, "已终止": 1, "逾期": 2},
            "office": {"演示单位乙": 1, "演示单位甲": 5},
        }
        assert counts(client, "?stage=overdue") == {
            "side": {"部队需求": 1, "地方需求": 1},
            "stage": {"待启动": 2, "办理中": 1, "已办结": 2, "已终止": 1, "逾期": 2},
            "office": {"演示单位甲": 2},
        }
        for query in ("side=locality", "stage=overdue", "office=演示单位乙", "q=演示&stage=planned"):
            for facet in client.get(f"{PAGE}?{query}").context["facets"]:
                for choice in facet.choices:
                    if not choice.is_on:
                        assert len(shown(client, choice.href)) == choice.count, (query, choice)

    def test_links_keep_the_year(self, client: Client) -> None:
        page = client.get(f"{PAGE}?year=2023&q=旧").context
        assert [one.label for one in page["active"]] == ["关键词"]
        assert page["clear_href"] == f"{PAGE}?year=2023"
        assert ("year", "2023") in page["filter"].kept
        assert page["exports"][0] == ("CSV", "/partnerships/dual-list.csv?q=%E6%97%A7&year=2023")


@pytest.mark.usefixtures("ledger")
class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "reason"),
        [
            ("year=2022", "年度：记录里没有“2022”。"),
            ("year=２０２４", "年度：记录里没有“２０２４”。"),
            ("year=02024", "年度：记录里没有“02024”。"),
            (f"year={'9' * 400}", f"年度：记录里没有“{'9' * 20}…”。"),
            ("year=-1", "年度：记录里没有“-1”。"),
            ("year=%00", "年度：记录里没有“”。"),
            ("side=army", "清单：记录里没有“army”。"),
            ("stage=late", "进度：记录里没有“late”。"),
            ("office=演示单位", "责任单位：记录里没有“演示单位”。"),
            ("office=%00<script>", "责任单位：记录里没有“<script>”。"),
            ("q=%00", "关键词：关键词里有不能使用的字符，请重新输入。"),
            (f"q={'长' * 51}", "关键词：关键词太长，请不要超过50个字。"),
        ],
    )
    def test_a_wrong_parameter_lists_nothing_and_says_why(
        self, client: Client, query: str, reason: str
    ) -> None:
        assert shown(client, f"?{query}") == []
        page = text(client, f"?{query}")
        assert reason in page and "清除条件，看全部记录" in page
        assert "<script>" not in html(client, f"?{query}")
        for kind in ("csv", "xlsx", "json"):
            assert client.get(f"/partnerships/dual-list.{kind}?{query}").status_code == 400

    @pytest.mark.parametrize("number", ["0", "2", "-1", "x", "９", "1" * 400, "%00", "1.0"])
    def test_a_page_that_is_not_there(self, client: Client, number: str) -> None:
        response = client.get(f"{PAGE}?page={number}&year=2024")
        assert response.status_code == 404
        assert f'href="{PAGE}?year=2024"' in response.content.decode()

    def test_only_reading(self, client: Client) -> None:
        assert client.post(PAGE).status_code == client.post("/partnerships/dual-list.csv").status_code == 405

    def test_nothing_that_is_not_public(self, client: Client) -> None:
        soon, since = timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=2)
        make_need(11, public_content="演示：草稿")
        release(make_need(12, public_content="演示：定时"), at=soon)
        expired = make_need(13, public_content="演示：到期")
        release(expired, at=since)
        DualListItem.objects.filter(pk=expired.pk).update(expires_at=since + timedelta(days=1))
        withdraw_need(14, public_content="演示：撤下")
        for path in (PAGE, "/partnerships/dual-list.csv", "/partnerships/dual-list.json"):
            response = client.get(path)
            body = b"".join(response.streaming_content if response.streaming else [response.content]).decode()
            for word in ("演示：草稿", "演示：定时", "演示：到期", "演示：撤下"):
                assert word not in body, (path, word)
        assert "部队需求公开4项" in text(client)


class TestMidnight:
    """The 31st ends in the office eight hours before it ends in Greenwich."""

    BEFORE = datetime(2024, 10, 31, 15, 59, 59, tzinfo=UTC)
    MIDNIGHT = datetime(2024, 10, 31, 16, 0, 0, tzinfo=UTC)

    @pytest.mark.parametrize(("now", "overdue"), [(BEFORE, 0), (MIDNIGHT, 1)])
    def test_overdue_begins_at_midnight_in_the_office(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, now: datetime, overdue: int
    ) -> None:
        publish_need(1, stage="running")
        DualListItem.objects.update(published_at=self.BEFORE - timedelta(days=9))
        monkeypatch.setattr(timezone, "now", lambda: now)
        page = text(client)
        assert f"逾期{overdue}办结率0%1项里办结0项" in page
        assert ("按期率0%已有结果的1项里按期0项" in page) is bool(overdue)
        assert ("办理中逾期演示" in page) is bool(overdue)
        assert len(shown(client, "?stage=overdue")) == overdue
        assert counts(client)["stage"].get("逾期", 0) == overdue
        row = client.get("/partnerships/dual-list.json")
        assert f'"overdue": {str(bool(overdue)).lower()}'.encode() in b"".join(row.streaming_content)

    @pytest.mark.parametrize(("now", "public"), [(BEFORE, 0), (MIDNIGHT, 1)])
    def test_a_scheduled_item_counts_from_its_moment(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, now: datetime, public: int
    ) -> None:
        publish_need(1)
        DualListItem.objects.update(published_at=self.MIDNIGHT)
        monkeypatch.setattr(timezone, "now", lambda: now)
        assert len(shown(client)) == public


class TestWithdrawn:
    def test_the_page_explains_an_item_withdrawn_with_a_notice(self, client: Client) -> None:
        publish_need(1)
        withdraw_need(2, reason="事项重复")
        publish_need(3)
        today = timezone.localtime(DualListItem.objects.get(number=2).withdrawn_at)
        page = text(client)
        assert f"第2项已于{today.year}年{today.month}月{today.day}日撤下：事项重复" in page
        assert "公开2项" in page and "第3项待启动" in page

    def test_of_an_item_that_is_gone_nothing_is_said(self, client: Client) -> None:
        publish_need(1)
        withdraw_need(2, reason="事项重复", mode=WithdrawalMode.GONE)
        page = text(client)
        assert "撤下" not in page and "事项重复" not in page and "公开1项" in page

    def test_one_that_was_withdrawn_stays_in_its_year_and_side(self, client: Client) -> None:
        publish_need(1)
        withdraw_need(2, side="locality", reason="另一清单")
        withdraw_need(2, year=2023, reason="另一年度")
        first, second = html(client).split('<section class="side">')[1:]
        assert "另一清单" not in first and "另一清单" in second and "另一年度" not in html(client)


class TestReportedTotals:
    def test_in_a_section_of_their_own_with_place_quote_date_and_source(self, client: Client) -> None:
        make_total(7, as_of=date(2024, 3, 1), as_of_precision="month")
        make_total(65, year=None, measure="done", unit="个")
        page = text(client)
        assert "来源报道的数目" in page and "不计入上面的统计，也不能与它相加" in page
        assert "截至2024年3月内蒙古自治区2024年列入清单7项原文双清单7项工作来源：某报" in page
        assert "未载时间内蒙古自治区办结65个原文双清单65项工作来源：某报" in page

    def test_no_section_without_any(self, client: Client) -> None:
        publish_need()
        assert "来源报道的数目" not in text(client)


@pytest.mark.parametrize("number", [1, 300])
def test_the_price_is_the_same_for_one_and_for_three_hundred(
    client: Client, django_assert_num_queries: Any, number: int
) -> None:
    make_identity()
    make_needs(number)
    make_total(700, is_own=True)
    with django_assert_num_queries(QUERIES):
        response = client.get(PAGE)
    assert response.context["page"].paginator.count == number
    assert "演示：已经对接。" in response.content.decode()


def test_the_admin_leads_to_the_item(client: Client) -> None:
    need = publish_need(1, side="locality")
    address, anchor = need.get_absolute_url().split("#")
    assert f'id="{anchor}"' in client.get(address).content.decode()


def test_the_address_of_an_item_opens_the_page_on_which_it_stands(client: Client) -> None:
    make_needs(110)
    sixtieth = client.get(f"{PAGE}?year=2024&page=2").context["rows"][5].item
    address, mark = sixtieth.get_absolute_url().split("#")
    page = client.get(address)
    assert page.context["page"].number in (1, 2) and f'id="{mark}"' in page.content.decode()
    assert sixtieth in [row.item for row in page.context["rows"]]
    last = DualListItem.objects.filter(side="locality").latest("number")
    assert f'id="{last.anchor}"' in client.get(f"{PAGE}?year=2024&at={last.anchor}").content.decode()
    # Whoever turns the page goes where the pager says; what names no item opens the first page.
    assert client.get(f"{PAGE}?year=2024&at={last.anchor}&page=1").context["page"].number == 1
    for strange in ("", "item-", "x" * 500, "%00"):
        assert client.get(f"{PAGE}?year=2024&at={strange}").context["page"].number == 1


def test_the_pager_counts_items_by_their_word(client: Client) -> None:
    publish_need(1)
    assert "共 1 项" in html(client) and "共 1 条" not in html(client)


def test_an_archived_item_is_marked_and_counted_on(client: Client) -> None:
    need, other = publish_need(1, stage="running"), publish_need(2)
    before = text(client)
    assert "已归档" not in before
    workflow.archive(need, by=chief())
    after = text(client)
    assert after.count("已归档") == 1 and after.replace("已归档", "") == before
    assert f'id="{other.anchor}"' in html(client)
