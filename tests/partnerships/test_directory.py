"""The directory: filters, facets, order and pages; wrong addresses; what must never appear; its price in queries."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from honors.models import Place
from partnerships.models import Agreement, AgreementKind, Partner, PartnerKind, PartnerName
from partnerships.validity import months_before
from publishing import workflow
from tests.honors.rolls import make_place, make_province, make_source
from tests.makers import chief, make_identity, release
from tests.partnerships.pacts import make_counterpart, make_pact, make_pacts, make_partner

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def banner() -> Place:
    """A county in a prefecture: 乌审旗 in 鄂尔多斯市."""
    city = make_place("150600", "鄂尔多斯市")
    return make_place("150626", "乌审旗", parent=city, level="county")


def qingdao() -> Place:
    return make_place("370200", "青岛市", parent=make_province("370000", "山东省"))


@pytest.fixture
def record(db: None) -> None:
    """Five records: 甲 a ship's agreement in force, 乙 a namesake, 丙 a group, 丁 one that ended, 戊 without counterpart."""
    wuhai = make_place()
    Place.objects.filter(pk=wuhai.pk).update(pinyin="wuhaishi", initials="whs")
    steel = make_partner("演示钢铁集团")
    PartnerName.objects.create(partner=steel, name="演钢")
    make_pact(
        steel, make_partner("乌海市", kind="government"), summary="甲：合办学习室", signed_on=date(2024, 8, 1),
        signed_on_precision="day", ends_on=today(), last_verified_on=today(),
    )  # fmt: skip
    make_pact(
        make_partner("乌海市", kind="government"), summary="乙：舰与城同名", kind=AgreementKind.NAMESAKE_SHIP,
        has_document=False, source=make_source("传闻", identified=False),
        last_verified_on=months_before(today(), 12) - timedelta(days=1),
    )  # fmt: skip
    make_pact(
        make_partner("958家企业", is_group=True, group_size=958, place=banner()), summary="丙：结对",
        kind=AgreementKind.ENTERPRISES_FAMILIES, has_document=False, place=banner(), signed_on=date(2013, 1, 1),
        signed_on_precision="year", counterpart=make_counterpart("新兵家庭", "families"),
        last_verified_on=months_before(today(), 12),
    )  # fmt: skip
    make_pact(
        make_partner("演示中学", kind="school", place=qingdao()), summary="丁：军校共建", place=qingdao(),
        kind=AgreementKind.SCHOOL_MILITARY, signed_on=date(2024, 3, 1), signed_on_precision="month",
        ends_on=today() - timedelta(days=1), counterpart=make_counterpart("驻军某部", "unit"),
    )  # fmt: skip
    make_pact(
        make_partner("演示驿站", kind="venue", place=None), summary="戊：崇军驿站", kind=AgreementKind.STATION,
        counterpart=None, place=make_place("150600", "鄂尔多斯市"),
    )  # fmt: skip


def listed(client: Client, query: str = "") -> str:
    """The first characters of the summaries, in the order of the page."""
    rows = client.get(f"/partnerships/{query}").context["rows"]
    return "".join(row.agreement.summary[0] for row in rows)


def facets(client: Client, query: str = "") -> dict[str, dict[str, int]]:
    found = client.get(f"/partnerships/{query}").context["found"].facets
    return {facet.label: {choice.word: choice.count for choice in facet.choices} for facet in found}


def text(client: Client, query: str = "") -> str:
    page = client.get(f"/partnerships/{query}").content.decode()
    inside = page.split("<main", 1)[1].split("</main>")[0]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", inside)))


@pytest.mark.usefixtures("record")
class TestRows:
    def test_newest_first_and_those_without_a_date_last(self, client: Client) -> None:
        assert listed(client) == "甲丁丙戊乙"

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("q=演示钢铁", "甲"),
            ("q=演示鋼鐵", "甲"),
            ("q=演钢", "甲"),
            ("q=yanshigangtie", "甲"),
            ("q=ysgt", "甲"),
            ("q=海军演示舰", "甲乙"),
            ("q=海軍演示艦", "甲乙"),
            ("q=乌海", "甲乙"),
            ("q=烏海", "甲乙"),
            ("q=whs", "甲乙"),
            ("q=学习室", "甲"),
            ("q=學習室", "甲"),
            ("q=乌审旗", "丙"),
            ("place=150000", "甲丙戊乙"),
            ("place=150600", "丙戊"),
            ("place=150626", "丙"),
            ("place=370000", "丁"),
            ("place=150300", "甲乙"),
            ("kind=station", "戊"),
            ("kind=shop", ""),
            ("partner_kind=government", "甲乙"),
            ("partner_kind=enterprise", "甲丙"),
            ("partner_kind=village", ""),
            ("year=2024", "甲丁"),
            ("year=2013", "丙"),
            ("year=none", "戊乙"),
            ("status=in_force", "甲"),
            ("status=open", "戊"),
            ("status=ended", "丁"),
            ("status=reported", "丙乙"),
            ("verified=yes", "甲丙"),
            ("verified=no", "丁戊乙"),
            ("place=150000&year=none&status=reported", "乙"),
            ("q=演示&place=370000&partner_kind=school&verified=no", "丁"),
            ("kind=&q=&year=2013&page=1", "丙"),
        ],
    )
    def test_each_filter(self, client: Client, query: str, expected: str) -> None:
        assert listed(client, f"?{query}") == expected

    @pytest.mark.parametrize(
        ("order", "expected"),
        [("date", "丙丁甲乙戊"), ("-date", "甲丁丙戊乙"), ("place", "甲乙戊丙丁"), ("-place", "丁丙戊甲乙")],
    )
    def test_each_order_keeps_what_has_no_date_at_the_end(
        self, client: Client, order: str, expected: str
    ) -> None:
        assert listed(client, f"?sort={order}") == expected

    def test_a_row_tells_everything(self, client: Client) -> None:
        page = text(client, "?place=150300")
        assert "演示钢铁集团" in page and "对象：海军演示舰" in page
        assert "舰企共建，签有协议" in page and "2024-08-01" in page
        assert re.search(rf"有效期内 已核实（{today()}）", page)
        assert re.search(r"日期未载 乌海市 同名关系 待核实 来源：来源待补", page)
        assert "传闻" not in page
        assert "没有具体对象" in text(client, "?kind=station")

    def test_a_date_is_no_more_exact_than_its_source(self, client: Client) -> None:
        dates = {row.agreement.summary[0]: row.date for row in client.get("/partnerships/").context["rows"]}
        assert dates == {"甲": "2024-08-01", "丁": "2024-03", "丙": "2013", "戊": "", "乙": ""}

    def test_rows_lead_to_the_record_its_partners_and_its_place(self, client: Client) -> None:
        page = client.get("/partnerships/?status=in_force").content.decode()
        one = Agreement.objects.get(summary__startswith="甲")
        addresses = [one.get_absolute_url(), "/honors/places/150300/", "/partnerships/dual-list/"]
        addresses += [partner.get_absolute_url() for partner in one.partners.all()]
        assert len(addresses) == 5
        for address in addresses:
            assert f'href="{address}"' in page
            assert client.get(address).status_code == 200, address

    def test_a_source_outside_is_reached_through_the_notice(self, client: Client) -> None:
        make_pact(summary="己", source=make_source("某报", url="https://paper.example/a"))
        assert (
            "/leave/?to=https%3A%2F%2Fpaper.example%2Fa&amp;key="
            in client.get("/partnerships/").content.decode()
        )

    def test_names_and_summaries_are_escaped(self, client: Client) -> None:
        make_pact(
            make_partner("<b>甲</b>&乙"), summary="<i>己</i>", counterpart=make_counterpart("<u>舰</u>")
        )
        page = client.get("/partnerships/").content.decode()
        for tag in ("<b>", "<i>", "<u>"):
            assert tag not in page
        assert page.count("&lt;b&gt;甲&lt;/b&gt;") >= 2  # in the table and in the picture


@pytest.mark.usefixtures("record")
class TestHead:
    def test_agreements_and_mere_reports_are_told_apart(self, client: Client) -> None:
        page = text(client)
        assert "共有 5 条共建记录：签有协议 3 条，未见协议 2 条。" in page
        assert "其中 1 条说的是一批单位，只知数目，不逐家计数。" in page
        assert page.count("不等于共建已经停止") == 1

    def test_the_size_of_a_group_is_added_to_nothing(self, client: Client) -> None:
        found = client.get("/partnerships/").context["found"]
        assert (found.rows, found.signed, found.unsigned, found.groups, found.unverified) == (5, 3, 2, 1, 3)
        counts = [count for facet in facets(client).values() for count in facet.values()]
        assert max(counts) == 4

    def test_a_group_beside_a_body_is_no_record_of_a_group(self, client: Client) -> None:
        one = Agreement.objects.get(summary__startswith="丙")
        one.partners.add(make_partner("演示中学", kind="school"))
        assert client.get("/partnerships/").context["found"].groups == 0

    def test_the_head_speaks_of_what_is_listed(self, client: Client) -> None:
        page = text(client, "?status=in_force")
        assert "符合条件的有 1 条共建记录：签有协议 1 条，未见协议 0 条。" in page
        assert "一批单位" not in page and "不等于共建已经停止" not in page

    def test_links_to_the_exports_of_these_rows(self, client: Client) -> None:
        page = client.get("/partnerships/?year=2024&sort=place&page=1").content.decode()
        for kind in ("csv", "xlsx", "json"):
            assert f'href="/partnerships/agreements.{kind}?year=2024&amp;sort=place"' in page


QUERIES = [
    "",
    "?place=150000",
    "?place=150600",
    "?place=150626&verified=yes",
    "?partner_kind=government",
    "?kind=school_military&year=none",
    "?year=2024&status=ended",
    "?q=演示&verified=no",
]


@pytest.mark.usefixtures("record")
class TestFacets:
    def test_counts_without_a_filter(self, client: Client) -> None:
        assert facets(client) == {
            "省份": {"内蒙古自治区": 4, "山东省": 1},
            "类别": {"舰企共建": 1, "城舰同名": 1, "军校共建": 1, "千企崇军": 1, "崇军驿站": 1},
            "单位类别": {"城市、旗县（政府）": 2, "企业": 2, "学校": 1, "场馆": 1},
            "年份": {"2024年": 2, "2013年": 1, "日期未载": 2},
            "状态": {"有效期内": 1, "未载期限": 1, "已到期": 1, "未见协议": 2},
            "核实": {"已核实": 2, "待核实": 3},
        }

    def test_inside_a_province_its_places_are_offered(self, client: Client) -> None:
        for place in ("150000", "150600", "150626"):
            counts = facets(client, f"?place={place}")
            assert counts["省份"] == {"内蒙古自治区": 4, "山东省": 1}
            assert counts["地市、区县"] == {"乌海市": 2, "鄂尔多斯市": 2, "乌审旗": 1}
        assert facets(client, "?place=370000&year=2013")["省份"] == {"内蒙古自治区": 1, "山东省": 0}

    def test_each_facet_counts_under_the_other_filters(self, client: Client) -> None:
        counts = facets(client, "?place=150000&status=reported")
        assert counts["省份"] == {"内蒙古自治区": 2}
        assert counts["状态"] == {"有效期内": 1, "未载期限": 1, "未见协议": 2}
        assert counts["年份"] == {"2013年": 1, "日期未载": 1}

    @pytest.mark.parametrize("query", QUERIES)
    def test_every_count_is_what_its_link_leads_to(self, client: Client, query: str) -> None:
        found = client.get(f"/partnerships/{query}").context["found"].facets
        assert found
        for facet in found:
            assert facet.choices
            for choice in facet.choices:
                if choice.is_on:
                    assert choice.count == len(listed(client, query)), (facet.label, choice.word)
                else:
                    assert len(listed(client, choice.href)) == choice.count > 0, (facet.label, choice.word)

    def test_a_link_turns_its_value_on_and_off_and_keeps_the_rest(self, client: Client) -> None:
        def link(query: str, word: str) -> Any:
            found = client.get(f"/partnerships/{query}").context["found"].facets
            return next(choice for facet in found for choice in facet.choices if choice.word == word)

        on = link("?q=演示&sort=place&page=1", "内蒙古自治区")
        assert (on.href, on.is_on) == ("?q=%E6%BC%94%E7%A4%BA&place=150000&sort=place", False)
        off = link(on.href, "内蒙古自治区")
        assert (off.href, off.is_on) == ("?q=%E6%BC%94%E7%A4%BA&sort=place", True)

    def test_active_filters_are_links_that_remove_them(self, client: Client) -> None:
        active = client.get("/partnerships/?q=演示&place=150600&year=none&verified=yes").context["active"]
        assert [(one.label, one.word) for one in active] == [
            ("关键词", "“演示”"),
            ("地方", "鄂尔多斯市"),
            ("年份", "日期未载"),
            ("核实", "已核实"),
        ]
        assert active[1].href == "?q=%E6%BC%94%E7%A4%BA&year=none&verified=yes"

    def test_a_search_keeps_the_other_filters(self, client: Client) -> None:
        page = client.get("/partnerships/?year=2024&sort=place&page=1").content.decode()
        assert '<input type="hidden" name="year" value="2024">' in page
        assert 'type="hidden" name="page"' not in page


def test_counts_are_right_in_a_crowd_of_every_mixture(client: Client) -> None:
    """Records of all mixtures of two places, two kinds, documents, dates and verifications, some of two partners."""
    school = make_partner("演示中学", kind="school")
    mixtures = product((make_place(), qingdao()), ("shop", "station"), (True, False), (None, 2020), (0, 13))
    for number, (place, kind, has_document, year, months) in enumerate(mixtures):
        make_pact(
            *([make_partner(), school] if number % 3 == 0 else [school] if number % 3 == 1 else []),
            summary=f"第{number}件",
            place=place,
            kind=kind,
            has_document=has_document,
            signed_on=date(year, 1, 1) if year else None,
            signed_on_precision="year" if year else "",
            last_verified_on=months_before(today(), months),
        )
    queries = ["", "?place=150300&kind=shop", "?partner_kind=school&verified=no", "?year=none&status=open"]
    for query in queries:
        found = client.get(f"/partnerships/{query}").context["found"]
        choices = [choice for facet in found.facets for choice in facet.choices]
        assert len(choices) > 8
        for choice in choices:
            count = client.get(f"/partnerships/{choice.href}").context["page"].paginator.count
            assert choice.is_on or count == choice.count, (query, choice)


@pytest.mark.usefixtures("record")
class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("place=110000", "地方：记录里没有“110000”。"),
            ("place=7", "地方：记录里没有“7”。"),
            ("place=1503", "地方：记录里没有“1503”。"),
            ("place=乌海市", "地方：记录里没有“乌海市”。"),
            ("kind=treaty", "类别：记录里没有“treaty”。"),
            ("kind=舰企共建", "类别：记录里没有“舰企共建”。"),
            ("partner_kind=army", "单位类别：记录里没有“army”。"),
            ("year=1850", "年份：记录里没有“1850”。"),
            ("year=-1", "年份：记录里没有“-1”。"),
            ("year=２０２４", "年份：记录里没有“２０２４”。"),
            ("year=" + "9" * 5000, "年份：记录里没有“99999999999999999999…”。"),
            ("status=signed", "状态：记录里没有“signed”。"),
            ("verified=maybe", "核实：记录里没有“maybe”。"),
            ("verified=True", "核实：记录里没有“True”。"),
            ("sort=luck", "排序：记录里没有“luck”。"),
            ("sort=-date,place", "排序：记录里没有“-date,place”。"),
            ("kind=<b>x</b>", "类别：记录里没有“<b>x</b>”。"),
            ("place=%00", "地方：记录里没有“”。"),
            ("q=" + "长" * 10_000, "关键词：关键词太长"),
            ("q=%00", "关键词：关键词里有不能使用的字符"),
            ("place=" + "1" * 10_000, "地方：记录里没有“11111111111111111111…”。"),
            ("year=2024&status=signed&verified=maybe", "核实：记录里没有“maybe”。"),
            ("q=没有这个单位", "没有符合这些条件的记录"),
            ("q=%25", "没有符合这些条件的记录"),
            ("q=' OR 1=1 --", "没有符合这些条件的记录"),
            ("kind=shop", "没有符合这些条件的记录"),
        ],
    )
    def test_what_cannot_be_answered_is_an_empty_list_that_says_why(
        self, client: Client, query: str, said: str
    ) -> None:
        response = client.get(f"/partnerships/?{query}")
        assert response.status_code == 200
        assert response.context["rows"] == []
        assert response.context["picture"] is None
        assert said in text(client, f"?{query}")
        assert "<b>x</b>" not in response.content.decode()

    @pytest.mark.parametrize("number", ["0", "abc", "2", "-1", "1.5", "", "٣", "1" * 400, "2%00"])
    def test_a_page_that_is_not_there_is_404_with_a_link_to_page_one(
        self, client: Client, number: str
    ) -> None:
        response = client.get(f"/partnerships/?year=2024&page={number}")
        assert response.status_code == 404
        assert 'href="/partnerships/?year=2024"' in response.content.decode()

    @pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
    def test_no_file_is_made_of_a_wrong_address(self, client: Client, kind: str) -> None:
        response = client.get(f"/partnerships/agreements.{kind}?place=110000&year=1850")
        assert response.status_code == 400
        for said in ("地方：记录里没有“110000”。", "年份：记录里没有“1850”。"):
            assert said in response.content.decode()
        assert "attachment" not in response.get("Content-Disposition", "")

    def test_only_reading_is_allowed_and_nothing_is_remembered(self, client: Client) -> None:
        for address in ("/partnerships/", "/partnerships/agreements.csv"):
            assert client.post(address).status_code == 405
            assert client.head(address).status_code == 200
            assert client.get(address).cookies == {}

    def test_an_empty_record_says_so(self, client: Client) -> None:
        Agreement.objects.all().delete()
        page = text(client)
        assert "共有 0 条共建记录。" in page and "还没有登记共建记录" in page
        assert "关系图" not in page


def drafted() -> Agreement:
    return hidden_pact(published=False)


def scheduled() -> Agreement:
    one = drafted()
    release(one, at=timezone.now() + timedelta(hours=1))
    return one


def withdrawn() -> Agreement:
    one = hidden_pact()
    workflow.withdraw(one, by=chief(), reason="有误")
    return one


def expired() -> Agreement:
    one = hidden_pact(at=timezone.now() - timedelta(days=2))
    Agreement.objects.filter(pk=one.pk).update(expires_at=timezone.now() - timedelta(days=1))
    return one


def hidden_pact(**fields: Any) -> Agreement:
    """With the words of the public record, and with words, a place, a year and a kind of its own."""
    return make_pact(
        make_partner("秘藏医院", kind="hospital", place=qingdao()),
        make_partner(),
        summary="合办学习室，秘藏的事",
        place=qingdao(),
        kind=AgreementKind.SCIENCE,
        signed_on=date(1999, 9, 9),
        signed_on_precision="day",
        counterpart=make_counterpart("秘藏舰"),
        **fields,
    )


@pytest.mark.parametrize("hidden", [drafted, scheduled, withdrawn, expired])
def test_what_is_not_public_is_neither_found_nor_counted_nor_known(
    client: Client, hidden: Callable[[], Agreement]
) -> None:
    one = hidden()
    make_pact()
    assert Agreement.objects.count() == 2
    for query in ("", "?q=学习室", "?q=演示企业", "?partner_kind=enterprise", "?year=none"):
        response = client.get(f"/partnerships/{query}")
        assert [row.agreement.summary for row in response.context["rows"]] == ["合办学习室"], query
        page = response.content.decode()
        for word in ("秘藏", "1999", "青岛", "山东", "医疗机构", "科技拥军", one.get_absolute_url()):
            assert word not in page, (query, word)
        assert all(choice.count == 1 for f in response.context["found"].facets for choice in f.choices)
    for query in ("?q=秘藏", "?partner_kind=hospital", "?kind=science"):
        assert "没有符合这些条件的记录" in text(client, query)
    for query in ("?place=370200", "?place=370000", "?year=1999"):
        assert "记录里没有" in text(client, query)
    assert json.loads(exported(client, "json"))["count"] == 1
    assert "秘藏" not in exported(client, "csv")


def exported(client: Client, kind: str, query: str = "") -> Any:
    response = client.get(f"/partnerships/agreements.{kind}{query}")
    assert response.status_code == 200
    body = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
    return body if kind == "xlsx" else body.decode("utf-8-sig")


@pytest.mark.usefixtures("record")
class TestExports:
    @pytest.mark.parametrize("query", [*QUERIES, "?sort=place", "?sort=date&verified=no"])
    def test_every_file_has_exactly_the_rows_of_the_page_in_its_order(
        self, client: Client, query: str
    ) -> None:
        expected = [row.agreement.summary for row in client.get(f"/partnerships/{query}").context["rows"]]
        told = json.loads(exported(client, "json", query))
        assert [row["summary"] for row in told["rows"]] == expected
        assert told["count"] == len(expected)
        rows = list(csv.DictReader(io.StringIO(exported(client, "csv", query))))
        assert [row["内容"] for row in rows] == expected
        sheet = load_workbook(io.BytesIO(exported(client, "xlsx", query))).active
        assert sheet is not None
        column = [cell.value for cell in sheet[1]].index("内容")
        assert [row[column] for row in sheet.iter_rows(min_row=2, values_only=True)] == expected

    def test_files_hold_all_pages(self, client: Client) -> None:
        make_pacts(70, make_partner())
        assert json.loads(exported(client, "json"))["count"] == 75
        assert exported(client, "csv").count("\n") == 76

    @pytest.mark.parametrize("rows", [1, 300])
    def test_three_queries_however_many_rows(
        self, client: Client, django_assert_num_queries: Any, rows: int
    ) -> None:
        make_pacts(rows, make_partner(), counterpart=make_counterpart())
        with django_assert_num_queries(3):
            exported(client, "csv", "?place=150000&q=演示")


class TestPagesAndPrice:
    def test_thirty_a_page_without_repeating_or_losing_one(self, client: Client) -> None:
        make_pacts(70, make_partner())
        pages = [client.get(f"/partnerships/?page={number}").context["rows"] for number in (1, 2, 3)]
        assert [len(page) for page in pages] == [30, 30, 10]
        assert len({row.agreement.pk for page in pages for row in page}) == 70
        assert "共 70 条，第 1 / 3 页" in text(client)

    @pytest.mark.parametrize("rows", [1, 300])
    @pytest.mark.parametrize(
        "query",
        [
            "",
            "?q=演示&place=150000&kind=shop&partner_kind=enterprise&year=none&status=reported&verified=no",
            "?sort=-place",
        ],
    )
    def test_eight_queries_whatever_the_number_of_rows(
        self, client: Client, django_assert_num_queries: Any, rows: int, query: str
    ) -> None:
        make_identity()
        make_pacts(rows, make_partner(), counterpart=make_counterpart())
        with django_assert_num_queries(8):
            assert client.get(f"/partnerships/{query}").context["rows"]

    def test_heads_lead_to_the_other_order_and_say_the_present_one(self, client: Client) -> None:
        make_pact()
        page = client.get("/partnerships/").content.decode()
        assert re.search(r'aria-sort="descending"><a[^>]+href="\?sort=date"', page)
        assert page.count("aria-sort=") == 1
        heads = client.get("/partnerships/?sort=place&year=none").context["heads"]
        assert (heads["place"].sorted, heads["place"].href) == ("ascending", "?year=none&sort=-place")

    def test_the_picture_has_the_rows_of_the_page(self, client: Client) -> None:
        make_pacts(31, make_partner(), counterpart=make_counterpart())
        for number, lines in ((1, 30), (2, 1)):
            response = client.get(f"/partnerships/?page={number}")
            assert response.context["picture"].wide.count('class="ties__line') == lines
            page = response.content.decode()
            assert page.count('role="img"') == 2 and page.count(f"本页 {lines} 条记录，内容与上表相同") == 2
            assert "图里画的，表里都有" in page

    def test_every_partner_kind_and_kind_has_a_word(self, client: Client) -> None:
        for kind in AgreementKind.values:
            make_pacts(1, make_partner(), kind=kind)
        for kind in PartnerKind.values:
            make_pacts(1, Partner.objects.create(name=f"单位{kind}", kind=kind))
        counts = facets(client)
        assert set(counts["类别"]) == set(AgreementKind.labels)
        assert set(counts["单位类别"]) == set(PartnerKind.labels)
