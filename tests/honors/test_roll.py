"""The roll: filters, facets, order and pages; wrong addresses; what must never appear; its price in queries."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from honors import records
from honors.models import Award, Basis, Evidence, Place, PlaceName, Round, Title
from publishing import workflow
from tests.honors.crowds import make_crowd
from tests.honors.rolls import (
    clerk,
    make_place,
    make_province,
    make_round,
    make_sheet,
    make_source,
    make_title,
    verifier,
)
from tests.makers import chief, make_identity

pytestmark = pytest.mark.django_db


def hebei() -> Place:
    return make_province("130000", "河北省")


def baoding() -> Place:
    return make_place("130600", "保定市", parent=hebei())


def zhuozhou() -> Place:
    return make_place("130681", "涿州市", parent=baoding(), level="county")


def regional() -> Title:
    return make_title(
        "hebei-title", name="河北省双拥模范城", level="provincial", region=hebei(), rounds_known=False
    )


@pytest.fixture
def record(db: None) -> None:
    """乌海市 three times (the last two in a row), 保定市 once, 涿州市 proposed, and one regional title."""
    wuhai = make_place()
    Place.objects.filter(pk=wuhai.pk).update(pinyin="wuhaishi", initials="whs")
    PlaceName.objects.create(place=wuhai, name="乌达市")
    make_sheet(make_round(9, 7, 2012), wuhai)
    make_sheet(
        make_round(11, 9, 2020), wuhai, basis=Basis.REPORT, source=make_source("当地报道", identified=False)
    )
    make_sheet(
        make_round(12, 10, 2025),
        wuhai,
        baoding(),
        source=make_source("某报", url="https://paper.example/a?b=1"),
    )
    make_sheet(make_round(12, 10, 2025), zhuozhou(), basis=Basis.NOTICE)
    make_sheet(make_round(1, None, 2016, regional()), baoding())


def places(client: Client, query: str = "") -> list[str]:
    return [row.award.place.name for row in client.get(f"/honors/{query}").context["rows"]]


def facets(client: Client, query: str = "") -> dict[str, dict[str, int]]:
    found = client.get(f"/honors/{query}").context["found"].facets
    return {facet.name: {choice.word: choice.count for choice in facet.choices} for facet in found}


def text(client: Client, query: str = "") -> str:
    page = client.get(f"/honors/{query}").content.decode()
    return unescape(
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.split("<main", 1)[1].split("</main>")[0]))
    )


@pytest.mark.usefixtures("record")
class TestRows:
    def test_every_public_award_of_a_place_newest_first_then_by_code(self, client: Client) -> None:
        assert places(client) == ["保定市", "涿州市", "乌海市", "乌海市", "保定市", "乌海市"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("q=乌海", ["乌海市"] * 3),
            ("q=烏海", ["乌海市"] * 3),
            ("q=乌达", ["乌海市"] * 3),
            ("q=Wǔhǎi", ["乌海市"] * 3),
            ("q=whs", ["乌海市"] * 3),
            ("q=1503", ["乌海市"] * 3),
            ("title=national", ["保定市", "涿州市", "乌海市", "乌海市", "乌海市"]),
            ("title=hebei-title", ["保定市"]),
            ("level=provincial", ["保定市"]),
            ("round=national-11", ["乌海市"]),
            ("year=2016", ["保定市"]),
            ("province=130000", ["保定市", "涿州市", "保定市"]),
            ("prefecture=130600", ["保定市", "涿州市", "保定市"]),
            ("prefecture=150300", ["乌海市"] * 3),
            ("kind=county_city", ["涿州市"]),
            ("basis=report", ["乌海市"]),
            ("basis=notice", ["涿州市"]),
            ("basis=application", []),
            ("min_streak=1", ["保定市", "乌海市", "乌海市", "乌海市"]),
            ("min_streak=2", ["乌海市"] * 3),
            ("min_streak=3", []),
            ("province=150000&year=2025&basis=list", ["乌海市"]),
            ("q=乌海&province=130000", []),
            ("title=&q=&year=2016&page=1", ["保定市"]),
        ],
    )
    def test_each_filter(self, client: Client, query: str, expected: list[str]) -> None:
        assert places(client, f"?{query}") == expected

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            ("date", ["2012", "2016", "2020", "2025", "2025", "2025"]),
            ("-date", ["2025", "2025", "2025", "2020", "2016", "2012"]),
        ],
    )
    def test_sorted_by_date(self, client: Client, order: str, expected: list[str]) -> None:
        rows = client.get(f"/honors/?sort={order}").context["rows"]
        assert [row.date for row in rows] == expected

    def test_sorted_by_place_and_by_streak(self, client: Client) -> None:
        assert places(client, "?sort=place") == ["保定市", "保定市", "涿州市", "乌海市", "乌海市", "乌海市"]
        assert places(client, "?sort=-place")[:3] == ["乌海市"] * 3
        assert places(client, "?sort=-streak")[:4] == ["乌海市"] * 3 + ["保定市"]
        assert places(client, "?sort=streak")[-3:] == ["乌海市"] * 3

    def test_a_row_tells_streak_basis_and_source(self, client: Client) -> None:
        page = text(client, "?q=乌海")
        assert "至少二连冠截至第十二届" in page
        assert "来源：来源待补" in page and "当地报道" not in page
        assert re.search(r"第十一届\s+2020\s+报道", page)
        assert re.search(r"第一届\s+2016\s+名单\s+已查得1次", text(client, "?level=provincial"))

    def test_a_proposal_is_shown_as_one_and_never_counted(self, client: Client) -> None:
        page = text(client, "?q=涿州")
        assert "公示" in page and "尚无有效命名记录" in page
        assert "其中公示、拟申报 1 条，不是命名，不计入连冠。" in page

    def test_a_source_outside_is_reached_through_the_notice(self, client: Client) -> None:
        page = client.get("/honors/?q=保定&year=2025").content.decode()
        assert 'href="/leave/?to=https%3A%2F%2Fpaper.example%2Fa%3Fb%3D1&amp;key=' in page

    def test_a_name_that_the_source_prints_otherwise_is_told(self, client: Client) -> None:
        sheet = make_sheet(make_round(10, 8, 2016), verified=False)
        records.enter(sheet, make_place(), by=clerk(), name_printed="乌达市", title_printed="模范城")
        records.verify(sheet, by=verifier())
        assert "原载“乌达市”" in text(client, "?round=national-10")
        assert "原载" not in text(client, "?round=national-11")

    def test_a_revoked_award_says_so(self, client: Client) -> None:
        award = Award.objects.get(round__slug="national-12", place__name="保定市")
        records.revoke(award, on=date(2026, 1, 5), source=make_source("撤销通报"), by=verifier())
        page = text(client, "?q=保定&year=2025")
        assert re.search(r"名单\s+已撤销", page)
        assert places(client, "?min_streak=1") == ["乌海市"] * 3


@pytest.mark.usefixtures("record")
class TestFacets:
    def test_counts_without_a_filter(self, client: Client) -> None:
        counts = facets(client)
        assert counts["title"] == {"全国双拥模范城（县）": 5, "河北省双拥模范城": 1}
        assert counts["level"] == {"全国": 5, "省级": 1}
        assert counts["year"] == {"2025年": 3, "2020年": 1, "2016年": 1, "2012年": 1}
        assert counts["province"] == {"河北省": 3, "内蒙古自治区": 3}
        assert counts["kind"] == {"地级市": 5, "县级市": 1}
        assert counts["basis"] == {"名单": 4, "报道": 1, "公示": 1}
        assert counts["min_streak"] == {"至少二连冠": 3}
        assert "prefecture" not in counts  # three hundred of them are no choice

    def test_each_facet_counts_under_the_other_filters(self, client: Client) -> None:
        counts = facets(client, "?province=130000&year=2025")
        assert counts["province"] == {"河北省": 2, "内蒙古自治区": 1}
        assert counts["year"] == {"2025年": 2, "2016年": 1}
        assert counts["prefecture"] == {"保定市": 2}
        assert counts["kind"] == {"地级市": 1, "县级市": 1}
        assert counts["basis"] == {"名单": 1, "公示": 1}
        assert counts["title"] == {"全国双拥模范城（县）": 2}

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "?province=130000",
            "?basis=list&level=national",
            "?min_streak=2",
            "?kind=county_city&year=2012",
        ],
    )
    def test_every_count_is_what_its_link_leads_to(self, client: Client, query: str) -> None:
        found = client.get(f"/honors/{query}").context["found"].facets
        assert found
        for facet in found:
            for choice in facet.choices:
                if not choice.is_on:
                    assert len(places(client, choice.href)) == choice.count, (facet.name, choice.word)

    def test_a_link_turns_its_value_on_and_off_and_keeps_the_rest(self, client: Client) -> None:
        def link(query: str, word: str) -> Any:
            found = client.get(f"/honors/{query}").context["found"].facets
            return next(choice for facet in found for choice in facet.choices if choice.word == word)

        on = link("?q=乌海&sort=place&page=1", "2020年")
        assert (on.href, on.is_on) == ("?q=%E4%B9%8C%E6%B5%B7&year=2020&sort=place", False)
        off = link(on.href, "2020年")
        assert (off.href, off.is_on) == ("?q=%E4%B9%8C%E6%B5%B7&sort=place", True)

    def test_a_chosen_value_that_leaves_nothing_can_still_be_turned_off(self, client: Client) -> None:
        assert facets(client, "?year=2012&province=130000")["year"] == {"2025年": 2, "2016年": 1, "2012年": 0}

    def test_active_filters_are_links_that_remove_them(self, client: Client) -> None:
        active = client.get("/honors/?q=乌海&min_streak=2&year=xx").context["active"]
        assert [(one.label, one.word, one.href) for one in active] == [
            ("地名", "“乌海”", "?year=xx&min_streak=2"),
            ("年份", "xx", "?q=%E4%B9%8C%E6%B5%B7&min_streak=2"),
            ("连冠", "至少二连冠", "?q=%E4%B9%8C%E6%B5%B7&year=xx"),
        ]

    def test_a_search_keeps_the_other_filters(self, client: Client) -> None:
        page = client.get("/honors/?year=2025&sort=place&page=1").content.decode()
        assert '<input type="hidden" name="year" value="2025">' in page
        assert '<input type="hidden" name="sort" value="place">' in page
        assert 'type="hidden" name="page"' not in page


class TestWords:
    def test_an_empty_record_says_so(self, client: Client) -> None:
        assert "还没有登记荣誉记录" in text(client)

    def test_the_national_roll_is_said_to_be_incomplete_until_every_round_has_its_whole_list(
        self, client: Client
    ) -> None:
        make_sheet(make_round(), make_place(), scope=make_province(), complete=True, declared_count=1)
        assert "已登记的 1 届中，收齐全国名单的有 0 届" in text(client)
        make_sheet(make_round(), make_place(), complete=True, declared_count=1, source=make_source("公报"))
        assert "全国名单尚未收齐" not in text(client)
        make_sheet(make_round(11, 9, 2020), make_place())
        assert "已登记的 2 届中，收齐全国名单的有 1 届" in text(client)

    def test_rows_and_places_are_counted(self, client: Client) -> None:
        make_sheet(make_round(), make_place(), baoding())
        make_sheet(make_round(11, 9, 2020), make_place())
        assert "共有 3 条记录，涉及 2 个地方。" in text(client)
        assert "符合条件的有 1 条记录，涉及 1 个地方。" in text(client, "?province=130000")

    def test_heads_lead_to_the_other_order_and_say_the_present_one(self, client: Client) -> None:
        make_sheet(make_round(), make_place())
        page = client.get("/honors/").content.decode()
        assert re.search(r'aria-sort="descending"><a[^>]+href="\?sort=date"', page)
        assert page.count("aria-sort=") == 1
        heads = client.get("/honors/?sort=place&year=2025").context["heads"]
        assert heads["place"].sorted == "ascending"
        assert heads["place"].href == "?year=2025&sort=-place"
        assert heads["streak"].href == "?year=2025&sort=-streak"

    def test_links_to_the_exports_of_these_rows(self, client: Client) -> None:
        make_sheet(make_round(), make_place())
        page = client.get("/honors/?year=2025&sort=place&page=1").content.decode()
        for kind in ("csv", "xlsx", "json"):
            assert f'href="/honors/roll.{kind}?year=2025&amp;sort=place"' in page


@pytest.mark.usefixtures("record")
class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("min_streak=abc", "连冠：连冠数请填 1 到 99 的整数。"),
            ("min_streak=0", "连冠数请填"),
            ("min_streak=-3", "连冠数请填"),
            ("min_streak=100", "连冠数请填"),
            ("min_streak=" + "9" * 5000, "连冠数请填"),
            ("min_streak=2.5", "连冠数请填"),
            ("round=999", "届次：记录里没有“999”。"),
            ("round=national-99", "届次：记录里没有“national-99”。"),
            ("year=xx", "年份：记录里没有“xx”。"),
            ("year=1850", "年份：记录里没有“1850”。"),
            ("title=<b>x</b>", "称号：记录里没有“<b>x</b>”。"),
            ("level=world", "级别：记录里没有“world”。"),
            ("province=999999", "省份：记录里没有“999999”。"),
            ("province=130600", "省份：记录里没有“130600”。"),
            ("prefecture=130000", "地市：记录里没有“130000”。"),
            ("kind=village", "地方类别：记录里没有“village”。"),
            ("basis=hearsay", "依据：记录里没有“hearsay”。"),
            ("sort=luck", "排序：记录里没有“luck”。"),
            ("sort=place,-date", "排序：记录里没有“place,-date”。"),
            ("q=" + "长" * 10_000, "地名：关键词太长"),
            ("q=%00", "地名：关键词里有不能使用的字符"),
            ("year=%00", "年份：记录里没有“”。"),
            ("title=" + "x" * 10_000, "称号：记录里没有“xxxxxxxxxxxxxxxxxxxx…”。"),
            ("year=2025&basis=hearsay", "依据：记录里没有“hearsay”。"),
            ("q=没有这个地方", "没有符合这些条件的记录"),
            ("q=%25", "没有符合这些条件的记录"),
            ("q=_", "没有符合这些条件的记录"),
            ("q=' OR 1=1 --", "没有符合这些条件的记录"),
        ],
    )
    def test_what_cannot_be_answered_is_an_empty_list_that_says_why(
        self, client: Client, query: str, said: str
    ) -> None:
        response = client.get(f"/honors/?{query}")
        assert response.status_code == 200
        assert response.context["rows"] == []
        assert said in text(client, f"?{query}")
        assert "<b>x</b>" not in response.content.decode()

    @pytest.mark.parametrize("number", ["0", "abc", "2", "-1", "1.5", "", "٣", "1" * 400, "2%00"])
    def test_a_page_that_is_not_there_is_404_with_a_link_to_page_one(
        self, client: Client, number: str
    ) -> None:
        response = client.get(f"/honors/?year=2025&page={number}")
        assert response.status_code == 404
        assert 'href="/honors/?year=2025"' in response.content.decode()

    def test_only_reading_is_allowed_and_nothing_is_remembered(self, client: Client) -> None:
        assert client.post("/honors/").status_code == 405
        assert client.head("/honors/").status_code == 200
        assert client.get("/honors/").cookies == {}


class TestWhatIsNotPublic:
    """Every case stands beside a public row, so that a page that shows nothing at all would fail too."""

    def assert_hidden(self, client: Client, hidden: str = "保定市") -> None:
        assert places(client) == ["乌海市"]
        assert hidden not in text(client)
        for facet in client.get("/honors/").context["found"].facets:
            assert sum(choice.count for choice in facet.choices) <= 1, facet.name
        assert "共有 1 条记录，涉及 1 个地方。" in text(client)

    def test_what_nobody_verified(self, client: Client) -> None:
        make_sheet(make_round(), make_place())
        make_sheet(make_round(11, 9, 2020), baoding(), verified=False)
        assert Evidence.objects.filter(award__place__name="保定市").exists()
        self.assert_hidden(client)

    def test_what_was_voided(self, client: Client) -> None:
        make_sheet(make_round(), make_place())
        sheet = make_sheet(make_round(11, 9, 2020), baoding())
        assert len(places(client)) == 2
        records.void(sheet.evidence.get(), by=verifier(), reason="来源撤回了报道")
        self.assert_hidden(client)

    def test_a_withdrawn_round(self, client: Client) -> None:
        make_sheet(make_round(), make_place())
        one = make_round(11, 9, 2020)
        make_sheet(one, baoding())
        assert len(places(client)) == 2
        workflow.withdraw(one, by=chief(), reason="名单有误")
        self.assert_hidden(client)
        assert "记录里没有“national-11”" in text(client, "?round=national-11")

    def test_a_draft_round_is_not_even_known(self, client: Client) -> None:
        make_sheet(make_round(), make_place())
        draft = Round.objects.create(
            title=make_title("secret", name="尚未公开的称号"), slug="secret-1", year=2019, ordinal=1, cycle=1,
            date=date(2019, 1, 1), date_precision="year", source=make_source(),
        )  # fmt: skip
        make_sheet(draft, baoding())
        self.assert_hidden(client)
        assert "尚未公开的称号" not in text(client)
        assert "记录里没有“secret-1”" in text(client, "?round=secret-1")
        assert "尚未公开的称号" not in text(client, "?title=secret")

    def test_a_scheduled_round(self, client: Client) -> None:
        make_sheet(make_round(), make_place())
        one = make_round(11, 9, 2020)
        make_sheet(one, baoding())
        Round.objects.filter(pk=one.pk).update(published_at=timezone.now() + timedelta(hours=1))
        self.assert_hidden(client)

    def test_notes_quotes_and_clerks_stay_inside(self, client: Client) -> None:
        sheet = make_sheet(make_round(note="内部说明甲"), verified=False, note="内部说明乙")
        records.enter(
            sheet, make_place(), by=clerk("某录入员"), name_printed="乌海市", title_printed="模范城",
            quote="内部引文", note="内部说明丙",
        )  # fmt: skip
        records.verify(sheet, by=verifier("某核验员"))
        page = client.get("/honors/").content.decode()
        assert "乌海市" in page
        for inside in ("内部", "某录入员", "某核验员"):
            assert inside not in page


class TestPagesAndPrice:
    def test_fifty_a_page_without_repeating_or_losing_one(self, client: Client) -> None:
        make_crowd(120)
        pages = [places(client, f"?page={number}") for number in (1, 2, 3)]
        assert [len(page) for page in pages] == [50, 50, 20]
        assert len(set(sum(pages, []))) == 120
        assert "共 120 条，第 1 / 3 页" in text(client)

    @pytest.mark.parametrize("rows", [1, 3000])
    @pytest.mark.parametrize(
        "query", ["", "?province=150000&year=2025&basis=list&min_streak=1&q=市", "?sort=-streak"]
    )
    def test_eleven_queries_whatever_the_number_of_rows(
        self, client: Client, django_assert_num_queries: Any, rows: int, query: str
    ) -> None:
        make_identity()
        make_crowd(rows)
        with django_assert_num_queries(10):
            assert client.get(f"/honors/{query}").context["rows"]
