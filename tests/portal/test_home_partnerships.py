"""The home page's two blocks: where the dual list stands, and a few partnerships."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from honors.models import Place
from partnerships.models import Agreement, DualListItem
from publishing import workflow
from tests.honors.rolls import make_place
from tests.makers import chief, make_identity, release
from tests.partnerships.needs import make_need, make_needs, publish_need
from tests.partnerships.pacts import make_pact, make_pacts, make_partner

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def block(client: Client, name: str) -> str:
    """The words of a block without tags; "" where there is none."""
    page = client.get("/").content.decode()
    _, _, rest = page.partition(f'<section class="{name}"')
    text = re.sub(r"<[^>]+>", " ", rest.partition("</section>")[0].partition(">")[2])
    return " ".join(text.split())


def dual_list(client: Client) -> str:
    return block(client, "dual-list-strip")


def partnerships(client: Client) -> str:
    return block(client, "partnership-strip")


# --- the dual list -----------------------------------------------------------------------------------------


def test_it_tells_each_side_of_the_newest_year_with_its_rate_and_both_numbers(client: Client) -> None:
    publish_need(1, year=2025, stage="done", done_on=date(2025, 5, 1))
    late = {"year": 2026, "stage": "running", "due_on": TODAY - timedelta(days=1)}
    publish_need(1, year=2026, stage="done", done_on=date(2026, 1, 5))
    publish_need(2, **late)
    publish_need(3, year=2026, due_on=TODAY)
    publish_need(1, year=2026, side="locality", due_on=TODAY, stage="dropped")
    told = dual_list(client)
    assert "2026年双清单" in told
    assert "部队需求 办结率 33% 公开 3 项，办结 1 项， 逾期 1 项" in told
    assert "地方需求 办结率 0% 公开 1 项，办结 0 项" in told
    assert told.count("逾期") == 1 and "2025" not in told
    page = client.get("/").content.decode()
    assert 'viewBox="0 0 3 1"' in page and '<rect class="dual-list-strip__done" width="1"' in page
    assert 'href="/partnerships/dual-list/"' in page


def test_a_side_without_public_items_is_left_out(client: Client) -> None:
    publish_need(1, year=2026)
    make_need(1, year=2026, side="locality")
    told = dual_list(client)
    assert "部队需求" in told and "地方需求" not in told


def test_only_what_is_public_counts_and_a_newer_year_of_drafts_does_not_show(client: Client) -> None:
    publish_need(1, year=2025)
    publish_need(2, year=2025, expires_at=timezone.now() + timedelta(hours=1))
    gone = publish_need(3, year=2025, stage="done", done_on=date(2025, 2, 1))
    workflow.withdraw(gone, by=chief(), reason="内容有误")
    release(make_need(4, year=2025), at=timezone.now() + timedelta(days=1))
    make_need(1, year=2026)
    told = dual_list(client)
    assert "2025年双清单" in told and "公开 2 项，办结 0 项" in told
    DualListItem.objects.filter(number=2).update(
        published_at=timezone.now() - timedelta(hours=2), expires_at=timezone.now() - timedelta(hours=1)
    )
    assert "公开 1 项，办结 0 项" in dual_list(client)


def test_the_home_page_tells_no_text_of_an_item(client: Client) -> None:
    publish_need(1, content="内部甲乙丙", public_content="演示：公开的话", office="演示单位丁")
    page = client.get("/").content.decode()
    assert "公开 1 项" in page
    assert not any(words in page for words in ("内部甲乙丙", "公开的话", "演示单位丁"))


def test_a_demonstration_says_that_its_items_are_made_up(client: Client) -> None:
    publish_need()
    made_up = "演示站点：这里的事项为演示而编写，不是任何地方的清单。"
    assert made_up not in dual_list(client)
    make_identity(is_demonstration=True)
    assert made_up in dual_list(client)


# --- partnerships ------------------------------------------------------------------------------------------


def test_it_tells_who_with_whom_what_it_is_called_and_how_it_stands(client: Client) -> None:
    make_pact(make_partner("甲集团"))
    make_pact(make_partner("演示市", kind="government"), kind="namesake_ship", has_document=False)
    make_pact(make_partner("乙企业"), kind="city_ship", has_document=False)
    told = partnerships(client)
    assert "甲集团 — 海军演示舰 舰企共建 签有协议，未载期限 · 待核实" in told
    assert "演示市 — 海军演示舰 城舰同名 同名关系 · 待核实" in told
    assert "乙企业 — 海军演示舰 城舰共建 未见协议 · 待核实" in told
    assert "共建记录 3 条，其中签有协议 1 条" in told
    page = client.get("/").content.decode()
    assert all(f'href="{one.get_absolute_url()}"' in page for one in Agreement.objects.all())
    assert 'href="/partnerships/"' in page


def test_many_partners_are_told_by_two_and_no_counterpart_by_none(client: Client) -> None:
    names = ("甲企业", "乙企业", "丙企业")
    make_pact(*map(make_partner, names), counterpart=None, kind="alliance")
    told = partnerships(client)
    assert "企业等 崇军联盟" in told and "—" not in told
    assert sum(name in told for name in names) == 2


def test_verified_says_since_when(client: Client) -> None:
    make_pact(last_verified_on=TODAY)
    explained = "“待核实”是说"
    told = partnerships(client)
    assert f"· {TODAY:%Y-%m-%d} 已核实" in told and explained not in told
    Agreement.objects.update(last_verified_on=TODAY - timedelta(days=400))
    told = partnerships(client)
    assert "· 待核实" in told and explained in told


def test_home_comes_first_then_documents_then_the_latest_day(client: Client) -> None:
    home, other = make_place(), make_place("150200", "包头市")
    make_identity(home_place=home)

    def pact(name: str, **fields: object) -> None:
        make_pact(make_partner(name, place=other), **{"place": other, **fields})

    signed = {"signed_on_precision": "day"}
    pact("别处旧", signed_on=date(2020, 1, 1), **signed)
    pact("别处新", signed_on=date(2021, 1, 1), **signed)
    pact("别处无日期")
    pact("家乡无协议", place=home, has_document=False)
    pact("家乡协议", place=home)
    told = partnerships(client)
    assert re.findall(r"别处新|别处旧|别处无日期|家乡无?协议", told) == [
        "家乡协议",
        "家乡无协议",
        "别处新",
        "别处旧",
    ]
    assert "共建记录 5 条" in told


def test_drafts_and_what_was_withdrawn_do_not_count(client: Client) -> None:
    make_pact(make_partner("草稿企业"), published=False)
    gone = make_pact(make_partner("撤下企业"))
    workflow.withdraw(gone, by=chief(), reason="内容有误")
    assert partnerships(client) == ""
    make_pact(make_partner("公开企业"))
    told = partnerships(client)
    assert "公开企业" in told and "共建记录 1 条" in told
    assert "草稿企业" not in told and "撤下企业" not in told


# --- both --------------------------------------------------------------------------------------------------


def test_nothing_stands_where_there_is_nothing(client: Client) -> None:
    make_identity()
    page = client.get("/").content.decode()
    assert "strip" not in page


@pytest.mark.parametrize("rows", [1, 300])
def test_sixteen_queries_whatever_the_number_of_rows(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, home_place: Place, rows: int
) -> None:
    make_needs(rows, 2026)
    make_pacts(rows, make_partner(), make_partner("另一企业"), place=home_place)
    with django_assert_num_queries(16):
        page = client.get("/").content.decode()
    assert "honor-strip" in page and f"共建记录 {rows} 条" in page and "2026年双清单" in page
