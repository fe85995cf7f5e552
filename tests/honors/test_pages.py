"""Pages of places, rounds, titles, recipients and the grid: what they say, and what they must never say."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from honors import records, standings
from honors.models import Award, Claim, Evidence, Place, PlaceName, Recipient, RollSheet, Round, Title
from partnerships.models import Agreement, AgreementKind, Counterpart, Partner
from publishing.workflow import withdraw
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
from tests.makers import chief, make_article, release

pytestmark = pytest.mark.django_db


def page(client: Client, path: str, status: int = 200) -> str:
    """The visible text of a page under /honors/, with spaces folded."""
    response = client.get(f"/honors/{path}")
    assert response.status_code == status
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)
    assert main is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0]))


def squares(client: Client, path: str) -> list[tuple[str, str]]:
    """(class, word) of the squares of a place page, its first title."""
    body = client.get(f"/honors/{path}").content.decode()
    first = re.search(r'<ol class="squares".*?</ol>', body, re.S)
    assert first is not None
    return re.findall(r'class="square square--(\w+)">([^<]+)<', first[0])


def three_rounds() -> list[Round]:
    return [make_round(10, 1, 2016), make_round(11, 2, 2020), make_round(12, 3, 2025)]


def make_claim(place: Place, one: Round | None, value: int, kind: str = "streak", **fields: Any) -> Claim:
    given = {"title": make_title(), "quote": f"说法{value}", "source": make_source("晚报"), **fields}
    return Claim.objects.create(place=place, as_of=one, kind=kind, value=value, **given)


def make_agreement(place: Place, summary: str, *, published: bool = True) -> Agreement:
    partner = Partner.objects.create(name=f"单位{summary}", kind="enterprise")
    counterpart, _ = Counterpart.objects.get_or_create(public_name="海军某舰", kind="ship")
    one = Agreement.objects.create(
        kind=AgreementKind.ENTERPRISE_SHIP,
        counterpart=counterpart,
        summary=summary,
        place=place,
        source=make_source(),
    )
    one.partners.add(partner)
    if published:
        release(one, at=timezone.now())
    return one


class TestPlace:
    def test_streak_total_timeline_and_source(self, client: Client) -> None:
        place, (_, second, third) = make_place(), three_rounds()
        make_sheet(second, place, basis="report", source=make_source("乌海日报"))
        make_sheet(third, place, complete=True, declared_count=1, scope=place.province)
        text = page(client, "places/150300/")
        assert "内蒙古自治区 · 地级市 · 行政区划代码 150300" in text
        assert "至少 二连冠 全国双拥模范城（县）， 截至第十二届（2025年）" in text
        assert "2 次 已查得命名" in text
        assert "截至第十二届（2025年）至少二连冠。" in text
        assert squares(client, "places/150300/") == [
            ("unknown", "未收齐"),
            ("named", "命名"),
            ("named", "命名"),
        ]
        assert text.index("第十二届全国") < text.index("第十一届全国") and "第十届全国" not in text
        assert "来源：乌海日报 报道" in text

    def test_names_and_codes_that_it_bore(self, client: Client) -> None:
        place = make_place()
        PlaceName.objects.create(
            place=place, name="旧名市", code="150399", until=date(1999, 1, 1), until_precision="year"
        )
        PlaceName.objects.create(place=place, name="更旧市")
        assert "曾用名：旧名市（至1999年，代码 150399）、更旧市" in page(client, "places/150300/")

    def test_a_former_code_leads_to_the_place(self, client: Client) -> None:
        PlaceName.objects.create(place=make_place(), name="旧名市", code="150399")
        response = client.get("/honors/places/150399/")
        assert (response.status_code, response["Location"]) == (301, "/honors/places/150300/")

    @pytest.mark.parametrize("code", ["150398", "abc", "%00", "15030%00", "１５０３００"])
    def test_an_unknown_code_is_not_found(self, client: Client, code: str) -> None:
        make_place()
        assert client.get(f"/honors/places/{code}/").status_code == 404

    def test_a_place_that_no_list_names(self, client: Client) -> None:
        """What is known and what is not: a gap is never told as a missing title."""
        alxa, wuhai, third = make_place("152900", "阿拉善盟"), make_place(), three_rounds()[2]
        make_sheet(third, wuhai, complete=True, declared_count=1, scope=alxa.province)
        text = page(client, "places/152900/")
        assert "已知：第十二届（2025年）的完整名单里没有阿拉善盟。" in text
        assert "未知：其余 2 个周期的名单没有收齐，是否命名过还不清楚。" in text
        assert squares(client, "places/152900/") == [
            ("unknown", "未收齐"),
            ("unknown", "未收齐"),
            ("absent", "未获"),
        ]
        assert "连冠" not in text and "荣誉历程" not in text

    def test_a_gap_is_no_fact(self, client: Client) -> None:
        """Another place on a sheet that is not complete says nothing of this one."""
        make_sheet(three_rounds()[2], make_place())
        make_place("152900", "阿拉善盟")
        text = page(client, "places/152900/")
        assert {look for look, _ in squares(client, "places/152900/")} == {"unknown"}
        assert "已知" not in text and "未知：3 个周期的名单没有收齐" in text

    def test_a_proposal_is_shown_and_not_counted(self, client: Client) -> None:
        place, (_, second, third) = make_place(), three_rounds()
        make_sheet(second, place, basis="report")
        make_sheet(third, place, basis="notice")
        text = page(client, "places/150300/")
        assert squares(client, "places/150300/")[2] == ("proposed", "公示")
        assert "只是公示，不算命名。" in text
        assert "至少 命名1次" in text and "连冠" not in text

    def test_an_application_is_called_one(self, client: Client) -> None:
        place = make_place()
        make_sheet(three_rounds()[2], place, basis="application")
        assert squares(client, "places/150300/")[2] == ("proposed", "申报")
        assert "只是拟申报，不算命名。" in page(client, "places/150300/")

    def test_a_revoked_title_says_when_and_on_whose_word(self, client: Client) -> None:
        place, (_, second, third) = make_place(), three_rounds()
        make_sheet(second, place)
        make_sheet(third, place)
        award = Award.objects.get(round=third)
        records.revoke(award, on=date(2025, 6, 1), source=make_source("撤销通报"), by=verifier())
        text = page(client, "places/150300/")
        assert squares(client, "places/150300/")[1:] == [("named", "命名"), ("revoked", "撤销")]
        assert "已于2025年6月1日撤销， 来源：撤销通报" in text
        assert "命名已撤销" in text and "二连冠" not in text

    def test_title_whose_rounds_are_not_all_known_has_no_streak(self, client: Client) -> None:
        title = make_title(
            "region",
            name="内蒙古自治区双拥模范城",
            level="provincial",
            region=make_province(),
            rounds_known=False,
        )
        for ordinal, year in enumerate((2012, 2016), start=1):
            make_sheet(make_round(ordinal, None, year, title), make_place())
        text = page(client, "places/150300/")
        assert "已查得2次" in text and "历届名单没有查全，不算连冠" in text and "二连冠" not in text

    def test_a_title_of_another_province_is_not_told(self, client: Client) -> None:
        other = make_province("360000", "江西省")
        title = make_title("jx", name="江西省双拥模范城", level="provincial", region=other)
        make_sheet(make_round(1, 1, 2020, title), make_place("360100", "南昌市", parent=other))
        three_rounds()
        make_place()
        assert "江西省双拥模范城" not in page(client, "places/150300/")
        assert "江西省双拥模范城" in page(client, "places/360100/")

    def test_unidentified_source_is_to_be_found(self, client: Client) -> None:
        source = make_source("某地当地报道", identified=False)
        make_sheet(three_rounds()[2], make_place(), basis="report", source=source)
        text = page(client, "places/150300/")
        assert "来源：来源待补" in text and "某地当地报道" not in text

    def test_a_source_elsewhere_is_reached_over_the_notice(self, client: Client) -> None:
        source = make_source("外站", url="http://news.example.com/1")
        make_sheet(three_rounds()[2], make_place(), source=source)
        body = client.get("/honors/places/150300/").content.decode()
        assert "/leave/?to=http%3A%2F%2Fnews.example.com%2F1" in body

    def test_the_printed_name_is_told_where_it_differs(self, client: Client) -> None:
        place = make_place()
        sheet = RollSheet.objects.create(
            round=three_rounds()[2], basis="list", source=make_source(), entered_by=clerk()
        )
        records.enter(sheet, place, by=clerk(), name_printed="旧乌达市", title_printed="全国双拥模范城")
        records.verify(sheet, by=verifier())
        assert "来源印作“旧乌达市”" in page(client, "places/150300/")

    def test_date_is_cut_to_what_is_known(self, client: Client) -> None:
        one = make_round(12, 3, 2025, date=date(2025, 4, 1), date_precision="month")
        make_sheet(one, make_place())
        text = page(client, "places/150300/")
        assert "2025-04 " in text and "2025-04-01" not in text

    def test_claims_have_verdicts_and_reasons(self, client: Client) -> None:
        place, (_, second, third) = make_place(), three_rounds()
        make_sheet(second, place)
        make_sheet(third, place)
        make_claim(place, third, 2)
        make_claim(place, third, 3)
        make_claim(place, None, 8)
        text = page(client, "places/150300/")
        assert "连续三次 “说法3” 全国双拥模范城（县），截至第十二届" in text
        assert re.findall(r"已证实|相符|无法核实", text) == ["无法核实", "相符", "已证实"]
        assert "未注明截至哪一届。" in text and "来源：晚报" in text

    def test_a_contradicted_claim_is_for_editors_only(self, client: Client) -> None:
        place, third = make_place(), three_rounds()[2]
        make_sheet(third, place)
        make_claim(place, third, 9, quote="九连冠的说法")
        make_claim(place, third, 1, kind="total", quote="第一次的说法")
        text = page(client, "places/150300/")
        assert "九连冠的说法" not in text and "不符" not in text
        assert "第一次的说法" in text

    def test_a_claim_as_of_a_draft_round_does_not_name_it(self, client: Client) -> None:
        place = make_place()
        make_sheet(three_rounds()[2], place)
        draft = Round.objects.create(
            title=make_title(), slug="secret-13", ordinal=13, year=2029, date=date(2029, 1, 1), cycle=4
        )
        make_claim(place, draft, 4)
        text = page(client, "places/150300/")
        assert "无法核实" in text and "第十三届" not in text and "2029" not in text

    def test_what_nobody_verified_does_not_leak(self, client: Client) -> None:
        place, (_, second, third) = make_place(), three_rounds()
        make_sheet(third, place)
        Evidence.objects.filter(sheet__round=third).update(note="给编辑的话")
        waiting = make_sheet(second, place, verified=False, source=make_source("未核来源"), note="名单说明")
        assert Award.objects.filter(round=second).exists()
        text = page(client, "places/150300/")
        assert squares(client, "places/150300/")[1] == ("unknown", "未收齐")
        assert not re.search("未核来源|给编辑的话|名单说明|第十一届全国", text)
        records.verify(waiting, by=verifier())
        assert "未核来源" in page(client, "places/150300/")

    def test_quotes_and_notes_of_evidence_are_not_public(self, client: Client) -> None:
        sheet = RollSheet.objects.create(
            round=three_rounds()[2], basis="list", source=make_source(), entered_by=clerk()
        )
        records.enter(
            sheet,
            make_place(),
            by=clerk(),
            name_printed="乌海市",
            title_printed="模范城",
            quote="原话甲",
            note="话乙",
        )
        records.verify(sheet, by=verifier())
        for path in ("places/150300/", "rounds/national-12/", "titles/national/", "grid/"):
            assert not re.search("原话甲|话乙", client.get(f"/honors/{path}").content.decode())

    def test_awards_of_a_withdrawn_round_are_gone(self, client: Client) -> None:
        one = three_rounds()[2]
        make_sheet(one, make_place())
        withdraw(one, by=chief(), reason="名单有误")
        text = page(client, "places/150300/")
        assert "第十二届" not in text and "连冠" not in text

    def test_articles_and_agreements_about_it(self, client: Client) -> None:
        place, other = make_place(), make_place("150600", "鄂尔多斯市")
        make_article("乌海的稿件", places=[place])
        make_article("别处的稿件", places=[other])
        make_agreement(place, "学习室共建")
        make_agreement(place, "未发布的协议", published=False)
        text = page(client, "places/150300/")
        assert "乌海的稿件" in text and "别处的稿件" not in text
        assert (
            "单位学习室共建 — 海军某舰 舰企共建 · 未见协议 学习室共建 来源" in text
            and "未发布的协议" not in text
        )

    def test_agreements_lead_to_their_pages_and_those_that_are_gone_disappear(self, client: Client) -> None:
        place = make_place()
        shown, gone = make_agreement(place, "学习室共建"), make_agreement(place, "撤下的共建")
        past = timezone.now() - timedelta(days=2)
        late = make_agreement(place, "到期的共建", published=False)
        release(late, at=past)
        Agreement.objects.filter(pk=late.pk).update(expires_at=past + timedelta(days=1))
        withdraw(gone, by=chief(), reason="一方来函更正")
        body = client.get("/honors/places/150300/").content.decode()
        assert f'href="/partnerships/{shown.pk}/"' in body
        assert not re.search("撤下的共建|到期的共建|条共建记录", body)

    def test_to_be_verified_is_explained_where_it_stands(self, client: Client) -> None:
        one = make_agreement(make_place(), "学习室共建")
        assert "“待核实”是说" in page(client, "places/150300/")
        Agreement.objects.filter(pk=one.pk).update(last_verified_on=timezone.localdate())
        assert "待核实" not in page(client, "places/150300/")

    def test_more_than_six_agreements_lead_to_the_directory(self, client: Client) -> None:
        place = make_place()
        for index in range(6):
            make_agreement(place, f"共建{index}")
        assert "条共建记录" not in page(client, "places/150300/")
        make_agreement(place, "共建6")
        text = page(client, "places/150300/")
        assert "看乌海市的全部 7 条共建记录" in text and len(set(re.findall(r"共建\d", text))) == 6
        assert 'href="/partnerships/?place=150300"' in client.get("/honors/places/150300/").content.decode()

    def test_exports_hold_this_place(self, client: Client) -> None:
        one = three_rounds()[2]
        make_sheet(one, make_place(), make_place("150600", "鄂尔多斯市"))
        body = client.get("/honors/places/150300/").content.decode()
        href = re.search(r'href="(/honors/roll\.json\?[^"]+)"', body)
        assert href is not None
        rows = json.loads(client.get(href[1]).getvalue())["rows"]
        assert [row["place"] for row in rows] == ["乌海市"]

    @pytest.mark.parametrize("rows", [1, 12])
    def test_queries(self, client: Client, django_assert_num_queries: Any, rows: int) -> None:
        place = make_place()
        for cycle in range(1, rows + 1):
            one = make_round(cycle, cycle, 1990 + cycle)
            make_sheet(one, place, complete=True, declared_count=1, scope=place.province)
            make_claim(place, one, cycle)
            make_article(f"稿件{cycle}", places=[place])
            make_agreement(place, f"共建{cycle}")
            PlaceName.objects.create(place=place, name=f"旧名{cycle}")
        with django_assert_num_queries(10):
            page(client, "places/150300/")


class TestProvince:
    def test_lists_the_places_that_hold_a_title(self, client: Client) -> None:
        place = make_place()
        make_sheet(make_round(), place)
        make_sheet(make_round(11, 9, 2020), make_place("152900", "阿拉善盟"), basis="notice")
        text = page(client, "places/150000/")
        assert "乌海市 1 次 2025年" in text and "阿拉善盟" not in text

    def test_agreements_of_all_that_lies_in_it(self, client: Client) -> None:
        county = make_place("150602", "东胜区", parent=make_place("150600", "鄂尔多斯市"), level="county")
        county.derive_ancestors()
        county.save()
        make_agreement(make_province("640000", "宁夏回族自治区"), "别省共建")
        for index, where in enumerate([make_province(), make_place(), county]):
            make_agreement(where, f"共建{index}")
        told = {
            code: set(re.findall(r"别省共建|共建\d", page(client, f"places/{code}/")))
            for code in ("150000", "150600", "150300", "150602")
        }
        assert told == {
            "150000": {"共建0", "共建1", "共建2"}, "150600": {"共建2"}, "150300": {"共建1"}, "150602": {"共建2"},
        }  # fmt: skip

    @pytest.mark.parametrize("rows", [1, 40])
    def test_agreements_cost_two_queries(
        self, client: Client, django_assert_num_queries: Any, rows: int
    ) -> None:
        make_sheet(make_round(), make_place())
        for index in range(rows):
            make_agreement(make_place(), f"共建{index}")
        with django_assert_num_queries(7):
            page(client, "places/150000/")

    def test_nothing_held_is_no_fact(self, client: Client) -> None:
        make_province()
        assert "这不表示没有命名过" in page(client, "places/150000/")

    @pytest.mark.parametrize("rows", [1, 20])
    def test_queries(self, client: Client, django_assert_num_queries: Any, rows: int) -> None:
        make_sheet(make_round(), *(make_place(f"1503{n:02}", f"第{n}市") for n in range(rows)))
        with django_assert_num_queries(6):
            page(client, "places/150000/")


class TestRound:
    def test_held_against_announced(self, client: Client) -> None:
        one = make_round(
            10,
            8,
            2016,
            announced_count=416,
            naming_bodies="甲、乙",
            date=date(2016, 7, 29),
            date_precision="day",
        )
        make_sheet(one, make_place())
        make_sheet(one, make_place("150600", "鄂尔多斯市"), basis="notice")
        text = page(client, "rounds/national-10/")
        assert "公布 416 个，本站有据可查 1 个，另有公示或拟申报 1 个，不算命名。" in text
        assert "2016年7月29日" in text and "甲、乙" in text
        assert "乌海市" in text and "鄂尔多斯市 公示" in text

    def test_unknown_total_is_said_to_be_unknown(self, client: Client) -> None:
        make_sheet(make_round(), make_place())
        assert "公布总数未见于已查得的来源" in page(client, "rounds/national-12/")

    def test_how_complete_each_province_is(self, client: Client) -> None:
        one, provinces = make_round(), [
            make_province(f"{code}0000", name)
            for code, name in [("13", "河北省"), ("15", "内蒙古自治区"), ("32", "江苏省"), ("54", "西藏自治区"), ("62", "甘肃省")]
        ]  # fmt: skip
        towns = [make_place(f"{p.code[:2]}0100", f"{p.name}城", parent=p) for p in provinces]
        make_sheet(one, towns[0], basis="report")
        make_sheet(one, towns[1], complete=True, declared_count=1, scope=provinces[1])
        make_sheet(one, towns[2], basis="notice", declared_count=1, scope=provinces[2])
        make_sheet(one, towns[3], basis="application", declared_count=1, scope=provinces[3])
        text = page(client, "rounds/national-12/")
        assert "河北省 不完整 — 1 —" in text
        assert "内蒙古自治区 名单完整 1 1 —" in text
        assert "江苏省 公示完整 1 — 1" in text and "西藏自治区 拟申报完整 1 — 1" in text
        assert re.search("尚无记录的省份，不表示没有命名：[^。]*甘肃省", text)
        drawn = client.get("/honors/rounds/national-12/").content.decode()
        tile = r'tile--(\w+)">.*?tile__name"[^>]*>(.)</text><text[^>]*>([^<]+)<'
        tiles = {name: (look, number) for look, name, number in re.findall(tile, drawn)}
        assert [tiles[name] for name in "冀蒙苏藏甘"] == [
            ("partial", "1"),
            ("complete", "1"),
            ("notice", "1"),
            ("notice", "1"),
            ("nothing", "—"),
        ]

    def test_a_notice_with_a_missing_row_is_not_complete(self, client: Client) -> None:
        make_sheet(make_round(), make_place(), basis="notice", declared_count=2, scope=make_province())
        assert "内蒙古自治区 不完整 2 — 1" in page(client, "rounds/national-12/")

    def test_who_was_named_had_been_proposed(self, client: Client) -> None:
        """The notice says two, one of them stands on the report of its naming: the province is known in full."""
        one = make_round()
        make_sheet(one, make_place(), basis="notice", declared_count=2, scope=make_province())
        make_sheet(one, make_place("150600", "鄂尔多斯市"), basis="report", scope=make_province())
        assert "内蒙古自治区 公示完整 2 1 1" in page(client, "rounds/national-12/")

    def test_an_unverified_sheet_makes_nothing_complete(self, client: Client) -> None:
        one = make_round()
        make_sheet(one, make_place(), complete=True, declared_count=1, scope=make_province(), verified=False)
        text = page(client, "rounds/national-12/")
        assert "名单完整 " not in text.split("图例")[0] and "乌海市" not in text

    @pytest.mark.parametrize("slug", ["national-13", "draft-round", "a" * 200])
    def test_unknown_and_draft_rounds_are_not_found(self, client: Client, slug: str) -> None:
        Round.objects.create(
            title=make_title(), slug="draft-round", ordinal=13, year=2029, date=date(2029, 1, 1), cycle=11
        )
        assert client.get(f"/honors/rounds/{slug}/").status_code == 404

    def test_nul_is_not_found(self, client: Client) -> None:
        assert client.get("/honors/rounds/national%00/").status_code == 404
        assert client.get("/honors/titles/national%00/").status_code == 404

    def test_withdrawn_round_keeps_its_address_and_says_why(self, client: Client) -> None:
        one = make_round()
        make_sheet(one, make_place())
        withdraw(one, by=chief(), reason="名单有误，核对后重发")
        text = page(client, "rounds/national-12/", status=410)
        assert "名单有误，核对后重发" in text and "乌海市" not in text

    def test_withdrawn_round_may_lead_on_or_be_gone(self, client: Client) -> None:
        moved, gone = make_round(), make_round(11, 9, 2020)
        withdraw(moved, by=chief(), reason="合并", mode="redirect", target="/honors/titles/national/")
        withdraw(gone, by=chief(), reason="内部原因", mode="gone")
        assert client.get("/honors/rounds/national-12/")["Location"] == "/honors/titles/national/"
        assert "内部原因" not in page(client, "rounds/national-11/", status=410)

    @pytest.mark.parametrize("rows", [1, 60])
    def test_queries(self, client: Client, django_assert_num_queries: Any, rows: int) -> None:
        make_sheet(make_round(), *(make_place(f"1503{n:02}", f"第{n}市") for n in range(rows)))
        with django_assert_num_queries(6):
            page(client, "rounds/national-12/")

    def test_3000_rows_cost_no_more_queries(self, client: Client, django_assert_num_queries: Any) -> None:
        one, parent = make_round(), make_province()
        Place.objects.bulk_create(
            Place(
                code=str(200000 + n),
                name=f"第{n}市",
                kind="prefecture_city",
                level="prefecture",
                parent=parent,
                province=parent,
            )
            for n in range(3000)
        )
        sheet = RollSheet.objects.create(round=one, basis="list", source=make_source(), entered_by=clerk())
        awards = Award.objects.bulk_create(
            Award(round=one, place=place) for place in Place.objects.filter(level="prefecture")
        )
        Evidence.objects.bulk_create(
            Evidence(award=award, sheet=sheet, name_printed="市", title_printed="模范城", entered_by=clerk())
            for award in awards
        )
        records.verify(sheet, by=verifier())
        with django_assert_num_queries(6):
            text = page(client, "rounds/national-12/")
        assert "本站有据可查 3000 个" in text
        with django_assert_num_queries(6):
            assert "内蒙古自治区 3000" in page(client, "titles/national/")
        with django_assert_num_queries(8):
            assert "共 3000 条" in page(client, "grid/")


class TestTitle:
    def test_rounds_counts_and_how_streaks_count(self, client: Client) -> None:
        for ordinal, year in enumerate((1991, 1992, 1993), start=1):
            make_round(ordinal, 1, year)
        make_sheet(make_round(4, 2, 1994, announced_count=50), make_place())
        text = page(client, "titles/national/")
        assert "第四届 公布 50 个，本站有据可查 1 个" in text
        assert "第一至第三届（1991—1993年）算同一个周期。" in text
        assert "内蒙古自治区 1" in text

    def test_title_without_all_rounds_has_no_streak(self, client: Client) -> None:
        make_title(
            "region", name="自治区双拥模范城", level="provincial", region=make_province(), rounds_known=False
        )
        text = page(client, "titles/region/")
        assert "只写“已查得”几次，不算连冠" in text and "就是几连冠" not in text

    def test_draft_rounds_are_not_listed(self, client: Client) -> None:
        Round.objects.create(
            title=make_title(), slug="draft-round", ordinal=13, year=2029, date=date(2029, 1, 1), cycle=11
        )
        assert "第十三届" not in page(client, "titles/national/")

    def test_a_proposal_is_not_counted(self, client: Client) -> None:
        make_sheet(make_round(), make_place(), basis="notice")
        text = page(client, "titles/national/")
        assert "本站有据可查 0 个，另有公示或拟申报 1 个" in text and "内蒙古自治区 1" not in text

    def test_unknown_title_is_not_found(self, client: Client) -> None:
        assert client.get("/honors/titles/nothing/").status_code == 404

    @pytest.mark.parametrize("rows", [1, 12])
    def test_queries(self, client: Client, django_assert_num_queries: Any, rows: int) -> None:
        for cycle in range(1, rows + 1):
            make_sheet(make_round(cycle, cycle, 1990 + cycle), make_place(f"1503{cycle:02}", f"第{cycle}市"))
        with django_assert_num_queries(6):
            page(client, "titles/national/")


def commend(
    *names: str,
    kind: str = "unit",
    title: str = "拥军模范单位",
    year: int = 2020,
    basis: str = "list",
    verified: bool = True,
) -> RollSheet:
    series = make_title(
        f"t-{kind}-{title}".encode().hex()[:40], name=title, recipient_kind=kind, rounds_known=False
    )
    one = make_round(None, None, year, series, slug=f"{series.slug}-{year}")
    sheet = RollSheet.objects.create(
        round=one, basis=basis, source=make_source("表彰决定"), entered_by=clerk()
    )
    for name in names:
        who = Recipient.objects.get_or_create(
            kind=kind, name=name, place=make_province(), defaults={"post": f"{name}的职务"}
        )[0]
        records.enter(sheet, who, by=clerk(), name_printed=name, title_printed=title)
    if verified:
        records.verify(sheet, by=verifier())
    return sheet


class TestRecipients:
    def test_list_says_name_post_honor_year(self, client: Client) -> None:
        commend("甲单位")
        text = page(client, "recipients/")
        assert "内蒙古自治区 甲单位 甲单位的职务 拥军模范单位，2020年 单位" in text

    def test_one_says_basis_and_source(self, client: Client) -> None:
        commend("甲单位", basis="notice")
        text = page(client, f"recipients/{Recipient.objects.get().pk}/")
        assert "只是公示，不算表彰。" in text and "来源：表彰决定" in text

    def test_unverified_recipients_are_not_there(self, client: Client) -> None:
        commend("乙单位", verified=False)
        assert "乙单位" not in page(client, "recipients/")
        assert client.get(f"/honors/recipients/{Recipient.objects.get().pk}/").status_code == 404
        assert client.get("/honors/recipients/999999/").status_code == 404

    def test_filters(self, client: Client) -> None:
        commend("甲单位")
        commend("丙同志", kind="person", title="拥军模范")
        person = Title.objects.get(name="拥军模范")
        cases = {
            "kind=unit": "甲单位",
            f"title={person.slug}": "丙同志",
            "region=150000&kind=person": "丙同志",
            "q=甲": "甲单位",
            "q=丙同志的职": "丙同志",
        }
        for query, found in cases.items():
            links = re.findall(
                r"/honors/recipients/\d+/\">([^<]+)<",
                client.get(f"/honors/recipients/?{query}").content.decode(),
            )
            assert links == [found], query

    @pytest.mark.parametrize(
        "query",
        ["kind=ship", "title=nothing", "region=999999", "region=%00", "title=%00", "q=%00", "q=" + "长" * 51],
    )
    def test_a_wrong_value_gives_nothing_and_says_so(self, client: Client, query: str) -> None:
        commend("甲单位")
        text = page(client, f"recipients/?{query}")
        assert "查找条件有误" in text and "甲单位的职务" not in text

    def test_no_match_is_told(self, client: Client) -> None:
        commend("甲单位")
        assert "没有符合这些条件" in page(client, "recipients/?q=没有")

    @pytest.mark.parametrize("number", ["0", "2", "x", "%00"])
    def test_a_page_that_is_not_there(self, client: Client, number: str) -> None:
        commend("甲单位")
        assert client.get(f"/honors/recipients/?page={number}").status_code == 404

    def test_round_of_units_lists_them(self, client: Client) -> None:
        sheet = commend("甲单位", "乙单位")
        text = page(client, f"rounds/{sheet.round.slug}/")
        assert "本站有据可查 2 个" in text and "甲单位" in text and "各省收录" not in text

    @pytest.mark.parametrize("rows", [1, 15])
    def test_queries(self, client: Client, django_assert_num_queries: Any, rows: int) -> None:
        commend(*(f"单位{n}" for n in range(rows)))
        one = f"recipients/{Recipient.objects.order_by('pk')[0].pk}/"
        with django_assert_num_queries(7):
            page(client, "recipients/")
        with django_assert_num_queries(4):
            page(client, one)


class TestGrid:
    def test_rows_and_squares(self, client: Client) -> None:
        first, second, third = three_rounds()
        wuhai, alxa = make_place(), make_place("152900", "阿拉善盟")
        make_sheet(second, wuhai, basis="report")
        make_sheet(third, wuhai, complete=True, declared_count=1, scope=wuhai.province)
        text = page(client, "grid/")
        assert "乌海市 未收齐 命名 命名 2 次" in text
        assert alxa.name not in text and "不表示没有命名过" in text

    def test_proposals_are_told_apart(self, client: Client) -> None:
        first, second, third = three_rounds()
        make_sheet(second, make_place(), basis="notice")
        make_sheet(third, make_place(), basis="application")
        assert "乌海市 未收齐 公示 申报 0 次" in page(client, "grid/")

    def test_province(self, client: Client) -> None:
        one, jiangxi = make_round(), make_province("360000", "江西省")
        make_sheet(one, make_place(), make_place("360100", "南昌市", parent=jiangxi))
        text = page(client, "grid/?province=360000")
        assert "南昌市" in text and "乌海市" not in text

    @pytest.mark.parametrize("code", ["999999", "x", "%00", "110000"])
    def test_a_province_without_rows_says_why(self, client: Client, code: str) -> None:
        make_sheet(make_round(), make_place())
        text = page(client, f"grid/?province={code}")
        assert "没有这个省份的记录" in text and "乌海市" not in text

    def test_empty_site(self, client: Client) -> None:
        assert "还没有收录任何地方的记录" in page(client, "grid/")

    def test_frame_is_reached_by_the_keyboard(self, client: Client) -> None:
        make_sheet(make_round(), make_place())
        body = client.get("/honors/grid/").content.decode()
        assert re.search(r'class="grid-frame" role="region" aria-label="[^"]+" tabindex="0"', body)
        assert 'scope="row"' in body and 'scope="col"' in body

    @pytest.mark.parametrize("rows", [1, 60])
    def test_queries(self, client: Client, django_assert_num_queries: Any, rows: int) -> None:
        make_sheet(make_round(), *(make_place(f"1503{n:02}", f"第{n}市") for n in range(rows)))
        with django_assert_num_queries(8):
            page(client, "grid/")


PATHS = [
    "places/150300/",
    "places/150000/",
    "rounds/national-12/",
    "titles/national/",
    "recipients/",
    "grid/",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_sets_no_cookie_and_has_one_heading(client: Client, path: str) -> None:
    make_sheet(make_round(), make_place())
    response = client.get(f"/honors/{path}")
    body = response.content.decode()
    assert not response.cookies and body.count("<h1") == 1
    assert client.post(f"/honors/{path}").status_code == 405
    assert not re.search(r"<[^>]*\sstyle=|<script(?![^>]*src=)", body)


def test_the_page_agrees_with_the_stored_standing(client: Client) -> None:
    """The page derives its line from the record, the roll from what is stored: one truth."""
    place, (first, second, third) = make_place(), three_rounds()
    make_sheet(first, place)
    make_sheet(second, make_place("150600", "鄂尔多斯市"), complete=True, declared_count=1)
    make_sheet(third, place)
    ((_, line, _),) = standings.of_place(place)
    stored = place.standings.get()
    assert line is not None and line.text == stored.line == "YNY"
    assert [word for _, word in squares(client, "places/150300/")] == ["命名", "未获", "命名"]


def test_a_province_without_a_place_on_the_complete_national_list_is_told_so(client: Client) -> None:
    make_province("310000", "上海市")
    make_sheet(make_round(), make_place(), complete=True, declared_count=1)
    shown = page(client, "rounds/national-12/")
    assert "完整名单里没有上海市的地方。" in shown
    # Nought is known here: a complete list may say it, a gap in the record may not.
    source = client.get("/honors/rounds/national-12/").content.decode()
    row = re.search(r">上海市</a></th>(.*?)</tr>", source, re.S)
    assert row is not None and "<td>0</td>" in row[1]
    assert "None" not in shown and "名单还没有查得" not in shown


def test_a_municipality_that_is_named_itself_counts_as_its_own_province(client: Client) -> None:
    make_sheet(make_round(), make_province("310000", "上海市"), make_place())
    assert re.search(r"上海市\s+1\b", page(client, "titles/national/"))
    assert "1 次" in page(client, "grid/?province=310000")
